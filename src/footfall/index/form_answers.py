"""What went wrong beside the sendings of forms, tab by tab."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.index.form_columns import SentColumns
from footfall.index.packs import Choice, Snapshot
from footfall.index.views import Array
from footfall.wire.facts import Failure, Invalid, Reaction, Request, Submit
from footfall.wire.schema import SESSION_MAX_MS, Click, Fact, PageView

_Place = tuple[int, int]
"""SessionRow.number, and the name of a tab."""
_SPAN_BITS: Final = 42
_REQUEST: Final = ("method", "url", "status", "cause")
_FAILURE: Final = ("name", "message", "url", "line")
"""What tells requests, and errors, from others."""


class Answers(NamedTuple):
    """What of a tab tells whether its sendings failed, as `analysis.moments.failing` takes it. Times: ms since 1970."""

    wrong: list[int]
    troubles: list[tuple[int, tuple[int, ...], int]]
    sendings: list[int]
    moves: list[tuple[int, int | None]]  # in order


class _Trouble(NamedTuple):
    session: Array
    tab: Array
    began: Array
    names: Array  # (n, parts)
    times: Array


def answers_of(
    shot: Snapshot, sent: Sequence[SentColumns], span: Choice, near: tuple[int, int]
) -> dict[_Place, Answers]:
    """Return of each (session, tab) with something wrong near one of these sendings what there was; no others.

    near: from so many ms before a sending to so many after it. span: of the sendings.
    """
    session = np.concatenate([np.empty(0, np.int64), *(one.session for one in sent)])
    tab = np.concatenate([np.empty(0, np.int64), *(one.tab for one in sent)])
    time = np.concatenate([np.empty(0, np.int64), *(one.time for one in sent)])
    if not len(time):
        return {}
    asked = Choice(
        since=None if span.since is None else span.since - SESSION_MAX_MS,
        until=None if span.until is None else span.until + SESSION_MAX_MS,
        sessions=np.unique(session),
    )
    troubles = [_requests(shot, asked), _failures(shot, asked)]
    wrong = shot.read(Invalid, ("session", "tab", "time"), asked)
    hit = _near(
        (session, tab, time),
        tuple(
            np.concatenate(some)
            for some in (
                [*(one.session for one in troubles), wrong["session"]],
                [*(one.tab for one in troubles), wrong["tab"]],
                [*(one.began for one in troubles), wrong["time"]],
            )
        ),
        near,
    )
    found = {
        place: Answers([], [], [], [])
        for place in zip(session[hit].tolist(), tab[hit].tolist(), strict=True)
    }
    if found:
        _fill(found, shot, replace(asked, sessions=np.unique(session[hit])), troubles, wrong)
    return found


def _fill(
    found: dict[_Place, Answers],
    shot: Snapshot,
    asked: Choice,
    troubles: Sequence[_Trouble],
    wrong: dict[str, Array],
) -> None:
    for place, time in _rows(found, wrong["session"], wrong["tab"], wrong["time"]):
        found[place].wrong.append(time)
    for number, some in enumerate(troubles):
        whole = zip(some.began.tolist(), some.names.tolist(), some.times.tolist(), strict=True)
        for place, (began, name, times) in _rows(found, some.session, some.tab, list(whole)):
            found[place].troubles.append((began, (number, *name), times))
    for kind in (Submit, Reaction):
        told = shot.read(kind, ("session", "tab", "time"), asked)
        for place, time in _rows(found, told["session"], told["tab"], told["time"]):
            found[place].sendings.append(time)
    for place, time, page in _moves(found, shot, asked):
        found[place].moves.append((time, page))


def _rows(
    found: Collection[_Place], session: Array, tab: Array, values: Array | list[Any]
) -> Iterator[tuple[_Place, Any]]:
    """Yield the values of the tabs that were found."""
    places = zip(session.tolist(), tab.tolist(), strict=True)
    for place, value in zip(
        places, values if isinstance(values, list) else values.tolist(), strict=True
    ):
        if place in found:
            yield place, value


def _moves(
    tabs: Collection[_Place], shot: Snapshot, asked: Choice
) -> list[tuple[_Place, int, int | None]]:
    """Return page views with their pages, and clicks, in order."""
    kinds: tuple[type[Fact], ...] = (PageView, Click)
    found = []
    for kind in kinds:
        names = ("time", "sequence", "ordinal", "page")
        told = shot.read(kind, ("session", "tab", *names), asked)
        whole = zip(*(told[name].tolist() for name in names), strict=True)
        for place, (*order, page) in _rows(tabs, told["session"], told["tab"], list(whole)):
            found.append((order, place, page if kind is PageView else None))
    found.sort(key=lambda one: one[0])
    return [(place, order[0], to) for order, place, to in found]


def _requests(shot: Snapshot, asked: Choice) -> _Trouble:
    told = shot.read(Request, ("session", "tab", "time", "duration", "times", *_REQUEST), asked)
    names = np.stack([told[name] for name in _REQUEST], 1)
    return _Trouble(
        told["session"], told["tab"], told["time"] - told["duration"], names, told["times"]
    )


def _failures(shot: Snapshot, asked: Choice) -> _Trouble:
    told = shot.read(Failure, ("session", "tab", "time", "ago", "times", "cause", *_FAILURE), asked)
    own = told["cause"] != shot.number("resource")
    told = {name: values[own] for name, values in told.items()}
    names = np.stack([told[name] for name in _FAILURE], 1)
    return _Trouble(told["session"], told["tab"], told["time"] - told["ago"], names, told["times"])


def _near(
    sent: tuple[Array, ...], wrong: tuple[Array, ...], near: tuple[int, int]
) -> NDArray[np.bool_]:
    """Tell of each sending whether something went wrong in its tab near it. Both: session, tab, time."""
    count = len(wrong[0])
    if not count:
        return np.zeros(len(sent[0]), np.bool_)
    places = np.stack([np.concatenate([wrong[at], sent[at]]) for at in (0, 1)])
    _, where = np.unique(places, axis=1, return_inverse=True)
    where = where.reshape(-1).astype(np.int64)
    zero = int(min(wrong[2].min(), sent[2].min())) - near[0]
    codes = np.sort((where[:count] << _SPAN_BITS) + (wrong[2] - zero))
    mine = (where[count:] << _SPAN_BITS) + (sent[2] - zero)
    low = np.searchsorted(codes, mine - near[0], "left")
    found: NDArray[np.bool_] = np.searchsorted(codes, mine + near[1], "right") > low
    return found
