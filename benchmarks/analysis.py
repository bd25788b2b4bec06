"""Funnels and paths beside DuckDB and ClickHouse (chdb): `python -m benchmarks.analysis [SHARE] [FOLDER]`.

SHARE of 200,000 sessions and 10 million events (0.1; 1 takes minutes). All answer the same questions of the same facts,
and must say the same. DuckDB and chdb are asked when they are installed: `pip install --group bench`.
FOLDER is where the index is kept for the next time.
"""

import importlib
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.project import EVENTS, SESSIONS, fill
from footfall.analysis.funnels import Funnel, attempts, choose, make_funnel, summarise
from footfall.analysis.paths import DROP_OFF, OTHER, Question, sankey, walk
from footfall.analysis.steps import parse
from footfall.analysis.templates import Rules
from footfall.index import Index
from footfall.web.events import Scope, read_seen, read_table
from footfall.wire.schema import Click, PageView

GOAL_MS: Final = 500
DAY: Final = 86_400_000
STEPS: Final = "page(page=/page-0) > page(page=/page-1) > page(page=/page-2) > page(page=/page-3)"
MIXED: Final = "page(page=/page-0) > click(page=/page-1) > click(page=/page-2) > page(page=/page-3)"
DEPTH: Final = 5
TOP: Final = 8
GAP: Final = 30 * 60_000
Answer = list[tuple[Any, ...]]


def funnel(index: Index, steps: str) -> Answer:
    asked: Funnel = make_funnel(parse(steps), window=DAY)
    with index.facts("p") as shot:
        table = read_table(Scope(shot, Rules()), asked.filters)
        found = choose(asked, attempts(asked, table), table, 2**62)
    return [summarise(found, table).reached]


def paths(index: Index) -> Answer:
    people = index.session_columns("p")
    with index.facts("p") as shot:
        seen, names = read_seen(Scope(shot, Rules()))
    asked = Question(depth=DEPTH, top=TOP)
    moves = walk(seen, asked)
    found = sankey(moves, people.visitor_of(moves.session), asked)
    told = {OTHER: "*", DROP_OFF: ""}

    def name(node: int) -> str:
        return told[node] if node in told else names[node]

    return sorted(
        (one.position, name(one.source), name(one.target), one.transitions, one.visitors)
        for one in found.edges
    )


def export(index: Index, folder: Path) -> None:
    """Write the same facts as Parquet."""
    arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    people = index.session_columns("p")
    for kind, name in ((PageView, "views"), (Click, "clicks")):
        with index.facts("p") as shot:
            found = shot.read(kind, ["session", "time", "tab", "sequence", "ordinal", "page"])
            pages, place = np.unique(found["page"], return_inverse=True)
            texts = np.array(shot.texts(pages.tolist()))[place]
        table = arrow.table(
            {
                "session": found["session"].astype(np.int64),
                "visitor": people.visitor_of(found["session"].astype(np.int64)),
                "time": found["time"].astype(np.int64),
                "tab": found["tab"].astype(np.int64),
                "sequence": found["sequence"].astype(np.int64),
                "ordinal": found["ordinal"].astype(np.int64),
                "page": texts.tolist(),
                "kind": np.full(len(place), name),
            }
        )
        parquet.write_table(table, folder / f"{name}.parquet")


# An event's rank among all: one number by which both databases put events in order.
RANK: Final = "row_number() OVER (ORDER BY session, time, tab, sequence, ordinal)"


def conditions(steps: str) -> list[str]:
    return [
        f"(kind = '{'views' if one.filter.kind == 'page' else 'clicks'}'"
        f" AND page = '{one.filter.where[0].values[0]}')"
        for one in parse(steps).steps
    ]


def duck_funnel(steps: str) -> str:
    """Follow the next event of each step by joins as of a rank; the furthest of each session."""
    one, two, three, four = conditions(steps)
    joins, before = "", "a"
    for name, condition in zip("bcd", (two, three, four), strict=True):
        joins += (
            f" ASOF LEFT JOIN (SELECT session, rank, time FROM e WHERE {condition}) {name}"
            f" ON {before}.session = {name}.session AND {before}.rank < {name}.rank"
        )
        before = name
    depth = " + ".join(
        f"CASE WHEN {' AND '.join(f'{b}.time - a.time <= {DAY}' for b in 'bcd'[:n])} THEN 1 ELSE 0 END"
        for n in (1, 2, 3)
    )
    return (
        f"WITH e AS MATERIALIZED (SELECT * FROM events WHERE {one} OR {two} OR {three} OR {four}),"
        f" d AS (SELECT a.session AS session, max(1 + {depth}) AS depth"
        f" FROM (SELECT session, rank, time FROM e WHERE {one}) a{joins} GROUP BY 1)"
        " SELECT count(*), count(*) FILTER (depth >= 2), count(*) FILTER (depth >= 3),"
        " count(*) FILTER (depth >= 4) FROM d"
    )


def house_funnel(steps: str) -> str:
    some = conditions(steps)
    return (
        "SELECT countIf(d >= 1), countIf(d >= 2), countIf(d >= 3), countIf(d >= 4) FROM (SELECT session,"
        f" windowFunnel({DAY})(toUInt64(time), {', '.join(some)}) AS d FROM events"
        f" WHERE {' OR '.join(some)} GROUP BY session)"
    )


