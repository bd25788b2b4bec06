"""What happens in each field of a form, and the visits that its figures count. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.form_visits import FieldVisits, Submits

Array = NDArray[Any]


@dataclass(frozen=True)
class FieldReport:
    """One field. Times are medians in ms, None where nobody's is known; the others count visits, views or sendings."""

    field: int
    views: int  # page views that visited it
    starts: int  # page views that changed it
    hesitation: float | None  # from the focus to the first change, of a visit
    time: float | None  # of focus, of a page view
    returns: int  # visits after one that put something into it, or found it there
    corrections: int  # visits that left it shorter
    errors: int  # visits that left it invalid
    blanks: int  # sendings of what was begun, at which nothing was in it
    pastes: int  # visits in which something was pasted
    autofills: int  # visits in which the browser filled it in
    drops: int  # page views that began, sent nothing, and visited this field last
    place: float  # where it comes in the order of first visits, on average, from 0


def field_rows(visits: FieldVisits, sent: Submits, dropped: Array) -> dict[str, Array]:
    """Return the visits that each figure counts, by its name in FieldReport; of page views the first such visit.

    sent: sendings of what was begun; dropped: the last visit of each page view that began and sent nothing.
    """
    order = np.lexsort((np.arange(len(visits.view)), visits.ended, visits.field, visits.view))
    changed = order[visits.changed[order]]
    shorter = (visits.after >= 0) & (visits.after < visits.before)
    return {
        "views": _first_of_each(visits, order),
        "starts": _first_of_each(visits, changed),
        "hesitation": np.flatnonzero(visits.first >= 0),
        "returns": _returns(visits, order),
        "corrections": np.flatnonzero(shorter),
        "errors": np.flatnonzero(visits.invalid),
        "blanks": _blanks(visits, order, sent.take(np.flatnonzero(~sent.told))),
        "pastes": np.flatnonzero(visits.pasted > 0),
        "autofills": np.flatnonzero(visits.autofilled),
        "drops": dropped,
    }


def field_reports(visits: FieldVisits, rows: Mapping[str, Array]) -> tuple[FieldReport, ...]:
    """Return what came of each field, in the order in which they are filled in. rows: as `field_rows`."""
    places = _places(visits)
    counts = {
        name: np.bincount(visits.field[some], minlength=int(visits.field.max(initial=-1)) + 1)
        for name, some in rows.items()
        if name != "hesitation"
    }
    reports = []
    for field in np.unique(visits.field).tolist():
        mine = np.flatnonzero(visits.field == field)
        first = visits.first[mine]
        _, which = np.unique(visits.view[mine], return_inverse=True)
        reports.append(
            FieldReport(
                field=field,
                hesitation=_median(first[first >= 0]),
                time=_median(np.bincount(which, visits.duration[mine])),
                place=float(places[mine].mean()),
                **{name: int(some[field]) for name, some in counts.items()},
            )
        )
    return tuple(sorted(reports, key=lambda one: (one.place, one.field)))


def _first_of_each(visits: FieldVisits, order: Array) -> Array:
    """Return the first of these visits of each page view to each field; order: by view, then field."""
    found: Array = order[_begins(visits, order)]
    return found


def _begins(visits: FieldVisits, order: Array) -> Array:
    """Return where in the order the visits of another field, or of another page view, begin."""
    is_new = np.diff(visits.view[order], prepend=-1) != 0
    is_new |= np.diff(visits.field[order], prepend=-1) != 0
    return np.flatnonzero(is_new)


def _returns(visits: FieldVisits, order: Array) -> Array:
    """Return the visits to a field into which something had been put by then, in the same page view.

    A visit that changed nothing and left it empty tells that there is nothing any more; one to a secret field that
    changed nothing tells neither.
    """
    holds = visits.changed[order] | (visits.after[order] > 0)
    is_told = holds | (visits.after[order] == 0)
    at = np.arange(len(order))
    firsts = _begins(visits, order)
    begins = np.zeros(len(order), np.int64)
    begins[firsts] = firsts
    begins = np.maximum.accumulate(begins)
    last = np.maximum.accumulate(np.where(is_told, at, -1))
    before = np.append(-1, last)[: len(order)]  # the last visit before each that tells
    found: Array = order[(before >= begins) & holds[before]]
    return found


def _blanks(visits: FieldVisits, order: Array, sent: Submits) -> Array:
    """Return of each sending, and each field that was empty then, the last visit that had ended.

    Not of one that was being visited, of which that is not known, nor of fields that nobody types into.
    """
    if not len(order) or not len(sent.view):
        return np.empty(0, np.int64)
    begins = _begins(visits, order)
    # Each page view's fields, one group of visits each, beside each of its sendings.
    group_view = visits.view[order[begins]]
    low, high = (np.searchsorted(group_view, sent.view, side=side) for side in ("left", "right"))
    each = high - low
    which = np.repeat(np.arange(len(each)), each)
    group = np.arange(len(which)) - np.repeat(np.cumsum(each) - each, each) + low[which]
    time, ended = sent.time[which], visits.ended[order]
    # Times within a group, groups one after the other: one search for all.
    start = int(min(ended.min(), sent.time.min()))
    span = int(max(ended.max(), sent.time.max())) - start + 1
    number = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(order))))
    next_at = np.searchsorted(number * span + ended - start, group * span + time - start, "right")
    last, end = next_at - 1, np.append(begins, len(order))[group + 1]
    comes = order[np.minimum(next_at, len(order) - 1)]
    is_open = (next_at < end) & (visits.focused[comes] <= time)
    visit = order[np.maximum(last, 0)]
    is_empty = (visits.after[visit] == 0) & visits.typed[visit]
    found: Array = visit[(last >= begins[group]) & ~is_open & is_empty]
    return found


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
