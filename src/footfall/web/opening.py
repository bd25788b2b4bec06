"""Where the replay of a session begins: what the index and the facts tell, brought before `analysis.telling`."""

import numpy as np
from aiohttp import web

from footfall.analysis.telling import Opening, Sign, most_telling
from footfall.index import MomentRow, SessionRow
from footfall.index.packs import Choice, Snapshot
from footfall.web.keys import INDEX
from footfall.wire.facts import Failure
from footfall.wire.schema import Click

_RUN_MS = 1_000
"""TERMS, rage click: each click at most so long after the one before."""
_MAX_LABEL = 60
Clicks = list[tuple[int, str, str]]
"""(ms since 1970, element key, label), in the order of time"""


def opening_of(request: web.Request, project: str, row: SessionRow) -> Opening | None:
    """Return where to open a session; None: at its start. Blocking. Raises StorageError."""
    index = request.app[INDEX]
    moments = index.moments(project, row.session)
    chosen = Choice(since=row.started, sessions=np.array([row.number], np.int64))
    with index.facts(project) as shot:
        signs = _failures(shot, chosen, row)
        clicks = _clicks(shot, chosen) if moments else []
    signs += [_sign(one, clicks, row.started) for one in moments]
    return most_telling(signs)


def _failures(shot: Snapshot, chosen: Choice, row: SessionRow) -> list[Sign]:
    told = shot.read(Failure, ["time", "ago", "cause", "name"], chosen)
    causes, names = shot.texts(told["cause"]), shot.texts(told["name"])
    times = (told["time"] - told["ago"]).tolist()
    return [
        Sign("failure", max(0, time - row.started), name[:_MAX_LABEL])
        for time, cause, name in zip(times, causes, names, strict=True)
        if cause != "resource"  # a picture that does not load is no error of the page's
    ]


def _clicks(shot: Snapshot, chosen: Choice) -> Clicks:
    told = shot.read(Click, ["time", "sequence", "ordinal", "key", "text"], chosen)
    order = np.lexsort((told["ordinal"], told["sequence"], told["time"]))
    keys, texts = shot.texts(told["key"][order]), shot.texts(told["text"][order])
    return list(zip(told["time"][order].tolist(), keys, texts, strict=True))


def _sign(moment: MomentRow, clicks: Clicks, started: int) -> Sign:
    labels = [text for _, key, text in clicks if key == moment.element and text]
    count, last = 0, moment.time
    for time, _, _ in clicks:
        if moment.time <= time <= last + _RUN_MS:
            count, last = count + 1, time
    label = labels[0][:_MAX_LABEL] if labels else ""
    return Sign(moment.kind, max(0, moment.time - started), label, count)
