"""The questions of benchmarks.analysis in SQL, for DuckDB and ClickHouse (chdb): over the same facts, as Parquet."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.project import DAY, PROJECT
from benchmarks.questions import (
    DEPTH,
    END,
    GAP,
    GOAL_PAGE,
    LISTED,
    MIXED,
    PAGE,
    ROWS,
    SPAN,
    STEPS,
    TOP,
    Answer,
)
from footfall.analysis.steps import parse
from footfall.index import Filter, Index
from footfall.index.found_columns import places_of, scores_of
from footfall.index.viewcolumns import view_columns
from footfall.index.viewdays import DEVICES
from footfall.web.heat_kinds import MAX_ZONES
from footfall.web.problem_answer import TROUBLE
from footfall.wire.schema import Click, PageView, Visibility

EVENTS: Final = ("page_views", "clicks")
TABLES: Final = ("events", "views", "shown", "sessions", "moments")
RANK: Final = "row_number() OVER (ORDER BY session, time, tab, sequence, ordinal)"
"""An event's rank among all: one number by which both databases put events in order."""
_ORDER: Final = ("session", "time", "tab", "sequence", "ordinal", "view")


def export(index: Index, folder: Path) -> None:
    """Write what the questions are asked of: as narrow as what the index reads for them."""
    people = index.session_columns(PROJECT)
    for kind, name in ((PageView, "page_views"), (Click, "clicks")):
        texts = ["page", "key"] if kind is Click else ["page"]
        with index.facts(PROJECT) as shot:
            found = shot.read(kind, [*_ORDER, *texts])
            table: dict[str, Any] = {one: found[one].astype(np.int64) for one in _ORDER}
            for one in texts:
                table[one] = _texts(shot.texts, found[one])
        table["visitor"] = people.visitor_of(table["session"])
        # The numbers of names, by which what ties is put in order.
        table["node"] = found["page"].astype(np.int64)
        table["key_node"] = found[texts[-1]].astype(np.int64)
        table["kind"] = [name] * len(table["session"])
        table.setdefault("key", [""] * len(table["session"]))
        _write(folder / f"{name}.parquet", table)
    with index.facts(PROJECT) as shot:
        found = shot.read(Visibility, [*_ORDER, "visible", "focused"])
        table = {one: found[one].astype(np.int64) for one in _ORDER}
        table["value"] = (found["visible"] & found["focused"]).astype(np.int64)
        _write(folder / "shown.parquet", table)
        names = ("session", "tab", "number", "started", "ended")
        columns = view_columns(shot, Filter(), (*names, "page", "device"))
        table = {one: columns[one].astype(np.int64) for one in names}
        table["visitor"] = people.visitor_of(table["session"])
        table["page"] = _texts(shot.texts, columns["page"])
        table["device"] = [DEVICES[one] for one in columns["device"].tolist()]
        _write(folder / "views.parquet", table)
        rows = shot.connection.execute("SELECT number, session, started, device FROM sessions")
        number, session, started, device = (list(one) for one in zip(*rows.fetchall(), strict=True))
        scores = dict(zip(*(one.tolist() for one in scores_of(shot)), strict=True))
        told = {"session": number, "name": session, "started": started, "device": device}
        _write(
            folder / "sessions.parquet",
            {**told, "score": [float(scores.get(one, 0)) for one in number]},
        )
        found_places = places_of(shot, TROUBLE)
    kind_of, page, element = (
        [found_places.places[row][at] for row in found_places.place.tolist()] for at in range(3)
    )
    _write(
        folder / "moments.parquet",
        {
            "kind": kind_of, "page": page, "element": element, "session": found_places.number,
            "visitor": people.visitor_of(found_places.number), "time": found_places.time,
            "length": found_places.length,
        },
    )  # fmt: skip


