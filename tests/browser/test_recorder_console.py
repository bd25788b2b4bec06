"""Console lines and requests, where they are asked for: in short, masked, without bodies, with nothing changed."""

from playwright.async_api import Page

from footfall.wire.facts import Console, Network
from footfall.wire.schema import State
from tests.browser.recorder_site import PROJECT, Site


def _put(site: Site, attributes: str, body: str = "") -> None:
    site.pages["/"] = f"<!doctype html><head>{site.script(attributes)}</head><body>{body}</body>"


async def _open(page: Page, site: Site, patched: str) -> None:
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.wait_for_function(f"() => !/native code/.test({patched})")


async def _end(page: Page, site: Site) -> None:
    await page.wait_for_timeout(300)
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: any(fact.state == "stopped" for fact in site.of(State)))


async def test_console_lines_are_told_in_short_masked_and_counted(page: Page, site: Site) -> None:
    field = (
        '<input id="f"><input id="shown" data-footfall="unmask">'
        '<input id="pass" type="password" data-footfall="unmask">'
    )
    _put(site, "data-console", field)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    await _open(page, site, "console.log")
    await page.fill("#f", "correct horse")
    await page.fill("#shown", "in the open")
    await page.fill("#pass", "swordfish")  # may never be shown, whatever stands around it
    await page.evaluate(
        """() => {
          console.log("order", 7, { id: 1, password: "hunter2" }, [1, 2]);
          for (let i = 0; i < 5; i++) console.warn("again");
          console.error(new TypeError("no such thing"));
          console.info("typed " + ["#f", "#shown", "#pass"].map((id) => document.querySelector(id).value).join(", "));
          console.debug("mail ada@example.org GET /x?token=abcdef&page=2 phone 0171 2345678");
        }"""
    )
    await _end(page, site)
    lines = [(line.level, line.text, line.repeats) for line in site.of(Console)]
    assert lines == [
        ("log", "order 7 {id: 1, password: •} [1, 2]", 1),
        ("warn", "again", 5),
        ("error", "TypeError: no such thing", 1),
        ("info", "typed •••, in the open, •••", 1),
        ("debug", "mail xxx@xxxxxxx.xxx GET /x?token=•&page=• phone 0000 0000000", 1),
    ]
    assert len(heard) >= 9
    assert await page.evaluate("/native code/.test(console.log)")


async def test_a_flood_is_bounded_and_said(page: Page, site: Site) -> None:
    _put(site, "data-console")
    await _open(page, site, "console.log")
    await page.evaluate("() => { for (let i = 0; i < 500; i++) console.log('line', i); }")
    await page.wait_for_timeout(5100)
    await page.evaluate("console.log('later')")
    await _end(page, site)
    assert len(site.of(Console)) == 101
    assert [(f.reason, f.amount) for f in site.of(State) if f.state == "dropped"] == [
        ("console", 400)
    ]


async def test_requests_are_told_without_bodies(page: Page, site: Site) -> None:
    site.files["/data.json"] = ("application/json", b'{"answer": 42}')
    site.files["/late.js"] = ("text/javascript", b"1")
    _put(site, 'data-network data-allow-query="page"')
    rejected: list[str] = []
    await page.expose_function("unhandled", lambda reason: rejected.append(reason))
    await page.add_init_script(
        "addEventListener('unhandledrejection', (event) => unhandled(String(event.reason)));"
    )
    await _open(page, site, "fetch")
    await page.evaluate(
        """async () => {
          await (await fetch("/data.json?page=2&secret=1")).text();
          await (await fetch(new Request("/none", { method: "POST", body: "secret body" }))).text();
          await new Promise((done) => {
            const request = new XMLHttpRequest();
            request.open("put", "/data.json");
            request.onloadend = done;
            request.send("four");
          });
          const script = document.createElement("script");
          script.src = "/late.js";
          document.head.append(script);
          fetch("http://127.0.0.1:9/closed");
          await new Promise((done) => setTimeout(done, 500));
        }"""
    )
    await _end(page, site)
    told = {(r.method, r.url.removeprefix(site.origin), r.type): r for r in site.of(Network)}
    got = told["GET", "/data.json?page=2", "fetch"]
    assert (got.status, got.sent, got.size) == (200, 0, 14)
    assert 0 <= got.duration <= got.age
    posted = told["POST", "/none", "fetch"]
    assert (posted.status, posted.sent) == (405, -1)
    put = told["PUT", "/data.json", "xmlhttprequest"]
    assert (put.status, put.sent) == (405, 4)
    assert told["", "/late.js", "script"].status == 200
    assert told["GET", "http://127.0.0.1:9/closed", "fetch"].status == 0
    assert rejected == ["TypeError: Failed to fetch"]
    own = [r.url for r in site.of(Network) if "/ingest/" in r.url or "footfall" in r.url]
    assert own == []
    everything = b"".join(repr(chunk.facts).encode() for chunk in site.arrived)
    assert b"secret" not in everything
    assert PROJECT.encode() not in everything
    assert await page.evaluate("/native code/.test(fetch)")
