"""One session: the replay page, and what the player asks the API for."""

import asyncio
import logging
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from aiohttp import web

from footfall.errors import CorruptError, StorageError
from footfall.index import ChunkRow, Filter, GapRow, PageViewRow, SessionRow
from footfall.log import Log
from footfall.web.answers import json_answer
from footfall.web.choice import whole_number
from footfall.web.common import project_of, session_of, shell
from footfall.web.keys import INDEX, LOG, TEMPLATES
from footfall.web.render import Shell, html

_LOG: Final = logging.getLogger("footfall.web")
_BATCH: Final = 16
"""Chunks read at a time: at most 1 MB of them waits for a slow reader."""
_MAX_SEQUENCE: Final = 2**31 - 1
_MAX_VIEWS_SHOWN: Final = 200


@dataclass(frozen=True)
class ReplayPage:
    """The context of replay.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    row: SessionRow
    page_views: tuple[PageViewRow, ...]  # in the order they began
    newer: str  # id of the session that began next, "" when there is none
    older: str  # id of the one before


async def replay_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/sessions/{session}."""

    def build() -> ReplayPage:
        project, index = project_of(request), request.app[INDEX]
        row = session_of(request, project.id)
        views = sorted(index.page_views(project.id, row.session), key=lambda view: view.started)
        newer, older = _neighbours(request, project.id, row)
        return ReplayPage(
            shell=shell(request, f"Replay · {project.name}", "sessions", project),
            base=f"/p/{project.id}",
            row=row,
            page_views=tuple(views[:_MAX_VIEWS_SHOWN]),
            newer=newer,
            older=older,
        )

    page = await asyncio.to_thread(build)
    return html(request.app[TEMPLATES].render("replay.html", page))


async def manifest(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/sessions/{session}: all that is known of a session but its chunks."""

    def build() -> dict[str, Any]:
        project = project_of(request)
        return manifest_of(request, project.id, session_of(request, project.id))

    return json_answer(await asyncio.to_thread(build))


def manifest_of(request: web.Request, project: str, row: SessionRow) -> dict[str, Any]:
    """Return all that is known of a session but its chunks. Blocking."""
    index = request.app[INDEX]
    chunks = index.chunks(project, row.session)
    return {
        "project": project,
        "session": row.session,
        "visitor": row.visitor,
        "started": row.started,
        # The page may have gone on changing after the last thing that its visitor did.
        "ended": max([row.ended, *(chunk.end for chunk in chunks)]),
        "device": row.device,
        "agent": row.agent,
        "clock_offset": row.clock_offset,
        "tabs": _tabs(chunks, index.gaps(project, row.session)),
        "page_views": [_view(view) for view in index.page_views(project, row.session)],
    }


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


def _neighbours(request: web.Request, project: str, row: SessionRow) -> tuple[str, str]:
    """Return the ids of the sessions that began just after and just before; "" for none."""
    index = request.app[INDEX]
    after = Filter(since=row.started + 1)
    count = index.session_count(project, after)
    newer = index.sessions(project, after, limit=1, offset=count - 1) if count else []
    older = index.sessions(project, Filter(until=row.started - 1), limit=1)
    return (newer[0].session if newer else "", older[0].session if older else "")


def _tabs(chunk_rows: Sequence[ChunkRow], gap_rows: Sequence[GapRow]) -> list[dict[str, Any]]:
    gaps: dict[str, list[dict[str, Any]]] = {}
    for gap in gap_rows:
        told = {"after": gap.after, "before": gap.before, "start": gap.start, "end": gap.end}
        gaps.setdefault(gap.tab, []).append({**told, "reason": "missing"})
    return [
        {"tab": tab, "chunks": [_chunk(row) for row in rows], "gaps": gaps.get(tab, [])}
        for tab, rows in groupby(chunk_rows, key=lambda row: row.tab)
    ]


def _chunk(row: ChunkRow) -> dict[str, Any]:
    return {
        "sequence": row.sequence,
        "document": row.document,
        "page_view": row.page_view,
        "start": row.start,
        "end": row.end,
        "flags": row.flags,
        "bytes": row.bytes,
        "url": row.url,
    }


def _view(view: PageViewRow) -> dict[str, Any]:
    return {
        "tab": view.tab,
        "number": view.number,
        "document": view.document,
        "url": view.url,
        "page": view.page,
        "title": view.title,
        "started": view.started,
        "ended": view.ended,
        "width": view.width,
        "height": view.height,
        "clicks": view.clicks,
    }
