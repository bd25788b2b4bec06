"""The index against its limits: `python -m benchmarks.index [SHARE]`, a share of the full size (0.1; 1 takes minutes).

- Facts to queryable packs in bulk, as `footfall reindex` does it, beside the same facts as rows by sqlite-utils'
  insert_all and by plain executemany; and the whole of reindex from a log.
- Lists, pages and facts of a project with 200,000 sessions and 10 million events, asked as the pages ask.
"""

import asyncio
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
from sqlite_utils import Database

from benchmarks.packed import DAY, EVENTS, SESSIONS, fill, session_name
from footfall import resources
from footfall.demo import bundle
from footfall.index import Filter, Index
from footfall.index.beside import rebuild
from footfall.index.packs import Choice
from footfall.index.packs.stream import Fresh, streams
from footfall.index.packs.write import Packer
from footfall.index.segment import Segment
from footfall.index.tables import open_for_writing
from footfall.index.views import views_of
from footfall.log import Log, Reader, Record
from footfall.wire import codec, schema
from footfall.wire.facts import Field, Keys, Reaction
from footfall.wire.schema import Click, Fact, Header, Input, PageView, Pointer, Scroll

FACTS = 400_000
GOAL = 500_000
CHUNK_FACTS = 16
SESSION_CHUNKS = 12
AT_ONCE = 32
"""Visits that go on at the same time in a log."""
T0 = 1_700_000_000_000


def chunk_facts(rng: random.Random, number: int) -> list[Fact]:
    """Make sixteen facts as visitors send them: a page view, moves, scrolling, clicks and what they caused, a field."""
    page = rng.randrange(40)
    size = (1280, 3000 + page)
    url = f"https://shop.example/product-{page}"
    facts: list[Fact] = [
        PageView(0, number + 1, url, "", f"Product {page}", "load", 1280, 800, 1920, 1080, 1, False, *size),
    ]  # fmt: skip
    for at in range(4):
        steps = tuple(rng.randrange(-20, 20) for _ in range(12))
        facts.append(Pointer(at * 900, "mouse", (0, *(50,) * 11), steps, steps[::-1]))
        key = f"#item-{rng.randrange(60)}"
        stamp = at * 1000
        place = (
            rng.randrange(10_000),
            rng.randrange(10_000),
            rng.randrange(1280),
            rng.randrange(3000),
        )
        facts.append(Click(at * 1000, 7, key, *place, *size, 0, "mouse", False, "", key, stamp))
        facts.append(Reaction(at * 1000 + 40, stamp, key, "button", "mutation", 30, -1))
    facts.append(Scroll(4_100, 0, "", *size, (0, 100, 100, 100), (0,) * 4, (0, 120, 140, 90)))
    facts.append(Input(4_200, 9, "#mail", "text", "change", 12))
    facts.append(Keys(4_300, 9, "#mail", 2_000, 12, 0, 0, 1, 2, 0))
    return facts[:CHUNK_FACTS]


def busy() -> list[bytes]:
    """Return facts parts of busy seconds, compressed."""
    rng = random.Random(4)
    return [codec.deflate(codec.encode_facts(chunk_facts(rng, n))) for n in range(200)]


def recorded() -> list[bytes]:
    """Return the facts parts of the demo's recorded visitors, compressed."""
    found = []
    for record in bundle.read(resources.recordings()):
        header = codec.decode_chunk(record.chunk)
        facts = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
        found.append(codec.deflate(facts))
    return found or busy()


def count_facts(parts: list[bytes], chunks: int) -> int:
    counts = [
        len(codec.decode_facts(codec.inflate(part, schema.DEFLATE_RAW, schema.MAX_FACTS_BYTES)))
        for part in parts
    ]
    return sum(counts[n % len(counts)] for n in range(chunks))


def fresh(count: int, parts: list[bytes]) -> list[Fresh]:
    return [
        Fresh("p", "tab-0000000000000", n % SESSION_CHUNKS, 1, "https://shop.example/", T0 + n * 40,
              T0 + n * 40 + 60_000, T0 + n * 40, schema.DEFLATE_RAW, parts[n % len(parts)])
        for n in range(count)
    ]  # fmt: skip


