"""Forms: who begins, who sends them, and what happens in each field. From lengths and times alone. Pure.

The facts name a field and its page view, not its form: the fields of one page view count as one form, as for moments.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class FieldVisits:
    """Visits to fields, columns of one length.

    view: of which page view, from 0; field: of which field, from 0; ended: ms; duration: ms of focus; first: ms from
    the focus to the first change, -1: none; edits: changes, -1: not told; before, after: characters, -1: not told;
    pasted: characters; autofilled, invalid: whether.
    """

    view: Array
    field: Array
    ended: Array
    duration: Array
    first: Array
    edits: Array
    before: Array
    after: Array
    pasted: Array
    autofilled: Array
    invalid: Array

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Tell in which something was changed; of a secret field only the first change tells."""
        found: NDArray[np.bool_] = (
            (self.edits > 0) | (self.first >= 0) | self.autofilled | (self.pasted > 0)
        )
        return found

    def take(self, rows: Array) -> "FieldVisits":
        """Return these rows as visits."""
        return FieldVisits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


@dataclass(frozen=True, eq=False)
class Submits:
    """Submits of page views. failed: whether a request, an error or a field said so soon after."""

    view: Array
    time: Array
    failed: Array


@dataclass(frozen=True)
class FieldReport:
    """One field. Times are medians in ms, None where nobody's is known; the others count visits or views."""

    field: int
    views: int  # page views that visited it
    starts: int  # page views that changed it
    hesitation: float | None  # from the focus to the first change, of a visit
    time: float | None  # of focus, of a page view
    returns: int  # visits after one that changed it
    corrections: int  # visits that left it shorter
    errors: int  # visits that left it invalid
    pastes: int
    autofills: int
    drops: int  # page views that began, sent nothing, and visited this field last
    place: float  # where it comes in the order of first visits, on average, from 0


@dataclass(frozen=True)
class FormReport:
    """The form of one page."""

    views: int  # page views in which a field was visited
    starts: int  # … in which something was changed
    completions: int  # … and then sent, and nothing failed
    failed: int  # submits that failed
    blank: int  # submits before anything was changed
    time: float | None  # from the first focus to the sending, the median, ms
    fields: tuple[FieldReport, ...]  # in the order in which they are filled in

    @property
    def completion_rate(self) -> float | None:
        """Return completions ÷ starts."""
        return self.completions / self.starts if self.starts else None


def form_report(visits: FieldVisits, submits: Submits) -> FormReport:
    """Return what came of a page's form; page views without a visit to a field are not known here."""
    views = np.unique(visits.view)
    count = int(max(visits.view.max(initial=-1), submits.view.max(initial=-1))) + 1
    focused = np.full(count, _NEVER)
    np.minimum.at(focused, visits.view, visits.ended - visits.duration)
    begun = np.full(count, _NEVER)
    changed = visits.changed
    began = visits.ended - visits.duration + np.maximum(visits.first, 0)
    np.minimum.at(begun, visits.view[changed], began[changed])
    after = submits.time >= begun[submits.view]
    good = after & ~submits.failed
    sent = np.full(count, _NEVER)
    np.minimum.at(sent, submits.view[good], submits.time[good])
    is_started, is_done = begun < _NEVER, sent < _NEVER
    done = np.flatnonzero(is_done)
    dropped = _last_fields(visits, is_started & ~is_done)
    return FormReport(
        views=len(views),
        starts=int(is_started.sum()),
        completions=len(done),
        failed=int((after & submits.failed).sum()),
        blank=int((~after).sum()),
        time=_median(sent[done] - focused[done]),
        fields=_field_reports(visits, dropped),
    )


def _last_fields(visits: FieldVisits, which: Array) -> Array:
    """Return the field that each of these page views visited last; of two that ended together the later given."""
    order = np.lexsort((np.arange(len(visits.view)), visits.ended, visits.view))
    last = order[np.flatnonzero(np.diff(visits.view[order], append=-1))]
    found: Array = visits.field[last[which[visits.view[last]]]]
    return found


def _field_reports(visits: FieldVisits, dropped: Array) -> tuple[FieldReport, ...]:
    places = _places(visits)
    reports = []
    for field in np.unique(visits.field).tolist():
        mine = visits.take(np.flatnonzero(visits.field == field))
        changed = mine.changed
        views, which = np.unique(mine.view, return_inverse=True)
        shorter = (mine.after >= 0) & (mine.after < mine.before)
        reports.append(
            FieldReport(
                field=field,
                views=len(views),
                starts=len(np.unique(mine.view[changed])),
                hesitation=_median(mine.first[mine.first >= 0]),
                time=_median(np.bincount(which, mine.duration)),
                returns=_returns(mine),
                corrections=int(shorter.sum()),
                errors=int(mine.invalid.sum()),
                pastes=int((mine.pasted > 0).sum()),
                autofills=int(mine.autofilled.sum()),
                drops=int((dropped == field).sum()),
                place=float(places[visits.field == field].mean()),
            )
        )
    return tuple(sorted(reports, key=lambda one: (one.place, one.field)))


def _returns(mine: FieldVisits) -> int:
    """Return how many visits of one field came after one in the same page view that changed it."""
    order = np.lexsort((np.arange(len(mine.view)), mine.ended, mine.view))
    view, changed = mine.view[order], mine.changed[order].astype(np.int64)
    begins = np.flatnonzero(np.diff(view, prepend=-1))
    before = np.cumsum(changed) - changed
    own = before - np.repeat(before[begins], np.diff(np.append(begins, len(view))))
    return int((own > 0).sum())


def _places(visits: FieldVisits) -> NDArray[np.int64]:
    """Return for each visit the place of its field in its page view, by the first visit to each."""
    order = np.lexsort((np.arange(len(visits.view)), visits.ended, visits.view))
    places = np.zeros(len(order), np.int64)
    known: dict[tuple[int, int], int] = {}
    count: dict[int, int] = {}
    for at, view, field in zip(
        order.tolist(), visits.view[order].tolist(), visits.field[order].tolist(), strict=True
    ):
        place = known.get((view, field))
        if place is None:
            place = known[view, field] = count.get(view, 0)
            count[view] = place + 1
        places[at] = place
    return places


def _median(values: Array) -> float | None:
    return float(np.median(values)) if len(values) else None
