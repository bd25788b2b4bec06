"""What the site's scripts can call: facts, consent, refusal, excluded pages, the sample; by tag and by module."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from footfall.wire.facts import Event, Identify, PageName
from footfall.wire.schema import Click, PageView, State
from tests.browser.recorder_site import PROJECT, Site, all_watches

STORED = """async () => [localStorage.length + sessionStorage.length,
  (await indexedDB.databases()).length]"""
SHARE = 0.25


def put(site: Site, path: str, attributes: str = "", head: str = "") -> None:
    site.pages[path] = (
        f"<!doctype html><html><head>{head}{site.script(attributes)}<title>{path}</title></head>"
        f"<body><p id=p>page {path}</p></body></html>"
    )


def states(site: Site, name: str) -> list[tuple[str, int]]:
    return [(fact.reason, fact.amount) for fact in site.of(State) if fact.state == name]


async def state(page: Page) -> Any:
    return await page.evaluate("() => footfall.session().state")


async def test_what_the_site_tells_becomes_facts(page: Page, site: Site) -> None:
    early = '<script>(window.footfall ||= []).push(["track", "early"], ["identify", "u-42", {a: 1}]);</script>'
    put(site, "/", head=early)
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate(
        """() => {
          footfall.track("purchase", { total: 12.5, gift: true, by: "ann@example.org", deep: {} });
          footfall.identify("ann@example.org");
          footfall.page("Checkout");
          footfall.track();
          document.body.append("more");
        }"""
    )
    await site.until(lambda: site.of(PageName))
    events = {fact.name: json.loads(fact.properties) for fact in site.of(Event)}
    purchase = {"total": 12.5, "gift": True, "by": "xxx@xxxxxxx.xxx"}
    assert events == {"early": {}, "purchase": purchase, "": {}}
    users = [(fact.user, json.loads(fact.properties)) for fact in site.of(Identify)]
    assert users == [("u-42", {"a": 1}), ("xxx@xxxxxxx.xxx", {})]
    assert [fact.name for fact in site.of(PageName)] == ["Checkout"]
    assert [(v.number, v.cause) for v in site.of(PageView)] == [(1, "load"), (2, "page")]


async def test_pause_records_nothing_and_resume_goes_on(page: Page, site: Site) -> None:
    put(site, "/")
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate(
        """() => { window.heard = []; footfall.on("state", (state) => heard.push(state)); footfall.pause(); }"""
    )
    assert await state(page) == "paused"
    await page.mouse.move(30, 30)
    await page.mouse.click(20, 20)
    await page.evaluate(
        "() => { p.textContent = 'unseen'; footfall.track('unseen'); p.textContent = 'seen'; }"
    )
    await page.wait_for_timeout(1500)
    count = len(site.arrived)
    await page.evaluate("() => footfall.resume()")
    await site.until_keyframe(2)
    await page.mouse.click(25, 25)
    await site.until(lambda: site.of(Click))
    assert len(site.of(Click)) == 1
    assert not any(b"unseen" in chunk.frames for chunk in site.arrived)
    assert site.of(Event) == []
    assert count >= 2
    assert [f.state for f in site.of(State)] == ["started", "paused", "resumed"]
    assert await page.evaluate("() => heard") == ["paused", "recording"]
    await page.evaluate("() => footfall.stop()")
    assert await page.evaluate("() => heard.at(-1)") == "stopped"


async def test_a_pause_amid_a_keyframe_leaves_it_unfinished(page: Page, site: Site) -> None:
    rows = "".join(f"<p class='r{i}'>text {i}</p>" for i in range(40_000))
    site.pages["/"] = f"<!doctype html><head>{site.script()}</head><body>{rows}</body></html>"
    await page.goto(site.origin)
    await all_watches(page)
    await site.until_keyframe()
    # What a keyframe asks for as it begins; the timer comes after its first slice.
    await page.evaluate(
        """() => new Promise((done) => {
          Object.defineProperty(document, "compatMode", { configurable: true, get() {
            delete document.compatMode;
            setTimeout(() => { footfall.pause(); setTimeout(done, 1500); });
            return document.compatMode;
          } });
          footfall.pause();
          footfall.resume();
        })"""
    )
    await page.evaluate("() => footfall.resume()")
    await site.until_keyframe(2)
    names = [op.name for chunk in site.arrived for op in chunk.ops]
    _, second, third = (at for at, name in enumerate(names) if name == "Keyframe")
    assert {"KeyframeEnd", "Environment"} & {*names[second:third]} == set()
    assert sum(node.tag == "p" for node in site.tree().nodes.values()) == 40_000


async def test_reset_begins_another_visitor(page: Page, site: Site) -> None:
    put(site, "/")
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate("() => { footfall.identify('ann'); footfall.reset(); }")
    await site.until_keyframe(2)
    headers = [chunk.header for chunk in site.arrived]
    assert len({h.visitor for h in headers}) == len({h.session for h in headers}) == 2
    second = [c for c in site.arrived if c.header.session != headers[0].session]
    assert [c.header.sequence for c in second] == list(range(len(second)))
    assert not any(isinstance(fact, Identify) for chunk in second for fact in chunk.facts)


async def test_session_links_to_its_replay(page: Page, site: Site) -> None:
    put(site, "/")
    await page.goto(site.origin)
    await site.until_keyframe()
    told = await page.evaluate("() => footfall.session()")
    link = f"{site.origin}/p/{PROJECT}/sessions/{site.arrived[0].header.session}?t="
    assert told["link"].startswith(link)
    assert 0 <= int(told["link"].removeprefix(link)) < 60_000


async def test_errors_are_signalled_without_their_text(page: Page, site: Site) -> None:
    put(site, "/")
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate(
        """() => {
          window.heard = [];
          const stop = footfall.on("signal", (signal) => { heard.push(signal); throw 1; });
          dispatchEvent(new ErrorEvent("error", { message: "secret" })); stop();
          dispatchEvent(new ErrorEvent("error", { message: "secret" }));
        }"""
    )
    [signal] = await page.evaluate("() => heard")
    assert signal["name"] == "error"
    assert set(signal) == {"name", "at"}


async def test_the_module_does_the_same(page: Page, site: Site) -> None:
    site.pages["/"] = f"""<!doctype html><body>page<script type="module">
      import {{ on, session, start, stop, track }} from "/footfall.mjs";
      const before = [localStorage.length, "footfall" in window, session().state];
      window.heard = []; on("state", (state) => heard.push(state));
      track("before", {{ n: 1 }});
      start({{ project: "{PROJECT}", endpoint: location.origin, keep: ["error"], sample: 1 }});
      track("after"); window.stop = stop; window.before = before;</script></body>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    assert await page.evaluate("() => before") == [0, False, "waiting"]
    assert [fact.name for fact in site.of(Event)] == ["before", "after"]
    await page.evaluate("() => window.stop()")
    await site.until(lambda: states(site, "stopped"))
    assert await page.evaluate("() => heard") == ["recording", "stopped"]


