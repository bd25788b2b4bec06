"""The recorder in a real Chromium: what arrives is decoded by the server's codec and a reader of its own."""

import hashlib
from typing import Final

from aiohttp import web
from playwright.async_api import Browser, Page

from footfall.wire.schema import (
    FLAG_KEYFRAME,
    FLAG_LAST,
    Asset,
    Click,
    PageHide,
    PageView,
    Pointer,
    Scroll,
    State,
)
from tests.browser.frames import OUTLINE, outline
from tests.browser.recorder_site import Site, all_watches, without_scripts

_IS_KEPT: Final = """() => new Promise((done) => {
  const opening = indexedDB.open("footfall");
  opening.onsuccess = () => {
    const { result } = opening;
    const counting = result.transaction("chunks").objectStore("chunks").count();
    counting.onsuccess = () => { result.close(); done(counting.result > 0); };
  };
})"""
"""Whether the recorder's store holds a chunk; asked when it has made its store."""


async def test_keyframe_is_the_live_page(page: Page, site: Site) -> None:
    site.pages[
        "/"
    ] = f"""<!doctype html><html lang="en"><head><title>Home</title>{site.script()}</head>
      <body><!-- a comment --><h1 class="a b">Hello</h1><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>
      <p>ünï ☂ 😀</p><button id="buy">Buy <b>now</b></button></body></html>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    tree = site.tree()
    assert tree.whole
    assert tree.document is not None
    live = await page.evaluate(OUTLINE)
    rebuilt = outline(tree.document)
    assert without_scripts(rebuilt) == without_scripts(live)
    [view] = site.of(PageView)
    assert (view.title, view.cause, view.number) == ("Home", "load", 1)


async def test_click_names_its_element_and_place(page: Page, site: Site) -> None:
    site.pages["/"] = f"""<!doctype html>{site.script()}<body style="margin:0;height:3000px">
      <div style="height:50px"></div><button id="buy" style="width:200px;height:40px;padding:0;border:0">
      <b>Buy now</b></button>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.mouse.click(50, 60)
    await site.until(lambda: site.of(Click))
    [click] = site.of(Click)
    assert (click.key, click.text) == ("#buy", "Buy now")
    assert (click.place_x, click.place_y) == (2500, 2500)
    assert (click.page_x, click.page_y) == (50, 60)
    assert site.tree().nodes[click.node].attributes["id"] == "buy"


async def test_click_in_a_frame_a_closed_root_and_a_fixed_bar(page: Page, site: Site) -> None:
    site.pages[
        "/"
    ] = f"""<!doctype html><head>{site.script()}</head><body style="margin:0;height:3000px">
      <div style="position:fixed;top:0;left:0;height:40px"><button id="menu">Menu</button></div>
      <header style="position:sticky;top:0;margin-top:100px;height:40px"><a id="logo">Logo</a></header>
      <iframe style="position:absolute;left:100px;top:200px;border:10px solid;width:300px;height:200px"
        srcdoc="<body style='margin:0'><button id=inner style='width:100px;height:50px'>In</button>"></iframe>
      <x-host style="position:absolute;left:500px;top:200px"></x-host></body>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    await all_watches(page)
    await page.evaluate(
        """() => { const root = document.querySelector("x-host").attachShadow({ mode: "closed" });
        root.innerHTML = "<button id='deep' style='width:80px;height:40px'>Deep</button>"; }"""
    )
    await page.mouse.click(10, 10)
    await page.mouse.click(10, 110)
    await page.mouse.click(120, 220)
    await page.mouse.click(520, 220)
    await page.evaluate("() => scrollTo(0, 150)")
    await page.wait_for_timeout(100)
    await page.mouse.click(10, 10, delay=10)
    await site.until(lambda: len(site.of(Click)) == 5)
    keys = [(click.key, click.fixed) for click in site.of(Click)]
    assert keys[:4] == [
        ("#menu", True),
        ("#logo", False),
        ("body>iframe ||| #inner", False),
        ("body>x-host >>> #deep", False),
    ]
    inner = site.of(Click)[2]
    assert (inner.page_x, inner.page_y, inner.place_x) == (120, 220, 1000)


async def test_pointer_and_scroll_come_as_columns(page: Page, site: Site) -> None:
    site.pages[
        "/"
    ] = f"""<!doctype html><head>{site.script()}</head><body style="margin:0;height:5000px">
      <ul id="list" style="margin:0;height:100px;overflow:auto"><li style="height:900px">tall</li></ul></body>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    for step in range(10):
        await page.mouse.move(300 + step * 10, 300)
        await page.wait_for_timeout(30)
    await page.evaluate(
        "() => { scrollTo(0, 400); document.querySelector('#list').scrollTop = 77; }"
    )
    await page.wait_for_timeout(200)
    await page.evaluate("() => scrollTo(0, 1000)")
    await page.wait_for_timeout(50)
    await page.mouse.click(500, 500)
    await site.until(lambda: site.of(Click))
    paths = site.of(Pointer)
    assert paths[0].pointer == "mouse"
    assert paths[0].times[0] == 0
    assert sum(paths[-1].ys) == 500
    window = [scroll for scroll in site.of(Scroll) if scroll.node == 0]
    assert sum(window[-1].ys) == 1000
    assert window[0].content_height == 5000
    [container] = [scroll for scroll in site.of(Scroll) if scroll.node]
    assert (container.key, sum(container.ys)) == ("#list", 77)


