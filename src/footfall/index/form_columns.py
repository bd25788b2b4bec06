"""Visits to form fields and submits of one page, as columns."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.views import Array
from footfall.wire.facts import Failure, Field, Invalid, Request, Submit

_SLACK_MS: Final = 2
"""What a submit sets off may be told with a time just before it."""
_SPAN_BITS: Final = 42


@dataclass(frozen=True, eq=False)
class FormColumns:
    """Visits to fields (as `analysis.forms.FieldVisits`, field into keys) and submits. kind: as in Input.field."""

    keys: list[str]
    kinds: list[str]  # of each visit
    session: Array  # SessionRow.number of each visit
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
    submit_view: Array
    submit_time: Array
    submit_failed: NDArray[np.bool_]

    def visit_columns(self) -> dict[str, Array]:
        """Return what is told of visits, by name."""
        left = ("keys", "kinds", "session", "submit_view", "submit_time", "submit_failed")
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in left}


def form_columns(
    shot: Snapshot, chosen: Choice, failed_ms: int, sessions: Array | None = None
) -> FormColumns:
    """Return a page's visits and submits; failed_ms: how soon after a submit a failure undoes it.

    sessions: SessionRow.number of those that count; None: all. Submits of page views without a visit are left out.
    """
    names = (
        "session", "tab", "view", "time", "key", "field", "duration", "first", "edits", "before", "after",
        "pasted", "autofilled", "invalid",
    )  # fmt: skip
    told = _of(shot.read(Field, names, chosen), sessions)
    sent = _of(shot.read(Submit, ("session", "tab", "view", "time"), chosen), sessions)
    place = np.stack([told["session"], told["tab"], told["view"]])
    views, view = np.unique(place, axis=1, return_inverse=True)
    numbers, field = np.unique(told["key"], return_inverse=True)
    row = _rows(views, np.stack([sent["session"], sent["tab"], sent["view"]]))
    sent = {name: values[row >= 0] for name, values in sent.items()}
    return FormColumns(
        keys=shot.texts(numbers),
        kinds=shot.texts(told["field"]),
        session=told["session"],
        view=view.reshape(-1),
        field=field.reshape(-1),
        ended=told["time"],
        **{name: told[name] for name in ("duration", "first", "edits", "before", "after", "pasted", "autofilled")},
        invalid=told["invalid"] != shot.number(""),
        submit_view=row[row >= 0],
        submit_time=sent["time"],
        submit_failed=_failed(shot, chosen, sent, failed_ms),
    )  # fmt: skip


def _of(told: dict[str, Array], sessions: Array | None) -> dict[str, Array]:
    if sessions is None:
        return told
    keep = np.isin(told["session"], sessions)
    return {name: values[keep] for name, values in told.items()}


def _rows(views: Array, asked: Array) -> NDArray[np.int64]:
    """Return the column of `views` (session, tab, view; sorted) that each of `asked` is, -1 where it is none."""
    known = {tuple(one): at for at, one in enumerate(views.T.tolist())}
    return np.array([known.get(tuple(one), -1) for one in asked.T.tolist()], np.int64)


def _failed(
    shot: Snapshot, chosen: Choice, sent: dict[str, Array], failed_ms: int
) -> NDArray[np.bool_]:
    """Tell of each submit whether a request that it began, an error or a field's constraint failed in its tab."""
    span = Choice(since=chosen.since, until=chosen.until)
    request = shot.read(Request, ("session", "tab", "time", "duration"), span)
    failure = shot.read(Failure, ("session", "tab", "time", "ago", "cause"), span)
    own = failure["cause"] != shot.number("resource")
    invalid = shot.read(Invalid, ("session", "tab", "time"), span)
    session = np.concatenate([request["session"], failure["session"][own], invalid["session"]])
    tab = np.concatenate([request["tab"], failure["tab"][own], invalid["tab"]])
    began = np.concatenate([
        request["time"] - request["duration"],
        (failure["time"] - failure["ago"])[own],
        invalid["time"],
    ])  # fmt: skip
    if not len(began) or not len(sent["time"]):
        return np.zeros(len(sent["time"]), np.bool_)
    places = np.stack(
        [np.concatenate([session, sent["session"]]), np.concatenate([tab, sent["tab"]])]
    )
    _, where = np.unique(places, axis=1, return_inverse=True)
    where = where.reshape(-1).astype(np.int64)
    zero = int(min(began.min(), sent["time"].min())) - _SLACK_MS
    codes = np.sort((where[: len(began)] << _SPAN_BITS) + (began - zero))
    mine = (where[len(began) :] << _SPAN_BITS) + (sent["time"] - zero)
    low = np.searchsorted(codes, mine - _SLACK_MS, "left")
    high = np.searchsorted(codes, mine + failed_ms, "right")
    found: NDArray[np.bool_] = high > low
    return found
