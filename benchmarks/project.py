"""A project as months of visitors leave it, made by a seeded generator.

Nothing is written past the product: each page view is a chunk as a recorder sends it, appended to the real log, from
which the real indexer makes rows and packs. Moments are the exception: they are not looked for (that would take hours)
but dealt out, and stored as the detector stores them.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from footfall.index import Index, Indexer
from footfall.index.found import Detection, Found, MomentRow, to_json
from footfall.log import Log, Record
from footfall.projects import Projects
from footfall.wire import codec, schema
from footfall.wire.facts import Event, Field, Reaction, Submit
from footfall.wire.schema import (
    Click,
    Fact,
    Header,
    PageView,
    Pointer,
    Scroll,
    Visibility,
)

SESSIONS: Final = 200_000
EVENTS: Final = 10_000_000
"""At SESSIONS: 50 each, give or take."""
PROJECT: Final = "p"
KEY: Final = "p" * 22
DAY: Final = 86_400_000
DAYS: Final = 90
BEGIN: Final = 1_699_920_000_000  # midnight, UTC
PAGES: Final = 300
VIEWS: Final = 4
WIDTHS: Final = {"desktop": 1280, "mobile": 390, "tablet": 800}
REFERRERS: Final = (
    "",
    "",
    "https://search.example/",
    "https://news.example/a",
    "https://mail.example/",
)
VARIANTS: Final = 4
"""Different recordings of a page by one kind of device; more change nothing, as columns hold numbers."""
TROUBLED: Final = 0.25
"""Share of the sessions that have moments."""
KINDS: Final = (
    "rage",
    "dead",
    "slow",
    "error",
    "quick_back",
    "hesitation",
    "form_abandon",
    "exit_intent",
)
_VIEW_MS: Final = 15_000
_TAB: Final = "tab-0000000000000"
_PORTION: Final = 20_000
"""Chunks that are appended before the index follows."""
_FOUND: Final = 20_000
"""Sessions whose moments are stored at once."""


def session_name(number: int) -> str:
    return f"session-{number:012}"


@dataclass
class Made:
    """What a project came to. Seconds are of CPU time: of log and index, and of the index alone."""

    events: int = 0
    chunks: int = 0
    seconds: float = 0.0
    indexing: float = 0.0


@dataclass
class _Part:
    """The facts of one page view, as they are sent: many visitors' are alike, so it is made once."""

    facts: bytes
    count: int
    url: str


@dataclass
class Visitors:
    """The generator: sessions in the order in which they begin. What it makes is the same for the same seed."""

    sessions: int
    rng: random.Random = field(default_factory=lambda: random.Random(5))
    parts: dict[tuple[int, str, str, int], _Part] = field(default_factory=dict)

    def chunks(self, made: Made) -> Iterator[tuple[Record, int]]:
        """Yield records of the log, in their order, and the page of each."""
        rng = self.rng
        for number in range(self.sessions):
            start = _start(number, self.sessions)
            visitor = f"visitor-{int(rng.random() * self.sessions * 0.6):012}"
            device = rng.choice(tuple(WIDTHS))
            for view in range(VIEWS):
                page = int(PAGES * rng.random() ** 3)  # of falling favour
                came = rng.choice(REFERRERS) if view == 0 else "https://shop.example/page-0"
                part = self._part((page, device, came, rng.randrange(VARIANTS)), view + 1)
                made.events += part.count
                made.chunks += 1
                base = start + view * _VIEW_MS
                header = Header(
                    KEY, session_name(number), _TAB, view, visitor, view + 1, view + 1, part.url, base,
                    base + 9_000, 0, schema.DEFLATE_RAW, part.facts, schema.PLAIN, b"",
                )  # fmt: skip
                chunk = codec.encode_chunk(header)
                record = Record(PROJECT, base + 9_040, "Chrome 156 · Linux", chunk, header.session)
                yield record, page

    def _part(self, key: tuple[int, str, str, int], view: int) -> _Part:
        # The number of the view is a fact, so each has its parts.
        page, device, came, variant = key
        known = (page, device, came, variant * VIEWS + view)
        if known not in self.parts:
            rng = random.Random(repr(known))
            facts = sorted(_facts(rng, page, device, came, view), key=lambda fact: fact.t)
            url = f"https://shop.example/page-{page}"
            self.parts[known] = _Part(codec.deflate(codec.encode_facts(facts)), len(facts), url)
        return self.parts[known]


def _start(session: int, sessions: int) -> int:
    return BEGIN + session * DAYS * DAY // sessions


