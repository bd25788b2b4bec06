"""Forged recordings: whatever is uploaded, watching it runs nothing, asks nobody and leads nowhere."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from playwright.async_api import Page

from footfall.wire.schema import FLAG_KEYFRAME
from tests.browser.test_player import opened, seek, shown
from tests.player.site import Site, serving
from tests.player.writer import (
    Frames,
    Node,
    chunk,
    el,
    frame,
    known,
    shadow,
    svg,
)
from tests.player.writer import (
    page as html,
)

RUN = "top.pwned=1;parent.pwned=1;alert(1);fetch('CANARY/js')"
SCRIPT = f"javascript:{RUN}"

MARKUP: Sequence[Node] = (
    el("script", {}, RUN),
    el("script", {"src": "CANARY/script"}),
    el("SCRIPT", {"src": "/secret-script"}),
    svg("script", {"href": "CANARY/svgscript"}, RUN),
    el("img", {"src": "CANARY/img", "onerror": RUN}),
    el("img", {"src": "/secret-img"}),
    el("img", {"src": "x:", "onerror": RUN, "OnLoad": RUN}),
    el("img", {"srcset": "CANARY/srcset 1x", "sizes": "100vw"}),
    el("img", {"src": "data:image/gif;base64,R0lGODdh", "attributionsrc": "CANARY/attribution"}),
    el("img", {"lowsrc": "CANARY/lowsrc", "longdesc": "CANARY/longdesc", "dynsrc": "CANARY/dyn"}),
    el("picture", {}, el("source", {"srcset": "CANARY/source"}), el("img", {})),
    el("body", {"background": "CANARY/background", "onload": RUN}),
    el("table", {"background": "/secret-background"}),
    el("video", {"src": "CANARY/video", "poster": "CANARY/poster", "autoplay": ""}),
    el("audio", {"src": "/secret-audio", "autoplay": ""}),
    el("video", {}, el("track", {"src": "CANARY/track", "default": ""})),
    el("input", {"type": "image", "src": "CANARY/input"}),
    el("link", {"rel": "preconnect", "href": "CANARY/"}),
    el("link", {"rel": "dns-prefetch", "href": "//dns.example/"}),
    el("link", {"rel": "stylesheet", "href": "CANARY/sheet"}),
    el("link", {"rel": "stylesheet", "href": "/secret-sheet"}),
    el("link", {"rel": "prefetch", "href": "/secret-prefetch"}),
    el("link", {"rel": "icon", "href": "/secret-icon"}),
    el("link", {"rel": "manifest", "href": "/secret-manifest"}),
    el("meta", {"http-equiv": "refresh", "content": "0;url=CANARY/refresh"}),
    el("meta", {"http-equiv": "refresh", "content": f"0;url={SCRIPT}"}),
    el("meta", {"http-equiv": "Content-Security-Policy", "content": "img-src *; report-uri /secret-csp"}),
    el("base", {"href": "CANARY/base/", "target": "_top"}),
    el("iframe", {"src": "CANARY/iframe"}),
    el("iframe", {"src": SCRIPT, "sandbox": "allow-scripts allow-same-origin allow-top-navigation"}),
    el("iframe", {"srcdoc": f"<script>{RUN}</script><img src=CANARY/srcdoc>"}),
    el("iframe", {"src": "/secret-frame", "name": "footfallPlayer"}, frame(el("html", {}, el("body", {},
        el("script", {}, RUN), el("img", {"src": "CANARY/nested"}))))),
    el("frameset", {}, el("frame", {"src": "CANARY/frame"})),
    el("object", {"data": "CANARY/object", "type": "text/html"}, el("img", {"src": "CANARY/fallback"})),
    el("embed", {"src": "CANARY/embed"}),
    el("applet", {"code": "CANARY/applet"}),
    el("portal", {"src": "CANARY/portal"}),
    el("fencedframe", {"src": "CANARY/fenced"}),
    el("noscript", {}, el("img", {"src": "CANARY/noscript"}), el("style", {}, "*{background:url(CANARY/ns)}")),
    el("template", {}, el("img", {"src": "CANARY/template"})),
    el("form", {"action": "CANARY/form", "name": "appendChild", "id": "insertBefore"}, el("input",
        {"name": "parentNode"}), el("button", {"formaction": SCRIPT, "autofocus": "", "onfocus": RUN}, "go")),
    el("a", {"href": SCRIPT, "ping": "CANARY/ping", "target": "_top", "download": "x", "autofocus": "",
        "onfocus": RUN}, "link"),
    el("a", {"href": "CANARY/a", "hreftranslate": "x"}, "link"),
    el("details", {"open": "", "ontoggle": RUN}, "x"),
    el("marquee", {"onstart": RUN}, "x"),
    el("div", {"style": "background:url(CANARY/style)"}),
    el("div", {"style": "background:u\\72l('/secret-escape')"}),
    el("div", {"style": "background:url/**/(/secret-comment)"}),
    el("div", {"style": "background:image-set('/secret-set' 1x)"}),
    el("div", {"style": "--u:'/secret-var';background:image-set(var(--u) 1x)"}),
    el("div", {"style": "background:-webkit-image-set('/secret-webkit' 1x)"}),
    el("div", {"style": "background:-webkit-cross-fade(url(/secret-fade), url('/secret-fade2'), 50%)"}),
    el("div", {"style": "list-style:url(/secret-list);cursor:url('/secret-cursor'),auto;content:url(/secret-content)"}),
    el("div", {"style": "background:url(\"/secret-\\\nline\")"}),
    el("div", {"style": "background: url( '/secret-space' )"}),
    el("div", {"style": "background:URL(/secret-upper)"}),
    el("div", {"style": "x:<!--url(/secret-cdo);background:<!--url(/secret-cdo2)"}),
    el("div", {"style": "background:src('/secret-src')"}),
    el("style", {}, "@import '/secret-import'; @import url(CANARY/import); *{color:red}"),
    el("style", {}, "@\\69mport '/secret-import2';"),
    el("style", {}, "@font-face{font-family:x;src:url(CANARY/font),url('/secret-font')} *{font-family:x}"),
    el("style", {}, "body{background:url(/secret-a)}</style><img src=/secret-b onerror=alert(1)>"),
    el("style", {}, "a[href]{background:url(/secret-href)} input[value^='s']{background:url(CANARY/leak)}"),
    el("style", {}, "@namespace x url(CANARY/namespace); \"unterminated\n body{background:url(/secret-bad)}"),
    svg("svg", {"onload": RUN}, svg("use", {"href": "CANARY/use#x"}), svg("use", {"xlink:href": "/secret-use#x"})),
    svg("svg", {}, svg("use",
        {"href": "data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'>"
         "<image href='/secret-data'/></svg>#x"})),
    svg("svg", {}, svg("image", {"href": "CANARY/svgimage"}), svg("image", {"xlink:href": "/secret-svgimage"})),
    svg("svg", {}, svg("filter", {"id": "f"}, svg("feImage", {"href": "/secret-feimage"})), svg("rect",
        {"filter": "url(/secret-filter#x)", "fill": "url('/secret-fill#x')"})),
    svg("svg", {}, svg("a", {"href": SCRIPT}, svg("animate", {"attributeName": "href", "values": SCRIPT}),
        svg("set", {"attributeName": "onmouseover", "to": RUN}))),
    svg("svg", {}, svg("image", {}, svg("set", {"attributeName": "xlink:href", "to": "/secret-set"}), svg("animate",
        {"attributeName": "href", "from": "CANARY/smil", "to": "/secret-smil", "begin": "accessKey(s)"})),
        svg("rect", {"width": "9", "height": "9"}, svg("set", {"attributeName": "fill",
            "to": "url(/secret-setfill#x)"}), svg("animate",
            {"attributeName": "style", "values": "background:url(CANARY/smilstyle)"}))),
    svg("svg", {}, svg("foreignObject", {}, el("img", {"src": "/secret-foreign", "onerror": RUN}))),
    svg("svg", {}, svg("style", {}, "rect{fill:url(/secret-svgstyle)} @import '/secret-svgimport';")),
    el("math", {"href": SCRIPT}, kind="MathMl"),
    el("maction", {"actiontype": "statusline", "xlink:href": SCRIPT}, kind="MathMl"),
    el("x-evil", {"src": "CANARY/custom", "is": "x-other", "onclick": RUN}, shadow(el("img",
        {"src": "/secret-shadow"}), el("style", {}, ":host{background:url(/secret-host)}"))),
    *(el("form", {"name": name, "id": name}, el("input", {"name": "childNodes"})) for name in ("createElementNS",
        "documentElement", "body", "defaultView", "adoptedStyleSheets", "scrollingElement", "querySelectorAll",
        "contentDocument", "open", "write")),
    el("dialog", {"open": "", "onclose": RUN}, "x"),
    el("button", {"command": "show-modal", "commandfor": "x", "popovertarget": "y", "accesskey": "s"}, "x"),
    el("bad name<", {"a b": "1", "=": "2", "": "3"}, "x"),
    el("img", {"src": "ff:../../../secret-ref"}),
    el("img", {"src": "ff:unknown"}),
)  # fmt: skip


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as running:
        yield running


def aimed(node: Node | str, canary: str) -> Node | str:
    """Point a payload at the canary of this test."""
    if isinstance(node, str):
        return node.replace("CANARY", canary)
    operands = tuple(
        {name: value.replace("CANARY", canary) for name, value in operand.items()}
        if isinstance(operand, dict)
        else operand
        for operand in node.operands
    )
    children = None if node.children is None else [aimed(child, canary) for child in node.children]
    return Node(node.kind, operands, children)


def watch(page: Page) -> list[str]:
    """Note dialogs, windows and navigations of the page itself."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}"))
    page.on("popup", lambda popup: seen.append(f"popup {popup.url}"))
    page.on("download", lambda download: seen.append(f"download {download.url}"))
    page.on("crash", lambda _: seen.append("crash"))
    return seen


