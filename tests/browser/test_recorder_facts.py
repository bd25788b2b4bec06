"""Facts of what people do beside clicks: each kind in a real Chromium, its values, and what it hides."""

import base64
import io
import wave

from playwright.async_api import Browser, Page

from footfall.wire.facts import (
    Excerpt,
    Field,
    Gesture,
    Invalid,
    Keys,
    Link,
    Media,
    Reaction,
    Submit,
)
from footfall.wire.schema import Click, Input
from tests.browser.recorder_site import Site, on_the_wire, open_page, serve_site


async def test_double_clicks_menus_and_modifiers(page: Page, site: Site) -> None:
    await open_page(page, site, "<button id='b' style='width:100px;height:40px'>Buy</button>")
    await page.mouse.dblclick(20, 10)
    await page.keyboard.down("Shift")
    await page.mouse.click(20, 10)
    await page.keyboard.up("Shift")
    await page.mouse.click(30, 10, button="right")
    await site.until(lambda: len(site.of(Gesture)) == 2)
    assert [(g.action, g.key, g.page_x) for g in site.of(Gesture)] == [
        ("double", "#b", 20),
        ("menu", "#b", 30),
    ]
    assert [(c.nth, c.modifiers) for c in site.of(Click)][:2] == [(1, 0), (2, 0)]
    assert site.of(Click)[2].modifiers == 1
    assert site.of(Keys) == [], "a modifier alone is no key"


async def test_fingers(browser: Browser) -> None:
    context = await browser.new_context(has_touch=True, viewport={"width": 400, "height": 600})
    page = await context.new_page()
    async with serve_site() as site:
        await open_page(page, site, "<main id='m' style='height:3000px'>long</main>")
        await page.touchscreen.tap(50, 60)
        touch = await context.new_cdp_session(page)

        async def send(kind: str, *points: tuple[int, int]) -> None:
            fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
            await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

        await send("touchStart", (100, 400))
        for y in (350, 300, 250, 200):
            await send("touchMove", (110, y))
        await send("touchEnd")
        await page.wait_for_timeout(50)
        await send("touchStart", (100, 100), (200, 100))
        await send("touchMove", (50, 100), (250, 100))
        await send("touchMove", (25, 100), (275, 100))
        await send("touchEnd")
        await site.until(lambda: len(site.of(Gesture)) >= 3)
        tap, swipe, pinch = site.of(Gesture)
        assert (tap.action, tap.pointer, tap.page_x, tap.page_y) == ("tap", "touch", 50, 60)
        assert (swipe.action, swipe.dx, swipe.dy) == ("swipe", 10, -200)
        assert (pinch.action, pinch.scale > 110) == ("pinch", True)
    await context.close()


async def test_a_visit_to_a_field(page: Page, site: Site) -> None:
    await open_page(page, site, "<input id='name' required><input id='other'><p id='p'>text</p>")
    await page.focus("#name")
    await page.wait_for_timeout(300)
    await page.keyboard.type("hunterTyped")
    for _ in range(5):
        await page.keyboard.press("Backspace")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Tab")
    await page.focus("#name")
    await page.fill("#name", "")
    await page.evaluate("() => document.activeElement.blur()")
    await page.keyboard.press("Escape")
    await page.keyboard.press("x")
    await site.until(lambda: sum(keys.node == 0 for keys in site.of(Keys)))
    first, _, second = [visit for visit in site.of(Field) if visit.key in ("#name", "#other")]
    assert (first.key, first.field, first.edits, first.removed) == ("#name", "text", 16, 5)
    assert (first.before, first.after, first.invalid) == (0, 6, "")
    assert 250 < first.first < first.duration < 10_000
    assert 0 <= first.pause < 5_000
    assert (second.before, second.after, second.invalid) == (6, 0, "valueMissing")
    keys = {fact.key: fact for fact in reversed(site.of(Keys))}
    assert keys["#name"][4:] == (18, 0, 0, 1, 5, 1)
    assert (keys[""].presses, keys[""].escape) == (2, 1)
    assert b"hunter" not in on_the_wire(site)


async def test_a_secret_field_tells_no_number(page: Page, site: Site) -> None:
    body = "<input id='pw' type='password' minlength='20' required><input id='other'>"
    await open_page(page, site, body)
    await page.focus("#pw")
    await page.keyboard.type("hunter12")
    await page.focus("#other")
    await site.until(lambda: site.of(Field))
    [visit] = [visit for visit in site.of(Field) if visit.key == "#pw"]
    assert visit[7:12] == (-1, -1, -1, -1, -1)
    assert [(i.action, i.length) for i in site.of(Input) if i.key == "#pw"] == [
        ("focus", -1),
        ("input", -1),
        ("change", -1),
        ("blur", -1),
    ]
    assert site.of(Keys) == []


