"""Questions besides funnels and paths, with the process's memory: `python -m benchmarks.questions [SHARE] [FOLDER]`.

SHARE of 200,000 sessions and 10 million events (0.1; 1 takes a minute to fill). FOLDER is where the index is kept,
the same as benchmarks.analysis takes. With two shares of one folder their times tell how they grow.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.analysis import GOAL_MS, MIXED, STEPS, funnel, paths, timed
from benchmarks.project import BEGIN, DAY, DAYS, EVENTS, SESSIONS, fill
from footfall.index import Filter, Index
from footfall.index.deeds import Deeds, sessions_that
from footfall.index.segment import Segment
from footfall.web.heat import Canvas
from footfall.web.heat_kinds import element_rows
from footfall.web.heat_query import read_heat_query
from footfall.web.overview_data import Span, gather

GOAL_MB: Final = 500
PAGE: Final = "/page-0"
CANVAS: Final = Canvas(1280, 3000, {})
Rows = list[tuple[object, ...]]


def elements(index: Index) -> Rows:
    segment = Segment(PAGE)
    with index.facts("p") as shot:
        return [(len(element_rows(shot, read_heat_query({}), segment, CANVAS)),)]


def listed(index: Index) -> Rows:
    """Return the first page of a list with four filters, one of which is searched in the facts, and its total."""
    chosen = Filter(device="desktop", page=PAGE, since=BEGIN + DAY, until=BEGIN + 80 * DAY)
    with index.facts("p") as shot:
        numbers = sessions_that(shot, Deeds(did="click"), chosen.since, chosen.until)
    found = Filter(
        device=chosen.device, page=PAGE, since=chosen.since, until=chosen.until, numbers=numbers
    )
    return [(len(index.sessions("p", found, limit=50)), index.session_count("p", found))]


def overview(index: Index) -> Rows:
    """Count the last 30 days beside the 30 before."""
    last = BEGIN + DAYS * DAY
    data = gather(index, "p", Span(last - 30 * DAY, last, 30 * DAY), None)
    return [(len(data.now.number), len(data.before.number))]


def measure(share: float, folder: Path) -> None:
    sessions, events = int(SESSIONS * share), int(EVENTS * share)
    path = folder / f"index-{sessions}.db"
    if not path.exists():
        start = time.perf_counter()
        fill(path, sessions, events)
        print(f"packed {events / (time.perf_counter() - start):,.0f} events/s")
    index = Index(path)
    print(f"{sessions:,} sessions, {events:,} events{'':25}first ms   median   (goal: < {GOAL_MS})")
    timed("funnel of 4 page views", lambda: funnel(index, STEPS))
    timed("funnel of page views and clicks", lambda: funnel(index, MIXED))
    timed("paths of depth 5", lambda: paths(index))
    timed("element table of the most viewed page", lambda: elements(index))
    timed("filtered session list", lambda: listed(index))
    timed("overview of 30 days beside 30", lambda: overview(index))
    index.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {most:,.0f} MB (goal: < {GOAL_MB})")


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
    with tempfile.TemporaryDirectory() as folder:
        measure(share, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder))


if __name__ == "__main__":
    main()
