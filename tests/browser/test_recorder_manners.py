"""The recorder as a guest: it waits when nobody is there, gives everything back, and never disturbs."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, Route, async_playwright

from footfall.wire.schema import FLAG_LAST, Click, PageHide, PageView, State
from tests.browser.chromium import FLAGS, installed
from tests.browser.recorder_site import Site, all_watches

# Every function and accessor of the classes and objects that a recorder may patch, by identity.
NATIVES = """() => {
  window.natives = () => {
    const owners = [...Object.getOwnPropertyNames(window)
      .filter((name) => /^[A-Z]/.test(name) && typeof window[name] === "function")
      .flatMap((name) => [[name, window[name]], [name + ".prototype", window[name].prototype]]),
      ["window", window], ["document", document], ["history", history], ["console", console], ["navigator", navigator]];
    const found = new Map();
    for (const [owner, object] of owners) {
      if (!object) continue;
      for (const key of Reflect.ownKeys(object)) {
        if (owner === "window" && /^(natives|before|footfall|event)$/.test(String(key))) continue;
        if (/^\\$\\d$|^(input|lastMatch|lastParen|leftContext|rightContext)$/.test(String(key))) continue;
        const { value, get, set } = Object.getOwnPropertyDescriptor(object, key) ?? {};
        found.set(owner + "." + String(key), [typeof value === "function" ? value : 0, get, set]);
      }
    }
    return found;
  };
  window.before = natives();
}"""
CHANGED = """() => {
  const now = natives();
  return [...new Set([...now.keys(), ...before.keys()])].filter((name) => {
    const [a, b] = [before.get(name), now.get(name)];
    return !a || !b || a.some((part, i) => part !== b[i]);
  });
}"""


def put(site: Site, path: str = "/", head: str = "", attributes: str = "") -> None:
    site.pages[path] = (
        f"<!doctype html><html><head>{head}{site.script(attributes)}</head>"
        f"<body><p id=p>page {path}</p><button id=b>b</button></body></html>"
    )


def told(site: Site) -> list[str]:
    return [fact.state for fact in site.of(State)]


async def test_stop_gives_back_every_native_that_was_patched(page: Page, site: Site) -> None:
    put(site, head=f"<script>({NATIVES})()</script>")
    await page.goto(site.origin)
    await site.until_keyframe()
    for _ in range(3):
        assert await page.evaluate(CHANGED) != []
        await page.evaluate("() => footfall.stop()")
        assert await page.evaluate(CHANGED) == []
        await page.evaluate("() => footfall.start()")
    await site.until_keyframe(2)


async def test_what_the_page_patched_before_and_after_stays(page: Page, site: Site) -> None:
    patch = """<script>window.calls = [];
      const wrap = (owner, name, note) => { const native = owner[name];
        owner[name] = function (...given) { calls.push(note); return native.apply(this, given); }; };
      wrap(history, "pushState", "early"); wrap(Element.prototype, "attachShadow", "early shadow");
      wrap(window, "fetch", "fetch"); wrap(window, "setTimeout", "timeout");
      wrap(EventTarget.prototype, "addEventListener", "listen");</script>"""
    put(site, head=patch)
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate(
        """() => { calls.length = 0; wrap(history, "pushState", "late"); history.pushState(0, "", "/two"); }"""
    )
    await page.wait_for_timeout(100)
    heard = await page.evaluate("() => calls.filter((call) => /early|late/.test(call))")
    assert heard == ["late", "early"]
    await page.evaluate("() => footfall.stop()")
    await page.evaluate(
        """() => { calls.length = 0; history.pushState(0, "", "/three"); p.attachShadow({ mode: "open" }); }"""
    )
    # What was recorded is still on its way: that may go through the page's own fetch and setTimeout.
    heard = await page.evaluate("() => calls.filter((call) => /early|late|listen/.test(call))")
    assert heard == ["late", "early", "early shadow"]
    await site.until(lambda: "stopped" in told(site))
    urls = [view.url.removeprefix(site.origin) for view in site.of(PageView)]
    assert urls == ["/", "/two"]


async def test_it_comes_back_from_the_back_forward_cache(site: Site) -> None:
    put(site)
    site.pages["/other"] = "<!doctype html>other"
    async with async_playwright() as playwright:
        # Playwright turns the cache off by default.
        browser = await playwright.chromium.launch(
            executable_path=installed(),
            args=[*FLAGS, "--enable-features=BackForwardCache"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        page = await browser.new_page()
        await page.goto(site.origin)
        await site.until_keyframe()
        await page.evaluate("() => { window.mark = 1; p.textContent = 'changed'; }")
        await page.goto(f"{site.origin}/other")
        await site.until(lambda: site.of(PageHide))
        await page.go_back(wait_until="commit")
        assert await page.evaluate("() => window.mark") == 1, "the page came from the cache"
        assert site.of(PageHide)[0].cached
        await site.until_keyframe(2)
        await page.click("#b")
        await site.until(lambda: site.of(Click))
        await browser.close()
    assert [view.cause for view in site.of(PageView)] == ["load", "restore"]
    headers = [chunk.header for chunk in site.arrived]
    assert len({(h.session, h.tab) for h in headers}) == 1
    assert {h.document for h in headers if h.flags & FLAG_LAST} == {1}
    assert headers[-1].document == 2


async def until_by_clock(page: Page, condition: Callable[[], object]) -> None:
    """Wait where a test has the clock: it goes on, as minutes that pass at once cut off what is being sent."""
    async with asyncio.timeout(30):
        while not condition():
            await page.clock.run_for(500)
            await asyncio.sleep(0.05)


async def test_idle_pauses_and_activity_resumes(page: Page, site: Site) -> None:
    await page.clock.install()
    put(site)
    await page.goto(site.origin)
    await page.clock.run_for(3000)
    await site.until_keyframe()
    await page.clock.run_for(6 * 60 * 1000)
    await until_by_clock(page, lambda: "idle" in told(site))
    assert await page.evaluate("() => footfall.session().state") == "idle"
    await page.evaluate("() => { p.textContent = 'nobody sees this'; p.textContent = 'seen'; }")
    await page.clock.run_for(60_000)
    assert not any(b"nobody" in chunk.frames for chunk in site.arrived)
    await page.mouse.click(20, 20)
    await page.clock.run_for(10_000)
    await until_by_clock(page, lambda: site.keyframes() >= 2)
    assert [name for name in told(site) if name != "started"] == ["idle", "resumed"]
    assert len({chunk.header.session for chunk in site.arrived}) == 1


async def test_a_session_ends_after_half_an_hour_and_another_begins(page: Page, site: Site) -> None:
    await page.clock.install()
    put(site)
    await page.goto(site.origin)
    await page.clock.run_for(3000)
    await site.until_keyframe()
    await page.clock.fast_forward(31 * 60 * 1000)
    await page.clock.run_for(20_000)
    await page.mouse.click(20, 20)
    await page.clock.run_for(10_000)
    await until_by_clock(page, lambda: site.keyframes() >= 2)
    sessions = list(dict.fromkeys(chunk.header.session for chunk in site.arrived))
    assert len(sessions) == 2
    second = [chunk for chunk in site.arrived if chunk.header.session == sessions[1]]
    assert sorted(chunk.header.sequence for chunk in second) == list(range(len(second)))
    assert isinstance(second[0].facts[0], State | PageView)
    assert len({chunk.header.visitor for chunk in site.arrived}) == 1


@pytest.mark.parametrize("hours", [-48, 48])
async def test_a_clock_that_jumps_harms_nothing(page: Page, site: Site, hours: int) -> None:
    put(site)
    await page.add_init_script(
        "{ const real = Date.now; window.jump = 0; Date.now = () => real() + window.jump; }"
    )
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate("(ms) => { window.jump = ms; }", hours * 3_600_000)
    await page.mouse.click(20, 20)
    await page.evaluate("() => { p.textContent = 'after the jump'; }")
    await site.until(lambda: site.of(Click))
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: "stopped" in told(site))
    headers = [chunk.header for chunk in site.arrived]
    assert max(h.base_time for h in headers) - min(h.base_time for h in headers) < 60_000
    assert any(b"after the jump" in chunk.frames for chunk in site.arrived)


async def test_a_lost_token_begins_another_session(page: Page, site: Site) -> None:
    put(site)
    await page.goto(site.origin)
    await site.until_keyframe()
    first = site.arrived[0].header.session
    refuse = {"error": "token", "message": "lost"}
    site.refusals = [web.json_response(refuse, status=403) for _ in range(5)]
    await page.mouse.click(20, 20)
    await site.until(lambda: any(c.header.session != first for c in site.arrived), 60)
    await site.until_keyframe(2)
    other = [chunk for chunk in site.arrived if chunk.header.session != first]
    assert other[0].header.sequence == 0
    assert other[0].token == ""


async def test_printing_changes_nothing(page: Page, site: Site) -> None:
    put(site, head="<style>@media print { p { display: none } }</style>")
    await page.goto(site.origin)
    await site.until_keyframe()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.emulate_media(media="print")
    await page.evaluate(
        "() => { dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint')); }"
    )
    await page.pdf()
    await page.emulate_media(media="screen")
    await page.click("#b")
    await site.until(lambda: site.of(Click))
    assert problems == []
    assert "failed" not in told(site)


async def test_a_hidden_and_frozen_tab_sends_what_it_has(page: Page, site: Site) -> None:
    put(site)
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate("() => { p.textContent = 'last words'; }")
    await page.evaluate(
        """() => { Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
          document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    await site.until(lambda: any(b"last words" in chunk.frames for chunk in site.arrived), 4)
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setWebLifecycleState", {"state": "frozen"})
    await session.send("Page.setWebLifecycleState", {"state": "active"})
    await page.evaluate(
        """() => { delete document.visibilityState; document.dispatchEvent(new Event("visibilitychange"));
          p.textContent = "thawed"; }"""
    )
    await site.until(lambda: any(b"thawed" in chunk.frames for chunk in site.arrived))


async def test_a_policy_with_its_two_origins_suffices(browser: Browser, site: Site) -> None:
    """Only script-src and connect-src name Footfall; the rest of the policy forbids everything."""
    policy = f"default-src 'none'; script-src {site.origin}; connect-src {site.origin}; trusted-types 'none'"
    policy += "; require-trusted-types-for 'script'"
    context = await browser.new_context()
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    put(site)

    async def serve(route: Route) -> None:
        await route.fulfill(
            body=site.pages["/"],
            content_type="text/html",
            headers={"Content-Security-Policy": policy},
        )

    await page.route(f"{site.origin}/", serve)
    await page.goto(f"{site.origin}/")
    await site.until_keyframe()
    await page.click("#b")
    await site.until(lambda: site.of(Click))
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: "stopped" in told(site))
    await context.close()
    assert problems == []


