"""Texts as numbers: the packs hold a name's number, the table `names` its text, once for each project."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from footfall.index.pages import page_of

MAX_KEPT: Final = 64 * 1024 * 1024
"""Characters of texts that are remembered before all are forgotten."""
_OVERHEAD: Final = 150
"""What a remembered text costs besides its characters."""


class Names(dict[str, int]):
    """Numbers by text, of one project. What is not remembered is looked up, and numbered if nobody knows it.

    A reader (`may_write` false) gives what the table lacks numbers below zero, which are good for this object only.
    """

    def __init__(self, connection: sqlite3.Connection, project: str, *, may_write: bool) -> None:
        super().__init__()
        self._connection = connection
        self._project = project
        self._may_write = may_write
        self._weight = 0
        self.unknown: list[str] = []
        """Texts numbered −1, −2 …: those that the table lacks."""
        self.pages = _Pages(self)
        """Numbers of pages by URL."""

    def __missing__(self, text: str) -> int:
        number = self.find(text)
        if number is None:
            number = self._add(text)
        self._weight += len(text) + _OVERHEAD
        if self._weight > MAX_KEPT and self._may_write:
            self.clear()
            self.pages.clear()
            self._weight = 0
        self[text] = number
        return number

    def find(self, text: str) -> int | None:
        """Return the number that a text has in the table."""
        sql = "SELECT id FROM names WHERE project = ? AND text = ?"
        row = self._connection.execute(sql, (self._project, text)).fetchone()
        return int(row[0]) if row else None

    def texts(self, numbers: Iterable[int]) -> list[str]:
        """Return the texts of numbers that this object or the table has given. Raises KeyError."""
        asked = list(numbers)
        known = json.dumps(sorted({number for number in asked if number >= 0}))
        sql = "SELECT id, text FROM names WHERE +project = ? AND id IN (SELECT value FROM json_each(?))"
        found: dict[int, str] = {
            row[0]: row[1] for row in self._connection.execute(sql, (self._project, known))
        }
        try:
            return [self.unknown[-number - 1] if number < 0 else found[number] for number in asked]
        except KeyError as error:
            raise KeyError(f"no name has the number {error}") from None

    def like(self, parts: Sequence[str]) -> dict[int, str]:
        """Return the texts, by their numbers, that contain all of these parts, in whatever case."""
        # SQLite's LIKE knows the two cases of ASCII alone; the parts as they might be written stand in for the rest.
        conditions = []
        values = [self._project]
        for part in parts:
            written = {part, part.lower(), part.upper(), part.capitalize()}
            conditions.append("(" + " OR ".join(["text LIKE ? ESCAPE '\\'"] * len(written)) + ")")
            values += [f"%{_escaped(one)}%" for one in sorted(written)]
        sql = f"SELECT id, text FROM names WHERE project = ? AND {' AND '.join(conditions)}"  # noqa: S608 # values are bound
        found = {int(number): str(text) for number, text in self._connection.execute(sql, values)}
        wanted = [part.casefold() for part in parts]
        for at, text in enumerate(self.unknown):
            if all(part in text.casefold() for part in wanted):
                found[-at - 1] = text
        return found

    def _add(self, text: str) -> int:
        if not self._may_write:
            self.unknown.append(text)
            return -len(self.unknown)
        sql = "INSERT INTO names (project, text) VALUES (?, ?)"
        return int(self._connection.execute(sql, (self._project, text)).lastrowid or 0)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class _Pages(dict[str, int]):
    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, url: str) -> int:
        number = self._names[page_of(url)]
        self[url] = number
        return number
