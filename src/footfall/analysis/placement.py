"""Where clicks go on a backdrop page: by their element first, by page coordinates else.

What can be put in neither way is counted with its reason, never guessed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.heat import clamp_size

NO_KEY = -1
"""The key id of a click whose element had no key."""


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
    width, height = clamp_size(backdrop.width, backdrop.height)
    key_found, key_hidden = _key_states(backdrop.boxes)
    # NO_KEY is -1 and so picks the row put last, which is not found.
    columns = np.vstack([backdrop.boxes, np.full((1, 4), np.nan, np.float32)]).T.copy()
    ids = clicks.key_ids
    if ids.size and not NO_KEY <= ids.min() <= ids.max() < len(backdrop.boxes):
        raise IndexError(f"key ids {ids.min()}..{ids.max()}, {len(backdrop.boxes)} boxes")
    found = key_found[ids]
    with np.errstate(all="ignore"):  # what is not finite is counted below
        x = columns[0][ids] + clicks.rx * columns[2][ids]
        y = columns[1][ids] + clicks.ry * columns[3][ids]
        lost = np.flatnonzero(~found)
        x[lost] = clicks.x[lost] * np.float32(backdrop.width) / clicks.doc_width[lost]
        y[lost] = clicks.y[lost] * np.float32(backdrop.height) / clicks.doc_height[lost]

    # A click on the very last pixel may round up to the edge itself: it is inside.
    inside = (x >= 0) & (y >= 0) & (x <= width) & (y <= height)
    everywhere = np.ones(len(ids), np.bool_)
    alike = _device_class(clicks.doc_width) == _device_class(np.float32(backdrop.width))
    placed, counts = _sieve(
        everywhere if clicks.in_layer is None else clicks.in_layer,
        ~key_hidden[ids],
        found | ~clicks.fixed,
        found | (alike if backdrop.is_mapped else everywhere),
        np.isfinite(x) & np.isfinite(y),
        everywhere if backdrop.sights is None else _in_sight(backdrop.sights, ids, x, y),
        inside,
    )
    reasons = NotPlaced(*counts)
    by_element, n_placed = int((placed & found).sum()), int(placed.sum())
    return Placement(
        x=np.minimum(x[placed], _below(width)),
        y=np.minimum(y[placed], _below(height)),
        is_scaled=~found[placed],
        kept=np.flatnonzero(placed),
        by_element=by_element,
        scaled=n_placed - by_element,
        not_placed=len(ids) - n_placed,
        reasons=reasons,
    )


def _sieve(*passes: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], list[int]]:
    """Return what passes all, and for each how many it was the first to hold back."""
    left, counts = np.ones(len(passes[0]), np.bool_), []
    for one in passes:
        counts.append(int((left & ~one).sum()))
        left = left & one
    return left, counts


def _device_class(width: Any) -> NDArray[np.intp]:
    """By window width (TERMS.md); the document's stands for it, as that is what clicks carry."""
    return np.asarray(np.searchsorted((480, 1024), width))


def _in_sight(
    sights: NDArray[np.float32], ids: NDArray[np.int32], x: NDArray[Any], y: NDArray[Any]
) -> NDArray[np.bool_]:
    left, top, wide, high = np.vstack([sights, np.full((1, 4), np.nan, np.float32)]).T[:, ids]
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