def _texts(texts: Any, numbers: Any) -> list[str]:
    distinct, place = np.unique(numbers, return_inverse=True)
    found: list[str] = np.array(texts(distinct.tolist()))[place].tolist()
    return found


def _write(path: Path, table: dict[str, Any]) -> None:
    arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    parquet.write_table(arrow.table(table), path)


def conditions(steps: str) -> list[str]:
    return [
        f"(kind = '{'page_views' if one.filter.kind == 'page' else 'clicks'}'"
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
WITH a AS (SELECT session, visitor, rank, time, page, node,
    lagInFrame(page, 1, '') OVER w AS old, lagInFrame(time, 1, -{DAY}) OVER w AS before
    FROM events WHERE kind = 'page_views'
    WINDOW w AS (PARTITION BY session ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),
b AS (SELECT *, sum(CASE WHEN time - before > {GAP} THEN 1 ELSE 0 END) OVER
    (PARTITION BY session ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS part
    FROM a WHERE time - before > {GAP} OR page <> old),
c AS (SELECT visitor, page, node, row_number() OVER w - 1 AS position, leadInFrame(page, 1, '') OVER w AS target
    FROM b WINDOW w AS
    (PARTITION BY session, part ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),
n AS (SELECT position, page, count(*) AS many, min(node) AS node FROM c WHERE position < {DEPTH}
    GROUP BY position, page),
r AS (SELECT position, page, row_number() OVER
    (PARTITION BY position ORDER BY many DESC, node) AS place FROM n)
SELECT c.position, CASE WHEN s.place <= {TOP} THEN c.page ELSE '*' END AS source,
    CASE WHEN c.target = '' THEN '' WHEN t.place <= {TOP} THEN c.target ELSE '*' END AS next,
    count(*), count(DISTINCT visitor)
FROM c JOIN r s ON s.position = c.position AND s.page = c.page
LEFT JOIN r t ON t.position = c.position + 1 AND t.page = c.target
WHERE c.position < {DEPTH - 1} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_PROBLEMS: Final = f"""
WITH hit AS (SELECT DISTINCT visitor FROM events WHERE kind = 'page_views' AND page = '{GOAL_PAGE}'),
m AS (SELECT kind, page, element, visitor, count(*) AS moments, min(length) AS length
    FROM moments GROUP BY kind, page, element, visitor),
v AS (SELECT DISTINCT page, visitor FROM views WHERE page IN (SELECT page FROM moments)),
p AS (SELECT v.page AS page, count(*) AS views, count(h.visitor) AS hits
    FROM v LEFT JOIN hit h ON h.visitor = v.visitor GROUP BY v.page),
q AS (SELECT m.kind AS kind, m.page AS page, m.element AS element, sum(m.moments) AS moments,
    count(*) AS visitors, count(h.visitor) AS hits, count(v.visitor) AS viewers,
    count(CASE WHEN v.visitor IS NULL THEN NULL ELSE h.visitor END) AS viewers_hit, min(m.length) AS length
    FROM m LEFT JOIN hit h ON h.visitor = m.visitor
    LEFT JOIN v ON v.page = m.page AND v.visitor = m.visitor GROUP BY m.kind, m.page, m.element)
SELECT q.kind, q.page, q.element, q.moments, q.visitors, p.views - q.viewers AS others, q.length
FROM q JOIN p ON p.page = q.page
ORDER BY CASE WHEN p.views > q.viewers THEN q.visitors * greatest(CAST(0 AS DOUBLE),
    CAST(p.hits - q.viewers_hit AS DOUBLE) / (p.views - q.viewers) - CAST(q.hits AS DOUBLE) / q.visitors)
    ELSE 0 END DESC, q.visitors DESC, q.kind, q.page, q.element LIMIT {ROWS}
"""
_LISTED: Final = f"""
SELECT session, count(*) OVER () AS total FROM sessions
WHERE device = 'desktop' AND started BETWEEN {LISTED[0]} AND {LISTED[1]}
    AND session IN (SELECT session FROM views WHERE page = '{PAGE}')
    AND session IN (SELECT session FROM events WHERE kind = 'clicks' AND time >= {LISTED[0]})
ORDER BY started DESC, name LIMIT {ROWS}
"""
_ELEMENTS: Final = f"""
SELECT key, many, views FROM
    (SELECT key, sum(many) AS many, count(*) AS views, min(key_node) AS node FROM
        (SELECT key, session, tab, view, count(*) AS many, min(key_node) AS key_node
        FROM events WHERE kind = 'clicks' AND page = '{PAGE}' GROUP BY key, session, tab, view) y
    GROUP BY key ORDER BY many DESC, node LIMIT {MAX_ZONES}) z
ORDER BY key
"""
_VISITS: Final = f"""
CREATE TABLE visits {{engine}} AS
WITH c AS (SELECT session, tab, view, time, value, lagInFrame(value, 1, 1) OVER w AS before FROM shown
    WHERE time >= {END - 2 * SPAN - DAY}
    WINDOW w AS (PARTITION BY session, tab, view ORDER BY time, sequence, ordinal
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),
e AS (SELECT v.session AS session, sum((c.value - c.before) *
    greatest(0, least(v.ended - c.time, v.ended - v.started))) AS changed
    FROM c JOIN views v ON v.session = c.session AND v.tab = c.tab AND v.number = c.view GROUP BY v.session),
s AS (SELECT v.session AS session, any_value(v.visitor) AS visitor, any_value(v.device) AS device,
    min(v.started) AS started, count(*) AS views, sum(v.ended - v.started) AS lasted,
    argMax(v.page, (v.started, v.tab, v.number)) AS exit_page
    FROM views v WHERE v.started >= {END - 2 * SPAN - DAY} GROUP BY v.session)
SELECT s.session AS session, s.visitor AS visitor, s.device AS device, s.started AS started, s.views AS views,
    s.lasted + COALESCE(e.changed, 0) AS engaged, s.exit_page AS exit_page, t.score AS score
FROM s LEFT JOIN e ON e.session = s.session JOIN sessions t ON t.session = s.session
"""
"""The sessions of both times, as the index gathers them from page views."""
_FIGURES: Final = (
    "count(*), count(DISTINCT visitor), sum(views), sum(CASE WHEN engaged > 10000 OR views >= 2 THEN 0 ELSE 1 END),"
    " {median}(engaged), round(avg(score), 6) FROM visits WHERE started"
)
_NOW: Final = f"BETWEEN {END - SPAN} AND {END}"
_MONDAY: Final = 3
OVERVIEW: Final = (
    f"SELECT 'now', {_FIGURES} {_NOW}",
    f"SELECT 'before', {_FIGURES} BETWEEN {END - 2 * SPAN} AND {END - SPAN - 1}",
    f"SELECT 'day', ({{div}}(started - {END - SPAN}, {DAY})) AS d, count(*), count(DISTINCT visitor)"
    f" FROM visits WHERE started {_NOW} GROUP BY d ORDER BY d",
    f"SELECT 'hour', (({{div}}(started, {DAY}) + {_MONDAY}) % 7) * 24 + {{div}}(started % {DAY}, 3600000) AS h,"
    f" count(*) FROM visits WHERE started {_NOW} GROUP BY h ORDER BY h",
    "SELECT 'page', a.page, a.views, COALESCE(b.left, 0) FROM (SELECT v.page AS page, count(*) AS views FROM views v"
    f" JOIN visits t ON t.session = v.session WHERE t.started {_NOW} GROUP BY v.page) a LEFT JOIN"
    f" (SELECT exit_page, count(*) AS left FROM visits WHERE started {_NOW} GROUP BY exit_page) b"
    " ON b.exit_page = a.page ORDER BY a.page",
    f"SELECT 'device', device, count(*) FROM visits WHERE started {_NOW} GROUP BY device ORDER BY device",
)


class Duck:
    """DuckDB in memory."""

    name = "DuckDB"

    def __init__(self, folder: Path) -> None:
        self.connection: Any = importlib.import_module("duckdb").connect()
        files = ", ".join(f"'{folder / name}.parquet'" for name in EVENTS)
        self.connection.execute(
            f"CREATE TABLE events AS SELECT *, {RANK} AS rank FROM read_parquet([{files}]) ORDER BY kind, rank"
        )
        for name in TABLES[1:]:
            source = f"read_parquet('{folder / name}.parquet')"
            order = "" if name in ("sessions", "moments") else " ORDER BY session"
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}{order}")

    def ask(self, question: str) -> Answer:
        """Return the rows that answer a question of benchmarks.questions."""
        if question.startswith("overview"):
            self.connection.execute("DROP TABLE IF EXISTS visits")
            self._rows(_plain(_VISITS.format(engine="")).replace("argMax", "arg_max"))
            self.connection.execute("CREATE OR REPLACE MACRO whole(a, b) AS a // b")
            told = {"median": "median", "div": "whole"}
            return [row for sql in OVERVIEW for row in self._rows(sql.format(**told))]
        return _shaped(question, self._rows(_plain(_sql(question, duck_funnel))))

    def _rows(self, sql: str) -> Answer:
        found: Answer = self.connection.execute(sql).fetchall()
        return found


class House:
    """ClickHouse in the process (chdb)."""

    name = "chdb"

    def __init__(self, folder: Path) -> None:
        self.session: Any = importlib.import_module("chdb.session").Session(str(folder / "chdb"))
        for sql in (
            "DROP DATABASE IF EXISTS bench",
            "CREATE DATABASE bench ENGINE = Atomic",
            "USE bench",
        ):
            self.session.query(sql)
        parquet = "SETTINGS schema_inference_make_columns_nullable = 0"
        self.session.query(
            "CREATE TABLE events ENGINE = MergeTree ORDER BY (kind, session, rank) AS SELECT *,"
            f" {RANK} AS rank FROM file('{folder}/{{{','.join(EVENTS)}}}.parquet', Parquet) {parquet}"
        )
        for name in TABLES[1:]:
            self.session.query(
                f"CREATE TABLE {name} ENGINE = MergeTree ORDER BY session AS SELECT *"
                f" FROM file('{folder}/{name}.parquet', Parquet) {parquet}"
            )

    def ask(self, question: str) -> Answer:
        """Return the rows that answer a question of benchmarks.questions."""
        if question.startswith("overview"):
            self.session.query("DROP TABLE IF EXISTS visits")
            self.session.query(_VISITS.format(engine="ENGINE = Memory"))
            told = {"median": "medianExact", "div": "intDiv"}
            return [row for sql in OVERVIEW for row in self._rows(sql.format(**told))]
        return _shaped(question, self._rows(_sql(question, house_funnel)))

    def _rows(self, sql: str) -> Answer:
        text = str(self.session.query(f"{sql} SETTINGS join_use_nulls = 1", "TabSeparated"))
        return [tuple(map(_value, line.split("\t"))) for line in text.splitlines()]


def _sql(question: str, funnel: Callable[[str], str]) -> str:
    return {
        "funnel of 4 page views": funnel(STEPS),
        "funnel of page views and clicks": funnel(MIXED),
        "paths of depth 5": PATHS,
        "problems by cost": _PROBLEMS,
        "element table of a page": _ELEMENTS,
        "filtered session list": _LISTED,
    }[question]


def _shaped(question: str, rows: Answer) -> Answer:
    if question.startswith("filtered"):
        return [(rows[0][1],) if rows else (0,), *((row[0],) for row in rows)]
    return rows


def _plain(sql: str) -> str:
    return sql.replace("lagInFrame", "lag").replace("leadInFrame", "lead")


def _value(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
