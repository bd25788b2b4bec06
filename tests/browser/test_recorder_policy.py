"""What the server says of all a project's pages: from the first chunk on, and when it changes."""

import asyncio

from playwright.async_api import Page

from footfall.wire.facts import Event
from footfall.wire.schema import PageView, State
from tests.browser.recorder_site import PROJECT, Site

SECRET = "Account of Grace Hopper"
OTHER = "Nothing to hide here"


def put(site: Site, path: str, attributes: str = "", head: str = "") -> None:
    site.pages[path] = (
        f"<!doctype html><html><head>{head}{site.script(attributes)}<title>{path}</title></head>"
        f"<body><h1 class=who>{SECRET}</h1><p>{OTHER}</p></body></html>"
    )


async def wait_for_state(page: Page, name: str) -> None:
    await page.wait_for_function(f"() => window.footfall?.session?.().state === '{name}'")


def written(site: Site) -> bytes:
    """Return all that came of what the pages look like."""
    return b"".join(chunk.frames for chunk in site.arrived)


async def test_a_new_visitor_is_recorded_under_the_policy_from_the_first_chunk(
    page: Page, site: Site
) -> None:
    site.policy = {"version": "a1", "maskSelector": ".who", "mask": "", "exclude": ["/never"]}
    early = '<script>(window.footfall ||= []).push(["track", "early"]);</script>'
    put(site, "/", head=early)
    put(site, "/never")
    put(site, "/next")
    await page.goto(site.origin)
    await site.until_keyframe()
    await site.until(lambda: site.of(Event))
    assert SECRET.encode() not in written(site)
    assert b"Xxxxxxx xx Xxxxx" in written(site)
    assert OTHER.encode() in written(site)
    assert site.policy_asked == 1
    await page.goto(f"{site.origin}/never")
    await wait_for_state(page, "excluded")
    await page.goto(f"{site.origin}/next")
    await site.until_keyframe(2)
    assert SECRET.encode() not in written(site)
    assert [view.url.removeprefix(site.origin) for view in site.of(PageView)] == ["/", "/next"]
    assert site.policy_asked == 1


async def test_of_a_paused_project_nothing_is_sent_until_the_pause_ends(
    page: Page, site: Site
) -> None:
    site.policy = {"version": "p1", "paused": True}
    put(site, "/")
    await page.goto(site.origin)
    await wait_for_state(page, "paused")
    await page.evaluate("() => footfall.track('unheard')")
    await page.reload()
    await wait_for_state(page, "paused")
    assert (site.policy_asked, site.arrived) == (2, [])
    site.policy = {"version": ""}
    await page.reload()
    await site.until_keyframe()
    assert site.of(Event) == []


async def test_a_policy_that_changes_holds_at_once(page: Page, site: Site) -> None:
    put(site, "/")
    await page.goto(site.origin)
    await site.until_keyframe()
    assert SECRET.encode() in written(site)
    site.policy = {"version": "a1", "blockSelector": ".who"}
    before = len(site.arrived)
    await page.evaluate("() => footfall.track('anything')")
    await site.until_keyframe(2)
    later = [chunk for chunk in site.arrived[before:] if chunk.header.document == 2]
    assert later
    assert all(SECRET.encode() not in chunk.frames for chunk in later)
    site.policy = {"version": "p1", "paused": True}
    await page.evaluate("() => { footfall.track('more'); }")
    await wait_for_state(page, "paused")
    assert site.policy_asked == 3


async def test_a_server_that_is_away_is_asked_again(page: Page, site: Site) -> None:
    site.is_away = True
    put(site, "/")
    await page.goto(site.origin)
    await site.until(lambda: site.policy_asked == 1)
    await page.evaluate("() => footfall.track('kept')")
    await wait_for_state(page, "waiting")
    assert site.arrived == []
    site.is_away = False
    await site.until_keyframe()
    await site.until(lambda: [fact.name for fact in site.of(Event)] == ["kept"])
    assert site.policy_asked == 2


async def test_nobody_is_asked_before_consent_and_nothing_stays_after_it_is_withdrawn(
    page: Page, site: Site
) -> None:
    put(site, "/", 'data-consent="required"')
    await page.goto(site.origin)
    await wait_for_state(page, "no consent")
    assert site.policy_asked == 0
    await page.evaluate("() => footfall.consent('granted')")
    await site.until_keyframe()
    kept = f"() => localStorage.getItem('footfall:{PROJECT}:policy')"
    assert (site.policy_asked, bool(await page.evaluate(kept))) == (1, True)
    await page.evaluate("() => footfall.consent('refused')")
    assert await page.evaluate(kept) is None


async def test_the_smaller_share_holds_and_is_told(page: Page, site: Site) -> None:
    site.policy = {"version": "s1", "sample": 0.999999, "mask": "strict"}
    put(site, "/", 'data-mask="open"')
    await page.goto(site.origin)
    await site.until_keyframe()
    await site.until(lambda: [one for one in site.of(State) if one.state == "sampled"])
    assert OTHER.encode() not in written(site)
    site.policy = {"version": "s2", "sample": 0}
    await page.evaluate("() => footfall.track('once more')")
    await wait_for_state(page, "unsampled")


async def test_what_the_policy_masks_no_selector_of_the_tag_shows(page: Page, site: Site) -> None:
    site.policy = {"version": "m1", "maskSelector": ".account"}
    site.pages["/"] = (
        f"<!doctype html><html><head>{site.script('data-mask=strict data-unmask-selector=.name')}</head>"
        f"<body><div class=account>To <b class=name>{SECRET}</b></div><p class=name>{OTHER}</p></body></html>"
    )
    await page.goto(site.origin)
    await site.until_keyframe()
    assert SECRET.encode() not in written(site)
    assert OTHER.encode() in written(site)


async def test_closed_shadow_roots_made_while_the_policy_is_asked_for(
    page: Page, site: Site
) -> None:
    site.slow_policy = asyncio.Event()
    put(site, "/")
    site.pages["/"] += """<x-card></x-card><script type="module">
      const wait = setInterval(() => {
        if (!window.footfall?.session) return;
        clearInterval(wait);
        const root = document.querySelector("x-card").attachShadow({ mode: "closed" });
        root.append("Made meanwhile");
        window.isMade = true;
      }, 1);</script>"""
    await page.goto(site.origin)
    await page.wait_for_function("() => window.isMade")
    assert site.arrived == []
    site.slow_policy.set()
    await site.until_keyframe()
    assert b"Made meanwhile" in written(site)
    site.policy = {"version": "a1", "maskSelector": ".who"}
    before = len(site.arrived)
    await page.evaluate("() => footfall.track('anything')")
    await site.until_keyframe(2)
    again = b"".join(chunk.frames for chunk in site.arrived[before:] if chunk.header.document == 2)
    assert b"Made meanwhile" in again
