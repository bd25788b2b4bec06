"""Player figures: `python -m benchmarks.player [--hours 2] [--mutations 1000000]`.

A session made by hand (a shop whose texts and attributes change all the time) is served on loopback and watched in
Chromium: time to the first picture, seeks to random times, and the memory of the tab. The same at a tenth of the
length, as opening and seeking must not grow with the session. The tab's memory is the renderer's whole resident size,
shared libraries included. Then the session plays at 16x for some seconds: frames a second, and whether
every key that is pressed meanwhile is answered. Then rrweb's Replayer beside it, on a visit that both recorded
(beside_rrweb.py).
"""

import argparse
import asyncio
import random
import resource
import statistics
import time
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, CDPSession, Page, async_playwright
from tests.browser.chromium import FLAGS, installed
from tests.player.site import Site, serving
from tests.player.writer import Frames, Node, chunk, el
from tests.player.writer import page as html

from benchmarks.beside_rrweb import beside
from footfall.wire.schema import FLAG_KEYFRAME, Fact, Pointer

CHUNK_MS: Final = 4000
CHUNKS_PER_KEYFRAME: Final = 36
"""The recorder takes one when what changed outweighs it: some 20,000 of these operations."""
CARDS: Final = 300
FIRST_CARD: Final = 6
NODES_OF_CARD: Final = 5
SEEKS: Final = 60
TARGET_OPEN_MS: Final = 500
TARGET_SEEK_MS: Final = 150
TARGET_MB: Final = 300
TARGET_FRAMES: Final = 30
PRESSES: Final = 20


def card(number: int) -> Node:
    style = "display:inline-block;width:90px;height:60px"
    price = el("b", {}, f"{number} €")
    return el("div", {"class": "card", "style": style}, el("span", {}, f"Card {number}"), price)


def shop(random_: random.Random) -> Node:
    return html(*(card(random_.randrange(10**6)) for _ in range(CARDS)))