async def assert_harmless(page: Page, site: Site, seen: list[str]) -> None:
    await asyncio.sleep(0.7)
    assert seen == []
    assert site.canary == []
    assert site.outside() == []
    assert page.url.partition("?t=")[0] == f"{site.url}/replay"  # the player keeps the time there
    assert await page.evaluate("window.pwned") is None
    frames = await page.evaluate("document.querySelectorAll('iframe').length")
    assert frames == 1
    # Through the prototype: these pages try to hide it.
    query = "Document.prototype.querySelectorAll.call"
    never = "'script,meta,base,object,embed,frame,link,noscript,template'"
    assert await shown(page, f"{query}(d, {never}).length") == 0
    sandboxes = f"[...{query}(d, 'iframe')].map(f => f.getAttribute('sandbox'))"
    assert set(await shown(page, sandboxes)) <= {"allow-same-origin"}


async def test_hostile_markup_in_a_keyframe(page: Page, site: Site) -> None:
    seen = watch(page)
    body = [aimed(node, site.canary_url) for node in MARKUP]
    frames = Frames().keyframe(0, html(*body, head=body)).end()
    css = "@import '/secret-adopted'; body{background:url(/secret-adopted2)}"
    frames.op("Adopted", 1, [css]).op("Css", 4, css)
    site.chunks = [chunk(0, frames.bytes(), flags=FLAG_KEYFRAME)]
    assert len(MARKUP) >= 60
    await opened(page, site)
    await assert_harmless(page, site, seen)


