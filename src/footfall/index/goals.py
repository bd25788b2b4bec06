"""Goals that facts alone tell: pages that are viewed, and events of a name."""

from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.wire.facts import Event
from footfall.wire.schema import PageView

Reached = dict[str, NDArray[Any]]


class Goal(Protocol):
    """What counts as conversion, in the same session."""

    def reached(self, shot: Snapshot) -> Reached:
        """Return session (SessionRow.number) and time (ms since 1970, corrected) of each time that it was reached."""


@dataclass(frozen=True)
class PageGoal:
    """Any of these pages was viewed; at least one is named."""

    pages: tuple[str, ...]

    def reached(self, shot: Snapshot) -> Reached:
        """Return as Goal says."""
        return shot.read(PageView, ["session", "time"], Choice(pages=self.pages))


@dataclass(frozen=True)
class EventGoal:
    """An event of this name happened."""

    name: str

    def reached(self, shot: Snapshot) -> Reached:
        """Return as Goal says."""
        told = shot.read(Event, ["session", "time", "name"])
        is_it = told["name"] == shot.number(self.name)
        return {name: told[name][is_it] for name in ("session", "time")}
