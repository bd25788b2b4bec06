"""A replay never rots: the recorded site is gone, and the replay looks as the page did, asking Footfall alone."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser

from tests.browser.fidelity import pixels
from tests.browser.fidelity.feature import Feature, page
from tests.browser.fidelity.outline import first_difference
from tests.browser.fidelity.studio import Replay, open_studio, replaying, serving

_GONE = Feature(
    "gone",
    page(
        pixels.BODY + '<iframe srcdoc="<p>a frame"></iframe><a href="/other">link</a>',
        '<link rel="stylesheet" href="/pix/look.css"><link rel="icon" href="/pix/red.png">',
    ),
    pixels.ACT,
    files=pixels.FILES,
)


async def test_a_replay_needs_nothing_of_the_site(browser: Browser, tmp_path: Path) -> None:
    async with open_studio(tmp_path / "storage", browser) as studio:
        async with serving(studio):
            recorded = await studio.record(_GONE)
        studio.pages.clear()
        studio.files.clear()
        async with replaying(studio, recorded.session) as replay:
            shown = await replay.before_second(), await replay.at_end()
            for one in shown:
                assert first_difference(recorded.live.outline, one.outline) == ""
                assert recorded.live.difference(one) <= _GONE.allowed
            assert _hosts(replay.requests) == {urlsplit(studio.origin).netloc}
            assert await _vault_fonts(replay) == ["loaded"]


def _hosts(urls: Sequence[str]) -> set[str]:
    return {urlsplit(url).netloc for url in urls if url.startswith(("http:", "https:"))}


async def _vault_fonts(replay: Replay) -> list[str]:
    found: list[str] = await replay.viewer.evaluate(
        "() => [...footfallPlayer.document().fonts].map((font) => font.status)"
    )
    return found