async def test_consent_is_remembered_told_and_withdrawn_everywhere(page: Page, site: Site) -> None:
    for path in ("/", "/next"):
        put(site, path, 'data-consent="required"')
    await page.goto(site.origin)
    await page.wait_for_function("() => window.footfall")
    await page.evaluate("() => { footfall.track('too early'); footfall.consent('granted'); }")
    await site.until_keyframe()
    await page.goto(f"{site.origin}/next")
    await site.until_keyframe(2)
    given = states(site, "consent")
    assert len(given) == 2
    assert given[0] == given[1]
    assert given[0][0] == "granted"
    assert abs(given[0][1] - site.arrived[0].header.sent_at) < 60_000
    assert site.of(Event) == []
    other = await page.context.new_page()
    await other.goto(site.origin)
    await site.until_keyframe(3)
    await other.evaluate("() => { document.body.append('not sent'); footfall.consent('denied'); }")
    await page.wait_for_function("() => footfall.session().state === 'no consent'")
    count = len(site.arrived)
    for one in (page, other):
        await one.mouse.click(20, 20)
        await one.evaluate("() => document.body.append('unseen')")
    await page.wait_for_timeout(1500)
    assert len(site.arrived) == count
    assert (await page.evaluate(STORED))[0] == 0
    await page.goto(site.origin)
    await page.wait_for_timeout(1000)
    assert (await state(page), len(site.arrived)) == ("no consent", count)


