"""Which sessions a list shows, and in which order: from a query string and back, chip by chip.

Total, as `choice` is: what makes no sense is left out rather than refused, so that an old link still shows something.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from footfall.index import Order
from footfall.index.deeds import KINDS, Deeds
from footfall.index.segment import DIRECT
from footfall.web.choice import (
    MAX_GOAL,
    PERIODS,
    Choice,
    read_choice,
    read_goal,
    read_span,
    whole_number,
)
from footfall.web.show import utc

MOMENTS: Final = {
    "rage": "Rage click",
    "dead": "Dead click",
    "slow": "Slow click",
    "error": "Error click",
    "quick_back": "Quick back",
    "thrash": "Thrashed cursor",
    "scrolling": "Excessive scrolling",
    "hesitation": "Hesitation",
    "form_abandon": "Form abandoned",
    "last_step": "Form abandoned at its last step",
    "field_drop": "Left at a field",
    "field_return": "Return to a field",
    "correction": "Correction in a field",
    "comparing": "Comparing",
    "media_replay": "Media played again",
    "informed_click": "Informed click",
    "exit_intent": "Exit intent",
    "search_refinement": "Search refined",
}
"""Kinds of moments (TERMS.md) and what they are called; a kind that is not here is called by its own name."""
ORDERS: Final = {
    Order.RECENT: "Newest first",
    Order.FRUSTRATION: "Most frustrated first",
    Order.LENGTH: "Longest first",
}
_MAX_TEXT: Final = 512
"""Characters of a text: the recorder tells names of up to 200, a host has up to 253, a property's value up to 500."""
_MAX_KEY: Final = 2_048
"""Characters of an element's key, or of a page, as `choice` has it."""
_MAX_MINUTES: Final = 24 * 60
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
WEEKDAYS: Final = {
    "mon": "Mondays",
    "tue": "Tuesdays",
    "wed": "Wednesdays",
    "thu": "Thursdays",
    "fri": "Fridays",
    "sat": "Saturdays",
    "sun": "Sundays",
}
HOURS: Final = {str(hour): f"{hour}:00–{hour}:59" for hour in range(24)}
VISITORS: Final = {"new": "New visitors", "returning": "Returning visitors"}
CONVERTED: Final = {"yes": "Reached", "no": "Did not reach"}
_DEEDS: Final = tuple(one.name for one in fields(Deeds))
_CAME: Final = ("source", "entry", "visitors", "goal", "converted")
MET: Final = {"no": "Saw the page without it"}
"""Whether a visitor met the moment: usually yes."""
ENGAGED: Final = {"no": "Engaged", "yes": "Bounced"}
"""Engaged sessions are those that did not bounce (TERMS.md)."""
_PLAIN: Final = (
    "steps", "moment", "where", "at", "met", "browser", "country", "weekday", "hour", "bounced", "began",
)  # fmt: skip
_TEXTS: Final = (*_PLAIN, *_CAME, *_DEEDS)
_MOST: Final = {
    **dict.fromkeys(("element", "on", "where", "at", "entry"), _MAX_KEY),
    "goal": MAX_GOAL,
    "steps": 20_000,
}
"""Characters of the texts that may be long."""
_EXACT: Final = frozenset({"moment", "where", "at", "element", "on", "entry", "goal"})
"""What links name as it was recorded; blanks around the others are somebody's typing."""


_KNOWN: Final[Mapping[str, Mapping[str, Any]]] = {
    "did": KINDS,
    "visitors": VISITORS,
    "converted": CONVERTED,
    "weekday": WEEKDAYS,
    "hour": HOURS,
    "bounced": ENGAGED,
    "met": MET,
}


@dataclass(frozen=True)
class Chip:
    """A filter that holds, in words."""

    text: str
    without: str  # query string of the same list without it


@dataclass(frozen=True)
class Came:
    """Where sessions came from, and whether they reached a goal; "" asks for nothing."""

    source: str = ""  # host that led to it, or "direct"
    entry: str = ""  # landing page
    visitors: str = ""  # a key of VISITORS
    goal: str = ""  # "page:/thanks", "event:bought"; with `converted` alone
    converted: str = ""  # a key of CONVERTED


