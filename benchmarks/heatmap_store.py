"""From stored packs to the heatmap, with a filter by segment: `python -m benchmarks.heatmap_store [CLICKS]`.

CPU ms, median of five, from the open index to a PNG: with nothing kept, asked again, with another radius, and for the
later half of the days, when what was counted of whole days is merged. A million clicks of one page in 250,000 sessions
over 90 days, each session with two views of it and two of others.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.heatmap import HEIGHT_PX, WIDTH_PX, cpu_ms, page_clicks
from benchmarks.packed import BEGIN, DAY, DAYS, WIDTHS, _row, _sessions, _start, session_name
from footfall.analysis.heat import CELL_PX
from footfall.index import Index, viewdays
from footfall.index.packs.decode import Table
from footfall.index.packs.kinds import KINDS, names_of
from footfall.index.packs.write import Packer
from footfall.index.segment import Segment
from footfall.index.tables import columns, open_for_writing
from footfall.render.heatmap import Look
from footfall.web.heat import PLAIN, Canvas, DrawnClicks
from footfall.web.heat_counts import draw_page_clicks
from footfall.web.heat_kept import KeptHeat
from footfall.wire.schema import Click

CLICKS = 1_000_000
PAGE = "/page-0"
TAB = "tab-0000000000000"
TARGET_MS = 100.0
KEYS = 120


def fill_store(path: Path, clicks: int) -> None:
    """Make the index of a project "p"."""
    sessions = clicks // 4
    connection = open_for_writing(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for into, rows in (("sessions", _sessions(sessions)), ("page_views", _views(sessions))):
        sql = f"INSERT INTO {into} VALUES ({', '.join('?' * len(columns(into)))})"
        connection.executemany(sql, rows)
    packer = Packer(connection)
    names = packer.names_of("p")
    rng = np.random.default_rng(6)
    texts = np.array([names[f"#item-{number}"] for number in range(KEYS)])
    for day in range(DAYS):
        count = clicks // DAYS
        first, end = sessions * day // DAYS, sessions * (day + 1) // DAYS
        x, y = page_clicks(count, rng)
        made: dict[str, Any] = {name: np.zeros(count, np.int64) for name in names_of(KINDS[Click])}
        made |= {
            "session": rng.integers(first, end, count), "tab": np.full(count, names[TAB]),
            "view": rng.choice([1, 3], count), "page": np.full(count, names[PAGE]),
            "sequence": rng.integers(0, 9, count), "ordinal": rng.integers(0, 500, count),
            "place_x": rng.integers(0, 10_000, count), "place_y": rng.integers(0, 10_000, count),
            "page_x": x.astype(np.int64), "page_y": y.astype(np.int64), "text": rng.choice(texts, count),
            "document_width": np.full(count, WIDTH_PX), "document_height": rng.integers(5_900, 6_100, count),
            "pointer": np.full(count, names["mouse"]), "containers": np.full(count, names[""]),
            "state": np.full(count, names[""]),
        }  # fmt: skip
        made["key"] = made["text"]
        made["time"] = BEGIN + day * DAY + rng.integers(0, DAY, count)
        table = Table(KINDS[Click], np.full(count, BEGIN // DAY + day), made)
        packer._waiting["p", table.kind.number].append(table)  # noqa: SLF001 # as if it had been decoded
        packer.flush()
    viewdays.make(connection, names, "p", 2 * DAYS)
    connection.execute("COMMIT")
    connection.close()


def _views(sessions: int) -> Iterator[tuple[Any, ...]]:
    devices = list(WIDTHS)
    for number in range(sessions):
        start, device = _start(number, sessions), devices[number % 3]
        for view in range(1, 5):
            page = PAGE if view % 2 else "/other"
            yield _row(
                "page_views", project="p", session=session_name(number), tab=TAB, number=view, document=view,
                told=start, first=start, last=start + 9_000, url=f"https://shop.example{page}", title="", referrer="",
                cause="load", width=WIDTHS[device], height=800, document_width=WIDTHS[device], document_height=6000,
                clicks=2, keyframe=0, page=page, device=device, started=start + view * 15_000,
                ended=start + view * 15_000 + 9_000, depth=800,
            )  # fmt: skip


def canvas() -> Canvas:
    """Return a backdrop on which half of the elements are found."""
    rng = np.random.default_rng(3)
    boxes = {
        f"#item-{number}": (float(rng.integers(0, 1000)), float(rng.integers(0, 5800)), 200.0, 50.0)
        for number in range(KEYS // 2)
    }
    return Canvas(WIDTH_PX, HEIGHT_PX, boxes)


def _drawn(
    index: Index,
    drawn_on: Canvas,
    segment: Segment,
    kept: tuple[KeptHeat, int],
    look: Look = PLAIN,
) -> DrawnClicks:
    with index.facts("p") as shot:
        return draw_page_clicks(shot, segment, drawn_on, (look, CELL_PX), kept)


def _at_first(
    drawn: Callable[[Segment, tuple[KeptHeat, int]], DrawnClicks], segment: Segment, now: int
) -> DrawnClicks:
    return drawn(segment, (KeptHeat(), now))


def _shorter(segment: Segment) -> Segment:
    """Return it from an hour within the 45th day on, so that a day is cut."""
    return replace(segment, since=BEGIN + 45 * DAY + 7 * 3_600_000)


def main() -> None:
    clicks = int(sys.argv[1]) if len(sys.argv) > 1 else CLICKS
    segments = {
        "all of the page": Segment(PAGE),
        "one device": Segment(PAGE, device="desktop"),
        "desktop, 60 of 90 days": Segment(PAGE, device="desktop", since=BEGIN + 30 * DAY),
        "width 300 to 1000 px": Segment(PAGE, min_width=300, max_width=1000),
    }
    now = BEGIN + (DAYS + 1) * DAY
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.db"
        fill_store(path, clicks)
        index, drawn_on = Index(path), canvas()
        print(
            f"CPU ms    at first  again  other radius  other period  target   of {clicks:,} clicks"
        )
        for name, segment in segments.items():
            drawn = partial(_drawn, index, drawn_on)
            kept = KeptHeat()
            taken = [
                cpu_ms(partial(_at_first, drawn, segment, now), 5),
                cpu_ms(partial(drawn, segment, (kept, now)), 5),
                cpu_ms(partial(drawn, segment, (kept, now), Look(radius_px=40)), 5),
                cpu_ms(partial(drawn, _shorter(segment), (kept, now)), 5),
            ]
            found = drawn(segment, (kept, now)).tally.clicks
            print(
                "  ".join(f"{one:11.1f}" for one in (*taken, TARGET_MS)) + f"   {found:,}: {name}"
            )
        index.close()


if __name__ == "__main__":
    main()
