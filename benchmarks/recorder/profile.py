"""Where a recorder's own time goes: the functions of its script with the most self time, by CDP's profiler."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from playwright.async_api import Browser

from benchmarks.recorder.rows import ROWS
from benchmarks.recorder.sink import Sink
from benchmarks.recorder.visit import Visit, perform, visiting

SAMPLE_US: Final = 200
# A longer gap between samples is a thread that had no CPU, not work.
_LONGEST_US: Final = 5 * SAMPLE_US
_TOP: Final = 14

Profile = dict[str, Any]


def self_times(profile: Profile, script: str) -> Counter[str]:
    """Return ms by function of a script; what the browser does for it (natives, collections) under its caller."""
    nodes = {node["id"]: node for node in profile["nodes"]}
    parent = {child: node["id"] for node in nodes.values() for child in node.get("children", ())}
    labels: dict[int, str] = {}

    def label(at: int | None) -> str:
        if at is None:
            return ""
        if at not in labels:
            frame = nodes[at]["callFrame"]
            if script in frame["url"]:
                name = frame["functionName"] or "(anonymous)"
                labels[at] = f"{name}:{frame['lineNumber'] + 1}"
            elif frame["url"]:
                labels[at] = ""
            else:
                around = label(parent.get(at))
                labels[at] = f"{around} > {frame['functionName']}" if around else ""
        return labels[at]

    times: Counter[str] = Counter()
    for node, delta in zip(profile["samples"], profile["timeDeltas"], strict=True):
        times[label(node)] += min(delta, _LONGEST_US)
    times.pop("", None)
    return Counter({name: micros // 1000 for name, micros in times.items()})


@asynccontextmanager
async def _profiling(visit: Visit) -> AsyncIterator[Profile]:
    profile: Profile = {}
    await visit.cdp.send("Profiler.enable")
    await visit.cdp.send("Profiler.setSamplingInterval", {"interval": SAMPLE_US})
    await visit.cdp.send("Profiler.start")
    yield profile
    profile.update((await visit.cdp.send("Profiler.stop"))["profile"])


async def print_profiles(
    browser: Browser, sink: Sink, contestant: str, rows: Sequence[str]
) -> None:
    """Print the top functions of one contestant in each row."""
    for name in rows:
        async with visiting(browser, sink, contestant, ROWS[name]) as visit:
            profile, _, _ = await perform(visit, ROWS[name], _profiling(visit))
            times = self_times(profile, f"/scripts/{contestant}")
        print(f"\n{contestant}, {name}: {sum(times.values())} ms in its script")
        for function, millis in times.most_common(_TOP):
            if millis:
                print(f"  {millis:>6} ms  {function}")