PATHS: Final = f"""
WITH a AS (SELECT session, visitor, rank, time, page,
    lagInFrame(page, 1, '') OVER w AS old, lagInFrame(time, 1, -{DAY}) OVER w AS before
    FROM events WHERE kind = 'views'
    WINDOW w AS (PARTITION BY session ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),
b AS (SELECT *, sum(CASE WHEN time - before > {GAP} THEN 1 ELSE 0 END) OVER
    (PARTITION BY session ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS part
    FROM a WHERE time - before > {GAP} OR page <> old),
c AS (SELECT visitor, page, row_number() OVER w - 1 AS position, leadInFrame(page, 1, '') OVER w AS target
    FROM b WINDOW w AS
    (PARTITION BY session, part ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),
n AS (SELECT position, page, count(*) AS many FROM c WHERE position < {DEPTH} GROUP BY position, page),
r AS (SELECT position, page, row_number() OVER
    (PARTITION BY position ORDER BY many DESC, CAST(substring(page, 7) AS INTEGER)) AS place FROM n)
SELECT c.position, CASE WHEN s.place <= {TOP} THEN c.page ELSE '*' END AS source,
    CASE WHEN c.target = '' THEN '' WHEN t.place <= {TOP} THEN c.target ELSE '*' END AS next,
    count(*), count(DISTINCT visitor)
FROM c JOIN r s ON s.position = c.position AND s.page = c.page
LEFT JOIN r t ON t.position = c.position + 1 AND t.page = c.target
WHERE c.position < {DEPTH - 1} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def timed(name: str, run: Callable[[], Answer]) -> Answer:
    taken = []
    found: Answer = []
    for _ in range(3):
        start = time.perf_counter()
        found = run()
        taken.append((time.perf_counter() - start) * 1000)
    print(f"{name:52}{taken[0]:>9.0f}{statistics.median(taken):>9.0f}")
    return found


def same(name: str, ours: Answer, theirs: Answer) -> None:
    ours, theirs = ([tuple(map(_plain, row)) for row in some] for some in (ours, theirs))
    if ours != theirs:
        different = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]][:3]
        sys.exit(f"{name} says something else: {len(ours)} and {len(theirs)} rows, {different}")


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, int | np.integer) else value


def beside_duck(folder: Path, ours: dict[str, Answer]) -> None:
    connection: Any = importlib.import_module("duckdb").connect()
    files = ", ".join(f"'{folder / name}.parquet'" for name in ("views", "clicks"))
    connection.execute(
        f"CREATE TABLE events AS SELECT *, {RANK} AS rank FROM read_parquet([{files}]) ORDER BY rank"
    )
    questions = {
        "funnel": duck_funnel(STEPS),
        "mixed": duck_funnel(MIXED),
        "paths": PATHS.replace("lagInFrame", "lag").replace("leadInFrame", "lead"),
    }
    for name, sql in questions.items():
        found = timed(f"  DuckDB: {name}", lambda: connection.execute(sql).fetchall())  # noqa: B023 # run at once
        same(f"DuckDB's {name}", ours[name], found)


def beside_house(folder: Path, ours: dict[str, Answer]) -> None:
    session: Any = importlib.import_module("chdb.session").Session(str(folder / "chdb"))
    session.query("DROP DATABASE IF EXISTS bench")
    session.query("CREATE DATABASE IF NOT EXISTS bench ENGINE = Atomic")
    session.query("USE bench")
    session.query(
        "CREATE TABLE events ENGINE = MergeTree ORDER BY (kind, session, rank) AS SELECT *,"
        f" {RANK} AS rank FROM file('{folder}/{{views,clicks}}.parquet', Parquet)"
        " SETTINGS schema_inference_make_columns_nullable = 0"
    )
    questions = {"funnel": house_funnel(STEPS), "mixed": house_funnel(MIXED), "paths": PATHS}
    for name, sql in questions.items():
        found = timed(f"  chdb: {name}", lambda: _rows(session, sql))  # noqa: B023 # run at once
        same(f"chdb's {name}", ours[name], found)


def _rows(session: Any, sql: str) -> Answer:
    text = str(session.query(sql, "TabSeparated"))
    return [
        tuple(int(one) if one.isdigit() else one for one in line.split("\t"))
        for line in text.splitlines()
    ]


def measure(share: float, folder: Path) -> None:
    sessions, events = int(SESSIONS * share), int(EVENTS * share)
    path = folder / f"index-{sessions}.db"
    if not path.exists():
        fill(path, sessions, events)
    index = Index(path)
    print(f"{sessions:,} sessions, {events:,} events{'':25}first ms   median   (goal: < {GOAL_MS})")
    ours = {
        "funnel": timed("funnel of 4 page views", lambda: funnel(index, STEPS)),
        "mixed": timed("funnel of page views and clicks", lambda: funnel(index, MIXED)),
        "paths": timed(f"paths of depth {DEPTH}", lambda: paths(index)),
    }
    missing = [name for name in ("pyarrow", "duckdb", "chdb") if not importlib.util.find_spec(name)]
    if missing:
        print(f"Without {', '.join(missing)} nothing is compared.")
        index.close()
        return
    export(index, folder)
    index.close()
    beside_duck(folder, ours)
    beside_house(folder, ours)
    print("All answers are equal.")


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
    with tempfile.TemporaryDirectory() as folder:
        measure(share, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder))


if __name__ == "__main__":
    main()