async def test_hostile_markup_while_playing(page: Page, site: Site) -> None:
    seen = watch(page)
    frames = (
        Frames()
        .keyframe(0, html(el("p", {"id": "p"}), el("a", {}), svg("svg", {}, svg("use", {}))))
        .end()
    )
    frames.op("Time", 500)
    for node in MARKUP:
        frames.insert(5, 0, aimed(node, site.canary_url))
    canary = site.canary_url
    frames.op("Time", 700)
    for name, value in [
        ("onclick", RUN), ("style", "background:url(/secret-later)"), ("href", SCRIPT),
        ("src", f"{canary}/later"), ("srcdoc", "<script>1</script>"), ("background", "/secret-later2"),
        ("xlink:href", f"{canary}/later#x"), ("http-equiv", "refresh"), ("ping", canary),
    ]:  # fmt: skip
        for target in (3, 5, 6, 7, 8, 9, 20, 40, 60):
            frames.op("Attribute", target, name, value)
    frames.op("Value", 6, "x").op("Checked", 5, 9).op("Selected", 6, [-1, 10**9])
    frames.op("ScrollTo", 6, 1e300, -5).op("Modal", 6, 1).op("Css", 6, "@import '/secret-css'")
    site.chunks = [chunk(0, frames.bytes(), flags=FLAG_KEYFRAME)]
    await opened(page, site)
    await page.keyboard.press(" ")
    await asyncio.sleep(1.2)
    await seek(page, 2000)
    await seek(page, 100)
    await seek(page, 5000)
    await assert_harmless(page, site, seen)