@dataclass(frozen=True)
class SessionChoice:
    """The filters and the order of a list of sessions, as its query string has them."""

    base: Choice = field(default_factory=Choice)  # what lists of pages have too
    deeds: Deeds = field(default_factory=Deeds)  # what the sessions must have done
    came: Came = field(default_factory=Came)
    steps: str = ""  # what they did, in the language of steps
    moment: str = ""  # kind of a moment that they have; "" for any
    where: str = ""  # page of that moment; "" for any …
    at: str = ""  # … and its element, "" of moments that are about none
    met: str = ""  # a key of MET; with `moment` and `where` alone
    browser: str = ""  # "" for any
    country: str = ""  # code of two letters; "" for any
    weekday: str = ""  # a key of WEEKDAYS: when it began, by the clock of `base`; "" for any
    hour: str = ""  # a key of HOURS, likewise
    longer: int = 0  # seconds that a visit lasted at least
    shorter: int = 0  # seconds that it lasted at most; 0 for any
    bounced: str = ""  # a key of ENGAGED
    began: str = ""  # when it began, as `read_span` reads it: beside the days of `base`
    watched: str = ""  # "no" for those that one has not watched, "yes" for the others
    order: Order = Order.RECENT

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.values().keys() - {"sort", "zone", "offset"})

    @property
    def has_more(self) -> bool:
        """Whether a filter holds that stands among "More filters"."""
        shown = {"page", "device", "time", "from", "to", "starred", "label", "watched", "moment"}
        # The first three go with the moment, links alone ask for the last.
        shown |= {"where", "at", "met", "began"}
        return bool(self.values().keys() - shown - {"sort", "zone", "offset"})

    def values(self, *, offset: int | None = None) -> dict[str, str]:
        """Return the query's names and values, without what is as always."""
        values = dict(
            parse_qsl(self.base.query(**({} if offset is None else {"offset": offset}))[1:])
        )
        own = {
            **{name: getattr(self.deeds, name) for name in _DEEDS},
            **{name: getattr(self.came, name) for name in _CAME},
            **{name: getattr(self, name) for name in _PLAIN},
            "longer": str(self.longer or ""),
            "shorter": str(self.shorter or ""),
            "watched": self.watched,
            "sort": "" if self.order is Order.RECENT else self.order.value,
        }
        return {**values, **{name: value for name, value in own.items() if value}}

    def query(self, *, offset: int | None = None, drop: frozenset[str] = frozenset()) -> str:
        """Return the query string, "" or with its `?`, without the names in `drop`."""
        values = self.values(offset=offset)
        text = urlencode({name: value for name, value in values.items() if name not in drop})
        return f"?{text}" if text else ""

    def _moment(self) -> str:
        told = MOMENTS.get(self.moment, self.moment)
        place = f"{f' at {self.at}' if self.at else ''}{f' on {self.where}' if self.where else ''}"
        return f"Never met: {told}{place}" if self.met == "no" else f"{told}{place}"

    def chips(self) -> tuple[Chip, ...]:
        """Return the filters that hold, in words, each with the list without it."""
        values, deeds, base = self.values(), self.deeds, self.base
        value = f" = {deeds.value}" if deeds.value else ""
        told = {
            "page": f"Page {base.page}",
            "device": f"Device: {base.device}",
            "time": _period(base),
            "starred": "Starred",
            "label": f"Label: {base.label}",
            "did": KINDS[deeds.did].name if deeds.did else "",
            "event": f"Event “{deeds.event}”",
            "text": f"Clicked “{deeds.text}”",
            "element": f"Clicked {deeds.element}" + (f" on {deeds.on}" if deeds.on else ""),
            "error": f"Error “{deeds.error}”",
            "user": f"User {deeds.user}",
            "property": f"{deeds.property}{value}" if value else f"Has {deeds.property}",
            "source": "Came directly" if self.came.source == DIRECT else f"From {self.came.source}",
            "entry": f"Landed on {self.came.entry}",
            "visitors": VISITORS.get(self.came.visitors, ""),
            "goal": _reached(self.came),
            "steps": self.steps,
            "moment": self._moment(),
            "browser": f"Browser: {self.browser}",
            "country": f"Country: {self.country}",
            "weekday": WEEKDAYS.get(self.weekday, ""),
            "hour": HOURS.get(self.hour, ""),
            "bounced": ENGAGED.get(self.bounced, ""),
            "began": _began(self.began),
            "longer": f"At least {_span(self.longer)}",
            "shorter": f"At most {_span(self.shorter)}",
            "watched": "Not watched" if self.watched == "no" else "Watched",
        }
        beside = {
            "moment": {"where", "at", "met"},
            "property": {"value"},
            "element": {"on"},
            "goal": {"converted"},
            # Hours of the week are of a clock, too.
            "time": {"from", "to"} if self.weekday or self.hour else {"from", "to", "zone"},
        }
        return tuple(
            Chip(
                text,
                self.query(offset=0, drop=frozenset({name, *beside.get(name, set())})) or "?",
            )
            for name, text in told.items()
            if name in values
        )


def read_session_choice(query: Mapping[str, str]) -> SessionChoice:
    """Read a list's filters and order from a query string's values."""
    texts = {name: _text(name, query.get(name, "")) for name in _TEXTS}
    for name, known in _KNOWN.items():
        texts[name] = texts[name] if texts[name] in known else ""
    if not _COUNTRY.fullmatch(texts["country"]):
        texts["country"] = ""
    if read_span(texts["began"]) is None:
        texts["began"] = ""
    if not texts["converted"] or read_goal(texts["goal"]) is None:
        texts["goal"] = texts["converted"] = ""
    for name, also in (
        ("property", "value"),
        ("element", "on"),
        ("moment", "where"),
        ("where", "at"),
        ("where", "met"),
    ):
        if not texts[name]:
            texts[also] = ""
    sort, watched = query.get("sort", ""), query.get("watched", "")
    return SessionChoice(
        base=read_choice(query),
        deeds=Deeds(**{name: texts[name] for name in _DEEDS}),
        came=Came(**{name: texts[name] for name in _CAME}),
        **{name: texts[name] for name in _PLAIN},
        longer=whole_number(query.get("longer", ""), 0, _MAX_MINUTES * 60, 0),
        shorter=whole_number(query.get("shorter", ""), 0, _MAX_MINUTES * 60, 0),
        watched=watched if watched in ("yes", "no") else "",
        order=Order(sort) if sort in list(Order) else Order.RECENT,
    )


def _text(name: str, text: str) -> str:
    told = text if name in _EXACT else text.strip()
    return told if len(told) <= _MOST.get(name, _MAX_TEXT) and "\0" not in told else ""


def _period(choice: Choice) -> str:
    if choice.period != "custom":
        return PERIODS[choice.period]
    days = (("From", choice.since), ("to", choice.until))
    return " ".join(f"{word} {day}" for word, day in days if day) or PERIODS["custom"]


def _reached(came: Came) -> str:
    goal = read_goal(came.goal)
    return "" if goal is None else f"{CONVERTED.get(came.converted, '')} {goal.short}"


def _began(text: str) -> str:
    span = read_span(text)
    return "" if span is None else f"Began {utc(span[0])} to {utc(span[1])}"


def _span(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds and seconds % 60 == 0 else f"{seconds} s"
