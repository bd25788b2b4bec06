"""A project as the index holds it after months, put into its tables at once: for what only reads it.

`benchmarks.project` makes one by the product's own log and index.
"""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from footfall.index import activity, totals, viewdays
from footfall.index.packs.decode import Table
from footfall.index.packs.kinds import KINDS, POINTS, Form, names_of
from footfall.index.packs.write import Packer
from footfall.index.tables import columns, open_for_writing
from footfall.wire.facts import Reaction
from footfall.wire.schema import Click, Fact, PageView, Pointer, Scroll

SESSIONS: Final = 200_000
EVENTS: Final = 10_000_000
DAY: Final = 86_400_000
DAYS: Final = 90
BEGIN: Final = 1_699_920_000_000  # midnight, UTC
PAGES: Final = 300
VIEWS: Final = 4
CHUNKS: Final = 8
MIX: Final[dict[type[Fact], float]] = {
    Click: 0.3,
    PageView: 0.08,
    Pointer: 0.3,
    Scroll: 0.2,
    Reaction: 0.12,
}
WIDTHS: Final = {"desktop": 1280, "mobile": 390, "tablet": 800}


def session_name(number: int) -> str:
    return f"session-{number:012}"


def fill(path: Path, sessions: int, events: int) -> int:
    """Make the index of a project "p"; return the time of its end, ms since 1970."""
    connection = open_for_writing(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for into, rows in (("sessions", _sessions), ("page_views", _views), ("chunks", _chunks)):
        sql = f"INSERT INTO {into} VALUES ({', '.join('?' * len(columns(into)))})"
        connection.executemany(sql, rows(sessions))
    packer = Packer(connection)
    names = packer.names_of("p")
    named = [names[text] for text in ("mouse", "", *(f"#item-{number}" for number in range(200)))]
    pages = np.array([names[f"/page-{number}"] for number in range(PAGES)])
    rng = np.random.default_rng(5)
    for day in range(DAYS):
        for kind, share in MIX.items():
            count = int(events * share / DAYS)
            table = _facts(kind, count, day, sessions, rng)
            table.columns["page"] = pages[_page(rng.random(count))]
            for column in table.kind.columns:
                if column.form is Form.TEXT:
                    table.columns[column.name] = rng.choice(named, count)
            packer._waiting["p", table.kind.number].append(table)  # noqa: SLF001 # as if it had been decoded
        packer.flush()
    viewdays.make(connection, names, "p", 2 * DAYS)
    added = totals.Added(
        "p",
        BEGIN,
        BEGIN + DAYS * DAY,
        sessions,
        VIEWS * sessions,
        9 * sessions,
        CHUNKS * sessions,
        9,
    )
    totals.add(connection, [added])
    connection.execute("COMMIT")
    connection.close()
    return BEGIN + DAYS * DAY


def _page(chance: Any) -> Any:
    """Pages of falling favour."""
    return (PAGES * chance**3).astype(np.int64)


def _facts(
    kind: type[Fact], count: int, day: int, sessions: int, rng: np.random.Generator
) -> Table:
    what = KINDS[kind]
    first = sessions * day // DAYS
    made: dict[str, Any] = {name: rng.integers(0, 500, count) for name in names_of(what)}
    made["session"] = rng.integers(first, max(first + 1, sessions * (day + 1) // DAYS), count)
    made["time"] = BEGIN + day * DAY + rng.integers(0, DAY, count)
    made["page_x"], made["page_y"] = rng.integers(0, 1280, count), rng.integers(0, 3000, count)
    if what.is_ragged:
        made[POINTS] = np.full(count, 8)
        for column in what.columns:
            if column.form is Form.RAGGED:
                made[column.name] = rng.integers(-30, 30, 8 * count)
    named = {name: made[name] for name in names_of(what)}
    return Table(what, np.full(count, BEGIN // DAY + day), named)


def _start(session: int, sessions: int) -> int:
    return BEGIN + session * DAYS * DAY // sessions


def _row(table: str, **values: Any) -> tuple[Any, ...]:
    return tuple(values.get(name, 0) for name in columns(table))


def _devices() -> Iterator[str]:
    rng = random.Random(7)
    while True:
        yield rng.choice(list(WIDTHS))


def _sessions(count: int) -> Iterator[tuple[Any, ...]]:
    spans = activity.pack([(BEGIN, BEGIN + 60_000)])
    for number, device in zip(range(count), _devices(), strict=False):
        start = _start(number, count)
        yield _row(
            "sessions", project="p", session=session_name(number), visitor=f"visitor-{number:012}",
            agent="Chrome 156 · Linux", lead_tab="tab-0000000000000", first=start, last=start + 60_000, spans=spans,
            chunks=CHUNKS, bytes=50_000, started=start, ended=start + 60_000, active=40_000, page_views=VIEWS,
            clicks=9, tabs=1, device=device, width=WIDTHS[device], height=800, entry_page="/page-0",
            exit_page="/page-1", number=number,
        )  # fmt: skip


def _views(count: int) -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(8)
    for number, device in zip(range(count), _devices(), strict=False):
        start = _start(number, count)
        for view, page in enumerate(_page(rng.random(VIEWS)).tolist(), 1):
            yield _row(
                "page_views", project="p", session=session_name(number), tab="tab-0000000000000", number=view,
                document=view, told=start, first=start, last=start + 9_000, url=f"https://shop.example/page-{page}",
                title=f"Page {page}", referrer="", cause="load", width=WIDTHS[device], height=800,
                document_width=WIDTHS[device], document_height=3000, clicks=2, keyframe=0, page=f"/page-{page}",
                device=device, started=start + view * 15_000, ended=start + view * 15_000 + 9_000,
                depth=800 + page * 5,
            )  # fmt: skip


def _chunks(count: int) -> Iterator[tuple[Any, ...]]:
    digest = bytes(16)
    for number in range(count):
        start = _start(number, count)
        for sequence in islice(range(100), CHUNKS):
            yield _row(
                "chunks", project="p", session=session_name(number), tab="tab-0000000000000", sequence=sequence,
                document=1, page_view=1, url="https://shop.example/page-0", start=start, end=start + 5_000,
                bytes=6_000, digest=digest, received_at=start + 5_000 * sequence, segment=1, offset=number, length=9,
            )  # fmt: skip
