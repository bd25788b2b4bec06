"""Records scenes in the demo shop, each as a visit of its own, and finds the moments in them."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError
from tests.browser.chromium import FLAGS, installed

from benchmarks.moments.hands import Hands
from benchmarks.moments.scenes import Scene
from footfall import resources
from footfall.analysis.moments import RULES
from footfall.analysis.moments.rules import Informed, Zone
from footfall.config import Config
from footfall.demo.run import PROJECT_ID, PROJECT_KEY, ensure_project
from footfall.demo.shop import create_shop
from footfall.detect import Finder
from footfall.web.app import create_app
from footfall.web.keys import INDEX, INDEXER, VERDICTS
from footfall.web.serve import listening

AT_ONCE: Final = 4
_LATER_MS: Final = 3_600_000
REVIEWS_OF: Final = "/product/enamel-mug"
_BOX: Final = """() => { const box = document.querySelector("#reviews").getBoundingClientRect();
  const height = document.documentElement.scrollHeight;
  return [(box.top + scrollY) / height, (box.bottom + scrollY) / height]; }"""
_SESSION: Final = "() => globalThis.footfall.session().session"


@dataclass(frozen=True)
class Seen:
    """A scene as it was recorded: what was to be found in it, and what was."""

    scene: Scene
    found: frozenset[str]
    problem: str = ""  # why it could not be played
    told: tuple[str, ...] = ()  # the moments, for people


async def record(storage: Path, scenes: Sequence[Scene], seed: int) -> list[Seen]:
    """Play scenes in Chromium, some at once, and return what is found in each."""
    app = create_app(Config(storage=storage))
    async with (
        async_playwright() as playwright,
        listening(app, "127.0.0.1", 0) as origin,
        listening(create_shop(resources.shop(), origin, PROJECT_KEY), "127.0.0.1", 0) as shop,
    ):
        ensure_project(app, shop)
        browser = await playwright.chromium.launch(executable_path=installed(), args=list(FLAGS))
        zone = await _reviews(browser, shop)
        gate = asyncio.Semaphore(AT_ONCE)

        async def play(number: int, scene: Scene) -> tuple[Scene, str, str]:
            async with gate:
                return scene, *await _play(
                    browser, shop, scene, random.Random(seed * 1000 + number)
                )

        played = await asyncio.gather(*(play(n, scene) for n, scene in enumerate(scenes)))
        await browser.close()
        await asyncio.to_thread(app[INDEXER].catch_up)
        rules = replace(RULES, informed=Informed(zones=(zone,)))
        return await asyncio.to_thread(_look, Finder(app[INDEX], app[VERDICTS], rules), played)


def _look(finder: Finder, played: Sequence[tuple[Scene, str, str]]) -> list[Seen]:
    """Find what is in the sessions of scenes, as if an hour had passed."""
    later = time.time_ns() // 1_000_000 + _LATER_MS
    results = finder.find(PROJECT_ID, [session for _, session, _ in played], later)
    kinds = {one.session: frozenset(row.kind for row in rows) for one, rows in results}
    told = {
        one.session: [f"{row.kind} {row.element} {row.detail}" for row in rows]
        for one, rows in results
    }
    return [
        Seen(
            scene,
            kinds.get(session, frozenset()),
            problem or ("" if session in kinds else "nothing was recorded"),
            tuple(told.get(session, ())),
        )
        for scene, session, problem in played
    ]


async def _play(
    browser: Browser, shop: str, scene: Scene, chance: random.Random
) -> tuple[str, str]:
    """Play a scene as a new visitor; return the session's id, and what went wrong."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    session, problem = "", ""
    try:
        await scene.act(Hands(page, shop, chance))
        session = await page.evaluate(_SESSION)
    except (PlaywrightError, AssertionError) as error:
        problem = str(error).split("\n", maxsplit=1)[0]
    for one in context.pages:
        await one.goto("about:blank")  # leaves, so that the last chunk goes
    await asyncio.sleep(0.5)
    await context.close()
    return session, problem


async def _reviews(browser: Browser, shop: str) -> Zone:
    """Return the zone that a person would mark: the reviews of a product."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(shop + REVIEWS_OF, wait_until="load")
    top, bottom = await page.evaluate(_BOX)
    await page.close()
    return Zone(REVIEWS_OF, top, bottom)
