"""A session in progress, told to whoever watches it: server-sent events, as the index follows the log.

Each event holds what the manifest has got since the one before. A stream ends with the session, with the viewer, at
the server's stop, and after a while in any case: the browser then asks again, and whether it may is looked at anew.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from footfall.errors import NotFoundError
from footfall.index import ChunkRow
from footfall.index.manifest import tabs_of, view_of
from footfall.web.common import now_ms, project_of, session_of
from footfall.web.errors import refusal
from footfall.web.keys import INDEX, INDEXER, PHASE, WATCHING

OVER_MS: Final = 30 * 60_000
"""After so long without activity a session is over (TERMS.md)."""
MAX_STREAMS: Final = 100
"""Of one server."""
_LOOK_S: Final = 0.25
_HOLD_S: Final = 1.5
"""Chunks are sent side by side: so long the one before is waited for, then it counts as missing."""
_BEAT_S: Final = 10.0
"""How often something is sent in any case: only then it is known whether the viewer is still there."""
_STREAM_S: Final = 600.0


async def live(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/sessions/{session}/live: events `grown` (JSON as the manifest's) and `over`."""
    watching = request.app[WATCHING]
    if len(watching) >= MAX_STREAMS:
        text = "Too many sessions are being watched live. Try again later."
        return refusal(request, 503, "busy", text)
    place = object()
    watching.add(place)
    try:
        project = (await asyncio.to_thread(project_of, request)).id
        telling = Telling(request, project)
        await asyncio.to_thread(session_of, request, project)
        return await _stream(request, telling)
    finally:
        watching.discard(place)


async def stop_watching(app: web.Application) -> None:
    """End the streams: the server stops (an `on_shutdown` signal)."""
    app[PHASE].draining = True


@dataclass
class Order:
    """What has been told of each tab, and since when a chunk waits for the one before it. Times in seconds."""

    told: dict[str, int] = field(default_factory=dict)  # the last sequence, by tab
    waiting: dict[str, float] = field(default_factory=dict)  # since when, by tab

    def take(self, rows: Sequence[ChunkRow], now: float) -> list[ChunkRow]:
        """Return the rows to tell now, in their order; what comes after its successors is not told any more."""
        tabs: dict[str, list[ChunkRow]] = {}
        for row in rows:
            if row.sequence > self.told.get(row.tab, -1):
                tabs.setdefault(row.tab, []).append(row)
        return [row for tab, new in tabs.items() for row in self._of_tab(tab, new, now)]

    def _of_tab(self, tab: str, new: Sequence[ChunkRow], now: float) -> list[ChunkRow]:
        taken: list[ChunkRow] = []
        for row in new:
            is_next = row.sequence == self.told.get(tab, -1) + 1
            held = not is_next and tab in self.told
            if held and now - self.waiting.setdefault(tab, now) < _HOLD_S:
                return taken
            self.waiting.pop(tab, None)
            self.told[tab] = row.sequence
            taken.append(row)
        return taken


class Telling:
    """What one viewer is told. `look` blocks."""

    def __init__(self, request: web.Request, project: str) -> None:
        self._request = request
        self._project = project
        self._order = Order()

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to tell, a little later."""
        return bool(self._order.waiting)

    def look(self, now: float) -> Mapping[str, Any] | None:
        """Return what is new, {} for nothing, None when the session is over or gone. `now` in seconds."""
        index = self._request.app[INDEX]
        try:
            row = session_of(self._request, self._project)
        except NotFoundError:
            return None  # erased meanwhile
        chunks = index.chunks(self._project, row.session)
        new = self._order.take(chunks, now)
        ended = max([row.ended, *(chunk.end for chunk in chunks)])
        if not new:
            return None if now_ms() - ended > OVER_MS else {}
        named = {(chunk.tab, chunk.sequence) for chunk in new}
        gaps = [
            gap for gap in index.gaps(self._project, row.session) if (gap.tab, gap.before) in named
        ]
        return {
            "ended": ended,
            "clock_offset": row.clock_offset,
            "tabs": tabs_of(new, gaps),
            "page_views": [view_of(view) for view in index.page_views(self._project, row.session)],
        }


async def _stream(request: web.Request, telling: Telling) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_type = "text/event-stream"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep them together
    await response.prepare(request)
    try:
        await _tell(request, telling, response)
        await response.write_eof()
    except ConnectionError:
        pass  # the viewer has gone
    return response


async def _tell(request: web.Request, telling: Telling, response: web.StreamResponse) -> None:
    phase, indexer = request.app[PHASE], request.app[INDEXER]
    clock = asyncio.get_running_loop().time
    end, beat, seen = clock() + _STREAM_S, 0.0, None
    while not phase.draining and clock() < end:
        now, position = clock(), indexer.position
        if position != seen or telling.is_waiting or now >= beat:
            seen = position
            news = await asyncio.to_thread(telling.look, now)
            if news is None:
                await response.write(_event("over", {}))
                return
            if news:
                await response.write(_event("grown", news))
            elif now >= beat:
                await response.write(b":\n\n")
            if news or now >= beat:
                beat = now + _BEAT_S
        await asyncio.sleep(_LOOK_S)


def _event(name: str, value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n".encode()
