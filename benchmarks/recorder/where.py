"""Where the main thread's time goes, with a recorder and without: CPU ms by kind of work, from Chromium's trace.

Every moment counts once, for the innermost event around it that has a kind. Promise callbacks have no script's name
in a trace: the page's own and the recorder's are one kind. So have the wrappers that a recorder puts around what a
page calls: they are in the page's script.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Browser

from benchmarks.recorder.peers import NONE
from benchmarks.recorder.rows import PAGES, ROWS
from benchmarks.recorder.sink import Sink
from benchmarks.recorder.trace import Event, main_thread, tracing
from benchmarks.recorder.visit import perform, visiting

CATEGORIES: Final = (
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-v8.compile",
    "blink.user_timing",
    "toplevel",
    "v8",
)
_TASK: Final = "ThreadControllerImpl::RunTask"
_TOP: Final = 10
_LEAST: Final = 0.2

_RECORDER: Final = "recorder's script"
_OTHER: Final = "other"
_SCRIPT: Final = ("FunctionCall", "EvaluateScript", "v8.run")
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "compression": ("CompressionStream Deflate", "DecompressionStream Inflate"),
    "garbage collection": ("MinorGC", "MajorGC", "V8.GC", "BlinkGC", "CppGC", "GCEvent"),
    "parse and compile": ("V8.Compile", "V8.Parse", "v8.compile", "v8.parse", "V8.Optimize"),
    "style": ("UpdateLayoutTree", "ScheduleStyleRecalculation", "RecalculateStyles"),
    "layout": ("Layout", "HitTest", "IntersectionObserver"),
    "paint and commit": ("PrePaint", "Paint", "Layerize", "Commit", "UpdateLayer", "Composite"),
    "HTML parser": ("ParseHTML",),
    "promise callbacks": ("RunMicrotasks", "V8.RunMicrotasks", "BlinkScheduler_PerformMicrotask"),
}
# They begin like one of these and are none.
_NOT_THESE: Final = ("LayoutInvalidation", "LayoutShift", "PaintTimingVisualizer")
_CALLERS: Final = ("TimerFire", "FireAnimationFrame", "FireIdleCallback", "EvaluateScript")


@dataclass
class Where:
    """CPU ms by kind, of some kinds also by (kind, cause), and how often each kind began."""

    kinds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    causes: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    times: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, other: "Where", share: float) -> None:
        """Add a share of another's figures."""
        for kind, millis in other.kinds.items():
            self.kinds[kind] += millis * share
        for cause, millis in other.causes.items():
            self.causes[cause] += millis * share
        for kind, count in other.times.items():
            self.times[kind] += count * share


@dataclass
class _Open:
    """An event that has not ended: CPU ms of its own, the task's poster, and what the browser called script for."""

    end: float
    kind: str
    own: float
    poster: str
    caller: str


def kind_of(event: Event, script: str) -> str:
    """Return the kind of an event, "" when it has none; `script` is in the URLs of the recorder's scripts."""
    name = str(event["name"])
    if name in _SCRIPT:
        arguments = event.get("args", {})
        url = str(arguments.get("fileName") or arguments.get("data", {}).get("url") or "")
        return _RECORDER if script in url else "page's script"
    if name in _NOT_THESE:
        return ""
    return next((kind for kind, starts in _KINDS.items() if name.startswith(starts)), "")


def _poster(event: Event) -> str:
    arguments = event.get("args", {})
    file = str(arguments.get("src_file", "?")).rsplit("/", 1)[-1]
    return f"{arguments.get('src_func', '?')} ({file})"


def _caller(event: Event) -> str:
    if event["name"] == "EventDispatch":
        return f"event {event.get('args', {}).get('data', {}).get('type', '?')}"
    return str(event["name"]) if event["name"] in _CALLERS else ""


def _opened(event: Event, above: _Open | None, script: str) -> _Open:
    base = above or _Open(0, _OTHER, 0, "?", "a promise or an observer")
    return _Open(
        event["ts"] + event.get("dur", 0),
        kind_of(event, script) or base.kind,
        event.get("tdur", 0) / 1000,
        _poster(event) if event["name"] == _TASK else base.poster,
        _caller(event) or base.caller,
    )


def where(events: Sequence[Event], script: str) -> Where:
    """Sum up the thread that set the mark, from the mark on; `script` is in the URLs of the recorder's scripts."""
    found, stack = Where(), list[_Open]()

    def close(until: float) -> None:
        while stack and stack[-1].end <= until:
            done = stack.pop()
            own = max(0, done.own)
            found.kinds[done.kind] += own
            if done.kind in (_OTHER, _RECORDER):
                cause = done.poster if done.kind == _OTHER else done.caller
                found.causes[done.kind, cause] += own

    whole = [event for event in main_thread(events) if event.get("ph") == "X"]
    for event in sorted(whole, key=lambda one: (one["ts"], -one.get("dur", 0))):
        close(event["ts"])
        above = stack[-1] if stack else None
        opened = _opened(event, above, script)
        if above:
            above.own -= opened.own
        if above is None or above.kind != opened.kind:
            found.times[opened.kind] += 1
        stack.append(opened)
    close(float("inf"))
    return found


async def _visit(browser: Browser, sink: Sink, name: str, row: str) -> Where:
    async with visiting(browser, sink, name, ROWS[row]) as visit:
        traced = tracing(browser, visit.page, CATEGORIES)
        trace, _, _ = await perform(visit, ROWS[row], traced)
    return where(trace.events, f"/scripts/{name}")


def _print(row: str, contestant: str, alone: Where, recorded: Where, rounds: int) -> None:
    print(f"\n{row}: main-thread CPU ms, means of {rounds} visits")
    print(f"  {'':<24}{'alone':>10}{contestant:>12}{'extra':>10}{'times':>10}")
    extra = {kind: ms - alone.kinds.get(kind, 0) for kind, ms in recorded.kinds.items()}
    for kind in sorted(extra, key=lambda one: -extra[one]):
        times = f"{recorded.times[kind] - alone.times.get(kind, 0):+.0f}"
        before, after = alone.kinds.get(kind, 0), recorded.kinds[kind]
        print(f"  {kind:<24}{before:>10.1f}{after:>12.1f}{extra[kind]:>10.1f}{times:>10}")
    before, after = (sum(one.kinds.values()) for one in (alone, recorded))
    print(f"  {'all':<24}{before:>10.1f}{after:>12.1f}{after - before:>10.1f}")
    causes = {at: ms - alone.causes.get(at, 0) for at, ms in recorded.causes.items()}
    for title, kind in ((f"{_RECORDER}, by its caller", _RECORDER), ("other, by poster", _OTHER)):
        print(f"  extra in {title}")
        mine = sorted(
            ((ms, cause) for (of, cause), ms in causes.items() if of == kind), reverse=True
        )
        for millis, cause in mine[:_TOP]:
            if millis >= _LEAST:
                print(f"    {millis:>6.1f}  {cause}")


async def print_where(
    browser: Browser, sink: Sink, contestant: str, rows: Sequence[str], rounds: int
) -> None:
    """Visit with and without the contestant in turn, and print the difference by kind of work."""
    for row in rows:
        if row in PAGES:  # the first visit ever sends assets besides
            await _visit(browser, sink, contestant, row)
        means = {NONE: Where(), contestant: Where()}
        for _ in range(rounds):
            for name, mean in means.items():
                mean.add(await _visit(browser, sink, name, row), 1 / rounds)
        _print(row, contestant, means[NONE], means[contestant], rounds)
