"""Saved goals: what a team counts as conversion, under a name, by project."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.errors import ConfigError, NotFoundError
from footfall.settings import database, now_ms

MAX_NAME: Final = 60
MAX_GOALS: Final = 20
"""Of a project: each is counted whenever the overview is opened."""
MAX_GOAL: Final = 2_048
_migrations = Migrations("footfall.goals")


@dataclass(frozen=True)
class SavedGoal:
    """A goal with a name."""

    id: int
    name: str
    goal: str
    """As addresses have it: "page:/thanks", "event:bought", "segment:Buyers", "steps:click > page"."""


@_migrations()
def m001_goals(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "goals",
        {"id": int, "project": str, "name": str, "goal": str, "created": int},
        pk="id",
        not_null={"project", "name", "goal", "created"},
    )
    db.table("goals").create_index(["project", "name"], unique=True)


class Goals:
    """The saved goals of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def all(self, project: str) -> list[SavedGoal]:
        """Return a project's goals by name. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT id, name, goal FROM goals WHERE project = ? ORDER BY name", [project]
            )
            return [SavedGoal(*row) for row in rows]

    def save(self, project: str, name: str, goal: str) -> SavedGoal:
        """Keep a goal under a name; one that has the name is replaced. Raises ConfigError, StorageError."""
        told = " ".join(name.split())
        if not 1 <= len(told) <= MAX_NAME or not told.isprintable():
            raise ConfigError(f"A goal's name is a text of 1 to {MAX_NAME} characters.")
        if not goal or len(goal) > MAX_GOAL:
            raise ConfigError(f"A goal is a text of 1 to {MAX_GOAL} characters, as page:/thanks.")
        with database(self._path) as db:
            known = db.execute("SELECT name FROM goals WHERE project = ?", [project]).fetchall()
            if len(known) >= MAX_GOALS and (told,) not in known:
                raise ConfigError(f"A project has at most {MAX_GOALS} goals. Remove one first.")
            row = db.execute(
                "INSERT INTO goals (project, name, goal, created) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (project, name) DO UPDATE SET goal = excluded.goal RETURNING id",
                [project, told, goal, now_ms()],
            ).fetchone()
        return SavedGoal(int(row[0]), told, goal)

    def remove(self, project: str, goal: int) -> None:
        """Forget a goal. Raises NotFoundError, StorageError."""
        with database(self._path) as db:
            cursor = db.execute("DELETE FROM goals WHERE id = ? AND project = ?", [goal, project])
            if cursor.rowcount == 0:
                raise NotFoundError("There is no such goal in this project.")
