"""Visits to form fields, and sendings, as columns. Pure."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class FieldVisits:
    """Visits to fields, columns of one length.

    view: of which page view, from 0; field: of which field, from 0; form: of which form, from 0; ended: ms; duration:
    ms of focus; first: ms from the focus to the first change, -1: none; edits: changes, -1: not told; before, after:
    characters, -1: not told; pasted: characters; autofilled, invalid: whether; typed: whether the field is of a kind
    that one types into; searched: whether one searches with it.
    """

    view: Array
    field: Array
    form: Array
    ended: Array
    duration: Array
    first: Array
    edits: Array
    before: Array
    after: Array
    pasted: Array
    autofilled: Array
    invalid: Array
    typed: Array
    searched: Array

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Tell in which something was changed; of a secret field only the first change tells."""
        found: NDArray[np.bool_] = (
            (self.edits > 0) | (self.first >= 0) | self.autofilled | (self.pasted > 0)
        )
        return found

    @property
    def focused(self) -> Array:
        """When each began, ms."""
        found: Array = self.ended - self.duration
        return found

    @property
    def began(self) -> Array:
        """When something was first changed in each, ms, where something was."""
        found: Array = self.focused + np.maximum(self.first, 0)
        return found

    def take(self, rows: Array) -> "FieldVisits":
        """Return these rows as visits."""
        return FieldVisits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


@dataclass(frozen=True, eq=False)
class Submits:
    """Sendings of page views. failed: whether a request, an error or a field said so soon after.

    form: of which form, as in FieldVisits, -1: of none that was visited; pressed: whether it is no submit but a button
    pressed, which is what sends fields that are in no form; searched: whether it is of a form that one searches with;
    told: whether it is no sending but an event that completes every form of its page view.
    """

    view: Array
    time: Array
    failed: Array
    form: Array
    pressed: Array
    searched: Array
    told: Array

    def take(self, rows: Array) -> "Submits":
        """Return these rows as sendings."""
        return Submits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})
