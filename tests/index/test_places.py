"""Where moments were met, against the rows: whatever a page called its elements."""

import sqlite3
from pathlib import Path

import numpy as np

from footfall.index import Index
from footfall.index.found import MomentFilter
from footfall.index.found_columns import places_of

NAMES = (
    "",
    "#a",
    '"quoted"\\',
    "two\nlines",
    "nul\0l",
    "Ende … 🎉\u2028",
    "[1, 2]",
    "é",
    "e\u0301",
)


def test_places_hold_whatever_elements_are_called(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    rng = np.random.default_rng(4)
    rows = [
        (f"s{at}", at, kind, NAMES[page], NAMES[element], dismissed, at % 7, at % 5)
        for at, (kind, page, element, dismissed) in enumerate(
            zip(
                rng.choice(["rage", "dead", "slow"], 200).tolist(),
                rng.integers(0, len(NAMES), 200).tolist(),
                rng.integers(0, len(NAMES), 200).tolist(),
                (rng.random(200) < 0.1).tolist(),
                strict=True,
            )
        )
    ]
    with sqlite3.connect(index.path) as connection:
        connection.executemany(
            "INSERT INTO moments VALUES ('p', ?, 0, ?, ?, 't', 1, ?, ?, '', 1, '{}', '[]', ?, ?, ?)",
            rows,
        )
    connection.close()
    for chosen in (MomentFilter(), MomentFilter(kind="dead"), MomentFilter(since=50, until=120)):
        asked = [kind for kind in ("rage", "dead") if chosen.kind in (None, kind)]
        with index.facts("p") as shot:
            told = places_of(shot, asked, chosen.page, chosen.since, chosen.until)
        kinds = {"rage", "dead"} if chosen.kind is None else {chosen.kind}
        met = [
            ((kind, page, element), number, time, length)
            for _, time, kind, page, element, dismissed, number, length in rows
            if kind in kinds
            and not dismissed
            and (chosen.since or 0) <= time <= (chosen.until or 999)
        ]
        assert told.places == sorted({place for place, *_ in met})
        columns = (
            told.place.tolist(),
            told.number.tolist(),
            told.time.tolist(),
            told.length.tolist(),
        )
        found = [(told.places[at], *rest) for at, *rest in zip(*columns, strict=True)]
        assert sorted(found) == sorted(met)
        assert told.place.tolist() == sorted(told.place.tolist())
    with index.facts("p") as shot:
        nothing = places_of(shot, ("rage",), "/nowhere")
    assert (nothing.places, len(nothing.place), len(nothing.time)) == ([], 0, 0)
    index.close()
