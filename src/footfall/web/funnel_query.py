"""A funnel as the address of its page writes it, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from footfall.analysis.funnels import ORDERS, Funnel, make_funnel
from footfall.analysis.steps import StepError, parse
from footfall.analysis.steps.language import MAX_TEXT
from footfall.analysis.steps.text import duration, parse_duration
from footfall.web.choice import DEVICES, Choice, read_choice

BREAKDOWNS: Final = {
    "": "Nothing",
    "device": "Device",
    "source": "Source",
    "landing": "Landing page",
    "page": "Page of the step",
    "told": "Property",
    "segment": "Segment",
}
ORDER_NAMES: Final = {
    "ordered": "In order, anything between",
    "strict": "In order, nothing between",
    "any": "In any order",
}
VERSUS: Final = {
    "": "Nothing",
    "previous": "The time before",
    "segment": "In the segment, and not",
    **{one: one.capitalize() for one in DEVICES},
}


@dataclass(frozen=True)
class FunnelQuery:
    """What the page of a funnel is asked for. Texts as the address has them."""

    choice: Choice
    steps: str = ""
    order: str = "ordered"
    per: str = "session"
    window: str = ""  # for the whole; "" for the usual one
    each: str = ""  # for each step
    exclude: str = ""  # steps
    by: str = ""  # a key of BREAKDOWNS
    touch: str = "first"  # which session's values a breakdown takes: "first" or "last"
    versus: str = ""  # a key of VERSUS
    told: str = ""  # name of the property to break down by
    segment: str = ""  # steps: the sessions that did them are in it

    @property
    def is_grouped(self) -> bool:
        """Whether it is broken down: by a property or a segment only where it is named."""
        is_named = self.by not in ("segment", "told") or bool(getattr(self, self.by))
        return bool(self.by) and is_named

    def funnel(self) -> Funnel:
        """Return the funnel. Raises StepError."""
        if not self.steps.strip():
            raise StepError("A funnel has 2 to 10 steps.")
        sequence = replace(parse(self.steps), per=self.per)
        exclude = () if not self.exclude.strip() else parse(self.exclude).steps
        if any(one.is_not or one.within is not None or one.times > 1 for one in exclude):
            raise StepError("What is excluded is a list of events: no “not”, no times.")
        return make_funnel(
            sequence,
            self.order,
            window=parse_duration(self.window) if self.window else None,
            each=parse_duration(self.each) if self.each else None,
            exclude=tuple(one.filter for one in exclude),
        )

    def query(self, **changes: str) -> str:
        """Return the query string, "" or with its `?`, with `changes`; those of no field of ours are added."""
        own = {name: getattr(self, name) for name in _FIELDS}
        values = {**own, **changes}
        usual = {"order": "ordered", "per": "session", "touch": "first"}
        told = {name: value for name, value in values.items() if value and usual.get(name) != value}
        text = urlencode(told)
        before = self.choice.query()
        if not text:
            return before
        return f"{before}&{text}" if before else f"?{text}"

    @property
    def written_window(self) -> str:
        """The window for the whole as the builder shows it, where it may stand in the steps' text too."""
        if self.window or self.each:
            return self.window
        try:
            within = parse(self.steps).within if self.steps.strip() else None
        except StepError:
            return ""
        return "" if within is None else duration(within)

    @property
    def window_text(self) -> str:
        """How long an attempt may take."""
        funnel = self.funnel()
        return duration(funnel.window or funnel.each or 0)


_FIELDS: Final = (
    "steps", "order", "per", "window", "each", "exclude", "by", "touch", "versus", "told", "segment",
)  # fmt: skip


def read_query(query: Mapping[str, str]) -> FunnelQuery:
    """Read the funnel that an address asks for. What is no choice of a list is left out."""

    def one_of(name: str, known: Mapping[str, str] | tuple[str, ...], usual: str = "") -> str:
        value = query.get(name, usual)
        return value if value in known else usual

    return FunnelQuery(
        choice=replace(read_choice(query), page="", offset=0, starred=False, label=""),
        steps=query.get("steps", ""),
        order=one_of("order", ORDERS, "ordered"),
        per=one_of("per", ("session", "user"), "session"),
        window=query.get("window", "").strip(),
        each=query.get("each", "").strip(),
        exclude=query.get("exclude", ""),
        by=one_of("by", BREAKDOWNS),
        touch=one_of("touch", ("first", "last"), "first"),
        versus=one_of("versus", VERSUS),
        told=query.get("told", "").strip()[:MAX_TEXT],
        segment=query.get("segment", ""),
    )