async def test_a_viewers_click_on_recorded_content_does_nothing(page: Page, site: Site) -> None:
    seen = watch(page)
    style = "position:fixed;inset:0;display:block"
    link = el("a", {"href": f"{site.canary_url}/x", "style": style, "target": "_top"}, "click me")
    site.chunks = [chunk(0, Frames().keyframe(0, html(link)).end().bytes(), flags=FLAG_KEYFRAME)]
    await opened(page, site)
    box = await page.locator(".ff-page").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.tagName") != "IFRAME"
    await assert_harmless(page, site, seen)


def nested(tag: str, depth: int) -> Node:
    node = el(tag)
    for _ in range(depth):
        node = el(tag, {}, node)
    return node


async def test_hostile_trees(page: Page, site: Site) -> None:
    seen = watch(page)
    frames = Frames().keyframe(0, html(el("p", {}, "before"), nested("div", 3000))).end()
    frames.op("Time", 100).insert(5, 0, *[el("b")] * 60_000)
    frames.op("Time", 200)
    # 8 is the first of the 3000: into its own child, into itself, twice, before itself, unknown.
    frames.op("Remove", [8]).insert(9, 0, known(8)).insert(8, 0, known(8))
    frames.insert(5, 0, el("i", {}, known(8), known(8))).insert(5, 8, known(8)).insert(
        5, 99_999_999, "x"
    )
    frames.op("Remove", [1, 2, 3, 999_999_999, -1, 0])
    frames.op("Insert", -5, 3.5).nodes(el("u")).raw(0)
    frames.op("Time", 300).insert(5, 0, el("em", {"id": "still"}, "x" * 2_000_000))
    frames.op("TextPatch", 7, 3, 10**12, "?").op("Text", 1, "?").op("Attribute", 7, "a", "b")
    frames.op("Time", 400).op("Text", 7, "after")
    bodies = [frames.bytes()]
    site.chunks = [chunk(0, bodies[0], flags=FLAG_KEYFRAME)]
    await opened(page, site)
    await seek(page, 350)
    await seek(page, 0)
    await seek(page, 500)
    assert seen == []
    assert await page.evaluate("footfallPlayer.time()") == 500


async def test_random_bytes_end_nothing(page: Page, site: Site) -> None:
    seen = watch(page)
    good = Frames().keyframe(0, html(el("p", {}, "fine"))).end().bytes()
    loop = bytes([4, 0xDD, 0xFF, 0xFF, 0xFF, 0xFF])  # an array of four thousand million ids
    lists = b"\x04\xcf" + b"\xff" * 8  # a count of 2^64
    depths = b"\x91" * 10_000
    parts = [
        good,
        loop,
        lists,
        depths,
        b"\x05\x05\x00" + b"\x01" * 5_000,
        b"\x03\xcb\x7f\xf8" + b"\0" * 6,
    ]
    site.chunks = [
        chunk(n, part, flags=FLAG_KEYFRAME if n == 0 else 0, at=n * 100)
        for n, part in enumerate(parts)
    ]
    await opened(page, site)
    await seek(page, 9000)
    assert await shown(page, "d.body.textContent") == "fine"
    assert seen == []


async def test_hostile_sheets_and_animations(page: Page, site: Site) -> None:
    seen = watch(page)
    canary = site.canary_url
    frames = Frames().keyframe(
        0, html(el("p", {}), el("style", {}), svg("svg", {}, svg("rect", {})))
    )
    evil = [
        f"body{{background:url({canary}/rule)}}",
        "@import '/secret-rule-import';",
        "} *{background:url(/secret-closing)} {",
        "@font-face{font-family:x;src:url(/secret-rule-font)} *{font-family:x}",
        "p{animation: k 1s} @keyframes k{to{background:url(/secret-k)}}",
    ]
    for owner in (6, -1, 0, 1, 3, 99, -(2**40)):
        frames.op("Rules", owner, 0, -1, evil).op("Rules", owner, 1, 1, evil[:1])
        frames.op("Rules", owner, 10**9, 10**9, evil).op("Rules", owner, -5, -7, evil)
        frames.op("SheetMedia", owner, "all{} body{background:url(/secret-media)}")
    frames.op("Adopt", 1, [1, 0, 2, 10**12, -1]).op("Adopt", 5, [1])
    keyframes = ["@0 linear", "backgroundImage", f"url({canary}/keyframe)", "cursor", "url(/secret-k2),auto",
                 "@1000 ease", "backgroundImage", "url('/secret-k3')", "--x", "url(/secret-k4)", "constructor", "1",
                 "__proto__", "2", "offset", "7", "@x", "@99999999999 bad", "listStyleImage"]  # fmt: skip
    for name in ("w:1", "t:background-image", "a:k", ""):
        frames.op(
            "Animate", 5, "::before", name, "linear", keyframes, [0, 0, 1000, -1, 0, 99, -4, 17]
        )
        frames.op("Animate", 5, "", name, "url(/secret-easing)", keyframes, [])
        frames.op("Animate", 5, "", name, "linear", keyframes, [-(10**15), 0, 10**15, -1])
        frames.op("Motion", 5, "", name, -(10**15), 10**15, 1).op("Motion", 5, "x", name, 0, 0, 9)
    frames.op("SvgTime", 7, -(10**15), 0).op("SvgTime", 5, 1, 1).end()
    frames.op("Time", 600).op("Rules", 6, 0, 1, evil).op("Rules", -1, 0, 0, evil)
    site.chunks = [chunk(0, frames.bytes(), flags=FLAG_KEYFRAME)]
    await opened(page, site)
    await page.keyboard.press(" ")
    await asyncio.sleep(0.8)
    await seek(page, 100)
    await seek(page, 700)
    await assert_harmless(page, site, seen)


