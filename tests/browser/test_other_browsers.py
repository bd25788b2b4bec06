"""What Firefox, WebKitGTK, and a Chromium that cannot compress record is replayed in Chromium as it was."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser

from footfall.demo.run import PROJECT_ID
from footfall.web.keys import LOG
from footfall.wire import codec, schema
from tests.browser.fidelity.feature import Feature, page
from tests.browser.fidelity.outline import first_difference
from tests.browser.fidelity.studio import Studio, open_studio, replaying, serving
from tests.browser.other_browsers import wanted
from tests.browser.webdriver import BROWSERS, Driven

_BODY: Final = """
<h1 lang="en">Small shop</h1><!-- here --><p id="told">Nothing in the basket</p>
<button id="add" type="button">Add a lamp</button>
<ul id="basket"><li class="first">delivery</li><li>returns</li></ul>
<label>Name <input id="name" data-footfall="unmask"></label>
<label><input id="gift" type="checkbox"> a gift</label>
<svg viewBox="0 0 4 4" width="40" height="40"><circle cx="2" cy="2" r="2" fill="teal"/></svg>
<iframe srcdoc="<p id=inner>in a frame</p>"></iframe>
<div id="port" style="height: 80px; width: 200px; overflow: auto"><div style="height: 900px">tall</div></div>
<div id="host"></div><div style="height: 3000px"></div>
<script>
  const root = document.getElementById("host").attachShadow({ mode: "open" });
  root.innerHTML = "<p>in the <b>shadow</b></p>";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("b { color: rgb(0, 90, 30) }");
  root.adoptedStyleSheets = [sheet];
  let count = 0;
  document.getElementById("add").addEventListener("click", () => {
    const basket = document.getElementById("basket");
    const item = document.createElement("li");
    item.className = `lamp l${++count}`;
    item.textContent = `lamp ${count} ✓`;
    basket.prepend(item);
    basket.append(basket.querySelector(".first"));
    document.getElementById("told").firstChild.data = `In the basket: ${count}`;
    document.styleSheets[0].insertRule(".lamp { color: rgb(160, 20, 60) }");
    sheet.insertRule("p { margin-left: 7px }");
    document.querySelector("iframe").contentDocument.getElementById("inner").textContent = "changed";
  });
