"""Where clicks go on a backdrop page: by their element first, by page coordinates else.

What can be put in neither way is counted with its reason, never guessed.
"""

import math
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.heat import clamp_size

NO_KEY = -1
"""The key id of a click whose element had no key."""
_PIECE: Final = 1 << 15
_CLASSES: Final = ((-math.inf, 480), (480, 1024), (1024, math.inf))
"""Widths, CSS px, above the first and up to the second, of mobile, tablet, desktop."""


@dataclass(frozen=True, eq=False)
class Clicks:
    """Clicks as columns, all of one length.

    key_ids: which element key (row of `Backdrop.boxes`), or NO_KEY; int32.
    rx, ry: the place in the element's box, 0..1. x, y: page coordinates when clicked, CSS px.
    doc_width, doc_height: the document's size then, CSS px. fixed: the element did not scroll along.
    in_layer: what was open then is open on the backdrop, too; None: all are.
    """

    key_ids: NDArray[np.int32]
    rx: NDArray[np.float32]
    ry: NDArray[np.float32]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    doc_width: NDArray[np.float32]
    doc_height: NDArray[np.float32]
    fixed: NDArray[np.bool_]
    in_layer: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Backdrop:
    """A recorded page that is drawn upon.

    width, height: CSS px. boxes: (k, 4) of x, y, w, h in page coordinates by key id, NaN where
    the key is not on this page. sights: likewise, what can be seen of those boxes in the containers
    that they scroll in, NaN where that is all; None: all is. is_mapped: elements were looked for, so a
    click on none goes by page coordinates within its device class alone.
    """

    width: int
    height: int
    boxes: NDArray[np.float32]
    sights: NDArray[np.float32] | None = None
    is_mapped: bool = True


@dataclass(frozen=True)
class NotPlaced:
    """How many clicks found no place, by reason; each click has one, the first that applies."""

    other_state: int  # something else was open (a dialog, a menu): that is a layer of its own
    element_hidden: int  # the element is on the backdrop but has no area there
    fixed_unknown: int  # not found, and a fixed element's page coordinates only tell the scroll
    not_on_page: int  # not found, and clicked on a device of another class
    not_finite: int  # coordinates or sizes that give no number
    scrolled_away: int  # in a part of the page that scrolls by itself, and out of sight there
    outside: int  # beyond the edges of the page (or of the largest picture)


