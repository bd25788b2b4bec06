"""One visit of one page with one recorder: what it cost, and what it sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from playwright.async_api import Browser, CDPSession, Page

from benchmarks.recorder.peers import NONE
from benchmarks.recorder.sink import Sink
from benchmarks.recorder.trace import Trace, longest_task, tracing

_POLL: Final = 0.15
_QUIET_POLLS: Final = 2
_QUIET_MS: Final = 6
_LONGEST_SETTLE: Final = 12.0

Measured = TypeVar("Measured")
Work = Callable[[Page], Awaitable[int]]


@dataclass(frozen=True)
class Row:
    """A page, and what is done on it, which returns how many states it showed.

    `root` has the files of a published page. `is_started`: the recorder is there before what is measured begins.
    """

    path: str
    work: Work | None = None
    is_started: bool = False
    root: Path | None = None


@dataclass(frozen=True)
class Cost:
    """`task_ms`: CPU time of all main-thread tasks; `longest_ms`: of the longest, where it was traced."""

    task_ms: float
    longest_ms: float
    wire_bytes: int
    replay_bytes: int
    states_shown: int
    states_found: int
    asset_bytes: int = 0


@dataclass(frozen=True)
class Growth:
    """What start/stop rounds left in the page after a collection."""

    kilobytes: float
    nodes: float
    listeners: float


@dataclass(frozen=True)
class Visit:
    """A page that is open, and what it takes to measure it."""

    name: str
    page: Page
    cdp: CDPSession
    sink: Sink

    async def metrics(self) -> dict[str, float]:
        """Return CDP's metrics of the page, times in seconds."""
        answer = await self.cdp.send("Performance.getMetrics")
        return {one["name"]: one["value"] for one in answer["metrics"]}

    async def task_ms(self) -> float:
        """Return the CPU ms of all tasks of the main thread until now."""
        return (await self.metrics())["TaskDuration"] * 1000

    async def settle(self, at_least: float = 0) -> None:
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


@asynccontextmanager
async def visiting(browser: Browser, sink: Sink, name: str, row: Row) -> AsyncIterator[Visit]:
    """Open a page in a browser profile of its own."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, service_workers="block"
    )
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    # CPU time, so that other work on this machine does not count.
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    sink.clear()
    sink.root = row.root
    try:
        await page.goto(f"{sink.origin}/{row.path}")
        visit = Visit(name, page, cdp, sink)
        await visit.settle()
        yield visit
    finally:
        await context.close()


async def _leave(visit: Visit, task_ms: float, longest_ms: float, states: int) -> Cost:
    """Go to an empty page, so that what waits for pagehide is sent too, and sum up."""
    await visit.page.goto("about:blank")
    await asyncio.sleep(_POLL)
    sink, name = visit.sink, visit.name
    found = sink.states_found(states) if name != NONE else 0
    bodies, replay, assets = (
        one[name] for one in (sink.body_bytes, sink.replay_bytes, sink.asset_bytes)
    )
    return Cost(task_ms, longest_ms, bodies, replay, states, found, assets)


async def perform(
    visit: Visit, row: Row, measured: AbstractAsyncContextManager[Measured]
) -> tuple[Measured, float, int]:
    """Do a row's work with the contestant; return what looked on, the main thread's CPU ms, and the states shown."""
    states = 0
    if row.is_started:
        await visit.call("first")
        await visit.settle(1.0)
    before = await visit.task_ms()
    async with measured as result:
        if not row.is_started:
            await visit.call("first")
            await visit.settle(1.4)
        if row.work:
            states = await row.work(visit.page)
            await visit.settle(0.5)
        await visit.call("stop")
        await visit.settle()
        task_ms = await visit.task_ms() - before
    return result, task_ms, states


async def cost(browser: Browser, sink: Sink, name: str, row: Row) -> Cost:
    """Visit once; tasks are traced where the first keyframe is in the time: traces cost time themselves."""
    async with visiting(browser, sink, name, row) as visit:
        measured = nullcontext(Trace()) if row.is_started else tracing(browser, visit.page)
        trace, task_ms, states = await perform(visit, row, measured)
        return await _leave(visit, task_ms, longest_task(trace.events), states)


async def heap(browser: Browser, sink: Sink, name: str, rounds: int) -> Growth:
    """Start and stop a recorder; return what the second half of the rounds added; in the first, code warms up."""
    async with visiting(browser, sink, name, Row("page/1000")) as visit:
        await visit.call("first")
        seen: list[dict[str, float]] = []
        for turn in range(rounds):
            await visit.settle()
            await visit.call("stop")
            await asyncio.sleep(_POLL)
            if turn in {rounds // 2 - 1, rounds - 1}:
                await visit.settle()
                for _ in range(2):  # what the first one frees may hold more
                    await visit.cdp.send("HeapProfiler.collectGarbage")
                seen.append(await visit.metrics())
            if turn < rounds - 1:
                await visit.call("start")
        first, last = seen
        return Growth(
            (last["JSHeapUsedSize"] - first["JSHeapUsedSize"]) / 1024,
            last["Nodes"] - first["Nodes"],
            last["JSEventListeners"] - first["JSEventListeners"],
        )
