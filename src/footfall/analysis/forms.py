"""Forms: who begins, who sends them, and what happens in each field. From lengths and times alone. Pure.

What belongs to one form, and what sends it, is as for the moments (docs/moments.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.form_fields import FieldReport, field_reports, field_rows
from footfall.analysis.form_visits import FieldVisits, Submits
from footfall.analysis.moments.groups import NO_FORM, UNTOLD, forms_of
from footfall.analysis.moments.rules import Forms

Array = NDArray[Any]


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


@dataclass(frozen=True, eq=False)
class Deeds:
    """What a figure counts, one for each: in which page view, and when, ms."""

    view: Array
    time: Array

    def __len__(self) -> int:
        """Return the figure."""
        return len(self.view)


@dataclass(frozen=True, eq=False)
class Attempts:
    """Page views that began a form: when, ms, and whether it was sent then."""

    view: Array
    begun: Array
    sent: NDArray[np.bool_]


def form_reports(
    visits: FieldVisits, submits: Submits, forms: Sequence[str], rules: Forms
) -> dict[str, FormReport]:
    """Return what came of each form of a page, by what Field.form calls it.

    visits, submits, forms: as `parted`.
    """
    found = {}
    for name, (mine, sent) in parted(visits, submits, forms, rules).items():
        found[name] = form_report(mine, sent, is_loose=name == NO_FORM)
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
        sends = submits.told | (
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


def form_report(visits: FieldVisits, submits: Submits, *, is_loose: bool = False) -> FormReport:
    """Return what came of a page's form; page views without a visit to a field are not known here.

    is_loose: whether it is what is in no form.
    """
    deeds = form_deeds(visits, submits, is_loose=is_loose)
    views, done = deeds["views"], deeds["completions"]
    focused = views.time[np.searchsorted(views.view, done.view)]
    return FormReport(
        views=len(views),
        starts=len(deeds["starts"]),
        completions=len(done),
        failed=len(deeds["failed"]),
        blank=len(deeds["blank"]),
        time=float(np.median(done.time - focused)) if len(done) else None,
        fields=field_reports(visits, field_rows(visits, *_told(visits, submits))),
    )


def form_deeds(
    visits: FieldVisits, submits: Submits, *, is_loose: bool = False
) -> dict[str, Deeds]:
    """Return what each figure of a form's report counts; of what page views did, the first in each, in their order."""
    after, dropped = _told(visits, submits)
    is_begun = _begun(visits, submits)
    changed = visits.changed
    # A button pressed before anything was changed may have been any.
    is_blank = ~is_begun & ~submits.told & (not is_loose)
    failed = is_begun & submits.failed
    return {
        "views": _firsts(visits.view, visits.focused),
        "starts": _firsts(visits.view[changed], visits.began[changed]),
        "completions": _firsts(after.view[~after.failed], after.time[~after.failed]),
        "drops": Deeds(visits.view[dropped], visits.focused[dropped]),
        "failed": Deeds(submits.view[failed], submits.time[failed]),
        "blank": Deeds(submits.view[is_blank], submits.time[is_blank]),
    }


def field_deeds(visits: FieldVisits, submits: Submits, field: int) -> dict[str, Deeds]:
    """Return what each figure of a field counts, by the names of FieldReport."""
    found = {}
    for name, rows in field_rows(visits, *_told(visits, submits)).items():
        mine = rows[visits.field[rows] == field]
        found[name] = Deeds(visits.view[mine], visits.focused[mine])
    return found


def attempts(visits: FieldVisits, submits: Submits) -> Attempts:
    """Return when the form was begun in each page view that began it, and where it was then sent."""
    deeds = form_deeds(visits, submits)
    starts = deeds["starts"]
    return Attempts(starts.view, starts.time, np.isin(starts.view, deeds["completions"].view))


def over_time(begun: Array, sent: NDArray[np.bool_], edges: Sequence[int]) -> list[tuple[int, int]]:
    """Return how many attempts were begun in each part of a time, and how many of these were sent.

    edges: ms, rising, one more than there are parts; a part has its beginning, not its end.
    """
    part = np.searchsorted(np.array(edges, np.int64), begun, side="right") - 1
    inside = (part >= 0) & (part < len(edges) - 1)
    starts, completions = (
        np.bincount(part[kept], minlength=len(edges) - 1) for kept in (inside, inside & sent)
    )
    return list(zip(starts.tolist(), completions.tolist(), strict=True))


def _told(visits: FieldVisits, submits: Submits) -> tuple[Submits, Array]:
    """Return the sendings of what was begun, and the last visit of each page view that began and sent nothing."""
    after = submits.take(np.flatnonzero(_begun(visits, submits)))
    is_dropped = np.zeros(int(visits.view.max(initial=-1)) + 1, np.bool_)
    is_dropped[visits.view[visits.changed]] = True
    is_dropped[after.view[~after.failed]] = False
    order = np.lexsort((np.arange(len(visits.view)), visits.ended, visits.view))
    last = order[np.flatnonzero(np.diff(visits.view[order], append=-1))]
    return after, last[is_dropped[visits.view[last]]]


def _begun(visits: FieldVisits, submits: Submits) -> NDArray[np.bool_]:
    """Tell which sendings came after something was changed in their page view."""
    most = int(max(visits.view.max(initial=-1), submits.view.max(initial=-1))) + 1
    begun = np.full(most, np.iinfo(np.int64).max)
    changed = visits.changed
    np.minimum.at(begun, visits.view[changed], visits.began[changed])
    found: NDArray[np.bool_] = submits.time >= begun[submits.view]
    return found


def _firsts(view: Array, time: Array) -> Deeds:
    order = np.lexsort((time, view))
    first = order[np.flatnonzero(np.diff(view[order], prepend=-1))]
    return Deeds(view[first], time[first])
