"""Where moments were met, against the rows: whatever a page called its elements."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from footfall.index import Index
from footfall.index.found import Found, MomentFilter

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


@pytest.mark.parametrize("drifting", [False, True])
def test_places_hold_whatever_elements_are_called(tmp_path: Path, drifting: bool) -> None:
    index = Index(tmp_path / "index.db")
    rng = np.random.default_rng(4)
    rows = [
        (f"s{at}", at, kind, NAMES[page], NAMES[element], dismissed, NAMES[plain], at % 7, at % 5)
        for at, (kind, page, element, dismissed, plain) in enumerate(
            zip(
                rng.choice(["rage", "dead", "slow"], 200).tolist(),
                rng.integers(0, len(NAMES), 200).tolist(),
                rng.integers(0, len(NAMES), 200).tolist(),
                (rng.random(200) < 0.1).tolist(),
                rng.integers(0, len(NAMES), 200).tolist(),
                strict=True,
            )
        )
    ]
    with sqlite3.connect(index.path) as connection:
        connection.executemany(
            "INSERT INTO moments VALUES ('p', ?, 0, ?, ?, 't', 1, ?, ?, '', 1, '{}', '[]', ?, ?, ?, ?)",
            rows,
        )
    connection.close()
    # On some pages some plain keys take the place of keys; of another project it says nothing.
    anew = {(page, plain) for page in NAMES[::2] for plain in NAMES[1::3]} if drifting else set()
    for page in NAMES:
        Found(index.path).set_drifting("q", page, NAMES[1:])
        Found(index.path).set_drifting("p", page, [plain for on, plain in anew if on == page])
    for chosen in (MomentFilter(), MomentFilter(kind="dead"), MomentFilter(since=50, until=120)):
        told = Found(index.path).places("p", ("rage", "dead"), chosen)
        kinds = {"rage", "dead"} if chosen.kind is None else {chosen.kind}
        met = [
            ((kind, page, plain if (page, plain) in anew else element), number, time, length)
            for _, time, kind, page, element, dismissed, plain, number, length in rows
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
    nothing = Found(index.path).places("p", ("rage",), MomentFilter(page="/nowhere"))
    assert (nothing.places, len(nothing.place), len(nothing.time)) == ([], 0, 0)
    index.close()
