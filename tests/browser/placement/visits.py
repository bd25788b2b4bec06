"""Visits of the twelve pages, recorded by the real recorder: who clicked on what."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from playwright.async_api import Browser, Page

from footfall.demo.run import PROJECT_KEY
from footfall.web.serve import listening
from tests.browser.placement.pages import SCENES, Scene, page

WIDTHS: Final = (360, 768, 1024, 1280, 1680)
HEIGHT: Final = 740
_AT_ONCE: Final = 3


@dataclass(frozen=True)
class Visit:
    """A page view at one width; truths: what was clicked, in order."""

    scene: Scene
    width: int
    session: str
    truths: tuple[str, ...]


@asynccontextmanager
async def site(origin: str) -> AsyncIterator[str]:
    """Serve the pages with the recorder of `origin`; yields the site's own origin."""
    tag = (
        f'<script async src="{origin}/footfall.js" data-project="{PROJECT_KEY}" data-budget="0" data-budget-kb="0">'
        "</script>"
    )

    async def answer(request: web.Request) -> web.Response:
        scene = next((one for one in SCENES if one.name == request.match_info["name"]), None)
        if scene is None:
            raise web.HTTPNotFound
        text = page(scene, int(request.query["v"]), tag)
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    async with listening(app, "127.0.0.1", 0) as where:
        yield where


async def make_visits(browser: Browser, where: str, clicks: int) -> list[Visit]:
    """Visit every page at every width with about so many clicks each."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(scene: Scene, width: int, variant: int) -> Visit:
        async with gate:
            context = await browser.new_context(viewport={"width": width, "height": HEIGHT})
            shown = await context.new_page()
            await shown.goto(f"{where}/{scene.name}?v={variant}")
            session = await _recorded(shown)
            truths = await _click(shown, scene, clicks, random.Random(f"{scene.name}{width}"))
            await shown.goto("about:blank")
            await shown.wait_for_timeout(100)  # what is sent as the page is left
            await context.close()
            return Visit(scene, width, session, tuple(truths))

    return await asyncio.gather(
        *(one(scene, width, variant) for scene in SCENES for variant, width in enumerate(WIDTHS))
    )


async def _recorded(shown: Page) -> str:
    for _ in range(400):
        # The part that hears clicks comes after the core.
        if await shown.evaluate("window.footfall?.session?.().state === 'recording'"):
            break
        await asyncio.sleep(0.05)
    await shown.wait_for_timeout(300)
    session: str = await shown.evaluate("window.footfall.session().session")
    return session


async def _click(shown: Page, scene: Scene, clicks: int, chance: random.Random) -> list[str]:
    truths: list[str] = []
    for before, prefix in scene.steps:
        if before:
            opener = shown.locator(before)
            if await opener.get_attribute("aria-expanded") != "true":
                truths.append(await opener.get_attribute("data-truth") or "")
                await opener.click()
        found = [
            one
            for one in await shown.locator("[data-truth]:visible").all()
            if (await one.get_attribute("data-truth") or "").startswith(prefix)
        ]
        share = max(1, round(clicks / len(scene.steps)))
        for target in chance.choices(found, k=share):
            box = await target.bounding_box()
            assert box is not None
            x, y = chance.uniform(0.2, 0.8) * box["width"], chance.uniform(0.2, 0.8) * box["height"]
            await target.click(position={"x": x, "y": y}, timeout=10_000)
            truths.append(await target.get_attribute("data-truth") or "")
            if scene.name == "modal" and prefix == "open":  # it lies over the button now
                await shown.evaluate("document.querySelector('.veil').hidden = true")
    return truths
