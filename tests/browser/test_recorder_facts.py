"""Facts beside clicks, pointer and scroll: each kind in a real Chromium, its values, and what it hides."""

import base64
import io
import wave
from typing import Any, Final, TypeVar

from playwright.async_api import Browser, Page

from footfall.wire.schema import (
    Click,
    Excerpt,
    Fact,
    Failure,
    Field,
    Gesture,
    Input,
    Invalid,
    Keys,
    Link,
    LongTasks,
    Media,
    Reaction,
    Request,
    Submit,
    Vital,
)
from tests.browser.recorder_site import Site, serve_site

_Kind = TypeVar("_Kind", bound=Fact)


async def _open(page: Page, site: Site, body: str, attributes: str = "") -> None:
    site.pages["/"] = (
        f"<!doctype html><html><head>{site.script(attributes)}</head>"
        f"<body style='margin:0'>{body}</body></html>"
    )
    await page.goto(site.origin)
    await site.until_keyframe()


def _once(site: Site, kind: type[_Kind]) -> list[_Kind]:
    """Return the facts of a kind, without those of chunks that came again."""
    chunks = {chunk.header.sequence: chunk.facts for chunk in site.arrived}
    return [fact for facts in chunks.values() for fact in facts if isinstance(fact, kind)]


def _wire(site: Site) -> bytes:
    return repr(site.facts).encode() + b"".join(chunk.frames for chunk in site.arrived)


async def test_double_clicks_menus_and_modifiers(page: Page, site: Site) -> None:
    await _open(page, site, "<button id='b' style='width:100px;height:40px'>Buy</button>")
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
    assert [(c.count, c.modifiers) for c in site.of(Click)][:2] == [(1, 0), (2, 0)]
    assert site.of(Click)[2].modifiers == 1
    assert site.of(Keys) == [], "a modifier alone is no key"


async def test_fingers(browser: Browser) -> None:
    context = await browser.new_context(has_touch=True, viewport={"width": 400, "height": 600})
    page = await context.new_page()
    async with serve_site() as site:
        await _open(page, site, "<main id='m' style='height:3000px'>long</main>")
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
    await _open(page, site, "<input id='name' required><input id='other'><p id='p'>text</p>")
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
    assert (keys[""].count, keys[""].escape) == (2, 1)
    assert b"hunter" not in _wire(site)


async def test_a_secret_field_tells_no_number(page: Page, site: Site) -> None:
    body = "<input id='pw' type='password' minlength='20' required><input id='other'>"
    await _open(page, site, body)
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
    await _open(page, site, body)
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
    await _open(page, site, body)
    await page.click("#go")
    await page.fill("#mail", "no-mail")
    await page.click("#go")
    await page.fill("#mail", "a@example.org")
    await page.click("#go")
    await page.wait_for_timeout(100)
    await page.click("#cheap")
    await site.until(lambda: len(_once(site, Submit)) == 2)
    assert [(i.key, i.field, i.flag) for i in _once(site, Invalid)] == [
        ("#mail", "email", "valueMissing"),
        ("#mail", "email", "typeMismatch"),
    ]
    taken, sent = _once(site, Submit)
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
    await _open(page, site, body)
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
    await _open(page, site, body)
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
    await _open(page, site, f"<audio id='a' src='data:audio/wav;base64,{sound}'></audio>")
    await page.evaluate(
        """async () => { const wait = (ms) => new Promise((done) => setTimeout(done, ms));
        a.muted = true; await a.play(); await wait(800); a.pause(); await wait(100);
        a.playbackRate = 2; a.currentTime = 2; await wait(600); await a.play();
        await new Promise((done) => { a.onended = done; }); }"""
    )
    await site.until(
        lambda: {m.action for m in site.of(Media)} >= {"ended", "seek", "rate", "volume"}
    )
    media = {fact.action: fact for fact in reversed(site.of(Media))}
    assert (media["play"].key, media["play"].media, media["play"].duration) == ("#a", "audio", 3000)
    assert 400 < media["pause"].position < 1500
    assert abs(media["seek"].amount - media["pause"].position) < 300
    assert media["seek"].position == 2000
    assert (media["rate"].amount, media["volume"].amount) == (200, 0)
    assert [m.action for m in site.of(Media) if m.action in ("play", "pause", "ended")] == [
        "play",
        "pause",
        "play",
        "ended",
    ]


