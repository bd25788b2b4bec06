"""Records scenes in the demo shop, each as a visit of its own, and finds the moments in them."""

import asyncio
import contextlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, BrowserContext, async_playwright
from playwright.async_api import Error as PlaywrightError
from tests.browser.chromium import FLAGS, installed

from benchmarks.moments.hands import Hands, TooSlowError
from benchmarks.moments.scenes import Scene
from footfall import resources
from footfall.config import Config
from footfall.demo.run import PROJECT_ID, PROJECT_KEY, ensure_project
from footfall.demo.shop import create_shop
from footfall.detect import Finder
from footfall.web.app import create_app
from footfall.web.keys import INDEX, INDEXER, VERDICTS
from footfall.web.serve import listening

AT_ONCE: Final = 4
_LATER_MS: Final = 3_600_000
LONGEST_S: Final = 120
"""What takes longer hangs: a page that answers no more."""
_CLOSE_S: Final = 20
TRIES: Final = 4
"""How often a scene is played that a slow machine has spoilt."""
_SESSION: Final = "() => globalThis.footfall.session().session"


@dataclass(frozen=True)
class Seen:
    """A scene as it was recorded: what was to be found in it, and what was."""

    scene: Scene
    found: frozenset[str]
    problem: str = ""  # why it could not be played
    told: tuple[str, ...] = ()  # the moments, for people


async def record(
    storage: Path, scenes: Sequence[Scene], seed: int, at_once: int = AT_ONCE
) -> list[Seen]:
    """Play scenes in Chromium, some at once, and return what is found in each."""
    app = create_app(Config(storage=storage))
    async with (
        async_playwright() as playwright,
        listening(app, "127.0.0.1", 0) as origin,
        listening(create_shop(resources.shop(), origin, PROJECT_KEY), "127.0.0.1", 0) as shop,
    ):
        ensure_project(app, shop)
        browser = await playwright.chromium.launch(executable_path=installed(), args=list(FLAGS))
        gate = asyncio.Semaphore(at_once)

        async def play(number: int, scene: Scene) -> tuple[Scene, str, str]:
            async with gate:
                return scene, *await _play(browser, shop, scene, seed * 1_000 + number)

        played = await asyncio.gather(*(play(n, scene) for n, scene in enumerate(scenes)))
        await browser.close()
        await asyncio.to_thread(app[INDEXER].catch_up)
        return await asyncio.to_thread(_look, Finder(app[INDEX], app[VERDICTS]), played)


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


async def _play(browser: Browser, shop: str, scene: Scene, seed: int) -> tuple[str, str]:
    """Play a scene as a new visitor; return the session's id, and what went wrong."""
    for _ in range(TRIES - 1):
        try:
            return await _play_once(browser, shop, scene, seed)
        except TooSlowError:
            await asyncio.sleep(1)
    try:
        return await _play_once(browser, shop, scene, seed)
    except TooSlowError as error:
        return "", str(error)


async def _play_once(browser: Browser, shop: str, scene: Scene, seed: int) -> tuple[str, str]:
    context = await browser.new_context(
        viewport={"width": scene.width, "height": 800},
        has_touch=scene.touch,
        is_mobile=scene.touch,
        bypass_csp=scene.any_media,
    )
    page = await context.new_page()
    session, problem = "", ""
    try:
        async with asyncio.timeout(LONGEST_S):
            await scene.act(Hands(page, shop, random.Random(seed)))
            session = await page.evaluate(_SESSION)
            for one in context.pages:
                await one.goto("about:blank")  # leaves, so that the last chunk goes
            await asyncio.sleep(0.5)
    except TooSlowError:
        await _close(context)
        raise
    except TimeoutError as error:
        await _close(context)
        raise TooSlowError(f"took more than {LONGEST_S} s") from error
    except (PlaywrightError, AssertionError) as error:
        problem = str(error).split("\n", maxsplit=1)[0]
    await _close(context)
    return session, problem


async def _close(context: BrowserContext) -> None:
    """Close a visitor's browser; one that hangs goes with the browser in the end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSE_S):
            await context.close()