async def test_an_opt_out_is_remembered_where_consent_is_not_required(
    page: Page, site: Site
) -> None:
    put(site, "/")
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate("() => footfall.consent('denied')")
    count = len(site.arrived)
    await page.goto(site.origin)
    await page.wait_for_timeout(1000)
    assert (await state(page), len(site.arrived)) == ("no consent", count)
    await page.evaluate("() => footfall.consent('granted')")
    await site.until_keyframe(2)
    assert len({chunk.header.visitor for chunk in site.arrived}) == 2


@pytest.mark.parametrize(
    ("signal", "records"),
    [("doNotTrack: '1'", True), ("globalPrivacyControl: true", False)],
)
async def test_do_not_track_can_be_ignored_and_gpc_cannot(
    page: Page, site: Site, signal: str, records: bool
) -> None:
    name, value = signal.split(": ")
    await page.add_init_script(
        f"Object.defineProperty(Navigator.prototype, '{name}', {{ get: () => {value} }});"
    )
    put(site, "/", 'data-do-not-track="ignore"')
    await page.goto(site.origin)
    await page.wait_for_function("() => window.footfall?.session")
    if records:
        await site.until_keyframe()
    else:
        await page.wait_for_timeout(1500)
        assert (await state(page), site.arrived) == ("refused", [])
        assert await page.evaluate(STORED) == [0, 0]


async def test_excluded_pages_are_left_out_on_the_way(page: Page, site: Site) -> None:
    put(site, "/", 'data-exclude="/admin/* /account"')
    site.pages["/admin/users"] = site.pages["/"]
    await page.goto(site.origin)
    await site.until_keyframe()
    # As bad routers do: the content first.
    await page.evaluate(
        """() => { p.textContent = "hidden one"; history.pushState(0, "", "/admin/users"); p.textContent = "hidden two";
        setTimeout(() => { p.textContent = "hidden three"; }, 100); }"""
    )
    await page.mouse.click(20, 20)
    await page.wait_for_timeout(1500)
    assert await state(page) == "excluded"
    await page.evaluate("""() => { history.pushState(0, "", "/shop"); p.textContent = "shown"; }""")
    await site.until_keyframe(2)
    paths = [view.url.removeprefix(site.origin) for view in site.of(PageView)]
    assert paths == ["/", "/shop"]
    await page.goto(f"{site.origin}/admin/users")
    await page.wait_for_timeout(1000)
    assert await state(page) == "excluded"
    await page.evaluate("() => history.pushState(0, '', '/shop')")
    await site.until_keyframe(3)
    wire = b"".join(chunk.frames + repr(chunk.facts).encode() for chunk in site.arrived)
    assert b"hidden" not in wire
    assert b"admin/users" not in wire
    assert b"shown" in wire
    assert site.of(Click) == []


async def test_a_page_can_exclude_itself(page: Page, site: Site) -> None:
    put(site, "/", head='<meta name="footfall" content="exclude">')
    await page.goto(site.origin)
    await page.wait_for_timeout(1500)
    assert (await state(page), site.arrived) == ("excluded", [])
    assert await page.evaluate(STORED) == [0, 0]


async def test_page_views_by_query_and_by_hash(page: Page, site: Site) -> None:
    put(site, "/", 'data-page-views="hash"')
    await page.goto(site.origin)
    await site.until_keyframe()
    for address in ("/?a=1", "/?a=2", "/?a=2#/cart?secret=1", "/?a=2#plain", "/?a=2#plain"):
        await page.evaluate("(url) => history.pushState(0, '', url)", address)
        await page.wait_for_timeout(50)
    await page.mouse.click(20, 20)
    await site.until(lambda: site.of(Click))
    urls = [view.url.removeprefix(site.origin) for view in site.of(PageView)]
    assert urls == ["/", "/", "/", "/#/cart", "/"]