async def test_errors_before_and_after_the_rest_is_there(page: Page, site: Site) -> None:
    site.files["/app.js"] = (
        "text/javascript",
        b"""function deep(text) { throw new RangeError(text); }
        window.fail = (text) => setTimeout(() => deep(text));
        window.reject = (reason) => { Promise.reject(reason); };""",
    )
    body = """<script src="/app.js?key=hunterKey"></script><input id="i">
      <script>addEventListener("DOMContentLoaded", () => setTimeout(() => fail("soon")));</script>"""
    await _open(page, site, body)
    await page.fill("#i", "hunterTyped")
    await page.evaluate(
        """() => { fail("For hunter.mail@example.org: hunterTyped, card 4242 4242 4242 4242");
        for (let i = 0; i < 5; i++) fail("again");
        reject(new TypeError("no hunterTyped")); reject("plain"); reject({ secret: "hunterObject" });
        const image = new Image(); image.src = "/none.png?u=hunterImage"; document.body.append(image); }"""
    )
    await page.wait_for_timeout(500)
    await page.evaluate("() => fail('again')")
    await page.wait_for_timeout(200)
    await site.until(
        lambda: (
            sum(f.count for f in site.of(Failure) if f.message == "again") == 6
            and [f for f in site.of(Failure) if f.cause == "resource"]
        )
    )
    failures: dict[str, Any] = {}
    for fact in site.of(Failure):
        failures.setdefault(fact.message or fact.name, fact)
    error = failures["For xxxxxx.xxxx@xxxxxxx.xxx: •••, card 0000 0000 0000 0000"]
    assert (error.cause, error.name, error.url) == (
        "error",
        "RangeError",
        f"{site.origin}/app.js",
    )
    assert (error.line, error.column > 0) == (1, True)
    frames = error.stack.split("\n")
    assert frames[0].startswith(f"{site.origin}/app.js:1:")
    assert 2 <= len(frames) <= 10
    assert len([f for f in site.of(Failure) if f.message == "again"]) < 6
    assert (failures["no •••"].cause, failures["no •••"].name) == ("rejection", "TypeError")
    assert failures["plain"].name == "string"
    assert failures["object"].message == "", "no property of what was thrown"
    assert failures["img"].url == f"{site.origin}/none.png"
    assert b"hunter" not in _wire(site)


async def test_an_error_while_the_recording_begins(page: Page, site: Site) -> None:
    site.files["/bad.js"] = (
        "text/javascript",
        b"addEventListener('footfall-began', () => { throw new Error('early'); });",
    )
    body = """<script src="/bad.js"></script><script>
      const start = setInterval(() => { if (!window.footfall?.session().session) return;
      clearInterval(start); dispatchEvent(new Event("footfall-began")); });</script>"""
    await _open(page, site, body)
    await site.until(lambda: [f for f in site.of(Failure) if f.message == "early"])