async def test_chunks_stay_small_on_a_large_page_without_compression(
    page: Page, site: Site
) -> None:
    await page.add_init_script("delete window.CompressionStream")
    rows = "".join(f"<p class='row r{i}'>{f'text {i} ' * 8}</p>" for i in range(4000))
    site.pages["/"] = f"<!doctype html><head>{site.script()}</head><body>{rows}</body>"
    await page.goto(site.origin)
    await site.until_keyframe()
    assert max(len(chunk.body) for chunk in site.arrived) <= 64 * 1024
    tree = site.tree()
    assert sum(node.tag == "p" for node in tree.nodes.values()) == 4000


async def test_a_failure_of_its_own_is_counted_and_not_thrown(page: Page, site: Site) -> None:
    put(site)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(site.origin)
    await site.until_keyframe()
    await all_watches(page)
    await page.evaluate(
        """() => { window.real = Element.prototype.getBoundingClientRect;
          Element.prototype.getBoundingClientRect = () => { throw new RangeError("secret of the page"); };
          b.onclick = () => { window.clicked = true; }; }"""
    )
    await page.mouse.click(20, 60)
    await page.evaluate("() => b.click()")
    await page.evaluate("() => { Element.prototype.getBoundingClientRect = real; }")
    await page.mouse.click(30, 60)
    await site.until(lambda: site.of(Click))
    failed = [fact for fact in site.of(State) if fact.state == "failed"]
    assert [fact.reason for fact in failed] == ["RangeError"]
    assert problems == []
    assert await page.evaluate("() => clicked")
    assert await page.evaluate("() => footfall.session().state") == "recording"
    for chunk in site.arrived:
        chunk.facts = [fact for fact in chunk.facts if fact not in failed]


