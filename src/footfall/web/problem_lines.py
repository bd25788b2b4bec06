"""Problems as pages and mails tell them: ranked, named, with a clip and links. Blocking, but no handler."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

import numpy as np

from footfall.analysis.problems import Problem
from footfall.index import Index
from footfall.index.goals import Goal
from footfall.index.packs import Choice as PackChoice
from footfall.index.packs import Snapshot
from footfall.web.choice import Choice
from footfall.web.problem_answer import Asked, ranked
from footfall.web.session_choice import MOMENTS
from footfall.wire.schema import Click

_LEAD_MS: Final = 3_000
"""Of a clip, what is shown before the moment begins."""
_LABEL_MS: Final = 3_600_000
"""How far from a moment clicks tell what its element was called: that is in a pack or two."""
SPARK: Final = (90, 24)
"""Width and height of a trend, CSS px."""


@dataclass(frozen=True)
class ProblemQuery:
    """What the page is asked for."""

    choice: Choice
    kind: str = ""
    goal: str = ""  # "page:/thanks", "event:bought"; "" for none

    def asked(self, now: int, goal: Goal | None) -> Asked:
        """Return the question at `now` (ms since 1970); goal: what ours means."""
        return Asked(self.choice.filter(now), self.kind, goal)

    def query(self, **changes: str) -> str:
        """Return the query string, "" or with its `?`, with `changes`."""
        values = {"kind": self.kind, "goal": self.goal, **changes}
        before = self.choice.query()
        text = urlencode({name: value for name, value in values.items() if value})
        if not text:
            return before
        return f"{before}&{text}" if before else f"?{text}"


@dataclass(frozen=True)
class Line:
    """A row of the page, or of a digest."""

    problem: Problem
    name: str  # of the kind
    label: str  # what the element is called; "" where nobody clicked it or it has no text
    clip: str  # query string of the replay that begins just before the shortest moment
    sessions: str  # query string of the list of sessions that have it
    others: str  # and of those of visitors who saw the page without it
    points: str  # of the trend, in a box of SPARK
    most: int  # visitors in the highest part of the trend


@dataclass(frozen=True)
class Ranked:
    """Problems that were computed: the dearest, and of how many."""

    problems: list[Problem]
    total: int
    started: Mapping[str, int]  # of sessions, ms since 1970


def labels_of(shot: Snapshot, elements: Iterable[str], within: PackChoice) -> dict[str, str]:
    """Return the text that most of these clicks on each element had, of those that have one."""
    told = shot.read(Click, ["key", "plain", "text"], within)
    found: dict[str, str] = {}
    for element in elements:
        number = shot.number(element)
        is_it = (told["key"] == number) | (told["plain"] == number)
        texts = told["text"][is_it] if element else []
        if len(texts):
            values, counts = np.unique(texts, return_counts=True)
            [text] = shot.texts([int(values[counts.argmax()])])
            found[element] = text
    return {element: text for element, text in found.items() if text}


def _label(shot: Snapshot, one: Problem) -> str:
    """Return what the element of a problem was called around the moment that proves it; "": nobody clicked it then."""
    near = PackChoice(
        page=one.page, since=one.time - _LABEL_MS, until=one.time + one.length + _LABEL_MS
    )
    return labels_of(shot, {one.element}, near).get(one.element, "") if one.element else ""


def dearest(index: Index, project: str, asked: Asked, limit: int | None, now: int) -> Ranked:
    """Compute the problems at `now` (ms since 1970). Raises StorageError."""
    ranking = ranked(index, project, asked, now)
    started: dict[str, int] = {}

    def names(numbers: list[int]) -> dict[int, str]:
        told = index.session_starts(project, numbers)
        started.update(told.values())
        return {number: session for number, (session, _) in told.items()}

    return Ranked(ranking.told(limit, names), len(ranking), started)


def lines(index: Index, project: str, found: Ranked, query: ProblemQuery) -> tuple[Line, ...]:
    """Return what is shown of problems; query: what the page was asked for, for links. Raises StorageError."""
    with index.facts(project) as shot:
        return tuple(
            _line(one, _label(shot, one), found.started[one.example], query)
            for one in found.problems
        )


def _line(one: Problem, label: str, started: int, query: ProblemQuery) -> Line:
    at = max(0, one.time - _LEAD_MS - started)
    behind = replace(query.choice, page="").query() or "?"
    # Of a form that was given up the last step is only sometimes told, that it was given up always.
    kind = one.kind if query.kind or one.kind != "last_step" else "form_abandon"
    moment = {"moment": kind, "where": one.page, "at": one.element}
    sessions = f"{behind}{'&' if len(behind) > 1 else ''}{urlencode({k: v for k, v in moment.items() if v})}"
    most = max(one.trend)
    return Line(
        problem=one,
        name=kind_name(one.kind),
        label=label,
        clip=f"?{urlencode({'t': at})}",
        sessions=sessions,
        others=f"{sessions}&met=no",
        points=_points(one.trend, most),
        most=most,
    )


def _points(trend: tuple[int, ...], most: int) -> str:
    """Return a polyline's points: the first part at the left, the highest at the top."""
    width, height = SPARK
    step = (width - 2) / (len(trend) - 1)
    return " ".join(
        f"{1 + at * step:.1f},{height - 1 - (height - 2) * value / max(most, 1):.1f}"
        for at, value in enumerate(trend)
    )


def kind_name(kind: str) -> str:
    """Return what a kind of moment is called."""
    return MOMENTS.get(kind, kind)