async def test_requests_that_fail(page: Page, site: Site) -> None:
    site.files["/fine"] = ("text/plain", b"fine")
    body = """<script>window.unhandled = []; addEventListener("unhandledrejection",
      (event) => { unhandled.push(String(event.reason)); event.preventDefault(); });</script>"""
    await _open(page, site, body)
    seen = await page.evaluate(
        """async () => {
        const seen = [];
        seen.push((await fetch("/fine")).status, (await fetch("/none?token=hunter", { method: "post" })).status);
        seen.push(await fetch(new Request("http://127.0.0.1:9/", { method: "DELETE" })).catch((e) => e.name));
        const stop = new AbortController();
        const going = fetch("/fine?slow", { signal: stop.signal });
        stop.abort();
        seen.push(await going.catch((e) => e.name));
        const handled = unhandled.length;
        fetch("http://127.0.0.1:9/loose");
        await new Promise((done) => setTimeout(done, 300));
        seen.push(handled, unhandled.length);
        const xhr = new XMLHttpRequest(); xhr.open("get", "/missing#x");
        await new Promise((done) => { xhr.onloadend = done; xhr.send("body"); });
        seen.push(xhr.status, fetch.name, fetch.length);
        return seen; }"""
    )
    assert seen == [200, 405, "TypeError", "AbortError", 0, 1, 404, "fetch", 1]
    await site.until(lambda: len(site.of(Request)) == 5)
    told = [(r.api, r.method, r.url, r.status, r.cause) for r in site.of(Request)]
    assert told == [
        ("fetch", "POST", f"{site.origin}/none", 405, "status"),
        ("fetch", "DELETE", "http://127.0.0.1:9/", 0, "network"),
        ("fetch", "GET", f"{site.origin}/fine", 0, "aborted"),
        ("fetch", "GET", "http://127.0.0.1:9/loose", 0, "network"),
        ("xhr", "GET", f"{site.origin}/missing", 404, "status"),
    ]
    assert b"hunter" not in repr(site.of(Request)).encode()


