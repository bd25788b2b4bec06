"""The index's benchmark measures what it says: a project that holds what it should, and facts that are all packed."""

import sqlite3
from pathlib import Path

from benchmarks.index import CHUNK_FACTS, busy, count_facts, fresh, pack_all
from benchmarks.packed import BEGIN, DAY, DAYS, MIX, VIEWS, fill

from footfall.index import Index
from footfall.wire.schema import Click


def test_the_project_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    assert fill(path, 300, 9_000) == BEGIN + DAYS * DAY
    index = Index(path)
    assert index.session_count("p") == index.summary("p").sessions == 300
    assert sum(row.views for row in index.pages("p")) == 300 * VIEWS
    with index.facts("p") as shot:
        assert len(shot.read(Click, ["page_x"])["page_x"]) == int(9_000 * MIX[Click] / DAYS) * DAYS
    index.close()


def test_every_fact_is_packed(tmp_path: Path) -> None:
    parts = busy()
    pack_all(tmp_path / "packs.db", fresh(50, parts))
    connection = sqlite3.connect(tmp_path / "packs.db")
    packed = connection.execute("SELECT SUM(rows) FROM packs").fetchone()[0]
    connection.close()
    assert packed == count_facts(parts, 50) == 50 * CHUNK_FACTS