async def test_autofill(page: Page, site: Site) -> None:
    body = """<form autocomplete="on"><input id="mail" autocomplete="email"></form>"""
    await open_page(page, site, body)
    # No autofill without a person and a profile: the browser's answer to the question is replaced.
    await page.evaluate(
        """() => { const native = Element.prototype.matches;
        Element.prototype.matches = function (of) {
          return of.includes("autofill") ? this.id === "mail" : native.call(this, of); }; }"""
    )
    await page.fill("#mail", "hunter@example.org")
    await page.evaluate("() => document.activeElement.blur()")
    await site.until(lambda: site.of(Field))
    assert [i.length for i in site.of(Input) if i.action == "autofill"] == [18]
    assert site.of(Field)[0].autofilled


async def test_forms_refused_taken_over_and_sent(page: Page, site: Site) -> None:
    body = """<form id="f" action="/sent?card=hunter#x" method="post"><input id="mail" type="email"
      required><button id="go">Order</button><button id="cheap" formaction="/cheap">Cheap</button></form>
      <script>f.addEventListener("submit", (event) => event.submitter.id === "go" && event.preventDefault());
      </script>"""
    site.pages["/cheap"] = "<!doctype html>cheap"
    await open_page(page, site, body)
    await page.click("#go")
    await page.fill("#mail", "no-mail")
    await page.click("#go")
    await page.fill("#mail", "a@example.org")
    await page.click("#go")
    await page.wait_for_timeout(100)
    await page.click("#cheap")
    await site.until(lambda: len(site.of(Submit)) == 2)
    assert [(i.key, i.field, i.flag) for i in site.of(Invalid)] == [
        ("#mail", "email", "valueMissing"),
        ("#mail", "email", "typeMismatch"),
    ]
    taken, sent = site.of(Submit)
    assert (taken.key, taken.submitter_key, taken.text, taken.method) == (
        "#f",
        "#go",
        "Order",
        "post",
    )
    assert (taken.url, taken.prevented) == (f"{site.origin}/sent", True)
    assert (sent.url, sent.prevented) == (f"{site.origin}/cheap", False)


async def test_selecting_copying_and_pasting(page: Page, site: Site) -> None:
    body = "<p id='p'>hunterCopied words</p><textarea id='t'></textarea><input id='pw' type='password'>"
    await open_page(page, site, body)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.evaluate("() => getSelection().selectAllChildren(document.querySelector('#p'))")
    await site.until(lambda: site.of(Excerpt))
    await page.keyboard.press("Control+c")
    for field in ("#t", "#pw"):
        await page.focus(field)
        await page.keyboard.press("Control+v")
    await page.focus("#t")
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+x")
    await page.evaluate("() => document.activeElement.blur()")
    await site.until(lambda: sum(e.action == "cut" for e in site.of(Excerpt)))
    told = [(e.action, e.key, e.length) for e in site.of(Excerpt)]
    assert [fact for fact in told if fact[0] != "select"] == [
        ("copy", "#p", 18),
        ("paste", "#t", 18),
        ("paste", "#pw", -1),
        ("cut", "#t", 18),
    ]
    assert told[0] == ("select", "#p", 18)
    await site.until(lambda: [visit for visit in site.of(Field) if visit.pasted == 18])
    assert repr(site.facts).count("hunter") == 0


async def test_downloads_and_links_that_lead_out(page: Page, site: Site) -> None:
    body = """<a id="pdf" href="/list.pdf?who=hunter">Prices</a><a id="blob" download>Export</a>
      <a id="out" href="https://other.example/path?token=hunter#x">Other</a>
      <a id="mail" href="mailto:hunter@example.org">Write</a><a id="in" href="/inside">Inside</a>
      <script>addEventListener("click", (event) => event.preventDefault());</script>"""
    await open_page(page, site, body)
    for name in ("pdf", "out", "mail", "in"):
        await page.click(f"#{name}")
    await page.evaluate(
        """() => { blob.href = URL.createObjectURL(new Blob(["hunter"])); blob.click(); }"""
    )
    await site.until(lambda: len(site.of(Link)) == 4)
    told = [(link.key, link.action, link.url, link.type, link.text) for link in site.of(Link)]
    assert told == [
        ("#pdf", "download", f"{site.origin}/list.pdf", "pdf", "Prices"),
        ("#out", "outbound", "https://other.example/path", "", "Other"),
        ("#mail", "contact", "mailto:", "", "Write"),
        ("#blob", "download", "blob:", "", "Export"),
    ]
    assert b"hunter" not in repr(site.of(Link)).encode()


