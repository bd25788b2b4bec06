"""What a first user would measure, on this machine, in real Chromium.

    python -m benchmarks.first_light

Prints the recorder's size, the sizes of the bundled chunks, the time from a click in the shop to its appearing in
Footfall's list (of which the recorder waits about a second on purpose), and the time from opening a replay to its
first frame. The physical limit beside the last one: the time in which the same browser loads an empty page.
"""

import asyncio
import gzip
import statistics
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from tests.browser.chromium import FLAGS, installed

from footfall import resources
from footfall.config import Config
from footfall.demo import bundle
from footfall.demo.run import PROJECT_ID, PROJECT_KEY, ensure_project, load_recordings
from footfall.demo.shop import create_shop
from footfall.web.app import create_app
from footfall.web.serve import listening
from footfall.wire.codec import decode_chunk
from footfall.wire.schema import FLAG_KEYFRAME

ROUNDS = 7
FIRST_FRAME = """() => new Promise((resolve) => {
  const shown = () => window.footfallPlayer?.firstFrameMs() > 0;
  const look = () => (shown() ? resolve(performance.now()) : requestAnimationFrame(look));
  look();
})"""


def row(name: str, value: str) -> None:
    print(f"{name:<58}{value}")


def spread(values: list[float], unit: str) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.0f} {unit} median of {len(values)} ({low:.0f} to {high:.0f})"


def sizes() -> None:
    for name in ("footfall.js", "footfall-more.js"):
        script = (resources.static() / "build" / name).read_bytes()
        row(f"{name}, minified", f"{len(script)} bytes")
        row(f"{name}, gzip -9", f"{len(gzip.compress(script, 9))} bytes")
    chunks = [one.chunk for one in bundle.read(resources.recordings())]
    headers = [decode_chunk(chunk) for chunk in chunks]
    sessions = len({header.session for header in headers})
    lengths = sorted(map(len, chunks))
    keyframes = [len(c) for c, h in zip(chunks, headers, strict=True) if h.flags & FLAG_KEYFRAME]
    others = [len(c) for c, h in zip(chunks, headers, strict=True) if not h.flags & FLAG_KEYFRAME]
    facts, frames = sum(len(h.facts) for h in headers), sum(len(h.frames) for h in headers)
    row("bundled sessions, chunks, bytes", f"{sessions}, {len(chunks)}, {sum(lengths)}")
    row("bytes a session (mean)", f"{sum(lengths) / max(1, sessions):.0f}")
    row(
        "chunk: median, p95, largest",
        f"{lengths[len(lengths) // 2]}, {lengths[int(len(lengths) * 0.95)]}, {lengths[-1]} bytes",
    )
    row(
        "chunk with keyframe / without: median",
        f"{statistics.median(keyframes):.0f} / {statistics.median(others):.0f} bytes",
    )
    row(
        "share of facts / frames in all bytes",
        f"{facts / sum(lengths):.0%} / {frames / sum(lengths):.0%}",
    )


async def until(page: Page, expression: str) -> None:
    """Playwright's own waiting needs eval, which the pages' policies forbid."""
    for _ in range(3000):
        if await page.evaluate(expression):
            return
        await asyncio.sleep(0.01)
    raise SystemExit(f"Never true: {expression}")


async def click_to_list(browser: Browser, shop: str, origin: str) -> float:
    """Milliseconds from a click in a fresh visit to the first list that counts it."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(shop)
    await until(page, "window.footfall?.session?.().state === 'recording'")
    session = await page.evaluate("window.footfall.session().session")
    await page.mouse.move(300, 300)
    await page.mouse.click(300, 300)
    start = time.perf_counter()
    while time.perf_counter() - start < 20:
        answer = await page.request.get(f"{origin}/api/p/{PROJECT_ID}/sessions")
        rows = (await answer.json())["sessions"]
        if any(one["session"] == session and one["clicks"] for one in rows):
            break
        await asyncio.sleep(0.02)
    elapsed = (time.perf_counter() - start) * 1000
    await context.close()
    return elapsed


async def first_frame(page: Page, url: str) -> float:
    """Milliseconds from the navigation's start to the first frame on the screen."""
    await page.goto(url)
    return float(await page.evaluate(FIRST_FRAME))


async def empty_page(page: Page, origin: str) -> float:
    await page.goto(f"{origin}/frame")
    timing = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    return float(await page.evaluate(timing))


async def timings() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(storage=Path(folder), port=0))
        async with listening(app, "127.0.0.1", 0) as origin:
            shop_app = create_shop(resources.shop(), origin, PROJECT_KEY)
            async with (
                listening(shop_app, "127.0.0.1", 0) as shop,
                async_playwright() as playwright,
            ):
                await load_recordings(app, ensure_project(app, shop))
                browser = await playwright.chromium.launch(
                    executable_path=installed(), args=list(FLAGS)
                )
                seen = [await click_to_list(browser, shop, origin) for _ in range(ROUNDS)]
                row("from a click to its appearing in the list", spread(seen, "ms"))
                page = await browser.new_page()
                answer = await page.request.get(f"{origin}/api/p/{PROJECT_ID}/sessions")
                sessions = [one["session"] for one in (await answer.json())["sessions"]]
                bundled = sessions[ROUNDS : ROUNDS * 2]
                urls = [f"{origin}/p/{PROJECT_ID}/sessions/{one}" for one in bundled]
                frames = [await first_frame(page, url) for url in urls]
                empty = [await empty_page(page, origin) for _ in urls]
                row("from opening a replay to its first frame", spread(frames, "ms"))
                row("  beside it: an empty page of the same server, loaded", spread(empty, "ms"))
                await browser.close()


def main() -> None:
    sizes()
    asyncio.run(timings())


if __name__ == "__main__":
    main()
