"""What a moment is, and the versions of the rules that find them."""

from typing import Final, NamedTuple

from footfall.analysis.moments.history import Told

CONFIRMED: Final = "confirmed"
POSSIBLE: Final = "possible"

VERSIONS: Final[dict[str, int]] = {
    "rage": 4,
    "dead": 2,
    "slow": 2,
    "error": 2,
    "quick_back": 2,
    "thrash": 2,
    "scrolling": 1,
    "hesitation": 2,
    "form_abandon": 5,
    "last_step": 6,
    "field_drop": 5,
    "field_return": 2,
    "correction": 2,
    "comparing": 1,
    "media_replay": 2,
    "informed_click": 2,
    "exit_intent": 3,
    "search_refinement": 3,
}
"""The version of each kind's rule: to be raised with every change of what it finds."""
KINDS: Final = tuple(VERSIONS)
GIVEN_UP: Final = ("last_step", "form_abandon", "field_drop")
"""The kinds that a form makes once it is given up at a field, the strongest first: one event for a person."""


class Evidence(NamedTuple):
    """A fact that made a moment: its kind and where it stands in the session."""

    fact: str  # name of the kind, as in wire.schema
    time: int
    tab: str
    sequence: int
    ordinal: int


class Moment(NamedTuple):
    """A moment of a session."""

    kind: str  # one of KINDS
    time: int  # ms since 1970, corrected: when it began
    tab: str
    view: int  # number of the page view in its tab
    page: str
    element: str  # element key; "" where it is about none
    grade: str  # CONFIRMED, or POSSIBLE where the facts do not tell all that the rule asks
    detail: dict[str, int]  # the figures that decided: counts, ms, px, each by its name
    evidence: tuple[Evidence, ...]

    @property
    def version(self) -> int:
        """The version of the rule that found it."""
        return VERSIONS[self.kind]


def of_one_event(kind: str) -> tuple[str, ...]:
    """Return the kinds that tell of the same event as this one, itself among them."""
    return GIVEN_UP if kind in GIVEN_UP else (kind,)


def evidence(*facts: Told) -> tuple[Evidence, ...]:
    """Return what names these facts."""
    return tuple(
        Evidence(type(one.fact).__name__, one.time, one.tab, one.sequence, one.ordinal)
        for one in facts
    )


def moment(
    kind: str, at: Told, element: str, grade: str, facts: tuple[Told, ...], **detail: int
) -> Moment:
    """Return a moment that began with the fact `at`."""
    return Moment(kind, at.time, at.tab, at.view, at.page, element, grade, detail, evidence(*facts))
