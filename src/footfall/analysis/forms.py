"""Forms: who begins, who sends them, and what happens in each field. From lengths and times alone. Pure.

What belongs to one form, and what sends it, is as for the moments (docs/moments.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import distinct, how_many
from footfall.analysis.moments.groups import NO_FORM, UNTOLD, forms_of
from footfall.analysis.moments.rules import Forms

Array = NDArray[Any]
_NEVER = np.iinfo(np.int64).max


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

    def take(self, rows: Array) -> "FieldVisits":
        """Return these rows as visits."""
        return FieldVisits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


@dataclass(frozen=True, eq=False)
class Submits:
    """Sendings of page views. failed: whether a request, an error or a field said so soon after.

    form: of which form, as in FieldVisits, -1: of none that was visited; pressed: whether it is no submit but a button
    pressed, which is what sends fields that are in no form; searched: whether it is of a form that one searches with.
    """

    view: Array
    time: Array
    failed: Array
    form: Array
    pressed: Array
    searched: Array

    def take(self, rows: Array) -> "Submits":
        """Return these rows as sendings."""
        return Submits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


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
    """One form of a page."""

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

    @property
    def drops(self) -> int:
        """Return the page views that began and did not send it."""
        return self.starts - self.completions


def form_reports(
    visits: FieldVisits, submits: Submits, forms: Sequence[str], rules: Forms
) -> dict[str, FormReport]:
    """Return what came of each form of a page, by what Field.form calls it.

    visits, submits, forms: as `parted`.
    """
    found = {}
    for name, (mine, sent) in parted(visits, submits, forms, rules).items():
        report = form_report(mine, sent)
        # A button pressed before anything was changed may have been any.
        found[name] = replace(report, blank=0) if name == NO_FORM else report
    return found


def parted(
    visits: FieldVisits, submits: Submits, forms: Sequence[str], rules: Forms
) -> dict[str, tuple[FieldVisits, Submits]]:
    """Return the visits and the sendings of each form of a page, by what Field.form calls it.

    visits: in order of time. forms: what the visits' forms are called. A search is no form, nor are fields in none of
    which fewer than `Forms.formless` were typed into in their page view.
    """
    names = [*forms, UNTOLD]
    visits = replace(visits, form=_settled(visits, names))
    loose = names.index(NO_FORM) if NO_FORM in names else -1
    visits = visits.take(np.flatnonzero(~_is_nothing(visits, loose, rules)))
    pairs = visits.view * len(names) + visits.form
    visits = visits.take(np.flatnonzero(~visits.searched))
    is_known = submits.searched | (submits.form >= 0) & np.isin(
        submits.view * len(names) + submits.form, pairs
    )
    found = {}
    for form in np.unique(visits.form).tolist():
        mine = visits.take(np.flatnonzero(visits.form == form))
        # A submit is of every form of its page view but where it is known to be another's.
        sends = (
            submits.pressed
            if form == loose
            else ~submits.pressed & ((submits.form == form) | ~is_known)
        )
        sent = submits.take(np.flatnonzero(sends & np.isin(submits.view, mine.view)))
        found[names[form]] = mine, sent
    return found


def _settled(visits: FieldVisits, names: Sequence[str]) -> Array:
    """Return of which form each visit is, where a page view tells of a field differently, or not at all."""
    codes = {name: code for code, name in reversed(list(enumerate(names)))}
    untold = codes[UNTOLD]
    found: Array = visits.form.copy()
    is_unclear = np.zeros(int(visits.view.max(initial=-1)) + 1, np.bool_)
    is_unclear[visits.view[found == untold]] = True
    is_told = np.zeros_like(is_unclear)
    is_told[visits.view[found != untold]] = True
    is_unclear &= is_told
    triples = np.unique(np.stack([visits.view, visits.field, found]), axis=1)
    same = (np.diff(triples[0]) == 0) & (np.diff(triples[1]) == 0)
    is_unclear[triples[0, 1:][same]] = True
    unclear = np.flatnonzero(is_unclear[visits.view])
    order = unclear[np.argsort(visits.view[unclear], kind="stable")]
    for rows in np.split(order, np.flatnonzero(np.diff(visits.view[order])) + 1):
        inside = visits.field[rows].tolist()
        told, other = forms_of(
            zip(inside, (names[form] for form in found[rows].tolist()), strict=True)
        )
        found[rows] = [codes[told.get(field, other)] for field in inside]
    return found


def _is_nothing(visits: FieldVisits, loose: int, rules: Forms) -> NDArray[np.bool_]:
    """Tell which visits are to fields in no form that are not like one, as a filter or a number of pieces is."""
    mine = visits.form == loose
    typed = mine & visits.typed & visits.changed & ~visits.searched
    fields_typed = np.unique(np.stack([visits.view[typed], visits.field[typed]]), axis=1)[0]
    count = np.bincount(fields_typed, minlength=int(visits.view.max(initial=-1)) + 1)
    found: NDArray[np.bool_] = mine & (count[visits.view] < rules.formless)
    return found


def form_report(visits: FieldVisits, submits: Submits) -> FormReport:
    """Return what came of a page's form; page views without a visit to a field are not known here."""
    who = form_views(visits, submits)
    focused = np.full(_count(visits, submits), _NEVER)
    np.minimum.at(focused, visits.view, visits.ended - visits.duration)
    sent = np.full(len(focused), _NEVER)
    good = _after(visits, submits) & ~submits.failed
    np.minimum.at(sent, submits.view[good], submits.time[good])
    done = who["completions"]
    is_dropped = np.zeros(len(focused), np.bool_)
    is_dropped[who["drops"]] = True
    return FormReport(
        views=len(who["views"]),
        starts=len(who["starts"]),
        completions=len(done),
        failed=len(who["failed"]),
        blank=len(who["blank"]),
        time=_median(sent[done] - focused[done]),
        fields=_field_reports(visits, _last_fields(visits, is_dropped)),
    )


def form_views(visits: FieldVisits, submits: Submits) -> dict[str, Array]:
    """Return the page views behind each figure of a form's report; of sendings, one for each."""
    starts = distinct(visits.view[visits.changed])
    after = _after(visits, submits)
    done = distinct(submits.view[after & ~submits.failed])
    return {
        "views": distinct(visits.view),
        "starts": starts,
        "completions": done,
        "drops": np.setdiff1d(starts, done),
        "failed": submits.view[after & submits.failed],
        "blank": submits.view[~after],
    }


def _count(visits: FieldVisits, submits: Submits) -> int:
    return int(max(visits.view.max(initial=-1), submits.view.max(initial=-1))) + 1


def _after(visits: FieldVisits, submits: Submits) -> NDArray[np.bool_]:
    """Tell which sendings came after something was changed in their page view."""
    begun = np.full(_count(visits, submits), _NEVER)
    changed = visits.changed
    began = visits.ended - visits.duration + np.maximum(visits.first, 0)
    np.minimum.at(begun, visits.view[changed], began[changed])
    found: NDArray[np.bool_] = submits.time >= begun[submits.view]
    return found


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
                starts=how_many(mine.view[changed]),
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
