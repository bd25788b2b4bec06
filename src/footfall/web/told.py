"""What the site's own server told of a session, for the replay's page. Blocking."""

from dataclasses import dataclass

import numpy as np

from footfall.index import Index, SessionRow
from footfall.index.packs import Choice
from footfall.wire.facts import Event
from footfall.wire.schema import SERVER_TAB, SESSION_IDLE_MS, SESSION_MAX_MS


@dataclass(frozen=True)
class ToldEvent:
    """An event of the site's server."""

    time: int  # ms since 1970
    name: str
    properties: str  # a JSON object
    at: int | None  # ms from the session's beginning; None: when the visit was over


def told_events(index: Index, project: str, row: SessionRow) -> tuple[ToldEvent, ...]:
    """Return a session's, in their order. Raises StorageError."""
    if not any(one.tab.startswith(SERVER_TAB) for one in index.chunks(project, row.session)):
        return ()
    chosen = Choice(
        since=row.started - SESSION_IDLE_MS,
        until=row.ended + SESSION_MAX_MS,
        sessions=np.array([row.number], np.int64),
    )
    with index.facts(project) as shot:
        read = shot.read(Event, ["time", "tab", "name", "properties"], chosen)
        texts = {name: shot.texts(read[name].tolist()) for name in ("tab", "name", "properties")}
    rows = zip(read["time"].tolist(), texts["tab"], texts["name"], texts["properties"], strict=True)
    return tuple(
        ToldEvent(
            time, name, told, time - row.started if row.started <= time <= row.ended else None
        )
        for time, tab, name, told in sorted(rows)
        if tab.startswith(SERVER_TAB)
    )
