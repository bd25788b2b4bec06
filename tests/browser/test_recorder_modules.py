"""Parts of the recorder that are loaded on demand: under a strict policy, of the same build, out of the way."""

import asyncio
from typing import Final

from playwright.async_api import Page, Route

from footfall.wire.schema import Click, State
from tests.browser.recorder_site import Site, build_of, recorder

_BUILD: Final = build_of(recorder()["footfall-console.js"])
_NOTES: Final = f"""export const build = "{_BUILD}";
export function unpack(kit) {{ return {{ install }}; }}
function install(scope) {{ window.notes = "installed"; return () => {{ window.notes = "stopped"; }}; }}"""


def _page(site: Site, attributes: str) -> str:
    return f"<!doctype html><head>{site.script(attributes)}</head><body>page</body>"


async def _missing(page: Page, site: Site) -> list[str]:
    await site.until_keyframe()
    await page.wait_for_timeout(200)
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: any(fact.state == "stopped" for fact in site.of(State)))
    return _told(site)


def _told(site: Site) -> list[str]:
    return [fact.reason for fact in site.of(State) if fact.state == "missing"]


def _script(text: str) -> tuple[str, bytes]:
    return ("text/javascript", text.encode())


async def test_nothing_is_loaded_that_was_not_asked_for(page: Page, site: Site) -> None:
    site.pages["/"] = _page(site, "")
    await page.goto(site.origin)
    assert await _missing(page, site) == []
    assert [path for path in site.requests if path.startswith("/footfall-")] == [
        f"/footfall-more.js?v={_BUILD}"
    ]


async def test_a_module_is_installed_under_a_strict_policy_and_stopped(
    page: Page, site: Site
) -> None:
    site.files["/footfall-console.js"] = _script(_NOTES)
    policy = f"default-src 'none'; script-src {site.origin}; connect-src {site.origin}"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    script = site.script("data-console")
    site.pages["/"] = f"<!doctype html><head>{meta}{script}</head><body>page</body>"
    await page.goto(site.origin)
    async with asyncio.timeout(15):
        # The page's policy forbids Playwright to wait for a function.
        while await page.evaluate("window.notes") != "installed":
            await page.wait_for_timeout(20)
    assert f"/footfall-console.js?v={_BUILD}" in site.requests
    assert await _missing(page, site) == []
    assert await page.evaluate("window.notes") == "stopped"


async def test_a_module_of_another_build_or_none_is_told_and_harms_nothing(
    page: Page, site: Site
) -> None:
    site.files["/footfall-console.js"] = _script(_NOTES.replace(_BUILD, "01234567"))
    site.files["/footfall-network.js"] = _script("not a script {")
    errors: list[Exception] = []
    page.on("pageerror", lambda error: errors.append(error))
    site.pages["/"] = _page(site, "data-console data-network")
    await page.goto(site.origin)
    await site.until(lambda: len(_told(site)) >= 2)
    assert sorted(_told(site)) == ["console: another build", "network: not loaded"]
    assert errors == []
    assert await page.evaluate("window.notes ?? 'never'") == "never"


async def test_stopped_before_it_has_come_it_is_never_installed(page: Page, site: Site) -> None:
    site.files["/footfall-console.js"] = _script("await window.gate;" + _NOTES)
    site.pages["/"] = _page(site, "data-console")
    await page.add_init_script("window.gate = new Promise((open) => { window.open_ = open; });")
    await page.goto(site.origin)
    assert await _missing(page, site) == []
    await page.evaluate(
        "async () => { open_(); await new Promise((done) => setTimeout(done, 100)); }"
    )
    assert await page.evaluate("window.notes ?? 'never'") == "never"


async def test_the_rest_comes_although_a_frame_has_left_for_another_site_meanwhile(
    page: Page, site: Site
) -> None:
    left = asyncio.Event()

    async def late(route: Route) -> None:
        await left.wait()
        await route.continue_()

    await page.route("**/footfall-more.js*", late)
    site.pages["/"] = (
        f"<!doctype html><head>{site.script()}</head><body><button>b</button><iframe src=/frame></iframe></body>"
    )
    site.pages["/frame"] = "<!doctype html><p>in the frame</p>"
    await page.goto(site.origin)
    await site.until_keyframe()
    other = site.origin.replace("127.0.0.1", "localhost")
    async with page.expect_event("framenavigated", lambda frame: frame.url.startswith(other)):
        await page.evaluate(f"() => {{ document.querySelector('iframe').src = '{other}/frame'; }}")
    left.set()
    await page.click("button")
    await site.until(lambda: site.of(Click))
    assert [fact for fact in site.of(State) if fact.state == "failed"] == []


async def test_a_frame_is_watched_on_its_second_page_too(page: Page, site: Site) -> None:
    site.pages["/"] = (
        f"<!doctype html><head>{site.script()}</head><body><iframe src=/one></iframe></body>"
    )
    site.pages["/one"] = "<!doctype html><p>one</p>"
    site.pages["/two"] = "<!doctype html><p>two</p><div></div>"
    await page.goto(site.origin)
    await site.until_keyframe()
    frame = page.frames[1]
    await frame.goto(f"{site.origin}/two")
    await site.until(lambda: any("two" in str(op) for chunk in site.arrived for op in chunk.ops))
    await frame.evaluate(
        """() => {
          document.querySelector("div").attachShadow({ mode: "closed" }).innerHTML = "<b>within</b>";
        }"""
    )
    await site.until(lambda: any("within" in str(op) for chunk in site.arrived for op in chunk.ops))