@dataclass(frozen=True, eq=False)
class Placement:
    """The placed clicks, in the order given, and how each got there.

    x, y: CSS px on the backdrop, 0 ≤ x < width and 0 ≤ y < height. is_scaled: by page coordinates
    rather than by element. kept: which of the clicks given they are. by_element + scaled + not_placed
    is the number of clicks given.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    is_scaled: NDArray[np.bool_]
    kept: NDArray[np.intp]
    by_element: int
    scaled: int
    not_placed: int
    reasons: NotPlaced


def place(clicks: Clicks, backdrop: Backdrop) -> Placement:
    """Place clicks on the backdrop page. Raises IndexError for a key id without a box."""
    ids = clicks.key_ids
    if ids.size and not NO_KEY <= ids.min() <= ids.max() < len(backdrop.boxes):
        raise IndexError(f"key ids {ids.min()}..{ids.max()}, {len(backdrop.boxes)} boxes")
    ground = _ground(backdrop)
    # In pieces whose intermediate arrays stay in the processor's cache: twice as fast.
    parts = [
        _place_some(_piece(clicks, slice(start, start + _PIECE)), ground, start)
        for start in range(0, max(len(ids), 1), _PIECE)
    ]
    return _joined(parts)


@dataclass(frozen=True, eq=False)
class _Ground:
    """A backdrop as clicks are put on it; by key id, and for NO_KEY (-1, so the last) as of one that is not found."""

    page: Backdrop
    size: tuple[int, int]
    columns: NDArray[np.float32]  # (4, k + 1)
    found: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    sights: NDArray[np.float32] | None  # (4, k + 1)


def _ground(backdrop: Backdrop) -> _Ground:
    nowhere = np.full((1, 4), np.nan, np.float32)
    sights = backdrop.sights
    return _Ground(
        backdrop,
        clamp_size(backdrop.width, backdrop.height),
        np.vstack([backdrop.boxes, nowhere]).T.copy(),
        *_key_states(backdrop.boxes),
        None if sights is None else np.vstack([sights, nowhere]).T.copy(),
    )


def _piece(clicks: Clicks, taken: slice) -> Clicks:
    cut: dict[str, Any] = {
        name: None if one is None else one[taken] for name, one in vars(clicks).items()
    }
    return Clicks(**cut)


def _joined(parts: list[Placement]) -> Placement:
    def summed(name: str) -> int:
        return sum(getattr(one.reasons, name) for one in parts)

    return Placement(
        x=np.concatenate([one.x for one in parts]),
        y=np.concatenate([one.y for one in parts]),
        is_scaled=np.concatenate([one.is_scaled for one in parts]),
        kept=np.concatenate([one.kept for one in parts]),
        by_element=sum(one.by_element for one in parts),
        scaled=sum(one.scaled for one in parts),
        not_placed=sum(one.not_placed for one in parts),
        reasons=NotPlaced(**{one.name: summed(one.name) for one in fields(NotPlaced)}),
    )


def _place_some(clicks: Clicks, ground: _Ground, first: int) -> Placement:
    """Place clicks; the first of them is number `first` of all."""
    backdrop, (width, height), columns = ground.page, ground.size, ground.columns
    ids = clicks.key_ids.astype(np.intp)
    found = ground.found[ids]
    with np.errstate(all="ignore"):  # what is not finite is counted below
        x = columns[0][ids] + clicks.rx * columns[2][ids]
        y = columns[1][ids] + clicks.ry * columns[3][ids]
        lost = np.flatnonzero(~found)
        x[lost] = clicks.x[lost] * np.float32(backdrop.width) / clicks.doc_width[lost]
        y[lost] = clicks.y[lost] * np.float32(backdrop.height) / clicks.doc_height[lost]

    # What holds for all clicks of a piece, as most does, costs no mask.
    is_all_inside = _is_all_inside(x, y, width, height)
    placed, counts = _sieve(
        len(ids),
        clicks.in_layer,
        ~ground.hidden[ids] if ground.hidden.any() else None,
        found | ~clicks.fixed if clicks.fixed.any() else None,
        _alike(clicks.doc_width, lost, backdrop) if backdrop.is_mapped else None,
        None if is_all_inside else np.isfinite(x) & np.isfinite(y),
        None if ground.sights is None else _in_sight(ground.sights[:, ids], x, y),
        None if is_all_inside else _inside(x, y, width, height),
    )
    kept = np.flatnonzero(placed)
    is_scaled = ~found
    if len(kept) < len(ids):
        x, y, is_scaled = x[kept], y[kept], is_scaled[kept]
    scaled = int(np.count_nonzero(is_scaled))
    return Placement(
        x=np.minimum(x, _below(width)),
        y=np.minimum(y, _below(height)),
        is_scaled=is_scaled,
        kept=kept + first,
        by_element=len(kept) - scaled,
        scaled=scaled,
        not_placed=len(ids) - len(kept),
        reasons=NotPlaced(*counts),
    )


def _sieve(size: int, *passes: NDArray[np.bool_] | None) -> tuple[NDArray[np.bool_], list[int]]:
    """Return what passes all (None: all do), and for each how many it was the first to hold back."""
    left: NDArray[np.bool_] = np.ones(size, np.bool_)
    counts = []
    for one in passes:
        before = left
        left = before if one is None or one.all() else before & one
        counts.append(0 if left is before else int(np.count_nonzero(before & ~left)))
    return left, counts


def _is_all_inside(x: NDArray[Any], y: NDArray[Any], width: int, height: int) -> bool:
    # Not true where anything is no number.
    return len(x) == 0 or bool(
        x.min() >= 0 and y.min() >= 0 and x.max() <= width and y.max() <= height
    )


def _inside(x: NDArray[Any], y: NDArray[Any], width: int, height: int) -> NDArray[np.bool_]:
    # A click on the very last pixel may round up to the edge itself: it is inside.
    return np.asarray((x >= 0) & (y >= 0) & (x <= width) & (y <= height))


def _alike(
    widths: NDArray[np.float32], lost: NDArray[np.intp], backdrop: Backdrop
) -> NDArray[np.bool_] | None:
    """Tell which clicks are on their element, or of the backdrop's device class; None: all.

    Classes go by window width (TERMS.md); the document's stands for it, as that is what clicks carry.
    """
    low, high = next(one for one in _CLASSES if backdrop.width <= one[1])
    of_lost = widths[lost]
    is_alike = (of_lost > low) & (of_lost <= high)
    if is_alike.all():
        return None
    told = np.ones(len(widths), np.bool_)
    told[lost] = is_alike
    return told


def _in_sight(sights: NDArray[np.float32], x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which points lie in what is seen of their elements; (4, n)."""
    left, top, wide, high = sights
    slack = np.float32(0.5)  # boxes are rounded
    with np.errstate(all="ignore"):
        across = (x >= left - slack) & (x <= left + wide + slack)
        down = (y >= top - slack) & (y <= top + high + slack)
    return np.asarray(np.isnan(left) | (across & down & (wide > 0) & (high > 0)))


def _key_states(boxes: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """By key id, and for NO_KEY at the end: is it on the page; is it there without area."""
    found = ~np.isnan(boxes).any(axis=1)
    hidden = found & ((boxes[:, 2] <= 0) | (boxes[:, 3] <= 0))
    return np.append(found, False), np.append(hidden, False)


def _below(limit: int) -> np.float32:
    return np.float32(np.nextafter(np.float32(limit), np.float32(0)))