async def test_offline_then_online_everything_arrives(page: Page, site: Site) -> None:
    put(site)
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.context.set_offline(True)
    for number in range(3):
        await page.evaluate(f"() => {{ p.textContent = 'offline {number}'; }}")
        await page.mouse.click(20, 20 + number)
        await page.wait_for_timeout(1300)
    count = len(site.arrived)
    await page.context.set_offline(False)
    await site.until(lambda: len(site.of(Click)) == 3, 30)
    assert len(site.arrived) > count
    sequences = sorted(chunk.header.sequence for chunk in site.arrived)
    assert sequences == list(range(len(sequences)))


async def test_the_next_page_sends_what_the_last_could_not(page: Page, site: Site) -> None:
    for path in ("/", "/next"):
        put(site, path)
    await page.goto(site.origin)
    await site.until_keyframe()
    await all_watches(page)
    blocked: list[Any] = []

    async def fail(route: Route) -> None:
        blocked.append(route.request.url)
        await route.abort()

    await page.route("**/ingest/**", fail)
    await page.mouse.click(20, 20)
    await page.evaluate("() => { p.textContent = 'written offline'; }")
    await page.wait_for_timeout(1500)
    await page.evaluate("() => { document.body.append('at the very end'); }")
    await page.goto(f"{site.origin}/next")
    await page.unroute("**/ingest/**")
    await site.until(lambda: site.of(Click), 30)
    await site.until(lambda: site.of(PageHide), 30)
    assert blocked
    wire = b"".join(chunk.frames for chunk in site.arrived)
    assert b"written offline" in wire
    assert b"at the very end" in wire
    sequences = sorted({chunk.header.sequence for chunk in site.arrived})
    assert sequences == list(range(len(sequences)))


async def test_withdrawn_consent_sends_nothing_that_was_waiting(page: Page, site: Site) -> None:
    put(site)
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.context.set_offline(True)
    await page.mouse.click(20, 20)
    await page.wait_for_timeout(1500)
    count = len(site.arrived)
    await page.evaluate("() => footfall.consent('denied')")
    await page.context.set_offline(False)
    await page.reload()
    await page.wait_for_timeout(2500)
    assert len(site.arrived) == count
    left = """() => new Promise((done) => { const open = indexedDB.open("footfall");
      open.onsuccess = () => { const db = open.result;
        if (!db.objectStoreNames.contains("chunks")) return done(0);
        const all = db.transaction("chunks").objectStore("chunks").count();
        all.onsuccess = () => done(all.result); }; })"""
    assert await page.evaluate(left) == 0
    assert json.loads(await page.evaluate("() => JSON.stringify(sessionStorage)")) == {}
