"""A canvas as the clicks of one snapshot are put on it: places by the numbers of element keys."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis import heat
from footfall.analysis.placement import Backdrop, Clicks
from footfall.analysis.tally import Tally, tally
from footfall.index.packs import Snapshot
from footfall.index.page_facts import renumbered
from footfall.web.heat import Canvas

_NOWHERE: Final = (np.nan,) * 4
_NO_NUMBER: Final = np.iinfo(np.int64).max


class Ground:
    """What clicks are placed on and counted in cells of."""

    def __init__(self, shot: Snapshot, canvas: Canvas, cell: int) -> None:
        """Give the canvas's keys the numbers that the snapshot knows them by."""
        self._canvas = canvas
        self._grid = heat.create(canvas.width, canvas.height, cell)
        self._state = None if canvas.state is None else shot.number(canvas.state)
        keys = sorted((shot.number(key), key) for key in canvas.boxes)
        self._numbers = np.array([*(number for number, _ in keys), _NO_NUMBER], np.int64)
        self._drifting = np.array([shot.number(plain) for plain in canvas.drifting], np.int64)
        rows = [(*canvas.boxes[key], *canvas.sights.get(key, _NOWHERE)) for _, key in keys]
        self._boxes = np.array([*rows, (*_NOWHERE, *_NOWHERE)], np.float32)
        self.name = (
            *(canvas.width, canvas.height, canvas.state, self._grid.cell),
            *(bool(canvas.boxes), bool(canvas.sights)),
        )
        """What decides where clicks go, besides `boxes_of` their keys and `drift_at`; good in any snapshot."""

    def boxes_of(self, numbers: NDArray[Any]) -> NDArray[np.float32]:
        """Return (n, 8) for the numbers of keys: the element's box, and what is seen of it; NaN where it is not."""
        at = np.searchsorted(self._numbers, numbers)
        known: NDArray[np.float32] = self._boxes[np.where(self._numbers[at] == numbers, at, -1)]
        return known

    def drift_at(self, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell of the numbers of plain keys whether they take the place of keys."""
        return np.isin(numbers, self._drifting)

    def count(self, drawn: dict[str, NDArray[Any]]) -> Tally:
        """Place and count clicks: the columns that `drawn_together` makes."""
        canvas = self._canvas
        numbers, ids = renumbered(self._known_by(drawn))
        boxes = self.boxes_of(numbers)
        clicks = Clicks(
            key_ids=ids,
            rx=drawn["place_x"],
            ry=drawn["place_y"],
            x=drawn["page_x"],
            y=drawn["page_y"],
            doc_width=drawn["document_width"],
            doc_height=drawn["document_height"],
            fixed=drawn["fixed"],
            in_layer=self._in_layer(drawn),
        )
        sights = boxes[:, 4:] if canvas.sights else None
        backdrop = Backdrop(canvas.width, canvas.height, boxes[:, :4], sights, bool(canvas.boxes))
        return tally(clicks, backdrop, self._grid, numbers, renumbered(drawn["text"]))

    def _in_layer(self, drawn: dict[str, NDArray[Any]]) -> NDArray[np.bool_] | None:
        """Tell which clicks are in the canvas's layer, by its keys or plain keys; None: it is of all clicks."""
        if self._state is None:
            return None
        found: NDArray[np.bool_] = drawn["state"] == self._state
        return found | (drawn["state_plain"] == self._state) if self._canvas.state else found

    def _known_by(self, drawn: dict[str, NDArray[Any]]) -> NDArray[Any]:
        """Return the number of the key that each click's element is known by."""
        if not len(self._drifting):
            return drawn["key"]
        return np.where(self.drift_at(drawn["plain"]), drawn["plain"], drawn["key"])
