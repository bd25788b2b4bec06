"""The results as plain text."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from benchmarks.recorder.peers import NAMES, NONE, Size
from benchmarks.recorder.rows import KEYFRAMES, PAGES, ROWS, WORK
from benchmarks.recorder.visit import Cost, Growth

_RECORDERS: Final = NAMES[1:]
_WIDTH: Final = 14
Costs = Mapping[tuple[str, str], Sequence[Cost]]

_NOTES: Final = """
What each records
  footfall  as its script tag does, defaults (balanced masks); deflated parts, one upload at a time.
  rrweb     record() with its defaults; JSON and CompressionStream("gzip"), sent every 5 s and at stop. Mutations are
            taken at every microtask, so that states between two frames are recorded too.
  datadog   RUM with session replay, telemetry off; compresses in a worker, whose time is not counted here. Folds
            mutations when the browser is idle, so that it skips states. Bytes: all it sends (replay alone below).
  clarity   clarity.min.js, start and stop; slices its walk, delays and drops mutations of busy elements.
            Its gzip, rrweb's and Footfall's are the browser's CompressionStream, in Chromium on the main thread.
On published pages, Footfall sends names of stylesheets, fonts and images, and their contents once for all visits;
rrweb and datadog send style sheets with each visit, and nobody but Footfall sends fonts and images.
Differences below what "page alone" varies by (± half its range) are noise, and can be negative."""


def _line(name: str, cells: Sequence[str]) -> None:
    print(f"  {name:<22}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells))


def print_sizes(sizes: Sequence[Size]) -> None:
    print("1. Bundle: bytes minified, gzip -9")
    for size in sizes:
        print(f"  {size.name:<22}{size.minified:>{_WIDTH}}{size.gzip:>{_WIDTH}}  {size.what}")


def _median(costs: Sequence[Cost], value: Callable[[Cost], float]) -> float:
    return statistics.median(map(value, costs))


def _alone(costs: Costs, row: str) -> str:
    seen = [cost.task_ms for cost in costs[NONE, row]]
    if len(seen) == 1:
        return f"{seen[0]:.0f}"
    return f"{statistics.median(seen):.0f} ±{(max(seen) - min(seen)) / 2:.0f}"


def _extra(costs: Costs, row: str) -> list[str]:
    alone = _median(costs[NONE, row], lambda cost: cost.task_ms)
    return [
        f"{_median(costs[name, row], lambda cost: cost.task_ms) - alone:.0f}" for name in _RECORDERS
    ]


def _of_each(costs: Costs, row: str, cell: Callable[[Sequence[Cost]], str]) -> list[str]:
    return [cell(costs[name, row]) for name in _RECORDERS]


def _states(costs: Sequence[Cost]) -> str:
    return f"{_median(costs, lambda cost: cost.states_found):.0f}/{costs[0].states_shown}"


def _extras(costs: Costs, rows: Iterable[str], title: str) -> list[str]:
    """Print a section's head and times; return its rows that were measured."""
    found = [row for row in rows if (NONE, row) in costs]
    if found:
        print(f"\n{title}: extra main-thread ms")
        _line("", [*_RECORDERS, "page alone"])
    for row in found:
        _line(row, [*_extra(costs, row), _alone(costs, row)])
    return found


def _longest(costs: Costs, rows: Sequence[str]) -> None:
    if rows:
        print("   The longest task of the page, ms")
    for row in rows:
        longest = _of_each(costs, row, lambda c: f"{_median(c, lambda one: one.longest_ms):.0f}")
        _line(row, [*longest, f"{_median(costs[NONE, row], lambda one: one.longest_ms):.0f}"])


def _print_first(costs: Costs, first: Mapping[str, Cost]) -> None:
    if first:
        print("   footfall, the first visit ever, which also sends stylesheets, fonts and images")
        _line("", ["extra ms", "longest task", "KB of them"])
    for row, cost in first.items():
        extra = cost.task_ms - _median(costs[NONE, row], lambda one: one.task_ms)
        _line(row, [f"{extra:.0f}", f"{cost.longest_ms:.0f}", f"{cost.asset_bytes / 1024:.0f}"])


def print_costs(costs: Costs, first: Mapping[str, Cost]) -> None:
    _longest(costs, _extras(costs, KEYFRAMES, "2. First keyframe, script and encoding included"))
    shown = [
        row for row in _extras(costs, WORK, "3. Workloads") if costs[NONE, row][0].states_shown
    ]
    if shown:
        print("   States that were painted and can be found in what arrived")
    for row in shown:
        _line(row, _of_each(costs, row, _states))
    title = "4. Published pages, from the first keyframe to stop"
    _longest(costs, _extras(costs, PAGES, title))
    _print_first(costs, first)
    _print_bytes(costs)


def _print_bytes(costs: Costs) -> None:
    everything = [row for row in ROWS if (NONE, row) in costs]
    print("\n5. Bytes on the wire, KB (request bodies of the whole visit)")
    _line("", _RECORDERS)
    for row in everything:
        _line(
            row, _of_each(costs, row, lambda c: f"{_median(c, lambda o: o.wire_bytes) / 1024:.1f}")
        )
    replay = [_median(costs["datadog", row], lambda one: one.replay_bytes) for row in everything]
    print("   datadog, replay alone: " + ", ".join(f"{value / 1024:.1f}" for value in replay))


def print_growth(growth: Mapping[str, Growth], rounds: int) -> None:
    print(
        f"\n6. Left after stop and collection, from round {rounds // 2} to {rounds} of start/stop on 1 k elements"
    )
    _line("", ["heap KB", "nodes", "listeners"])
    for name, one in growth.items():
        _line(name, [f"{one.kilobytes:.0f}", f"{one.nodes:.0f}", f"{one.listeners:.0f}"])


def print_notes() -> None:
    print(_NOTES)