def changes(frames: Frames, count: int, random_: random.Random) -> None:
    """Write `count` operations over CHUNK_MS: mostly texts and attributes."""
    for step in range(count):
        if step % 10 == 0:
            frames.op("Time", step * CHUNK_MS // count)
        node = FIRST_CARD + random_.randrange(CARDS) * NODES_OF_CARD
        if step % 3:
            frames.op("Text", node + 4, f"{random_.randrange(10**7)} €")
        else:
            frames.op("Attribute", node, "class", f"card c{random_.randrange(1000)}")


def session(hours: float, mutations: int) -> list[bytes]:
    """Return the chunks of a session of that length."""
    random_ = random.Random(5)
    count = int(hours * 3_600_000) // CHUNK_MS
    bodies = []
    for number in range(count):
        frames = Frames()
        is_keyframe = number % CHUNKS_PER_KEYFRAME == 0
        if is_keyframe:
            frames.keyframe(0, shop(random_)).end()
        changes(frames, mutations // count, random_)
        steps = tuple(range(40))
        path: list[Fact] = [
            Pointer(0, "mouse", tuple(100 for _ in steps), steps, tuple(20 for _ in steps))
        ]
        flags = FLAG_KEYFRAME if is_keyframe else 0
        bodies.append(chunk(number, frames.bytes(), path, flags=flags, at=number * CHUNK_MS))
    return bodies


async def memory_mb(devtools: CDPSession) -> float:
    """Return what the page's JavaScript holds, without the DOM, the worker and the browser itself."""
    await devtools.send("HeapProfiler.collectGarbage")
    usage = await devtools.send("Runtime.getHeapUsage")
    return float(usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6


async def resident_mb(page: Page, browser: Browser) -> float:
    """Return the resident memory of the largest renderer: the tab with its worker."""
    devtools = await browser.new_browser_cdp_session()
    processes = (await devtools.send("SystemInfo.getProcessInfo"))["processInfo"]
    await devtools.detach()
    sizes = []
    for process in processes:
        if process["type"] != "renderer":
            continue
        status = await asyncio.to_thread(Path(f"/proc/{process['id']}/statm").read_text)
        sizes.append(int(status.split()[1]) * resource.getpagesize() / 1e6)
    return max(sizes)


async def until(page: Page, expression: str) -> float:
    """Wait for an expression to hold; return the seconds that it took."""
    began = time.monotonic()
    for _ in range(6000):
        if await page.evaluate(expression):
            return time.monotonic() - began
        await asyncio.sleep(0.02)
    raise TimeoutError(expression)


async def played(page: Page) -> str:
    """Play at 16x while keys are pressed; return what was seen of it."""
    await page.evaluate(
        "footfallPlayer.setSpeed(16); footfallPlayer.setSkipInactivity(false); footfallPlayer.seek(0)"
    )
    await page.evaluate("""() => {
      window.framed = 0;
      const count = () => { framed++; requestAnimationFrame(count); };
      footfallPlayer.play();
      window.began = performance.now();
      requestAnimationFrame(count);
    }""")
    answered = 0
    for _ in range(PRESSES):
        before = await page.evaluate("footfallPlayer.skipsInactivity()")
        await page.keyboard.press("s")
        answered += await page.evaluate("footfallPlayer.skipsInactivity()") != before
        await asyncio.sleep(0.15)
    rate = await page.evaluate("framed / (performance.now() - began) * 1000")
    at = await page.evaluate("footfallPlayer.time() / (performance.now() - began)")
    await page.evaluate("footfallPlayer.pause()")
    return (
        f"at 16x: {rate:.0f} frames/s (≥ {TARGET_FRAMES}), {answered} of {PRESSES} keys answered, "
        f"reached {at:.1f}x"
    )


async def measure(browser: Browser, site: Site, name: str) -> None:
    page = await browser.new_page(viewport={"width": 1000, "height": 700})
    devtools = await page.context.new_cdp_session(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{site.url}/replay")
    await until(page, "window.footfallPlayer?.firstFrameMs() !== undefined")
    first = await page.evaluate("footfallPlayer.firstFrameMs()")
    whole = "(({loaded, total}) => loaded === total)(footfallPlayer.progress())"
    streamed = await until(page, whole)
    random_ = random.Random(7)
    timed = """at => {
      const began = performance.now();
      return footfallPlayer.seek(at).then(() => performance.now() - began);
    }"""
    times = [random_.randrange(site.duration) for _ in range(SEEKS)]
    taken = sorted([await page.evaluate(timed, at) for at in times])
    p95 = taken[int(SEEKS * 0.95)]
    heap, resident = await memory_mb(devtools), await resident_mb(page, browser)
    print(
        f"{name:>26}: first picture {first:4.0f} ms (≤ {TARGET_OPEN_MS}), all here after "
        f"{streamed:.1f} s, seek median {statistics.median(taken):4.0f} ms, p95 {p95:4.0f} ms "
        f"(≤ {TARGET_SEEK_MS}), heap {heap:4.0f} MB, tab {resident:4.0f} MB (≤ {TARGET_MB})"
    )
    others = [url for url in asked if not url.startswith(site.url)]
    print(f"{'':>26}  {await played(page)}; requests to other hosts {len(others)}")
    await page.close()


async def run(hours: float, mutations: int, both: int) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=installed(), args=list(FLAGS))
        for share in (10, 1):
            site = Site(chunks=session(hours / share, mutations // share))
            site.duration = int(hours / share * 3_600_000)
            size = sum(map(len, site.chunks)) / 1e6
            name = f"{hours / share * 60:.0f} min, {mutations // share:,} changes"
            async with serving(site):
                await measure(browser, site, f"{name}, {size:.1f} MB")
        if both:
            await beside(browser, both)
        await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--mutations", type=int, default=1_000_000)
    parser.add_argument(
        "--both", type=int, default=300_000, help="changes of the visit beside rrweb; 0: without"
    )
    arguments = parser.parse_args()
    asyncio.run(run(arguments.hours, arguments.mutations, arguments.both))


if __name__ == "__main__":
    main()
