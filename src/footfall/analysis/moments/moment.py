"""What a moment is, and the versions of the rules that find them."""

from typing import Final, NamedTuple

from footfall.analysis.moments.history import Told

CONFIRMED: Final = "confirmed"
POSSIBLE: Final = "possible"

VERSIONS: Final[dict[str, int]] = {
    "rage": 1,
    "dead": 1,
    "slow": 1,
    "error": 1,
    "quick_back": 1,
    "thrash": 1,
    "scrolling": 1,
    "hesitation": 1,
    "form_abandon": 1,
    "last_step": 1,
    "field_drop": 1,
    "field_return": 1,
    "correction": 1,
    "comparing": 1,
    "media_replay": 1,
    "informed_click": 1,
    "exit_intent": 1,
    "search_refinement": 1,
}
"""The version of each kind's rule: to be raised with every change of what it finds."""
KINDS: Final = tuple(VERSIONS)


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
