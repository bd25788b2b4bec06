"""Where clicks go on a backdrop page: by their element first, by page coordinates else.

What can be put in neither way is counted with its reason, never guessed.
"""

from dataclasses import dataclass

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
    """

    key_ids: NDArray[np.int32]
    rx: NDArray[np.float32]
    ry: NDArray[np.float32]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    doc_width: NDArray[np.float32]
    doc_height: NDArray[np.float32]
    fixed: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Backdrop:
    """A recorded page that is drawn upon.

    width, height: CSS px. boxes: (k, 4) of x, y, w, h in page coordinates by key id, NaN where
    the key is not on this page.
    """

    width: int
    height: int
    boxes: NDArray[np.float32]


@dataclass(frozen=True)
class NotPlaced:
    """How many clicks found no place, by reason; each click has one, the first that applies."""

    element_hidden: int  # the element is on the backdrop but has no area there
    fixed_unknown: int  # not found, and a fixed element's page coordinates only tell the scroll
    not_finite: int  # coordinates or sizes that give no number
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

    hidden = key_hidden[ids]
    fixed_unknown = clicks.fixed & ~found
    open_ = ~(hidden | fixed_unknown)
    finite = np.isfinite(x) & np.isfinite(y)
    # A click on the very last pixel may round up to the edge itself: it is inside.
    inside = (x >= 0) & (y >= 0) & (x <= width) & (y <= height)
    placed = open_ & inside
    reasons = NotPlaced(
        element_hidden=int(hidden.sum()),
        fixed_unknown=int(fixed_unknown.sum()),
        not_finite=int((open_ & ~finite).sum()),
        outside=int((open_ & finite & ~inside).sum()),
    )
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


def _key_states(boxes: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """By key id, and for NO_KEY at the end: is it on the page; is it there without area."""
    found = ~np.isnan(boxes).any(axis=1)
    hidden = found & ((boxes[:, 2] <= 0) | (boxes[:, 3] <= 0))
    return np.append(found, False), np.append(hidden, False)


def _below(limit: int) -> np.float32:
    return np.float32(np.nextafter(np.float32(limit), np.float32(0)))