</script>"""
# What browsers do without being told is not compared.
_STYLE: Final = (
    "<style>h1 { color: rgb(20, 40, 60) } input, button { margin: 0; color: black }</style>"
)
PAGE: Final = Feature("other", page(_BODY, _STYLE))

# What it is, what it is called, what it says, how it looks, what state it is in.
OUTLINE: Final = """(document => {
  const LEFT_OUT = /^(script|link|style|meta|noscript|template|ff-.*)$/;
  const outline = (element) => {
    const style = element.ownerDocument.defaultView.getComputedStyle(element);
    const inner = element.localName === "iframe" ? element.contentDocument.body : undefined;
    return [
      element.localName, element.id, element.getAttribute("class") ?? "", element.namespaceURI,
      [...element.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data.trim()).join("|"),
      style.color, style.marginLeft,
      element.value ?? "", element.checked ?? "", Math.round(element.scrollTop),
      [...(element.shadowRoot?.children ?? []), ...element.children, ...(inner ? [inner] : [])]
        .filter((one) => !LEFT_OUT.test(one.localName)).map(outline),
    ];
  };
  return [document.compatMode, Math.round(document.defaultView.scrollY), outline(document.body)];
})"""
NAME: Final = "Robin Éxample"
NO_STREAMS: Final = "delete globalThis.CompressionStream"


@pytest.fixture
async def studio(browser: Browser, tmp_path: Path) -> AsyncIterator[Studio]:
    async with open_studio(tmp_path / "storage", browser) as opened, serving(opened):
        opened.put(PAGE)
        yield opened


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    for _ in range(300):
        if await condition():
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"never so: {what}")


def headers(studio: Studio) -> list[schema.Header]:
    return [codec.decode_chunk(record.chunk) for _position, record in studio.app[LOG].scan()]


def facts(studio: Studio) -> list[schema.Fact]:
    return [
        fact
        for header in headers(studio)
        for fact in codec.decode_facts(
            codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
        )
    ]


def states(studio: Studio) -> list[str]:
    return [fact.state for fact in facts(studio) if isinstance(fact, schema.State)]


async def visit(driven: Driven, studio: Studio) -> tuple[str, Any]:
    """Click, type, tick, scroll; return the session and how the page looks at the end."""

    async def is_recorded() -> bool:
        chunks = headers(studio)
        return any(chunk.flags & schema.FLAG_KEYFRAME for chunk in chunks)

    await driven.open(f"{studio.site}/{PAGE.name}")
    await until(is_recorded, "a keyframe has arrived")
    for _ in range(2):
        await driven.click("#add")
    await driven.click("#name")
    await driven.type(NAME)
    await driven.click("#gift")
    x, y = await driven.value(
        "(({ x, y }) => [x + 20, y + 20].map(Math.round))(port.getBoundingClientRect())"
    )
    await driven.wheel(x, y, 120)
    await driven.wheel(30, 30, 90)

    async def has_scrolled() -> bool:
        return bool(await driven.value("port.scrollTop > 0 && scrollY > 0"))

    await until(has_scrolled, "the page and its container have scrolled")
    await asyncio.sleep(1)  # smooth scrolling ends
    session = await driven.value("footfall.session().session")
    live = await driven.value(f"{OUTLINE}(document)")
    await driven.value("footfall.stop()")

    async def is_complete() -> bool:
        return "stopped" in states(studio)

    await until(is_complete, "the last chunk has arrived")
    return session, live


async def is_replayed(studio: Studio, session: str, live: Any) -> None:
    """Compare the replay's end with the live page; look at the facts."""
    async with replaying(studio, session) as replay:
        await replay.at_end()
        shown = await replay.viewer.evaluate(f"() => {OUTLINE}(footfallPlayer.document())")
        assert first_difference(live, shown) == ""
        assert NAME in str(shown)
        rows = await replay.viewer.request.get(f"{studio.origin}/api/p/{PROJECT_ID}/sessions")
        assert [row["clicks"] for row in (await rows.json())["sessions"]] == [4]
    told = facts(studio)
    assert "failed" not in states(studio)
    for kind in (schema.Pointer, schema.Scroll, schema.Input):
        assert any(isinstance(fact, kind) for fact in told), kind


@pytest.mark.parametrize("name", BROWSERS)
async def test_what_others_record_is_replayed(name: str, studio: Studio, tmp_path: Path) -> None:
    if name not in wanted():
        pytest.skip("FOOTFALL_BROWSERS leaves it out")
    home = tmp_path / "home"
    home.mkdir()
    async with BROWSERS[name](home) as driven:
        session, live = await visit(driven, studio)
    assert any(header.frames_encoding == schema.DEFLATE_RAW for header in headers(studio))
    await is_replayed(studio, session, live)


async def test_without_compression_parts_go_plain(studio: Studio, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 900, "height": 700})
    await context.add_init_script(NO_STREAMS)
    tab = await context.new_page()

    async def open_(url: str) -> None:
        await tab.goto(url)

    async def act(actions: Any) -> None:
        for step in (step for source in actions for step in source["actions"]):
            match step["type"]:
                case "pointerMove":
                    await tab.mouse.move(step["x"], step["y"])
                case "pointerDown":
                    await tab.mouse.down()
                case "pointerUp":
                    await tab.mouse.up()
                case "keyDown":
                    await tab.keyboard.type(step["value"])
                case "scroll":
                    await tab.mouse.move(step["x"], step["y"])
                    await tab.mouse.wheel(0, step["deltaY"])
                case _:
                    assert step["type"] == "keyUp"

    session, live = await visit(Driven(open_, tab.evaluate, act), studio)
    await context.close()
    chunks = headers(studio)
    assert {header.frames_encoding for header in chunks} == {schema.PLAIN}
    assert {header.facts_encoding for header in chunks} == {schema.PLAIN}
    await is_replayed(studio, session, live)
