"""One visit, recorded by Footfall and by rrweb at once, replayed by both players in one browser: how long a seek takes.

The page is a shop of 300 cards whose texts and attributes change as fast as the recorders take it; the visit's length
is what that takes. Both seek to the same shares of it, in turn, and are measured until the page is laid out.
"""

import asyncio
import json
import random
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web
from playwright.async_api import Browser, Page
from tests.browser.fidelity.studio import Uploads

from benchmarks.recorder import peers
from footfall.config import Config
from footfall.demo.run import PROJECT_ID, PROJECT_KEY, ensure_project
from footfall.web.app import create_app
from footfall.web.serve import listening

CARDS: Final = 300
SEEKS: Final = 40
CHANGES_A_FRAME: Final = 600
PLAYER: Final = peers.HERE / "node_modules/rrweb/dist/rrweb.umd.min.cjs"
_SHOP: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<style>.card { display: inline-block; width: 90px; height: 60px }</style></head><body>%CARDS%
<script src="/rrweb.js"></script>
<script src="%ORIGIN%/footfall.js" data-project="%KEY%" data-budget="0" data-budget-kb="0"></script><script>
window.events = [];
const prices = document.querySelectorAll("b");
const cards = document.querySelectorAll(".card");
const any = (list) => list[Math.floor(Math.random() * list.length)];
function changed(count) {
  for (let at = 0; at < count; at++) {
    if (at % 3) any(prices).firstChild.data = `${Math.floor(Math.random() * 1e7)} €`;
    else any(cards).className = `card c${Math.floor(Math.random() * 1000)}`;
  }
}
window.visit = async (total, each) => {
  rrweb.record({ emit: (event) => events.push(event) });
  for (let left = total; left > 0; left -= each) {
    await new Promise(requestAnimationFrame);
    changed(each);
  }
};
</script></body></html>"""
_REPLAY: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>rrweb</title></head>
<body><div id="stage"></div><script src="/rrweb.js"></script><script>
(async () => {
  const events = await (await fetch("/events")).json();
  const began = performance.now();
  const root = document.querySelector("#stage");
  const replayer = new rrweb.Replayer(events, { root, mouseTail: false, showWarning: false });
  const total = replayer.getMetaData().totalTime;
  const laidOut = () => replayer.iframe.contentDocument.body?.offsetHeight;
  replayer.pause(0);
  laidOut();
  window.opened = performance.now() - began;
  window.seekTo = (share) => {
    const start = performance.now();
    replayer.pause(share * total);
    laidOut();
    return performance.now() - start;
  };
})();
</script></body></html>"""
_OURS: Final = """async (share) => {
  const start = performance.now();
  await footfallPlayer.seek(share * footfallPlayer.duration());
  footfallPlayer.document().body.offsetHeight;
  return performance.now() - start;
}"""


@dataclass
class Visited:
    """What the page's own server has: the page, rrweb's files, and the events of the visit."""

    shop: str = ""
    events: str = "[]"
    routes: web.RouteTableDef = field(default_factory=web.RouteTableDef)

    def app(self) -> web.Application:
        """Return the site."""

        async def shop(_: web.Request) -> web.Response:
            return web.Response(text=self.shop, content_type="text/html")

        async def replay(_: web.Request) -> web.Response:
            return web.Response(text=_REPLAY, content_type="text/html")

        async def events(_: web.Request) -> web.Response:
            return web.Response(text=self.events, content_type="application/json")

        async def script(_: web.Request) -> web.Response:
            return web.Response(body=PLAYER.read_bytes(), content_type="text/javascript")

        app = web.Application()
        app.router.add_get("/", shop)
        app.router.add_get("/replay", replay)
        app.router.add_get("/events", events)
        app.router.add_get("/rrweb.js", script)
        return app


async def _until(page: Page, expression: str) -> None:
    for _ in range(1500):
        if await page.evaluate(expression):
            return
        await asyncio.sleep(0.04)
    raise TimeoutError(expression)


async def _visit(browser: Browser, visited: Visited, site: str, origin: str, changes: int) -> str:
    """Record the visit; return Footfall's session."""
    page = await browser.new_page(viewport={"width": 1000, "height": 700})
    uploads = Uploads(page, origin)
    await page.goto(site)
    await _until(page, "window.footfall?.session?.().session")
    await page.wait_for_timeout(3000)  # its first keyframe
    await page.evaluate(f"visit({changes}, {CHANGES_A_FRAME})")
    session: str = await page.evaluate("footfall.session().session")
    visited.events = json.dumps(await page.evaluate("events"))
    await page.evaluate("footfall.stop()")
    await uploads.end()
    await page.close()
    return session


async def _seeks(page: Page, call: str, shares: Sequence[float]) -> list[float]:
    return [await page.evaluate(call, share) for share in shares]


def _told(name: str, taken: Sequence[float]) -> float:
    p95 = sorted(taken)[int(len(taken) * 0.95)]
    print(f"{name:>26}: seek median {statistics.median(taken):6.0f} ms, p95 {p95:6.0f} ms")
    return p95


async def beside(browser: Browser, changes: int) -> None:
    """Record, replay and print."""
    peers.install()
    visited = Visited()
    random_ = random.Random(3)
    shares = [random_.random() for _ in range(SEEKS)]
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(storage=Path(folder) / "storage", port=0))
        async with (
            listening(app, "127.0.0.1", 0) as origin,
            listening(visited.app(), "127.0.0.1", 0) as site,
        ):
            ensure_project(app, site)
            cards = "".join(
                f'<div class="card"><span>Card {number}</span><b>{number} €</b></div>'
                for number in range(CARDS)
            )
            replaced = {"%CARDS%": cards, "%ORIGIN%": origin, "%KEY%": PROJECT_KEY}
            visited.shop = _SHOP
            for name, value in replaced.items():
                visited.shop = visited.shop.replace(name, value)
            session = await _visit(browser, visited, site, origin, changes)
            size = len(visited.events) / 1e6
            print(f"one visit of both, {changes:,} changes; rrweb's events {size:.1f} MB of JSON")
            theirs = await browser.new_page(viewport={"width": 1000, "height": 700})
            await theirs.goto(f"{site}/replay")
            await _until(theirs, "window.opened !== undefined")
            ours = await browser.new_page(viewport={"width": 1000, "height": 700})
            await ours.goto(f"{origin}/p/{PROJECT_ID}/sessions/{session}")
            await _until(ours, "window.footfallPlayer?.firstFrameMs() !== undefined")
            await _until(ours, "(({loaded, total}) => loaded === total)(footfallPlayer.progress())")
            await ours.evaluate("footfallPlayer.pause()")
            own = _told("Footfall", await _seeks(ours, _OURS, shares))
            await theirs.bring_to_front()
            other = _told(
                "rrweb's Replayer", await _seeks(theirs, "share => seekTo(share)", shares)
            )
            print(f"{'':>26}  p95 {own / other:.3f} of rrweb's (≤ 0.1)")
            await ours.close()
            await theirs.close()
