"""What goes wrong, how fast the page is, what clicks cause: facts in a real Chromium, and what they hide."""

from typing import Any, Final

from playwright.async_api import Page

from footfall.wire.facts import Failure, LongTasks, Reaction, Request, Vital
from footfall.wire.schema import Click
from tests.browser.recorder_site import Site, on_the_wire, open_page


async def test_errors_before_and_after_the_rest_is_there(page: Page, site: Site) -> None:
    site.files["/app.js"] = (
        "text/javascript",
        b"""function deep(text) { throw new RangeError(text); }
        window.fail = (text) => setTimeout(() => deep(text));
        window.reject = (reason) => { Promise.reject(reason); };""",
    )
    body = """<script src="/app.js?key=hunterKey"></script><input id="i">
      <script>addEventListener("DOMContentLoaded", () => setTimeout(() => fail("soon")));</script>"""
    await open_page(page, site, body)
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
            sum(f.times for f in site.of(Failure) if f.message == "again") == 6
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
    assert b"hunter" not in on_the_wire(site)


async def test_an_error_while_the_recording_begins(page: Page, site: Site) -> None:
    site.files["/bad.js"] = (
        "text/javascript",
        b"addEventListener('footfall-began', () => { throw new Error('early'); });",
    )
    body = """<script src="/bad.js"></script><script>
      const start = setInterval(() => { if (!window.footfall?.session().session) return;
      clearInterval(start); dispatchEvent(new Event("footfall-began")); });</script>"""
    await open_page(page, site, body)
    await site.until(lambda: [f for f in site.of(Failure) if f.message == "early"])


async def test_requests_that_fail(page: Page, site: Site) -> None:
    site.files["/fine"] = ("text/plain", b"fine")
    body = """<script>window.unhandled = []; addEventListener("unhandledrejection",
      (event) => { unhandled.push(String(event.reason)); event.preventDefault(); });</script>"""
    await open_page(page, site, body)
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
    # Most are patched by the part that is loaded after the keyframe.
    await page.wait_for_function("() => !natives().includes(true)")
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
    await open_page(page, site, body)
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
    await open_page(page, site, REACTIONS)
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
    await open_page(
        page, site, REACTIONS + "<a id='away' href='/next' style='position:fixed;top:0'>away</a>"
    )
    site.pages["/next"] = "<!doctype html>next"
    await page.click("#scrolls")
    await page.wait_for_timeout(100)
    await page.click("#away")
    await site.until(lambda: len(site.of(Reaction)) == 2)
    assert [(r.key, r.effect, r.target) for r in site.of(Reaction)] == [
        ("#scrolls", "scroll", "button"),
        ("#away", "navigation", "link"),
    ]
