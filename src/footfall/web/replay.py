"""One session: the replay page, and what the player asks the API for."""

import asyncio
import logging
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from footfall.analysis.telling import Opening
from footfall.erasure import expires, last_received
from footfall.errors import CorruptError, StorageError
from footfall.index import ChunkRow, SessionRow
from footfall.index.manifest import manifest_of
from footfall.log import Log
from footfall.web.answers import json_answer
from footfall.web.books import books_of
from footfall.web.choice import whole_number
from footfall.web.common import now_ms, page_answer, project_of, session_of, shell
from footfall.web.keys import CONFIG, INDEX, LOG
from footfall.web.moments import found_in
from footfall.web.opening import opening_of
from footfall.web.render import Shell
from footfall.web.session_choice import SessionChoice, read_session_choice
from footfall.web.session_filter import GoalError, filter_of
from footfall.web.told import ToldEvent, told_events

_LOG: Final = logging.getLogger("footfall.web")
_BATCH: Final = 16
"""Chunks read at a time: at most 1 MB of them waits for a slow reader."""
_MAX_SEQUENCE: Final = 2**31 - 1
IN_PROGRESS_MS: Final = 2 * 60_000
"""A session is called live for so long after its last activity: who reads sends nothing."""


@dataclass(frozen=True)
class ReplayPage:
    """The context of replay.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    row: SessionRow
    expires: int | None  # when it is erased unless it has a star, ms since 1970; None: never
    before: str  # id of the session before in the list that one comes from, "" when there is none
    after: str  # and of the one after
    query: str  # of that list
    opening: Opening | None  # where it begins; None: at the start
    told: tuple[ToldEvent, ...]  # by the site's own server


def is_live(row: SessionRow) -> bool:
    """Tell whether a session is going on, as far as is known."""
    return now_ms() - row.ended < IN_PROGRESS_MS


async def replay_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/sessions/{session}."""

    def build() -> ReplayPage:
        project = project_of(request)
        row = session_of(request, project.id)
        asked = read_session_choice(request.query)
        before, after = _neighbours(request, project.id, row, asked)
        return ReplayPage(
            shell=shell(request, f"Replay · {project.name}", "sessions", project),
            base=f"/p/{project.id}",
            row=row,
            expires=expires(
                project,
                request.app[CONFIG].retention_days,
                last_received(request.app[INDEX], project.id, row.session),
            ),
            before=before,
            after=after,
            query=asked.query(offset=0),
            opening=opening_of(request, project.id, row),
            told=told_events(request.app[INDEX], project.id, row),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "replay.html", page)


async def manifest(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/sessions/{session}: all that is known of a session but its chunks."""

    def build() -> dict[str, Any]:
        project = project_of(request)
        row = session_of(request, project.id)
        return {
            **manifest_of(request.app[INDEX], project.id, row),
            **found_in(request, project.id, row.session),
            "live": is_live(row),
        }

    return json_answer(await asyncio.to_thread(build))


async def chunks(request: web.Request) -> web.StreamResponse:
    """GET …/chunks?tab=&from=&to=: chunks as they were sent, each after its length (u32 little-endian).

    A stored chunk that is damaged is left out, as if it had never arrived: the player shows a gap.
    """

    def find() -> tuple[str, str]:
        project = project_of(request)
        return project.id, session_of(request, project.id).session

    return await send_chunks(request, *await asyncio.to_thread(find))


async def send_chunks(
    request: web.Request,
    project: str,
    session: str,
    change: Callable[[bytes], bytes] = lambda chunk: chunk,
) -> web.StreamResponse:
    """Answer with the chunks of a session that the query names, as `chunks` tells, each through `change`."""
    tab = request.query.get("tab", "")
    first = whole_number(request.query.get("from", ""), 0, _MAX_SEQUENCE, 0)
    last = whole_number(request.query.get("to", ""), 0, _MAX_SEQUENCE, _MAX_SEQUENCE)

    def find() -> list[ChunkRow]:
        return [
            row
            for row in request.app[INDEX].chunks(project, session)
            if row.tab == tab and first <= row.sequence <= last
        ]

    rows = await asyncio.to_thread(find)
    response = web.StreamResponse()
    response.content_type = "application/octet-stream"
    await response.prepare(request)
    log = request.app[LOG]
    try:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            await response.write(await asyncio.to_thread(_framed, log, batch, change))
        await response.write_eof()
    except ConnectionResetError:
        _LOG.debug("a viewer left before the chunks were through")
    except StorageError as error:
        # The status is long sent: only a torn connection can still say that this is not all.
        _LOG.error("a replay was broken off: %s", error)
        if request.transport is not None:
            request.transport.abort()
    return response


def _framed(log: Log, rows: Sequence[ChunkRow], change: Callable[[bytes], bytes]) -> bytes:
    parts: list[bytes] = []
    for row in rows:
        try:
            chunk = change(log.read(row.position).chunk)
        except CorruptError as error:
            _LOG.error("a chunk is damaged and left out of a replay: %s", error)
            continue
        parts += (struct.pack("<I", len(chunk)), chunk)
    return b"".join(parts)


def _neighbours(
    request: web.Request, project: str, row: SessionRow, asked: SessionChoice
) -> tuple[str, str]:
    """Return the ids of the sessions before and after in the list that one comes from; "" for none."""
    try:
        found = filter_of(books_of(request), project, asked)
    except GoalError:  # a list by a goal that is gone; the session is still there
        return "", ""
    before, after = request.app[INDEX].neighbours(project, found, asked.order, row)
    return before or "", after or ""
