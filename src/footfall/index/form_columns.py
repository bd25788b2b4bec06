"""Visits to form fields and sendings of one page, as columns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.views import Array
from footfall.wire.facts import Field, Reaction, Submit

_PLACE = ("session", "tab", "view", "time", "sequence", "ordinal")
_VISIT = ("duration", "first", "edits", "before", "after", "pasted", "autofilled")


_NAMED = ("key", "form", "plain", "form_plain")
Known = Callable[[Snapshot, Array, Array, Array], Array]
"""From names of keys and of plain keys, and SessionRow.number, to the names by which elements are known."""
_SENT = ("session", "tab", "page", "time", "pressed", "searched")


@dataclass(frozen=True)
class Sends:
    """What sends: effects of buttons that send what is in no form; which forms, by key and URL, are searched with.

    known: what fields and forms are known by.
    """

    effects: Iterable[str]
    searches: Callable[[str, str], bool]
    known: Known


@dataclass(frozen=True, eq=False)
class SentColumns:
    """Submits, and buttons pressed that may send fields which are in no form, in order of time.

    session: SessionRow.number; tab, page: names; view: as in FormColumns; form: into forms, -1: of no visit; pressed:
    whether it is a button's; searched: whether it is of a form that one searches with.
    """

    session: Array
    tab: Array
    page: Array
    view: Array
    time: Array
    form: Array
    pressed: NDArray[np.bool_]
    searched: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class FormColumns:
    """Visits to fields in order of time, as `analysis.forms.FieldVisits`, and sendings."""

    keys: list[str]  # by which fields are known
    forms: list[str]  # as Field.form has them, or where ids drift their plain keys
    kinds: list[str]  # of each visit: as in Input.field
    told: list[str]  # of each visit: its field's key
    visits: dict[str, Array]  # field: into keys; form: into forms; view: from 0; ended ... invalid
    sent: SentColumns
    sessions: Array  # SessionRow.number of each view
    tabs: Array  # and its tab, a name


def form_columns(
    shot: Snapshot, chosen: Choice, asked: Sends, sessions: Array | None = None
) -> FormColumns:
    """Return a page's visits and sendings.

    sessions: SessionRow.number of those that count; None: all. Sendings of page views without a visit are left out.
    """
    chosen = replace(chosen, sessions=sessions)
    told = _ordered(shot.read(Field, (*_PLACE, *_VISIT, *_NAMED, "field", "invalid"), chosen))
    places = _places(told)
    known, known_form = (
        asked.known(shot, told[key], _first_of(places, told[key], told[plain]), told["session"])
        for key, plain in (("key", "plain"), ("form", "form_plain"))
    )
    views, view = np.unique(places, axis=1, return_inverse=True)
    numbers, field = np.unique(known, return_inverse=True)
    forms, form = np.unique(known_form, return_inverse=True)
    visits = {name: told[name] for name in _VISIT} | {
        "view": view.reshape(-1),
        "field": field.reshape(-1),
        "form": form.reshape(-1),
        "ended": told["time"],
        "invalid": told["invalid"] != shot.number(""),
    }
    sent = _sent(shot, chosen, asked, is_loose=shot.number("") in forms)
    row = _rows(views, _places(sent))
    sent = {name: values[row >= 0] for name, values in sent.items()}
    if known_form is not told["form"]:
        sent["key"] = _known_forms(told, known_form, sent)
    return FormColumns(
        keys=shot.texts(numbers),
        forms=shot.texts(forms),
        kinds=shot.texts(told["field"]),
        told=shot.texts(told["key"]),
        visits=visits,
        sessions=views[0],
        tabs=views[1],
        sent=SentColumns(
            **{name: sent[name] for name in _SENT},
            view=row[row >= 0],
            form=_rows(forms[None], sent["key"][None]),
        ),
    )


def _first_of(places: Array, key: Array, plain: Array) -> Array:
    """Return the plain keys that were told first, in order, in each page view: what is around may change meanwhile."""
    if not len(plain) or (plain == plain[0]).all():
        return plain  # most pages have none
    _, first, which = np.unique(
        np.stack([*places, key]), axis=1, return_index=True, return_inverse=True
    )
    found: Array = plain[first][which.reshape(-1)]
    return found


def _known_forms(told: dict[str, Array], known: Array, sent: dict[str, Array]) -> Array:
    """Return by what the forms of sendings are known: as the visits of their page view are, else by key."""
    inside = np.stack([*_places(told), told["form"]])
    forms, first = np.unique(inside, axis=1, return_index=True)
    at = _rows(forms, np.stack([*_places(sent), sent["key"]]))
    found: Array = np.where(at >= 0, known[first][at], sent["key"]) if len(first) else sent["key"]
    return found


def _sent(shot: Snapshot, chosen: Choice, asked: Sends, *, is_loose: bool) -> dict[str, Array]:
    names = (*_PLACE, "page", "key")
    sent = shot.read(Submit, (*names, "url"), chosen)
    sent["searched"] = _searched(shot, sent["key"], sent.pop("url"), asked)
    sent["pressed"] = np.zeros(len(sent["time"]), np.bool_)
    if not is_loose:
        return _ordered(sent)
    told = shot.read(Reaction, (*names, "target", "effect"), chosen)
    effects = [shot.number(effect) for effect in asked.effects]
    is_press = (told["target"] == shot.number("button")) & np.isin(told["effect"], effects)
    pressed = {name: told[name][is_press] for name in names}
    pressed["searched"] = np.zeros(int(is_press.sum()), np.bool_)
    pressed["pressed"] = np.ones(int(is_press.sum()), np.bool_)
    return _ordered({name: np.concatenate([sent[name], pressed[name]]) for name in sent})


def _searched(shot: Snapshot, key: Array, url: Array, asked: Sends) -> NDArray[np.bool_]:
    """Tell of each submit whether its form is one that is searched with; each form is asked about once."""
    pairs, which = np.unique(np.stack([key, url]), axis=1, return_inverse=True)
    texts = zip(*(shot.texts(row.tolist()) for row in pairs), strict=True)
    judged = np.array([asked.searches(*pair) for pair in texts], np.bool_)
    found: NDArray[np.bool_] = judged[which.reshape(-1)]
    return found


def _ordered(told: dict[str, Array]) -> dict[str, Array]:
    order = np.lexsort((told["ordinal"], told["sequence"], told["tab"], told["time"]))
    return {name: values[order] for name, values in told.items()}


def _places(told: dict[str, Array]) -> Array:
    return np.stack([told["session"], told["tab"], told["view"]])


def _rows(known: Array, asked: Array) -> NDArray[np.int64]:
    """Return which column of `known`, none of which is there twice, each of `asked` is, -1 where it is none."""
    places = {tuple(one): at for at, one in enumerate(known.T.tolist())}
    return np.array([places.get(tuple(one), -1) for one in asked.T.tolist()], np.int64)