def rate(count: int, run: Callable[[], object]) -> float:
    """Facts a second of CPU time: all of it is one thread's, and others may use the machine."""
    start = time.process_time()
    run()
    return count / (time.process_time() - start)


def rows(chunks: Iterable[Fresh]) -> list[dict[str, Any]]:
    """Return the same facts as rows, ready to be inserted; none of this is measured."""
    found = []
    for number, chunk in enumerate(chunks):
        values = codec.inflate(chunk.facts, chunk.encoding, schema.MAX_FACTS_BYTES)
        for ordinal, fact in enumerate(codec.decode_facts(values)):
            found.append({
                "project": chunk.project, "session": number // SESSION_CHUNKS + 1,
                "sequence": chunk.sequence, "ordinal": ordinal,
                "time": chunk.base + fact.t, "kind": type(fact).__name__, "fields": msgpack.packb(fact),
            })  # fmt: skip
    return found


def insert_plainly(plain: sqlite3.Connection, some: list[dict[str, Any]]) -> None:
    sql = f"INSERT INTO facts VALUES ({', '.join('?' * len(some[0]))})"
    plain.executemany(sql, map(tuple, map(dict.values, some)))
    plain.commit()


def insert_all(plain: sqlite3.Connection, some: list[dict[str, Any]]) -> None:
    Database(plain).table("facts").insert_all(some)
    plain.commit()


