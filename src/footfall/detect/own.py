"""Moments of a project's own: a name and steps (docs/steps.md), looked for in each session as the others are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sqlite_utils import Database, Migrations

from footfall.analysis.moments import KINDS as BUILT_IN
from footfall.analysis.steps import KINDS, StepError, parse, write
from footfall.analysis.steps.masks import SOURCES
from footfall.analysis.steps.match import expand, find
from footfall.analysis.steps.table import Table
from footfall.detect.events import Scope, read_table
from footfall.errors import ConfigError, NotFoundError
from footfall.index.found import MomentRow, to_json
from footfall.settings import database, now_ms

MAX_NAME: Final = 60
MAX_OWN: Final = 50
"""Of a project: each is looked for in every session."""
MOST: Final = 100
"""Moments of one kind that are kept of a session, the first."""
_VERSION: Final = 1
_migrations = Migrations("footfall.own_moments")


@dataclass(frozen=True)
class OwnMoment:
    """A moment as a person defined it. Its name is its kind."""

    name: str
    steps: str


@_migrations()
def m001_own_moments(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "own_moments",
        {"project": str, "name": str, "steps": str, "created": int},
        pk=("project", "name"),
        not_null={"steps", "created"},
    )


class OwnMoments:
    """The moments in one settings.db that people defined. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def all(self, project: str) -> list[OwnMoment]:
        """Return a project's, by name. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT name, steps FROM own_moments WHERE project = ? ORDER BY name", [project]
            )
            return [OwnMoment(*row) for row in rows]

    def define(self, project: str, name: str, steps: str) -> OwnMoment:
        """Define a moment, or what one means. Raises ConfigError, StepError, StorageError."""
        told = " ".join(name.split())
        if not 1 <= len(told) <= MAX_NAME or not told.isprintable():
            raise ConfigError(f"A moment's name is a text of 1 to {MAX_NAME} characters.")
        if told in BUILT_IN:
            raise ConfigError(f"{told!r} is a moment already; choose another name.")
        sequence = parse(steps)
        if sequence.per != "session":
            raise StepError("A moment is of one session: its steps end without `per user`.")
        if all(step.is_not for step in sequence.steps):
            raise StepError("A moment needs something that happens.")
        written = write(sequence)
        with database(self._path) as db:
            known = {row[0] for row in db.execute(_NAMES, [project])}
            if told not in known and len(known) >= MAX_OWN:
                raise ConfigError(f"A project has at most {MAX_OWN} moments of its own.")
            row = {"project": project, "name": told, "steps": written, "created": now_ms()}
            db.table("own_moments").insert(row, replace=True)
        return OwnMoment(told, written)

    def remove(self, project: str, name: str) -> None:
        """Forget a moment. Raises NotFoundError, StorageError."""
        with database(self._path) as db:
            cursor = db.execute(
                "DELETE FROM own_moments WHERE project = ? AND name = ?", [project, name]
            )
            if cursor.rowcount == 0:
                raise NotFoundError("There is no such moment in this project.")


def find_own(scope: Scope, own: Sequence[OwnMoment]) -> dict[int, list[MomentRow]]:
    """Return the moments in the scope's sessions, by SessionRow.number; `session` is yet to be filled in. Blocking.

    Of what overlaps the first counts: the next begins after its end. `evidence` is where it begins and where it ends.
    """
    found: dict[int, list[MomentRow]] = {}
    for one in own:
        sequence = parse(one.steps)
        written = expand(sequence)
        table = read_table(scope, [step.filter for step in written], places=True)
        matches = find(sequence, written, table)
        free_from: dict[int, int] = {}  # by session: the place after the last moment
        left: dict[int, int] = {}
        for first, last in zip(matches.first.tolist(), matches.last.tolist(), strict=True):
            session = int(table.session[last])
            if first < free_from.get(session, 0) or left.setdefault(session, MOST) == 0:
                continue
            free_from[session] = last + 1
            left[session] -= 1
            facts = [_fact(scope, table, at) for at in dict.fromkeys((first, last))]
            [page] = scope.shot.texts([int(table.page[last])])
            found.setdefault(session, []).append(_row(one, facts, page))
    return found


def _fact(scope: Scope, table: Table, at: int) -> list[str | int]:
    """Return what names a fact, as evidence has it: kind, time, tab, sequence, ordinal."""
    places = table.places if table.places is not None else np.zeros((len(table), 3), np.int64)
    tab, sequence, ordinal = places[at].tolist()
    kind = SOURCES[KINDS[int(table.kind[at])]].fact.__name__
    return [kind, int(table.time[at]), *scope.shot.texts([tab]), sequence, ordinal]


def _row(one: OwnMoment, facts: Sequence[Sequence[str | int]], page: str) -> MomentRow:
    begin, end = facts[0], facts[-1]
    return MomentRow(
        session="",
        time=int(end[1]),
        kind=one.name,
        tab=str(end[2]),
        page_view=0,
        page=page,
        element="",
        grade="confirmed",
        version=_VERSION,
        detail=to_json({"ms": int(end[1]) - int(begin[1])}),
        evidence=to_json(facts),
        dismissed=0,
    )


_NAMES: Final = "SELECT name FROM own_moments WHERE project = ?"