async def test_what_was_patched_is_given_back(page: Page, site: Site) -> None:
    site.pages["/"] = f"""<!doctype html><head><script>
      window.natives = () => [fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send,
        history.pushState].map((native) => native.toString().includes("[native code]"));
      window.before = Object.getOwnPropertyDescriptor(window, "fetch");</script>{site.script()}</head><body>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    assert await page.evaluate("() => natives()") == [False] * 4
    await page.evaluate("() => footfall.stop()")
    assert await page.evaluate("() => natives()") == [True] * 4
    same = """() => { const now = Object.getOwnPropertyDescriptor(window, "fetch");
      return Object.keys(before).every((key) => now[key] === before[key]); }"""
    assert await page.evaluate(same)


async def test_vitals_and_long_tasks(page: Page, site: Site) -> None:
    body = """<h1 id="hero" style="font-size:60px">A large headline that is painted</h1>
      <div id="gap"></div><p id="moved" style="height:300px">moved</p><button id="slow">Slow</button>
      <script>slow.addEventListener("click", () => { const end = performance.now() + 200;
        while (performance.now() < end); slow.textContent = "Done"; });
      setTimeout(() => { gap.style.height = "200px"; }, 600);</script>"""
    await _open(page, site, body)
    await page.wait_for_timeout(800)
    await page.click("#slow")
    await page.wait_for_timeout(400)
    site.pages["/next"] = "<!doctype html>next"
    await page.goto(f"{site.origin}/next")
    await site.until(lambda: {"LCP", "CLS", "INP"} <= {vital.name for vital in site.of(Vital)})
    vitals = {vital.name: vital for vital in site.of(Vital)}
    assert set(vitals) == {"LCP", "INP", "CLS", "FCP", "TTFB"}
    assert 0 < vitals["FCP"].value <= vitals["LCP"].value < 10_000
    assert vitals["LCP"].key == "#hero"
    assert 0.02 < vitals["CLS"].value < 1
    assert vitals["INP"].value >= 190
    assert (vitals["INP"].key, vitals["INP"].detail) in (
        ("#slow", "click"),
        ("#slow", "pointerup"),
        ("#slow", "pointerdown"),
    )
    assert max(tasks.longest for tasks in site.of(LongTasks)) >= 190


REACTIONS: Final = """<style>#stage > * { margin: 4px }</style><div id="stage" style="padding-top:4px">
  <div><div><div><button id="near">near</button></div></div></div>
  <button id="dead" style="display:block">dead</button>
  <div><div><div><div><div><button id="far">far</button></div></div></div></div></div>
  <div><button id="late">late</button></div>
  <div><button id="asks">asks</button></div>
  <div><button id="routes">routes</button></div>
  <div><button id="modal">modal</button></div>
  <div><button id="scrolls">scrolls</button></div>
  <div><button id="focuses">focuses</button></div>
  <div><button id="saves">saves</button></div>
  <div><span id="text" style="cursor:pointer">looks alive</span></div>
  </div><footer><i><input id="field"></i><b><b><b><b id="badge">0</b></b></b></b></footer>
  <div style="height:3000px"></div>
  <script>
  const on = (id, work) => document.getElementById(id).addEventListener("click", work);
  on("near", (event) => { event.target.parentNode.append("!"); });
  on("far", () => { badge.textContent += "1"; });
  on("late", (event) => setTimeout(() => { event.target.textContent = "came"; }, 1500));
  on("asks", () => fetch("/fine"));
  on("routes", () => history.pushState(0, "", "/two"));
  on("modal", () => document.body.insertAdjacentHTML("beforeend", "<div><p role=dialog>Hello</p></div>"));
  on("scrolls", () => scrollTo(0, 400));
  on("focuses", () => field.focus());
  on("saves", () => { const link = document.createElement("a"); link.download = "x.txt";
    link.href = URL.createObjectURL(new Blob(["x"])); link.click(); });
  </script>"""


async def test_what_clicks_cause(page: Page, site: Site) -> None:
    site.files["/fine"] = ("text/plain", b"fine")
    await _open(page, site, REACTIONS)
    for name in ("near", "asks", "routes", "modal", "focuses", "saves", "late"):
        await page.click(f"#{name}")
        await page.wait_for_timeout(1700 if name == "late" else 60)
    await page.click("#dead")
    await page.click("#text")
    await page.click("#far")
    await site.until(lambda: len(site.of(Reaction)) == 10, 20)
    by_key = {reaction.key: reaction for reaction in site.of(Reaction)}
    effects = {key: reaction.effect for key, reaction in by_key.items()}
    assert effects == {
        "#near": "mutation",
        "#asks": "request",
        "#routes": "navigation",
        "#modal": "dialog",
        "#focuses": "focus",
        "#saves": "download",
        "#late": "mutation",
        "#dead": "nothing",
        "#text": "nothing",
        "#far": "nothing",
    }
    assert by_key["#dead"].delay == -1
    assert (by_key["#dead"].target, by_key["#text"].target) == ("button", "pointer")
    assert 0 <= by_key["#near"].delay < 500
    assert 1450 < by_key["#late"].delay < 2500
    assert 0 <= by_key["#far"].elsewhere < 500
    clicks = {click.stamp: click.key for click in site.of(Click)}
    assert all(clicks[reaction.stamp] == reaction.key for reaction in site.of(Reaction))


async def test_reactions_to_leaving_and_scrolling(page: Page, site: Site) -> None:
    await _open(
        page, site, REACTIONS + "<a id='away' href='/next' style='position:fixed;top:0'>away</a>"
    )
    site.pages["/next"] = "<!doctype html>next"
    await page.click("#scrolls")
    await page.wait_for_timeout(100)
    await page.click("#away")
    await site.until(lambda: len(_once(site, Reaction)) == 2)
    assert [(r.key, r.effect, r.target) for r in _once(site, Reaction)] == [
        ("#scrolls", "scroll", "button"),
        ("#away", "navigation", "link"),
    ]


async def test_nothing_of_what_is_ignored(page: Page, site: Site) -> None:
    body = """<div data-footfall="ignore"><input id="i"><button id="b">b</button>
      <a id="l" href="/x.pdf">file</a></div><div data-footfall="block"><input id="h"></div>
      <script>addEventListener("click", (event) => event.preventDefault());</script>"""
    await _open(page, site, body)
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
