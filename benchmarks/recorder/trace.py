"""The longest task of a page's main thread, in CPU time, from Chromium's own trace."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Browser, CDPSession, Page

_MARK: Final = "footfall-benchmark"
_CONFIG: Final = {
    "includedCategories": ["disabled-by-default-devtools.timeline", "blink.user_timing"],
    "excludedCategories": ["*"],
}

Event = dict[str, Any]


@dataclass
class Trace:
    """`longest_ms` is set when the trace has ended."""

    longest_ms: float = 0
    events: list[Event] = field(default_factory=list)


def longest_task(events: list[Event]) -> float:
    """Return the CPU ms of the longest task in the thread that set the mark, tasks before it left out."""
    marks = [event for event in events if event.get("name") == _MARK]
    if not marks:
        return 0
    mark = marks[0]
    tasks = [
        float(event.get("tdur") or event.get("dur") or 0)
        for event in events
        if event.get("name") == "RunTask"
        and (event["pid"], event["tid"]) == (mark["pid"], mark["tid"])
        and event["ts"] > mark["ts"]
    ]
    return max(tasks, default=0.0) / 1000


async def _collect(session: CDPSession, trace: Trace) -> None:
    ended = asyncio.Event()
    session.on("Tracing.dataCollected", lambda part: trace.events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.set())
    await session.send("Tracing.end")
    await ended.wait()
    trace.longest_ms = longest_task(trace.events)
    trace.events.clear()


@asynccontextmanager
async def tracing(browser: Browser, page: Page) -> AsyncIterator[Trace]:
    """Trace while the block runs; read `longest_ms` after it."""
    session = await browser.new_browser_cdp_session()
    trace = Trace()
    await session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": _CONFIG})
    await page.evaluate(f"() => performance.mark('{_MARK}')")
    try:
        yield trace
    finally:
        await _collect(session, trace)
        await session.detach()
