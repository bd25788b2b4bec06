"""A page that makes its ids anew on each load, recorded by the real recorder: its visitors meet the same elements."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from footfall.detect import detector
from footfall.projects import Project
from footfall.web.keys import DETECTOR, INDEX, INDEXER
from footfall.web.serve import listening
from footfall.wire.facts import Field
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at

WORDS = ("amber", "birch", "cedar", "dune", "elm", "fir")
SHOP = """<!doctype html><title>Shop</title><main>
<section><h2>Tent</h2><button id="{word}-tent">Buy now</button></section>
<section><h2>Rope</h2><button id="{word}-rope">Buy now</button></section>
<form id="{word}-order"><p><label for="{word}-mail">E-mail</label><input id="{word}-mail"></p>
<p><label for="{word}-zip">Zip code</label><input id="{word}-zip"></p>
<p><label for="{word}-city">City</label><input id="{word}-city"></p></form></main>
<script async src="{origin}/footfall.js" data-project="{key}" data-budget="0" data-budget-kb="0"></script>"""


@asynccontextmanager
async def shop(origin: str, key: str) -> AsyncIterator[str]:
    words = iter(WORDS)

    async def answer(_: web.Request) -> web.Response:
        text = SHOP.format(word=next(words), origin=origin, key=key)
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", answer)
    async with listening(app, "127.0.0.1", 0) as where:
        yield f"{where}/"


async def visit(browser: Browser, where: str) -> None:
    """Rage at the tent's button, and give the form up at its second field."""
    context = await browser.new_context(viewport={"width": 1000, "height": 700})
    shown = await context.new_page()
    await shown.goto(where)
    await shown.wait_for_function("window.footfall?.session?.().state === 'recording'")
    await shown.wait_for_timeout(300)  # the part that hears clicks comes after the core
    await shown.get_by_role("button").first.click(click_count=4)
    await shown.get_by_label("E-mail").click()
    await shown.keyboard.type("a@b.example")
    await shown.get_by_label("Zip code").click()
    await shown.keyboard.type("6020")
    await shown.goto("about:blank")
    await shown.wait_for_timeout(100)  # what is sent as the page is left
    await context.close()


async def arrived(site: Site, project: Project, visitors: int) -> None:
    """Wait until each has told of both fields, then look for moments as if they had long gone."""

    def fields() -> int:
        site.app[INDEXER].catch_up()
        with site.app[INDEX].facts(project.id) as shot:
            return len(shot.read(Field, ["session"])["session"])

    for _ in range(1_200):
        if await asyncio.to_thread(fields) >= 2 * visitors:
            break
        await asyncio.sleep(0.1)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)


async def problems(site: Site, project: Project) -> list[tuple[str, int]]:
    told = await site.json(f"/api/p/{project.id}/problems?limit=100")
    kinds = ("rage", "form_abandon", "field_drop", "last_step")
    return sorted(
        (one["kind"], one["visitors"]) for one in told["problems"] if one["kind"] in kinds
    )


async def test_five_visitors_are_not_five_problems(
    page: Page, browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = detector._now_ms
    monkeypatch.setattr(detector, "_now_ms", lambda: now() + 3_600_000)
    project = site.project()
    base = f"/p/{project.id}"
    async with shop(at(site, "").rstrip("/"), project.key) as where:
        for _ in range(5):
            await visit(browser, where)
        await arrived(site, project, 5)
        assert await problems(site, project) == [("form_abandon", 5), ("rage", 5)]
        [form] = (await site.json(f"/api{base}/forms"))["forms"]
        assert (form["starts"], form["completions"]) == (5, 0)
        assert [(one["label"], one["views"], one["drops"]) for one in form["fields"]] == [
            ("E-mail", 5, 0), ("Zip code", 5, 5),
        ]  # fmt: skip

        await page.goto(at(site, f"{base}/events?clicks=1"))
        row = page.get_by_role("row", name="Buy now")
        await expect(row).to_have_count(1)
        await row.get_by_role("link", name="Name").click()
        await page.locator("#name-name").fill("Wants the tent")
        await page.get_by_role("button", name="Name it").click()
        await expect(page.get_by_role("row", name="Wants the tent")).to_contain_text("20")

        for name in ("Rage click", "Form abandoned"):
            await page.goto(at(site, f"{base}/problems"))
            row = page.get_by_role("row", name=name)
            await expect(row).to_have_count(1)
            await expect(row).to_contain_text("Buy now" if name == "Rage click" else "Zip code")
            assert await judged(page) == []
            await row.get_by_role("button", name="Not a problem").click()
            await expect(row).to_have_count(0)
        await visit(browser, where)
    await arrived(site, project, 6)
    assert await problems(site, project) == []
    named = (await site.json(f"/api{base}/events"))["events"]
    [wants] = [one for one in named if one["name"] == "Wants the tent"]
    assert (wants["events"], wants["sessions"]) == (24, 6)
    kept = await site.json(f"/api{base}/moments?kind=rage&dismissed=1")
    assert kept["total"] == 6