def pack_all(path: Path, chunks: list[Fresh]) -> None:
    connection = open_for_writing(path)
    packer = Packer(connection)
    connection.execute("BEGIN")
    for at in range(0, len(chunks), 2_000):
        for stream in streams(chunks[at : at + 2_000]):
            sessions = [(at + place) // SESSION_CHUNKS + 1 for place in stream.places]
            packer.take(stream, sessions)
        if packer.waiting >= 400_000:
            packer.flush()
    packer.flush()
    connection.execute("COMMIT")
    connection.close()


def bulk(share: float, folder: Path) -> None:
    count = int(FACTS * share * 10 / CHUNK_FACTS)
    print(f"{count:,} chunks, to the disk                        facts/CPU s    MB")
    for name, parts in (("of recorded visitors", recorded()), ("of busy seconds", busy())):
        path = folder / f"{name[-7:]}.db"
        done = rate(count_facts(parts, count), partial(pack_all, path, fresh(count, parts)))
        print(
            f"{f'packs, from compressed chunks {name}':50}{done:>12,.0f}{path.stat().st_size / 1e6:>6.0f}"
        )
    print(f"{'  goal':50}{GOAL:>12,.0f}")
    chunks = fresh(count, busy())
    some = rows(chunks[: count // 4])
    names = list(some[0])
    for name in ("executemany, rows ready made", "insert_all, rows ready made"):
        path = folder / f"{name.split(',', maxsplit=1)[0]}.db"
        plain = sqlite3.connect(path)
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute(f"CREATE TABLE facts ({', '.join(names)})")
        if name.startswith("execute"):
            done = rate(len(some), partial(insert_plainly, plain, some))
        else:
            done = rate(len(some), partial(insert_all, plain, some))
        plain.close()
        print(f"{name:50}{done:>12,.0f}{path.stat().st_size / 1e6 * 4:>6.0f}")
    for name, parts in (("recorded visitors", recorded()), ("busy seconds", busy())):
        whole(name, count // 2, parts, folder / name[:4])


async def store(log: Log, records: list[Record]) -> None:
    for at in range(0, len(records), 1_000):
        await asyncio.gather(*map(log.append, records[at : at + 1_000]))


def whole(name: str, count: int, parts: list[bytes], folder: Path) -> None:
    """Reindex a log of visits that go on side by side: from its records to packs and rows of lists."""
    log = Log(folder / "log")
    records = []
    for n in range(count):
        turn, visitor = divmod(n, AT_ONCE)
        visit, sequence = divmod(turn, SESSION_CHUNKS)
        at = T0 + visit * 60_000 + sequence * 5_000
        header = Header(
            "p" * 16, f"session-{visit:06}-{visitor:03}", "tab-0000000000000", sequence, "visitor-000000000", 1, 1,
            "https://shop.example/", at, at + 5_000, 0, schema.DEFLATE_RAW, parts[n % len(parts)], schema.PLAIN, b"",
        )  # fmt: skip
        records.append(Record("p", at + 5_000, "", codec.encode_chunk(header), header.session))
    asyncio.run(store(log, records))
    reader = Reader.of_folder(folder / "log")
    facts = count_facts(parts, count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = rate(facts, lambda: rebuild(reader, folder / "index.db", lambda _: None))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_000
    print(f"{'the whole of reindex, ' + name:50}{done:>12,.0f}")
    about = f"  of {facts / count:.1f} facts a chunk: µs a chunk, MB of memory"
    print(f"{about:50}{facts / count / done * 1e6:>12,.1f}{grown:>6.0f}")
    log.close()


def timed(name: str, run: Callable[[], object]) -> None:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        taken.append((time.perf_counter() - start) * 1000)
    print(f"{name:52}{taken[0]:>9.1f}{statistics.median(taken):>9.1f}")


def lists(share: float, folder: Path) -> None:
    sessions, events = int(SESSIONS * share), int(EVENTS * share)
    start = time.perf_counter()
    path = folder / "index.db"
    end = fill(path, sessions, events)
    size = path.stat().st_size / 1e6
    print(
        f"\n{sessions:,} sessions, {events:,} events: {size:.0f} MB, made in {time.perf_counter() - start:.0f} s"
    )
    print(f"{'':52}{'first ms':>9}{'median':>9}   (goal: < 100)")
    index = Index(path)
    week = Filter(since=end - 7 * DAY)
    page = Filter(page="/page-3")
    rare = Filter(page="/page-299")
    phone = Filter(device="mobile", since=end - 30 * DAY)
    for name, chosen in (
        ("all", Filter()), ("7 days", week), ("page", page), ("rare page", rare), ("mobile", phone),
    ):  # fmt: skip
        timed(f"sessions, {name}", lambda: index.sessions("p", chosen))  # noqa: B023 # run at once
        timed(f"session_count, {name}", lambda: index.session_count("p", chosen))  # noqa: B023 # run at once
    timed("pages, all", lambda: index.pages("p"))
    timed("pages, 7 days", lambda: index.pages("p", week))
    timed("pages, mobile", lambda: index.pages("p", phone))
    timed("summary", lambda: index.summary("p"))
    name = session_name(sessions // 2)
    timed("one session: row, views, chunks", lambda: (
        index.session("p", name), index.page_views("p", name), index.chunks("p", name)))  # fmt: skip
    timed("backdrops of a page", lambda: index.backdrops("p", page))

    def seen() -> int:
        with index.facts("p") as shot:
            return len(views_of(shot, Segment("/page-0")))

    timed("views of a page", seen)

    def facts(kind: type[Fact], columns: list[str], choice: Choice) -> int:
        with index.facts("p") as shot:
            return len(shot.read(kind, columns, choice)[columns[0]])

    spot = ["page_x", "page_y", "key"]
    order = ["session", "time", "page"]
    found = facts(Click, spot, Choice(page="/page-0"))
    timed(
        f"packs: {found:,} clicks of one page", lambda: facts(Click, spot, Choice(page="/page-0"))
    )
    some = np.arange(0, sessions, 3)
    timed(
        "  of a third of the sessions",
        lambda: facts(Click, spot, Choice(page="/page-0", sessions=some)),
    )
    found = facts(PageView, order, Choice())
    timed(f"packs: {found:,} page views in time", lambda: facts(PageView, order, Choice()))
    timed("packs: field visits", lambda: facts(Field, ["key", "duration"], Choice()))
    index.close()


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
    with tempfile.TemporaryDirectory() as folder:
        bulk(share, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        lists(share, Path(folder))


if __name__ == "__main__":
    main()