def _sound(seconds: int) -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * seconds)
    return data.getvalue()


async def test_media(page: Page, site: Site) -> None:
    sound = base64.b64encode(_sound(3)).decode()
    await open_page(page, site, f"<audio id='a' src='data:audio/wav;base64,{sound}'></audio>")
    # Each change rests before the next.
    await page.evaluate(
        """async () => { const wait = (ms) => new Promise((done) => setTimeout(done, ms));
        a.muted = true; await wait(800);
        await a.play(); while (a.currentTime < 0.5) await wait(20); a.pause(); await wait(800);
        a.playbackRate = 2; await wait(800); a.currentTime = 2; await wait(1000);
        const ended = new Promise((done) => { a.onended = done; }); await a.play(); await ended; }"""
    )
    await site.until(
        lambda: {m.action for m in site.of(Media)} >= {"ended", "seek", "rate", "volume"}
    )
    media = {fact.action: fact for fact in reversed(site.of(Media))}
    assert (media["play"].key, media["play"].media, media["play"].duration) == ("#a", "audio", 3000)
    assert 500 <= media["pause"].position < 2500
    assert abs(media["seek"].amount - media["pause"].position) < 300
    assert media["seek"].position == 2000
    assert (media["rate"].amount, media["volume"].amount) == (200, 0)
    assert [m.action for m in site.of(Media) if m.action in ("play", "pause", "ended")] == [
        "play",
        "pause",
        "play",
        "ended",
    ]


async def test_nothing_of_what_is_ignored(page: Page, site: Site) -> None:
    body = """<div data-footfall="ignore"><input id="i"><button id="b">b</button>
      <a id="l" href="/x.pdf">file</a></div><div data-footfall="block"><input id="h"></div>
      <script>addEventListener("click", (event) => event.preventDefault());</script>"""
    await open_page(page, site, body)
    for field in ("#i", "#h"):
        await page.focus(field)
        await page.keyboard.type("abc")
    await page.click("#b")
    await page.mouse.dblclick(5, 5)
    await page.click("#l")
    await page.evaluate("() => footfall.stop()")
    await page.wait_for_timeout(300)
    kinds = (Field, Keys, Gesture, Link, Reaction, Click)
    assert [fact for fact in site.facts if isinstance(fact, kinds)] == []


async def test_fields_tell_their_form(page: Page, site: Site) -> None:
    body = (
        "<form id='f'><input id='a'></form><input id='b' form='f'><p></p><label for='c'>C</label>"
        "<input id='c'><form id='g'><div id='e' contenteditable>x</div></form>"
    )
    await open_page(page, site, body)
    for key in ("#a", "#b", "#c", "#e"):
        await page.click(key)
        await page.keyboard.type("x")
    await page.click("#a")
    await site.until(lambda: len(site.of(Field)) == 4)
    assert [(one.key, one.form) for one in site.of(Field)] == [
        ("#a", "#f"), ("#b", "#f"), ("#c", ""), ("#e", "#g"),
    ]  # fmt: skip
    # And where both stand, whatever ids they have.
    assert [(one.plain, one.form_plain) for one in site.of(Field)] == [
        ("body>form>input", "body>form"), ("body>input", "body>form"), ("body>input:2@1iy6aqt", ""),
        ("body>form:2>div@aw0afs", "body>form:2"),
    ]  # fmt: skip


async def test_clicks_tell_what_is_open_whatever_its_id(page: Page, site: Site) -> None:
    body = (
        "<button id='outside'>Out</button><dialog id='cart'><button id='pay'>Pay</button></dialog>"
        "<details><summary>More</summary><i id='inside'>x</i></details><h3 aria-expanded=true>Part</h3>"
        "<div><b id='b'>y</b></div>"
    )
    await open_page(page, site, body)
    await page.click("#outside")
    await page.click("summary")
    await page.click("#inside")
    await page.evaluate("document.querySelector('#cart').show()")
    await page.click("#pay")
    await page.click("#b", force=True)
    await site.until(lambda: len(site.of(Click)) == 5)
    part = "body>h3@1r2wcqu"
    summary = "body>details>summary@lz5cvd"
    assert [(one.state, one.state_plain) for one in site.of(Click)] == [
        ("", ""),
        ("", ""),
        (summary, ""),
        ("#cart", "body>dialog"),
        (f"#cart\n{part}", f"body>dialog\n{part}"),
    ]
