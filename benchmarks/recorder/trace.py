"""The longest task of a page's main thread, in CPU time, from Chromium's own trace."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Browser, CDPSession, Page

_MARK: Final = "footfall-benchmark"
TASKS: Final = ("disabled-by-default-devtools.timeline", "blink.user_timing")

Event = dict[str, Any]


@dataclass
class Trace:
    """`events` are there when the trace has ended."""

    events: list[Event] = field(default_factory=list)


def main_thread(events: Sequence[Event]) -> list[Event]:
    """Return what began in the thread that set the mark after it did."""
    marks = [event for event in events if event.get("name") == _MARK]
    if not marks:
        return []
    mark = marks[0]
    thread = mark["pid"], mark["tid"]
    return [one for one in events if (one["pid"], one["tid"]) == thread and one["ts"] > mark["ts"]]


def longest_task(events: Sequence[Event]) -> float:
    """Return the CPU ms of the longest task in the thread that set the mark, tasks before it left out."""
    tasks = [
        float(event.get("tdur") or event.get("dur") or 0)
        for event in main_thread(events)
        if event.get("name") == "RunTask"
    ]
    return max(tasks, default=0.0) / 1000


async def _collect(session: CDPSession, trace: Trace) -> None:
    ended = asyncio.Event()
    session.on("Tracing.dataCollected", lambda part: trace.events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.set())
    await session.send("Tracing.end")
    await ended.wait()


@asynccontextmanager
async def tracing(
    browser: Browser, page: Page, categories: Sequence[str] = TASKS
) -> AsyncIterator[Trace]:
    """Trace while the block runs; read `events` after it."""
    session = await browser.new_browser_cdp_session()
    trace = Trace()
    config = {"includedCategories": list(categories), "excludedCategories": ["*"]}
    await session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    await page.evaluate(f"() => performance.mark('{_MARK}')")
    try:
        yield trace
    finally:
        await _collect(session, trace)
        await session.detach()