async def test_page_views_of_a_single_page_app(page: Page, site: Site) -> None:
    site.pages["/"] = (
        f"<!doctype html><head><title>One</title>{site.script()}</head><body>app</body>"
    )
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate("() => { history.pushState(0, '', '/two?x=1'); document.title = 'Two'; }")
    await page.wait_for_timeout(50)
    await page.evaluate("() => history.pushState(0, '', '/two?x=2#here')")
    await page.wait_for_timeout(50)
    await page.go_back()
    await page.go_back()
    await page.mouse.click(10, 10)
    await site.until(lambda: site.of(Click))
    views = [
        (v.number, v.url.removeprefix(site.origin), v.title, v.cause) for v in site.of(PageView)
    ]
    assert views == [
        (1, "/", "One", "load"),
        (2, "/two", "Two", "history"),
        (3, "/", "Two", "history"),
    ]


async def test_page_hide_delivers_and_the_next_page_continues(page: Page, site: Site) -> None:
    for path in ("/", "/next"):
        site.pages[path] = f"<!doctype html><head>{site.script()}</head><body>page {path}</body>"
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.wait_for_function(
        "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).includes('token-of-')"
    )
    await page.evaluate("() => { document.body.append('last words'); }")
    await page.goto(f"{site.origin}/next")
    await site.until_keyframe(2)
    await site.until(lambda: site.of(PageHide))
    last = next(c for c in site.arrived if c.header.flags & FLAG_LAST)
    assert b"last words" in last.frames
    headers = [chunk.header for chunk in site.arrived]
    assert len({(h.session, h.tab, h.visitor) for h in headers}) == 1
    assert sorted({h.sequence for h in headers}) == list(
        range(max(h.sequence for h in headers) + 1)
    )
    first = [h for h in headers if h.flags & FLAG_KEYFRAME]
    assert sorted({(h.document, h.page_view) for h in first}) == [(1, 1), (2, 2)]
    assert all(c.token for c in site.arrived if c.header.document == 2)


async def test_tabs_share_the_session_and_copied_tabs_are_tabs_of_their_own(
    page: Page, site: Site
) -> None:
    site.pages["/"] = f"<!doctype html><head>{site.script()}</head><body>page</body>"
    await page.goto(site.origin)
    await site.until_keyframe()
    async with page.context.expect_page():
        await page.evaluate("() => { window.open(location.href); }")  # copies sessionStorage
    await site.until_keyframe(2)
    assert len({chunk.header.session for chunk in site.arrived}) == 1
    assert len({chunk.header.tab for chunk in site.arrived}) == 2


async def test_a_refused_chunk_is_sent_again_with_the_same_bytes(page: Page, site: Site) -> None:
    site.pages["/"] = f"<!doctype html><head>{site.script()}</head><body>page</body>"
    site.refusals = [
        web.json_response({}, status=503),
        web.json_response({}, status=429, headers={"Retry-After": "1"}),
    ]
    await page.goto(site.origin)
    await site.until_keyframe()
    assert len(site.refused) == 2
    assert site.refused[0] == site.refused[1] == site.arrived[0].body