async def test_selectors_have_the_rules_of_the_attribute(page: Page, site: Site) -> None:
    attributes = (
        'data-mask-selector=".private p, .late" data-unmask-selector=".public" data-block-selector="#box"'
        ' data-ignore-selector=".quiet"'
    )
    site.pages["/"] = f"""<!doctype html><html><head>{site.script(attributes)}</head><body>
      <div class="private"><p>Alpha</p><i>Bravo</i></div><p id="late">Charlie</p>
      <div class="public"><input value="Delta"><input type="password" value="Echo"></div>
      <div id="box">Foxtrot</div><button class="quiet">Quiet</button>
      <div class="public" data-footfall="mask">Golf</div></body></html>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.click("button")
    await page.evaluate(
        """() => { const late = document.querySelector("#late"); late.className = "late";
          setTimeout(() => { late.textContent = "Hotel"; }); }"""
    )
    await site.until_keyframe(2)
    wire = b"".join(chunk.frames for chunk in site.arrived)
    shown = [w for w in (b"Alpha", b"Echo", b"Foxtrot", b"Golf", b"Hotel") if w in wire]
    assert shown == []
    assert b"Bravo" in wire
    assert b"Delta" in wire
    assert site.of(Click) == []


async def test_an_invalid_selector_masks_all(page: Page, site: Site) -> None:
    put(site, "/", 'data-block-selector="p:::"')
    await page.goto(site.origin)
    await site.until_keyframe()
    assert b"xxxx /" in b"".join(chunk.frames for chunk in site.arrived)


async def sampled_and_not(browser: Browser, site: Site) -> tuple[Page, Page]:
    """Open pages of new visitors until one is in the sample and another is not."""
    found: dict[bool, Page] = {}
    for _ in range(40):
        page = await (await browser.new_context()).new_page()
        await page.goto(site.origin)
        await page.wait_for_function(
            "() => window.footfall?.session && footfall.session().state !== 'waiting'"
        )
        found.setdefault(await state(page) == "recording", page)
        if len(found) == 2:
            return found[True], found[False]
        if page not in found.values():
            await page.context.close()
    raise AssertionError("a quarter of forty is never none, nor all")


async def test_a_share_of_the_sessions_is_recorded(browser: Browser, site: Site) -> None:
    put(site, "/", f'data-sample="{SHARE}"')
    inside, outside = await sampled_and_not(browser, site)
    await site.until_keyframe()
    session = await inside.evaluate("() => footfall.session().session")
    assert states(site, "sampled")[0] == ("share", 2500)
    for _ in range(3):
        await outside.reload()
        await outside.wait_for_function("() => window.footfall?.session")
        await outside.mouse.click(20, 20)
        await outside.wait_for_timeout(200)
        assert await state(outside) == "unsampled"
    patched = "() => history.pushState.toString().includes('native')"
    assert await outside.evaluate(patched)
    await inside.reload()
    await asyncio.sleep(1)
    assert await inside.evaluate("() => footfall.session().session") == session
    assert "unsampled" not in await state(inside)
    await inside.context.close()
    await outside.context.close()


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        ("setTimeout(() => { throw new Error('x'); })", "error"),
        ("history.pushState(0, '', '/checkout/pay')", "page:/checkout*"),
        ("footfall.track('purchase')", "event:purchase"),
    ],
)
async def test_a_session_outside_the_sample_is_kept_for_a_rule(
    page: Page, site: Site, act: str, rule: str
) -> None:
    put(site, "/", 'data-sample="0" data-keep="error, page:/checkout*, event:purchase"')
    await page.goto(site.origin)
    await page.wait_for_function("() => window.footfall?.session")
    await page.mouse.click(20, 20)
    await page.evaluate("() => { p.textContent = 'before'; footfall.track('other'); }")
    await page.wait_for_timeout(1500)
    assert (await state(page), site.arrived) == ("held", [])
    assert (await page.evaluate(STORED))[0] == 3  # the ids and the policy, and no chunk
    await page.evaluate(f"() => {{ {act}; }}")
    await site.until(lambda: states(site, "sampled"))
    assert states(site, "sampled") == [(rule, 0)]
    assert len(site.of(Click)) == 1
    assert any(b"before" in chunk.frames for chunk in site.arrived)
    assert await state(page) == "recording"
    sequences = sorted(chunk.header.sequence for chunk in site.arrived)
    assert sequences == list(range(len(sequences)))
    keyframes = sum(op.name == "KeyframeEnd" for chunk in site.arrived for op in chunk.ops)
    await page.goto(site.origin)
    await site.until_keyframe(keyframes + 1)  # to its end, on later pages too
