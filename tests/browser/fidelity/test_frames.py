# ruff: noqa: E501 - pages and scripts read best as they are written
"""A frame of another origin in which the recorder runs: one session, one replay, the frame's page in its place."""

from typing import Final

from playwright.async_api import Page

from footfall.index import ChunkRow
from tests.browser.fidelity.feature import Feature, page
from tests.browser.fidelity.studio import (
    SIZE,
    Studio,
    Uploads,
    look,
    replaying,
    until,
)

_INNER: Final = page(
    "<p id=inner>in the frame</p><button>pay</button><div style='height: 400px'></div>",
    "<style>body { background: #fec } .paid { color: red; font-size: 30px }</style>",
)
_ACT: Final = """() => {
  const text = document.querySelector("#inner");
  text.className = "paid";
  text.textContent = "paid in the frame";
}"""


async def _tabs(studio: Studio, page: Page, count: int) -> list[str]:
    """Wait until that many tabs of the session have arrived."""
    session = await studio.until_keyframe(page, count)
    return sorted({row.tab for row in studio.chunks(session)}, key=len)


def _rows(studio: Studio, session: str, tab: str) -> list[ChunkRow]:
    return [row for row in studio.chunks(session) if row.tab == tab]


async def test_a_frame_that_is_named_is_replayed_in_its_place(studio: Studio) -> None:
    other = studio.site.replace("127.0.0.1", "localhost")
    outer = page(
        f'<h1>shop</h1><iframe src="{other}/inner" width="300" height="150"></iframe><p>below</p>'
    )
    studio.put(Feature("inner", _INNER, options={"data-frames": studio.site}))
    studio.put(Feature("outer", outer, options={"data-frames": other}))
    context = await studio.browser.new_context(viewport=SIZE)
    try:
        live = await context.new_page()
        busy = Uploads(live, studio.origin)
        await live.goto(f"{studio.site}/outer")
        tabs = await _tabs(studio, live, 2)
        session = await live.evaluate("footfall.session().session")
        [frame] = [each for each in live.frames if each.url.startswith(other)]
        assert await frame.evaluate("footfall.session().session") == session
        await frame.evaluate(_ACT)
        await frame.evaluate("scrollTo(0, 20)")
        await live.wait_for_timeout(400)
        shown = await look(live)
        await frame.evaluate("() => footfall.stop()")
        await live.wait_for_timeout(400)
        await live.evaluate("() => footfall.stop()")
        await busy.end()
    finally:
        await context.close()
    assert len(tabs) == 2
    assert tabs[1].startswith(f"{tabs[0]}--")
    assert _rows(studio, session, tabs[1])
    text = "footfallPlayer.document().querySelector('iframe')?.contentDocument.querySelector('#inner')?.textContent"
    async with replaying(studio, session) as replay:
        replayed = await replay.at_end()
        assert await replay.viewer.evaluate("footfallPlayer.tab()") == tabs[0]
        assert await replay.viewer.evaluate(text) == "paid in the frame"
        assert shown.difference(replayed) < 0.0005
        assert not await replay.viewer.locator("select[aria-label=Tab]").is_visible()
        await replay.at_start()
        assert (
            await replay.viewer.evaluate(
                "footfallPlayer.document().querySelector('h1').textContent"
            )
            == "shop"
        )
        await replay.viewer.evaluate("footfallPlayer.setSpeed(1); footfallPlayer.play()")
        await until(replay.viewer, f"{text} === 'paid in the frame'")
        assert [
            url for url in replay.requests if not url.startswith((studio.origin, "data:", "blob:"))
        ] == []


async def test_a_frame_that_is_not_named_or_does_not_name_the_page_is_not_joined(
    studio: Studio,
) -> None:
    other = studio.site.replace("127.0.0.1", "localhost")
    outer = page(
        f'<iframe src="{other}/unnamed" id="a"></iframe><iframe src="{other}/naming" id="b" data-footfall="block"></iframe>'
    )
    studio.put(Feature("unnamed", _INNER, options={"data-frames": "https://elsewhere.example"}))
    studio.put(Feature("naming", _INNER, options={"data-frames": studio.site}))
    studio.put(Feature("both", outer, options={"data-frames": other}))
    context = await studio.browser.new_context(viewport=SIZE)
    try:
        live = await context.new_page()
        heard: list[str] = []
        live.on("console", lambda message: heard.append(message.text))
        await live.goto(f"{studio.site}/both")
        await studio.until_keyframe(live, 1)
        await live.wait_for_timeout(1500)
        states = [await frame.evaluate("footfall.session().state") for frame in live.frames[1:]]
    finally:
        await context.close()
    assert states == ["waiting", "waiting"]
    assert heard == []