async def test_names_that_hide_the_dom_change_nothing(page: Page, site: Site) -> None:
    seen = watch(page)
    names = (
        "appendChild", "insertBefore", "removeChild", "parentNode", "childNodes", "firstChild", "ownerDocument",
        "nodeType", "attributes", "setAttribute", "getAttribute", "querySelector", "documentElement", "body", "head",
        "defaultView", "getElementById", "contentDocument", "sheet", "scrollTo", "attachShadow", "__proto__",
        "constructor", "toString", "location", "parent", "top", "footfallPlayer",
    )  # fmt: skip
    hiding: list[Node | str] = [
        el(
            "form",
            {"id": name, "name": name},
            el("input", {"name": name}),
            el("img", {"name": name}),
            el("iframe", {"name": name}, frame(el("html", {}, el("body", {}, "in")))),
        )
        for name in names
    ]
    # 1 document, 2 doctype, 3 html, 4 head, 5 body, 6 p, 7 its text
    frames = Frames().keyframe(0, html(el("p", {}, "before"), *hiding)).end()
    frames.op("Time", 500).op("Text", 7, "after").insert(5, 0, el("b", {"id": "new"}, "new"))
    frames.op("Time", 600).op("Remove", [6]).op("ScrollTo", 0, 0, 5)
    site.chunks = [chunk(0, frames.bytes(), flags=FLAG_KEYFRAME)]
    await opened(page, site)
    find = "Document.prototype.querySelector.call"
    for at, text in [(0, "before"), (550, "after"), (100, "before")]:
        await seek(page, at)
        assert await shown(page, f"{find}(d, 'p').textContent") == text
    await seek(page, 700)
    assert await shown(page, f"{find}(d, 'p')") is None
    assert await shown(page, f"{find}(d, '#new').textContent") == "new"
    assert await page.evaluate("typeof footfallPlayer.seek") == "function"
    await assert_harmless(page, site, seen)


async def test_deep_and_wide_trees_are_shown_and_left_again(page: Page, site: Site) -> None:
    seen = watch(page)
    deep = Frames().keyframe(0, html(el("p", {}, "deep"), nested("div", 3000))).end()
    wide = Frames().keyframe(0, html(el("p", {}, "wide"), *[el("b")] * 60_000)).end()
    last = Frames().keyframe(0, html(el("p", {}, "last"))).end()
    site.chunks = [
        chunk(number, frames.bytes(), flags=FLAG_KEYFRAME, number=number + 1, at=number * 3000)
        for number, frames in enumerate((deep, wide, last))
    ]
    await opened(page, site)
    for at, text, tag, count in [(0, "deep", "div", None), (4000, "wide", "b", 60_000), (7000, "last", "b", 0),
                                 (4000, "wide", "b", 60_000), (100, "deep", "div", None)]:  # fmt: skip
        await seek(page, at)
        assert await shown(page, "d.querySelector('p').textContent") == text
        found = await shown(page, f"d.querySelectorAll('{tag}').length")
        # What lies deeper than a parser would go is left out.
        assert found == count if count is not None else 400 < found <= 512
    await assert_harmless(page, site, seen)
