"""Every page as axe-core judges it: roles, names, contrast (WCAG 2.2 AA), light and dark, wide and narrow."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page

from footfall.demo.run import ensure_project, load_recordings
from footfall.web.heatmap import KINDS
from footfall.web.keys import ANNOTATIONS, DETECTOR, INDEX, PROJECTS, SHARES, VIEWS
from tests.web.conftest import Open, Site

AXE: Final = Path(__file__).parents[2] / "recorder-js/node_modules/axe-core/axe.min.js"
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD: Final = "correct horse battery"
PANELS: Final = (
    "Events", "Pages", "Console", "Network", "Vitals", "Visitor", "Inspector", "Transcript",
)  # fmt: skip
HEATMAPS: Final = (
    *((kind, "") for kinds in KINDS.values() for kind in kinds if kind != "conversion"),
    ("conversion", "&goal=page:/thanks"),
    ("difference", "&b.device=mobile&b.visitors=new"),
    ("click", "&beside=1&b.time=custom"),
)
LOOKS: Final = [("light", 1280), ("dark", 390)]


async def judged(page: Page) -> list[str]:
    """Return what axe finds wrong; the recorded page in its frame is not ours, and is left out."""
    await page.evaluate(await asyncio.to_thread(AXE.read_text, "utf-8"))
    found: dict[str, Any] = await page.evaluate(
        """tags => axe.run({exclude: ["iframe"]},
          {iframes: false, resultTypes: ["violations"], runOnly: {type: "tag", values: tags}})""",
        TAGS,
    )
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][:1] and node['any'][0]['message']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture
async def demo(open_site: Open) -> Site:
    """A server with a password and the demo's visitors, stars, notes, views and links among them."""
    site = await open_site(password=PASSWORD)
    origin = str(site.client.make_url("/")).rstrip("/")
    project = ensure_project(site.app, origin)
    await load_recordings(site.app, project)
    row = site.app[INDEX].sessions(project.id)[0]
    book = site.app[ANNOTATIONS]
    book.star(project.id, row.session, starred=True)
    book.set_labels(project.id, row.session, ["Bug"])
    book.add_note(project.id, row.session, 1_000, "Here")
    site.app[SHARES].create(project.id, row.session, 7)
    site.app[VIEWS].save(project.id, "Phones", "device=mobile")
    site.app[PROJECTS].create("Empty")
    return site


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
async def viewer(
    browser: Browser, demo: Site, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    """Somebody who has logged in."""
    scheme, width = request.param
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        base_url=str(demo.client.make_url("/")),
    )
    page = await context.new_page()
    await page.goto("/login")
    assert await judged(page) == []
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/overview", timeout=15_000)
    yield page
    await context.close()


async def told(page: Page, where: str) -> list[str]:
    """Return what is wrong with what one sees now: what axe says, and whether it is wider than the window."""
    is_wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    wrong = [*await judged(page), *(["wider than the window"] if is_wide else [])]
    return [f"{where}: {one}" for one in wrong]


async def walked(page: Page, paths: Iterable[str]) -> list[str]:
    wrong: list[str] = []
    for path in paths:
        await page.goto(path)
        for menu in await page.locator(".more-filters, .views").all():
            await menu.evaluate("menu => { menu.open = true }")
        wrong += await told(page, path)
    return wrong


async def test_pages(viewer: Page, demo: Site) -> None:
    base = "/p/demo"
    paths = [
        "/projects", base, f"{base}/pages", f"{base}/sessions", f"{base}/shares",
        f"{base}/sessions?device=mobile&longer=1&text=cart", f"{base}/sessions?text=nobody",
        f"{base}/heatmap?page=/&kind=click", f"{base}/heatmap?page=/&kind=scroll",
        f"{base}/forms", f"{base}/forms?page=/checkout", "/p/empty/forms",
        f"{base}/overview?goal=page:/thanks", "/p/empty/overview",
        f"{base}/problems", f"{base}/problems?goal=page:/thanks", f"{base}/paths",
        f"{base}/templates", f"{base}/templates?try=/product/:slug",
        "/p/empty", "/p/empty/sessions", "/p/empty/problems", "/p/empty/paths",
        "/p/empty/pages", "/p/empty/shares", "/p/empty/heatmap",
        "/p/nothing", f"{base}/events", "/p/empty/events", f"{base}/segments", f"{base}/moments",
    ]  # fmt: skip
    assert "\n".join(await walked(viewer, paths)) == ""


async def test_each_kind_of_heatmap(viewer: Page, demo: Site) -> None:
    await asyncio.to_thread(demo.app[DETECTOR].catch_up)
    base, wrong = "/p/demo/heatmap?device=all", list[str]()
    for kind, more in HEATMAPS:
        page = "/cart" if kind in ("rage", "dead") else "/checkout"
        await viewer.goto(f"{base}&page={page}&kind={kind}{more}")
        for state in await viewer.locator("[data-state]").all():
            await state.wait_for(state="hidden", timeout=60_000)
        wrong += await told(viewer, kind)
    await viewer.goto(f"{base}&page=/&kind=conversion")
    await viewer.get_by_text("Which goal?").wait_for()
    wrong += await told(viewer, "no goal")
    assert "\n".join(wrong) == ""


async def test_the_replay_with_each_panel(viewer: Page, demo: Site) -> None:
    row = demo.app[INDEX].sessions("demo")[0]
    wrong: list[str] = []
    await viewer.goto(f"/p/demo/sessions/{row.session}")
    await viewer.locator(".ff-event").first.wait_for()
    for name in PANELS:
        await viewer.get_by_role("tab", name=name).click()
        await viewer.wait_for_timeout(300)
        wrong += await told(viewer, name)
    await viewer.get_by_role("button", name="Keyboard help").click()
    wrong += await told(viewer, "help")
    await viewer.keyboard.press("Escape")
    await viewer.keyboard.press("m")
    wrong += await told(viewer, "note")
    (share,) = demo.app[SHARES].live("demo", row.session)
    await viewer.goto(f"/shared/{share.token}")
    await viewer.locator(".ff-event").first.wait_for()
    wrong += await told(viewer, "shared")
    assert "\n".join(wrong) == ""
