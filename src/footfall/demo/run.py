"""`footfall demo`: Footfall, the shop beside it on another origin, and the bundled recordings."""

import asyncio
import contextlib
import os
import sys
import time
import webbrowser
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from aiohttp import web

from footfall import resources
from footfall.config import Config
from footfall.demo import bundle
from footfall.demo.shop import create_shop
from footfall.errors import WireError
from footfall.projects import Project
from footfall.web.app import create_app
from footfall.web.keys import DETECTOR, GOALS, INDEX, INDEXER, LOG, PROJECTS, VAULT, VIEWS
from footfall.web.serve import listening, until_stopped
from footfall.wire.codec import decode_chunk

if TYPE_CHECKING:
    from footfall.log import Record

PROJECT_ID: Final = "demo"
PROJECT_KEY: Final = "demo-shop-write-key-0001"
"""A write key can only write, and the demo's project belongs to this machine: it need not be secret."""

GOALS_KEPT: Final = {"Bought": "event:purchase", "Came to the checkout": "page:/checkout"}
SEGMENTS_KEPT: Final = {
    "Used the search": "page(page=/search)",
    "Left the checkout": "page(page=/checkout) > not event(name=purchase)",
}


@dataclass(frozen=True)
class Loaded:
    """What loading the bundled recordings did."""

    sessions: int
    chunks: int


async def run_demo(config: Config, shop_port: int, browser: bool) -> None:
    """Serve Footfall and the shop until stopped; the recordings are loaded once and kept."""
    app = create_app(config)
    async with listening(app, config.host, config.port) as origin:
        shop = create_shop(resources.shop(), origin, PROJECT_KEY)
        async with listening(shop, "127.0.0.1", shop_port) as shop_origin:
            project = ensure_project(app, shop_origin)
            _say("Loading the recorded visitors ...")
            loaded = await load_recordings(app, project)
            _say(_summary(loaded, origin, shop_origin))
            if browser:
                await asyncio.to_thread(_open, f"{origin}/p/{PROJECT_ID}/sessions", shop_origin)
            await until_stopped()
            _say("\nStopped. Everything recorded is kept in " + str(config.storage))


def ensure_project(app: web.Application, shop_origin: str) -> Project:
    """Return the demo's project, made at the first start; it accepts chunks from the shop alone."""
    local = shop_origin.replace("127.0.0.1", "localhost")
    return app[PROJECTS].ensure(
        id=PROJECT_ID, name="Demo shop", key=PROJECT_KEY, origins=(shop_origin, local)
    )


async def load_recordings(app: web.Application, project: Project) -> Loaded:
    """Bring the bundled sessions into the log as visits of the last seven days, unless they are there.

    A start that was broken off is made good by the next: sessions are loaded one by one.
    """
    return await asyncio.to_thread(_load, app, project)


def _load(app: web.Application, project: Project) -> Loaded:
    sessions: dict[str, list[Record]] = defaultdict(list)
    recorded = list(bundle.read(resources.recordings()))
    for one in bundle.moved(recorded, project, time.time_ns() // 1_000_000):
        sessions[decode_chunk(one.chunk).session].append(one)
    index, log = app[INDEX], app[LOG]
    missing = [chunks for name, chunks in sessions.items() if not index.session(project.id, name)]
    if not missing:
        return Loaded(0, 0)
    for sha256, content in bundle.assets(resources.recordings(), resources.shop()):
        with contextlib.suppress(WireError):  # the shop's scripts are no assets
            app[VAULT].put(sha256, content)
    for one in chain.from_iterable(missing):
        log.append_and_wait(one)
    app[INDEXER].catch_up()
    # Else who opens the pages at once is told that nothing went wrong.
    app[DETECTOR].catch_up()
    if len(missing) == len(sessions):  # at the first start alone: what somebody removes stays away
        _keep_examples(app, project)
    return Loaded(len(missing), sum(map(len, missing)))


def _keep_examples(app: web.Application, project: Project) -> None:
    """Keep what a shop's team would: goals, and segments to set beside each other."""
    for name, goal in GOALS_KEPT.items():
        app[GOALS].save(project.id, name, goal)
    for name, steps in SEGMENTS_KEPT.items():
        app[VIEWS].save(project.id, name, urlencode({"steps": steps}))


def _summary(loaded: Loaded, origin: str, shop_origin: str) -> str:
    done = f"{loaded.sessions} recorded visits are loaded.\n" if loaded.sessions else ""
    return (
        f"{done}\n"
        f"  1. Be a visitor:  {shop_origin}\n"
        f"  2. Watch them:    {origin}/p/{PROJECT_ID}/sessions\n"
        f"     Heatmaps:      {origin}/p/{PROJECT_ID}/pages\n\n"
        "Ctrl-C ends it.\n"
    )


def _open(*addresses: str) -> None:
    with contextlib.suppress(webbrowser.Error):
        browser = webbrowser.get()
        if isinstance(browser, webbrowser.GenericBrowser) and not os.environ.get("DISPLAY"):
            return  # a text browser would take over the terminal
        for address in addresses:
            browser.open(address)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