def _facts(rng: random.Random, page: int, device: str, came: str, view: int) -> Iterator[Fact]:
    """Yield twelve and a half facts, the mean over many views: half of them clicks and what they caused."""
    width = WIDTHS[device]
    size = (width, 3000 + page)
    yield PageView(
        0, view, f"https://shop.example/page-{page}", came, f"Page {page}", "load", width, 800, width, 1080, 1.0,
        device != "desktop", *size,
    )  # fmt: skip
    for _ in range(rng.randrange(8)):
        t = rng.randrange(500, 8_500)
        key = f"#item-{int(200 * rng.random() ** 2)}"
        place = (
            rng.randrange(10_001),
            rng.randrange(10_001),
            rng.randrange(width),
            rng.randrange(3000),
        )
        yield Click(t, 7, key, *place, *size, 0, "mouse", False, "", f"Item {key[6:]}", t)
        if rng.random() < 0.43:
            yield Reaction(min(t + 40, 8_900), t, key, "button", "mutation", 30, -1)
    for _ in range(rng.randrange(7)):
        steps = tuple(rng.randrange(-20, 20) for _ in range(12))
        yield Pointer(rng.randrange(8_000), "mouse", (0, *(50,) * 11), steps, steps[::-1])
    for _ in range(rng.randrange(6)):
        yield Scroll(rng.randrange(8_000), 0, "", *size, (0, 100, 100), (0, 0, 0), (0, 120, 140))
    if rng.random() < 0.5:
        yield Visibility(rng.randrange(6_000, 9_000), False, False)
    if page < 40 and rng.random() < 0.4:
        yield Event(
            8_000, rng.choice(("added", "searched", "bought")), f'{{"price":{rng.randrange(90)}}}'
        )
    if page in (5, 6):
        for name in ("#mail", "#name", "#street"):
            yield Field(
                rng.randrange(2_000, 7_000),
                9,
                name,
                "text",
                900,
                200,
                90,
                9,
                0,
                12,
                1,
                0,
                False,
                "",
            )
        if rng.random() < 0.6:
            yield Submit(
                7_500, 8, "#form", 9, "#send", "Send", "post", "https://shop.example/send", True
            )


def fill(folder: Path, sessions: int) -> Made:
    """Make a folder of storage with a project "p", as a server keeps it: settings.db, log, index.db."""
    folder.mkdir(parents=True, exist_ok=True)
    Projects(folder / "settings.db").ensure(PROJECT, "Benchmark", KEY)
    made = Made()
    seen: list[list[int]] = []
    log, index = Log(folder / "log"), Index(folder / "index.db")
    indexer = Indexer(log, index)
    chunks = Visitors(sessions).chunks(made)
    while portion := list(islice(chunks, _PORTION)):
        pages = [page for _, page in portion]
        seen.extend(pages[at : at + VIEWS] for at in range(0, len(pages), VIEWS))
        began = time.process_time()
        asyncio.run(_append(log, [record for record, _ in portion]))
        appended = time.process_time()
        indexer.catch_up()
        made.seconds += time.process_time() - began
        made.indexing += time.process_time() - appended
    began = time.process_time()
    for _ in range(DAYS // 10 + 1):  # each makes ten days of page views, as an idle server does
        indexer.compact()
    made.seconds += time.process_time() - began
    made.indexing += time.process_time() - began
    indexer.stop()
    if indexer.unreadable:
        raise ValueError(f"{indexer.unreadable} chunks of the generator cannot be read.")
    deal_moments(Found(index.path), seen)
    index.close()
    log.close()
    return made


async def _append(log: Log, records: list[Record]) -> None:
    for at in range(0, len(records), 1_000):
        await asyncio.gather(*[log.append(record) for record in records[at : at + 1_000]])


def deal_moments(found: Found, seen: list[list[int]]) -> None:
    """Give a share of the sessions one to three moments each, on pages that they saw; all count as looked at."""
    rng = random.Random(9)
    rows: list[tuple[Detection, list[MomentRow]]] = []
    for number, pages in enumerate(seen):
        count = rng.randint(1, 3) if rng.random() < TROUBLED else 0
        moments = sorted(_moment(rng, number, len(seen), pages) for _ in range(count))
        score = float(min(100, 5 * count))
        worst = moments[0].time if moments else 0
        rows.append((
            Detection(session_name(number), VIEWS, 0, 0, "", score, worst, "{}"), moments,
        ))  # fmt: skip
        if len(rows) == _FOUND:
            found.store(PROJECT, rows)
            rows = []
    found.store(PROJECT, rows)


def _moment(rng: random.Random, number: int, sessions: int, pages: list[int]) -> MomentRow:
    view = rng.randrange(VIEWS)
    time_ms = _start(number, sessions) + view * _VIEW_MS + rng.randrange(500, 8_000)
    evidence = [["Click", time_ms + 200 * at, _TAB, view, at] for at in range(rng.randint(1, 4))]
    return MomentRow(
        session_name(number), time_ms, rng.choice(KINDS), _TAB, view + 1, f"/page-{pages[view]}",
        f"#item-{int(60 * rng.random() ** 3)}", "possible", 1, "{}", to_json(evidence), 0,
    )  # fmt: skip


def peak_mb() -> float:
    """Return the most memory that this process had; ru_maxrss would tell that of who started it, if it was larger."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if "VmHWM" in line)


def make(folder: Path, sessions: int) -> None:
    made = fill(folder, sessions)
    size = (folder / "index.db").stat().st_size / 1e6
    most = peak_mb()
    told = (
        f"{sessions:,} sessions, {made.events:,} events in {made.chunks:,} chunks: {size:,.0f} MB of index;"
        f" {made.events / made.seconds:,.0f} events/s of CPU time from chunk to packs"
        f" ({made.events / made.indexing:,.0f} by the index alone), at most {most:,.0f} MB of memory"
    )
    (folder / "made").write_text(told)
    print(told)


def main() -> None:
    """Make one: `python -m benchmarks.project [FOLDER SESSIONS]`; without a folder a small one, for the figures."""
    if len(sys.argv) > 2:
        make(Path(sys.argv[1]), int(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), SESSIONS // 100)


if __name__ == "__main__":
    main()
