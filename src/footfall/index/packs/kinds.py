"""Which columns the packs hold of each kind of fact: derived from the schema, so a new fact is packed by itself."""

from enum import Enum
from typing import Final, NamedTuple, get_origin, get_type_hints

from footfall.wire.facts import Reaction
from footfall.wire.schema import FACT_KINDS, Asset, Click, Fact, Pointer, Scroll

COMMON: Final = ("session", "tab", "view", "page", "time", "sequence", "ordinal")
"""Columns of every fact. session: SessionRow.number; tab, page: names; view: number of the page view in its tab; time:
ms since 1970; sequence: of the chunk; ordinal: grows within a chunk in the order of its facts, with gaps."""
POINTS: Final = "points"
"""Column of how many points a row of a kind with ragged columns has."""
_LEFT_OUT: Final = frozenset({Asset})
_BY_PAGE: Final = frozenset({Click, Pointer, Scroll, Reaction})


class Form(Enum):
    """What a field is, and so what its column holds."""

    INT = "int"  # int32, or int64 where a value needs it
    FLOAT = "float"  # float64
    BOOL = "bool"  # bool
    TEXT = "text"  # names: int32, told by Snapshot.texts
    RAGGED = "ragged"  # int32 or int64, of length sum(points): each row's differences one after the other


class Column(NamedTuple):
    """A field of a fact as a column."""

    name: str
    place: int  # of the field in the fact
    form: Form
    default: int | float | bool | str | None  # None: every sender has the field


class Kind(NamedTuple):
    """A kind of fact as the packs hold it."""

    number: int
    by_page: bool  # a pack for each page, else one for all
    columns: tuple[Column, ...]  # besides COMMON; `t` has become `time`

    @property
    def is_ragged(self) -> bool:
        """Whether rows have points."""
        return any(column.form is Form.RAGGED for column in self.columns)


_FORMS: Final = {
    int: Form.INT,
    float: Form.FLOAT,
    bool: Form.BOOL,
    str: Form.TEXT,
    tuple: Form.RAGGED,
}


def _kind(number: int, fact: type[Fact]) -> Kind:
    hints = get_type_hints(fact)
    columns = tuple(
        Column(
            # A field that bears the name of a common column gets its kind's before it: keys_tab.
            f"{fact.__name__.lower()}_{name}" if name in COMMON else name,
            place,
            _FORMS[get_origin(hint) or hint],
            fact._field_defaults.get(name),
        )
        for place, (name, hint) in enumerate(hints.items())
        if name != "t"
    )
    return Kind(number, fact in _BY_PAGE, columns)


KINDS: Final[dict[type[Fact], Kind]] = {
    fact: _kind(number, fact) for number, fact in FACT_KINDS.items() if fact not in _LEFT_OUT
}
"""The kinds that are packed: all but Asset, which the player's manifest has."""
BY_NUMBER: Final = {kind.number: kind for kind in KINDS.values()}


def names_of(kind: Kind) -> tuple[str, ...]:
    """Return all columns of a kind."""
    own = tuple(column.name for column in kind.columns)
    return (*COMMON, *own, POINTS) if kind.is_ragged else (*COMMON, *own)
