"""What a heatmap is asked for: from a query string and back.

Total, as choice.py is: what makes no sense is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final, Literal, TypeVar, get_args
from urllib.parse import urlencode

from footfall.analysis.clicks import Which
from footfall.analysis.moments import KINDS as KINDS_OF_MOMENTS
from footfall.index.goals import Goal
from footfall.index.segment import Property, Segment
from footfall.render.colour import COLOURS, Colours
from footfall.render.heatmap import MAX_INTENSITY, MAX_RADIUS_PX, RADIUS_PX, Look
from footfall.web.choice import MAX_GOAL, Choice, read_choice, read_goal, whole_number

MomentKind = Literal["rage", "dead", "error", "hesitation"]
"""Kinds of moments that lie somewhere on a page."""
TableKind = Literal["elements", "fields", "conversion"]
Kind = Literal[
    "click", "move", "scroll", "attention", "confetti", "difference", MomentKind, TableKind
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WHICH: Final[tuple[Which, ...]] = get_args(Which)
MOVES: Final = ("rest", "dwell")
COLOURED_BY: Final = ("device", "source", "converted")
COMPARED: Final = "b."
"""Parameters that begin so are those of the second segment, where they are other than the first's."""
ANY: Final = "any"
"""What leaves out one of the first segment's conditions: b.device=any."""
BEFORE: Final = "before"
"""b.time=before: as many days, just before those of the first segment."""
_VISITORS: Final = ("new", "returning")
_CONVERTED: Final = {"yes": True, "no": False}
_CELLS: Final = (1, 2, 4, 8)
_MAX_WIDTH: Final = 100_000
_MAX_TEXT: Final = 512
_T = TypeVar("_T")


@dataclass(frozen=True)
class SegmentFields:
    """The fields of a segment beyond those of every list, as the query string has them."""

    path: str = ""
    min: str = ""
    max: str = ""
    source: str = ""
    visitors: str = ""
    goal: str = ""  # as addresses have it, "page:/thanks"
    converted: str = ""  # "yes" or "no"
    user: str = ""  # "plan:pro"
    moment: str = ""  # kind of a moment that the session has

    def query(self) -> str:
        """Return the query string of what is given, without a `?`."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in told.items() if value})

    @property
    def without_goal(self) -> "SegmentFields":
        """These without the goal, which says nothing of whose views they are."""
        return replace(self, goal="")


@dataclass(frozen=True)
class HeatQuery:
    """A heatmap as it is asked for."""

    kind: Kind
    choice: Choice
    more: SegmentFields
    look: Look
    which: Which
    move: str
    coloured_by: str
    cell: int
    seen: str = ""  # key of an element that the recorded page is to show

    def segment(self, now: int, goals: Callable[[str], Goal | None]) -> Segment:
        """Return the page views at `now` (ms since 1970); goals: tells what a goal means, by how addresses have it."""
        return _segment(self.choice, self.more, now, goals(self.more.goal))


def read_heat_query(query: Mapping[str, str]) -> HeatQuery:
    """Read a heatmap from a query string's values."""
    return HeatQuery(
        kind=_one_of(KINDS, query.get("kind", ""), "click"),
        choice=read_choice(query),
        more=read_segment_fields(query),
        look=_look(query),
        which=_one_of(WHICH, query.get("clicks", ""), "all"),
        move=_one_of(MOVES, query.get("move", ""), "dwell"),
        coloured_by=_one_of(COLOURED_BY, query.get("by", ""), "device"),
        cell=_one_of(_CELLS, whole_number(query.get("cell", ""), 1, 8, 4), 4),
        seen=query.get("seen", "")[:_MAX_TEXT],
    )


def read_segment_fields(query: Mapping[str, str]) -> SegmentFields:
    """Read what else is asked of page views."""
    told = {one.name: query.get(one.name, "")[:_MAX_TEXT] for one in fields(SegmentFields)}
    for name in ("min", "max"):
        number = whole_number(told[name], 0, _MAX_WIDTH, 0)
        told[name] = str(number) if number else ""
    told["visitors"] = _one_of(("", *_VISITORS), told["visitors"], "")
    told["converted"] = _one_of(("", *_CONVERTED), told["converted"], "")
    told["moment"] = _one_of(("", *KINDS_OF_MOMENTS), told["moment"], "")
    told["goal"] = query.get("goal", "")[:MAX_GOAL]
    told["goal"] = told["goal"] if read_goal(told["goal"]) else ""
    return SegmentFields(**told)


def second_segment(
    query: Mapping[str, str], now: int, goals: Callable[[str], Goal | None]
) -> Segment:
    """Return the segment that the first is compared with: the same, but for what `b.…` says; goals: as there."""
    other = second_query(query, now)
    more = read_segment_fields(other)
    return _segment(read_choice(other), more, now, goals(more.goal))


def second_query(query: Mapping[str, str], now: int) -> dict[str, str]:
    """Return the query of the second segment alone, at `now` (ms since 1970)."""
    other = {name: value for name, value in query.items() if not name.startswith(COMPARED)}
    told = second_fields(query)
    if told.get("time") == BEFORE:
        told = {**told, **read_choice(other).days_before(now)}
    elif "time" not in told and ("from" in told or "to" in told):
        told["time"] = "custom"
    if told.get("time") == BEFORE:  # of all time there is none
        del told["time"]
    if "time" in told:
        other.pop("from", None)
        other.pop("to", None)
    return other | {name: "" if value == ANY else value for name, value in told.items()}


def second_fields(query: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of the second segment, by name without `b.`; of the same page it always is."""
    return {
        name.removeprefix(COMPARED): value
        for name, value in query.items()
        if name.startswith(COMPARED) and name != f"{COMPARED}page" and value
    }


def _segment(choice: Choice, more: SegmentFields, now: int, goal: Goal | None) -> Segment:
    found = choice.filter(now)
    name, _, value = more.user.partition(":")
    return Segment(
        page=choice.page,
        path=more.path or None,
        since=found.since,
        until=found.until,
        device=found.device,
        min_width=int(more.min) if more.min else None,
        max_width=int(more.max) if more.max else None,
        source=more.source or None,
        visitors=more.visitors or None,  # type: ignore[arg-type] # read_segment_fields has checked it
        goal=goal,
        converted=_CONVERTED.get(more.converted) if more.goal else None,
        user=Property(name, value) if value else None,
        moment=more.moment or None,
    )


def _look(query: Mapping[str, str]) -> Look:
    colours: Colours = _one_of(COLOURS, query.get("colours", ""), "heat")
    return Look(
        radius_px=_number(query.get("radius", ""), 1, MAX_RADIUS_PX) or RADIUS_PX,
        colours=colours,
        scale_max=_number(query.get("scale", ""), 1e-3, 1e12),
        intensity=_number(query.get("intensity", ""), 1 / MAX_INTENSITY, MAX_INTENSITY) or 1.0,
    )


def _number(text: str, low: float, high: float) -> float | None:
    try:
        value = float(text) if len(text) < 20 else low - 1
    except ValueError:
        return None
    return value if low <= value <= high else None


def _one_of(known: tuple[_T, ...], value: object, default: _T) -> _T:
    return next((one for one in known if one == value), default)
