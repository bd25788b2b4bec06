"""What the keys of many clicks tell of ids: at which places of a page they are made anew, so that they tell nothing.

A click tells its element's key, which begins at an id or an attribute where there is one (`#w17>button`), and its
plain key (`body>div:*@tent>button@buy`): where it stands, and what it and the cards around it are called. Where ids
*drift*, the plain key takes the place of the key. That is so only where both hold:

- of two visitors who clicked the same there, fewer than nine in ten pairs found the same key, and
- of two visitors who met one of these keys, fewer than nine in ten pairs met it at one place or under the same names.

An id that is the same for everybody fails the first. Ids of a hundred products in one place, or of a list that is
sorted anew, fail the second: who meets one again, meets the same thing. Ids that nobody met twice fail neither.

What fewer than MIN_VISITORS clicked is judged by all that begins at ids of the same form (digits left out), else by
all of the same structure (positions and names left out); where that is too little as well, keys are trusted.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MIN_VISITORS: Final = 4
"""Who must have clicked before anything is learned."""
AGREEING: Final = 0.9
"""Share of the pairs of visitors from which on ids hold."""

Array = NDArray[Any]
_NAME: Final = re.compile(r"@(\w*)")
_POSITION: Final = re.compile(r"[:~](\d+|\*)")
_NAME_AT_PLACE: Final = re.compile(r"(?<!:\*)@\w*")
_BELOW: Final = re.compile(r"[>@]\S*")
_DIGITS: Final = re.compile(r"\d+")
_UNCLEAR: Final = re.compile(r"@(?!\w)|~\d")
_NAMES_TOLD: Final = 2


@dataclass(frozen=True, eq=False)
class Met:
    """Clicks as columns of one length: places in the lists of keys and plain keys, and numbers of visitors."""

    key: Array
    plain: Array
    visitor: Array


def drifting(keys: Sequence[str], plains: Sequence[str], met: Met) -> NDArray[np.bool_]:
    """Tell of each plain key whether the ids of its element drift.

    Never of one among several that say nothing, nor of one that is only counted: it may be another tomorrow.
    """
    is_clear = np.array([is_told(plain) for plain in plains], np.bool_)
    rows = is_clear[met.plain]
    pairs = _Pairs(plains, Met(met.key[rows], met.plain[rows], met.visitor[rows]))
    drifts = np.zeros(len(plains), np.bool_)
    is_judged = np.zeros(len(plains), np.bool_)
    for groups in (
        np.arange(len(plains)),
        _numbered([shape_of(keys[at]) for at in pairs.a_key.tolist()]),
        _each(plains, structure_of),
    ):
        known, verdict = pairs.judged(groups)
        fresh = ~is_judged & known[groups]
        drifts[fresh] = verdict[groups[fresh]]
        is_judged |= fresh
    return drifts & is_clear


def is_told(plain: str) -> bool:
    """Tell whether a plain key says which element it is."""
    return _UNCLEAR.search(plain) is None


def names_of(plain: str) -> str:
    """Return what the element and the card around it are called."""
    return " ".join(_NAME.findall(plain)[-_NAMES_TOLD:])


def spot_of(plain: str) -> str:
    """Return where the element stands, whatever it is called."""
    return _NAME_AT_PLACE.sub("", plain)


def structure_of(plain: str) -> str:
    """Return of what kind the element and those around it are."""
    return _POSITION.sub("", _NAME.sub("", plain))


def shape_of(key: str) -> str:
    """Return where a key begins, whatever number it bears."""
    return _DIGITS.sub("0", _BELOW.sub("", key))


class _Pairs:
    """How many pairs of visitors there are by plain key and by key, and how many of them agree."""

    def __init__(self, plains: Sequence[str], met: Met) -> None:
        plain, visitor, key = _distinct(met.plain, met.visitor, met.key)
        self._plain, self._visitor, self._key = plain, visitor, key
        self.a_key = np.zeros(len(plains), np.int64)
        self.a_key[plain[::-1]] = key[::-1]

        rows = _once(plain, visitor)
        owner = plain[rows]
        self._pairs_at = _paired(owner, owner, len(plains))
        self._alike_at = _paired(_combined(owner, key[rows]), owner, len(plains))

        rows = _once(key, visitor)
        owner, of_key = key[rows], plain[rows]
        names, spots = _each(plains, names_of)[of_key], _each(plains, spot_of)[of_key]
        keys = int(key.max(initial=-1)) + 1
        by_name, by_spot, by_both = (
            _paired(_combined(owner, kind), owner, keys)
            for kind in (names, spots, _combined(names, spots))
        )
        self._pairs_of = _paired(owner, owner, keys)
        self._alike_of = by_name + by_spot - by_both

    def judged(self, groups: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return of each group of plain keys whether enough is known of it, and whether its ids drift."""
        size = int(groups.max(initial=-1)) + 1
        group = groups[self._plain]
        visitors = np.bincount(_distinct(group, self._visitor)[0], minlength=size)
        pairs, alike = (_summed(one, groups, size) for one in (self._pairs_at, self._alike_at))
        owner, key = _distinct(group, self._key)
        met, known = (_summed(one[key], owner, size) for one in (self._pairs_of, self._alike_of))
        is_known = (visitors >= MIN_VISITORS) & (pairs > 0)
        return is_known, (alike < AGREEING * pairs) & ((known < AGREEING * met) | (met == 0))


def _each(texts: Sequence[str], told: Callable[[str], str]) -> NDArray[np.int64]:
    return _numbered([told(text) for text in texts])


def _numbered(texts: Sequence[str]) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in texts], np.int64)


def _distinct(*columns: Array) -> tuple[Array, ...]:
    """Return the distinct rows of columns of one length, in order."""
    order = np.lexsort(columns[::-1])
    rows = [column[order].astype(np.int64) for column in columns]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = np.logical_or.reduce([row[1:] != row[:-1] for row in rows])
    return tuple(row[is_new] for row in rows)


def _once(first: Array, second: Array) -> Array:
    """Return the first row of each pair of values."""
    found: Array = np.unique(_combined(first, second), return_index=True)[1]
    return found


def _combined(first: Array, second: Array) -> Array:
    found: Array = first * (int(second.max(initial=0)) + 1) + second
    return found


def _paired(kind: Array, owner: Array, size: int) -> NDArray[np.float64]:
    """Return of each owner how many pairs of its rows are of one kind; a kind has one owner."""
    _, first, counts = np.unique(kind, return_index=True, return_counts=True)
    return _summed(counts * (counts - 1) / 2, owner[first], size)


def _summed(amounts: Array, owner: Array, size: int) -> NDArray[np.float64]:
    return np.bincount(owner, amounts, size).astype(np.float64)