async def test_what_was_not_acknowledged_is_sent_by_the_next_page(page: Page, site: Site) -> None:
    for path in ("/", "/next"):
        site.pages[path] = f"<!doctype html><head>{site.script()}</head><body>page {path}</body>"
    site.refusals = [web.json_response({}, status=503) for _ in range(3)]
    await page.goto(site.origin)
    await site.until(lambda: site.refused)
    first = site.refused[0]
    await page.wait_for_function(_IS_KEPT)
    await page.goto(f"{site.origin}/next")
    await site.until_keyframe(2)
    assert first in [chunk.body for chunk in site.arrived]
    sequences = sorted({chunk.header.sequence for chunk in site.arrived})
    assert sequences == list(range(len(sequences)))


async def test_a_chunk_refused_for_good_is_dropped_and_told(page: Page, site: Site) -> None:
    site.pages["/"] = f"<!doctype html><head>{site.script()}</head><body>page</body>"
    site.refusals = [web.json_response({"error": "bad_facts"}, status=400)]
    await page.goto(site.origin)
    await site.until_keyframe()  # a new one, as the first is lost
    dropped = [fact for fact in site.of(State) if fact.state == "dropped"]
    assert [(fact.reason, fact.amount) for fact in dropped] == [("bad_facts", 1)]
    assert len(site.refused) == 1


async def test_stop_gives_back_what_was_patched(page: Page, site: Site) -> None:
    site.pages["/"] = f"""<!doctype html><head><script>
      window.natives = () => [Element.prototype.attachShadow, history.pushState, history.replaceState,
        CSSStyleSheet.prototype.insertRule, CSSStyleSheet.prototype.replaceSync];
      window.before = natives();</script>{site.script()}</head><body>page</body>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    assert await page.evaluate("() => natives().every((native, i) => native !== before[i])")
    await page.evaluate("() => footfall.stop()")
    assert await page.evaluate("() => natives().every((native, i) => native === before[i])")
    await site.until(lambda: any(fact.state == "stopped" for fact in site.of(State)))
    count = len(site.arrived)
    await page.mouse.click(20, 20)
    await page.evaluate("() => { document.body.append('unseen'); footfall.start(); }")
    await site.until_keyframe(2)
    assert len(site.arrived) > count
    assert site.of(Click) == []


async def test_assets_are_hashed_and_uploaded_once_asked(page: Page, site: Site) -> None:
    pixel = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    site.files["/pixel.svg"] = ("image/svg+xml", pixel)
    site.files["/unused.svg"] = ("image/svg+xml", pixel)
    site.files["/style.css"] = (
        "text/css",
        b"p { background: url(pixel.svg?v=1) } .never { background: url(unused.svg) }",
    )
    site.pages[
        "/"
    ] = f"""<!doctype html><head>{site.script()}<link rel="stylesheet" href="/style.css"></head>
      <body><p>styled</p><img srcset="/pixel.svg 1x"><img src="/missing.png"></body>"""
    await page.goto(site.origin)
    await site.until(lambda: len(site.assets) == 2)
    await site.until(lambda: len(site.of(Asset)) >= 4)
    contents = dict(site.assets.values())
    assert contents["image/svg+xml"] == pixel
    assert b'url("ff:' in contents["text/css"]
    assert b"pixel" not in contents["text/css"]
    refs = {fact.ref: fact for fact in site.of(Asset)}
    link = site.tree().find("link", rel="stylesheet")
    css = refs[link.attributes["href"].removeprefix("ff:")]
    assert css.sha256 == hashlib.sha256(contents["text/css"]).digest()
    images = [node for node in site.tree().nodes.values() if node.tag == "img"]
    shown = [refs[node.attributes["src"].removeprefix("ff:")] for node in images]
    assert shown[0].sha256 == hashlib.sha256(pixel).digest()
    assert (shown[1].sha256, shown[1].reason) == (b"", "status")
    assert "/unused.svg" not in site.requests


async def test_it_works_under_a_strict_policy_and_throws_nothing(
    browser: Browser, site: Site
) -> None:
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    site.pages["/"] = f"<!doctype html><head>{meta}{site.script()}</head><body>page</body>"
    context = await browser.new_context()
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.mouse.click(20, 20)
    await site.until(lambda: site.of(Click))
    await context.close()
    assert problems == []
