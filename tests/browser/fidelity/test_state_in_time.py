# ruff: noqa: E501 - pages and scripts read best as they are written
"""What one look at the end does not show: media that move on, and scroll bars that take other room where it is watched."""

import math
import struct
from typing import Final

from playwright.async_api import Browser, Page

from tests.browser.fidelity.feature import Feature, page
from tests.browser.fidelity.studio import Studio, replaying

_RATE: Final = 8000


def _wav(seconds: int) -> bytes:
    count = _RATE * seconds
    sound = b"".join(struct.pack("<h", int(3000 * math.sin(index / 3))) for index in range(count))
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + count * 2,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        _RATE,
        _RATE * 2,
        2,
        16,
        b"data",
        count * 2,
    )
    return head + sound


async def _listen(page: Page) -> None:
    await page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          audio.muted = true;
          // The site's server cannot send a part of a file, and so nothing could be sought in it.
          const sound = await (await fetch("/sound.wav")).blob();
          audio.src = URL.createObjectURL(sound);
          await new Promise((done) => audio.addEventListener("canplay", done, { once: true }));
          audio.currentTime = 5;
          await audio.play();
          await new Promise((done) => setTimeout(done, 1000));
          audio.pause();
          audio.currentTime = 2;
          await new Promise((done) => setTimeout(done, 500));
        }"""
    )


async def test_media_stand_where_they_stood(studio: Studio) -> None:
    feature = Feature(
        "sound",
        page('<audio controls></audio><video src="/gone.webm" width="200" height="100"></video>'),
        drive=_listen,
        files={"/sound.wav": ("audio/wav", _wav(8))},
        later=False,
    )
    recorded = await studio.record(feature)
    at = "footfallPlayer.document().querySelector('audio')"
    async with replaying(studio, recorded.session) as replay:
        await replay.at_end()
        assert await replay.viewer.evaluate(f"{at}.currentTime") == 2
        assert await replay.viewer.evaluate(f"{at}.paused")
        seen = set()
        for step in range(40):
            await replay.viewer.evaluate(
                f"() => footfallPlayer.seek(footfallPlayer.duration() * {step / 40})"
            )
            seen.add(round(await replay.viewer.evaluate(f"{at}.currentTime"), 1))
        assert any(5 < position < 5.95 for position in seen), seen
        assert seen <= {0, 2} | {position for position in seen if 5 <= position <= 6.2}, seen
        poster = await replay.viewer.evaluate(
            "footfallPlayer.document().querySelector('video').poster"
        )
        assert "not%20recorded" in poster


_BARS: Final = page(
    "<style>#box { width: 200px; height: 100px; overflow: auto } #box div { height: 400px; background: linear-gradient(red, blue) } p { background: gold }</style>"
    '<p id="wide">wide</p><div id="box"><div></div></div><div style="height: 2000px"></div>'
)
_WIDTHS: Final = "[{0}.documentElement.clientWidth, {0}.querySelector('#wide').offsetWidth, {0}.querySelector('#box').clientWidth]"


async def test_bars_that_took_no_room_take_none_in_a_replay(
    studio: Studio, browser: Browser
) -> None:
    """The suite's browser hides its bars, as touch screens do; those of the studio's own take room."""
    feature = Feature(
        "bars", _BARS, act="await new Promise((done) => setTimeout(done, 600))", later=False
    )
    taking = studio.browser
    studio.browser = browser
    try:
        recorded = await studio.record(feature)
    finally:
        studio.browser = taking
    async with replaying(studio, recorded.session) as replay:
        await replay.at_end()
        widths = await replay.viewer.evaluate(_WIDTHS.format("footfallPlayer.document()"))
    assert widths == [800, 784, 200]
