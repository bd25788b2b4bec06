"""One visit of one page with one recorder: what it cost, and what it sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from playwright.async_api import Browser, CDPSession, Page

from benchmarks.recorder.sink import Sink

_POLL: Final = 0.2
_QUIET_POLLS: Final = 3
_QUIET_MS: Final = 6
_LONGEST_SETTLE: Final = 12.0


@dataclass(frozen=True)
class Cost:
    """`task_ms`: CPU time of all main-thread tasks; `longest_ms`: wall time of the longest, 0 below 50 ms."""

    task_ms: float
    longest_ms: float
    wire_bytes: int
    replay_bytes: int
    states_shown: int
    states_found: int


@dataclass(frozen=True)
class Visit:
    """A page that is open, and what it takes to measure it."""

    name: str
    page: Page
    cdp: CDPSession
    sink: Sink

    async def metrics(self) -> dict[str, float]:
        answer = await self.cdp.send("Performance.getMetrics")
        return {one["name"]: one["value"] for one in answer["metrics"]}

    async def task_ms(self) -> float:
        return (await self.metrics())["TaskDuration"] * 1000

    async def settle(self, at_least: float) -> None:
        """Wait until the main thread and the server have had nothing to do for a while."""
        start = time.monotonic()
        quiet, before = 0, await self.task_ms()
        while time.monotonic() - start < _LONGEST_SETTLE:
            await asyncio.sleep(_POLL)
            now = await self.task_ms()
            busy = now - before > _QUIET_MS or time.monotonic() - self.sink.last < _POLL
            quiet, before = 0 if busy else quiet + 1, now
            if quiet >= _QUIET_POLLS and time.monotonic() - start >= at_least:
                return

    async def call(self, action: str) -> None:
        """Do `first`, `start` or `stop` of the contestant."""
        await self.page.evaluate(f"() => contestants.{self.name}.{action}()")

    async def longest(self) -> float:
        return float(await self.page.evaluate("() => longestTask()"))


@asynccontextmanager
async def visiting(browser: Browser, sink: Sink, name: str, elements: int) -> AsyncIterator[Visit]:
    """Open a page in a browser profile of its own."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    # CPU time, so that other work on this machine does not count.
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    sink.clear()
    try:
        await page.goto(f"{sink.origin}/page/{elements}")
        visit = Visit(name, page, cdp, sink)
        await visit.settle(0)
        yield visit
    finally:
        await context.close()


async def leave(visit: Visit) -> None:
    """Go to an empty page, so that what waits for pagehide is sent too."""
    await visit.page.goto("about:blank")
    await asyncio.sleep(_POLL)


async def _cost(visit: Visit, before: float, longest: float, states: int) -> Cost:
    task_ms = await visit.task_ms() - before
    longest = max(longest, await visit.longest())
    await leave(visit)
    sink = visit.sink
    return Cost(
        task_ms,
        longest,
        sink.body_bytes[visit.name],
        sink.replay_bytes[visit.name],
        states,
        sink.states_found(states) if visit.name != "none" else 0,
    )


async def keyframe(browser: Browser, sink: Sink, name: str, elements: int) -> Cost:
    """Start a recorder on a page that is there, let it take its first picture of it and send that."""
    async with visiting(browser, sink, name, elements) as visit:
        await visit.longest()
        before = await visit.task_ms()
        await visit.call("first")
        await visit.settle(1.6)
        await visit.call("stop")
        await visit.settle(0.4)
        return await _cost(visit, before, 0, 0)


Work = Callable[[Page], Awaitable[int]]


async def workload(browser: Browser, sink: Sink, name: str, work: Work) -> Cost:
    """Work on a small page that is being recorded; its keyframe is not in the cost but in the bytes."""
    async with visiting(browser, sink, name, 200) as visit:
        await visit.call("first")
        await visit.settle(1.2)
        await visit.longest()
        before = await visit.task_ms()
        states = await work(visit.page)
        await visit.settle(0.6)
        await visit.call("stop")
        await visit.settle(0.4)
        return await _cost(visit, before, 0, states)


async def heap(browser: Browser, sink: Sink, name: str, rounds: int) -> tuple[float, float, float]:
    """Start and stop a recorder; return KB, nodes and listeners that rounds after the second added."""
    async with visiting(browser, sink, name, 1000) as visit:
        await visit.call("first")
        seen: list[dict[str, float]] = []
        for turn in range(rounds):
            await visit.settle(0.3)
            await visit.call("stop")
            await asyncio.sleep(0.1)
            if turn in {1, rounds - 1}:
                await visit.settle(0.3)
                await visit.cdp.send("HeapProfiler.collectGarbage")
                await visit.cdp.send("HeapProfiler.collectGarbage")
                seen.append(await visit.metrics())
            if turn < rounds - 1:
                await visit.call("start")
        first, last = seen
        grown = [last[key] - first[key] for key in ("JSHeapUsedSize", "Nodes", "JSEventListeners")]
        return grown[0] / 1024, grown[1], grown[2]
