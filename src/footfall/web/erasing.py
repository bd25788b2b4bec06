"""Erasing on the pages, and the task that goes on with erasures and lets what has expired go."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

from aiohttp import web

from footfall.erasure import Doors, Eraser, Retention, Store, expired, of_visitor
from footfall.errors import FootfallError, StorageError
from footfall.index import SessionRow
from footfall.web.answers import json_answer
from footfall.web.common import now_ms, project_of, sent_form, session_of
from footfall.web.errors import RequestError
from footfall.web.keys import (
    ANNOTATIONS,
    CONFIG,
    ERASER,
    INDEX,
    INDEXER,
    INGEST,
    JOURNAL,
    LOG,
    PROJECTS,
    QUOTAS,
    VAULT,
)

_LOOK_S: Final = 1.0
"""How often it is looked whether a command has begun an erasure."""
_AGAIN_S: Final = 30.0
_FIRST_RETENTION_S: Final = 300.0
_RETENTION_S: Final = 3_600.0

_log = logging.getLogger("footfall.web")


async def erase_session(request: web.Request) -> web.StreamResponse:
    """DELETE /api/p/{project}/sessions/{session}: gone for good when this is answered."""
    return await _erase(request, "session", lambda _project, row: [row.session])


async def erase_visitor(request: web.Request) -> web.StreamResponse:
    """DELETE /api/p/{project}/sessions/{session}/visitor: all sessions of the visitor whose session this is."""
    index = request.app[INDEX]
    return await _erase(
        request, "visitor", lambda project, row: of_visitor(index, project, row.visitor)
    )


async def set_retention(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/retention: for how many `days` recordings are kept; "": as the server is set, 0: for ever."""
    project = project_of(request)
    written = (await sent_form(request)).get("days", "")
    if not isinstance(written, str) or not re.fullmatch(r"[0-9]{0,4}", written):
        raise RequestError("Say for how many days recordings are kept, in a whole number.")
    days = int(written) if written else None
    await asyncio.to_thread(request.app[PROJECTS].set_retention, project.id, days)
    raise web.HTTPSeeOther(f"/p/{project.id}")


async def _erase(
    request: web.Request, cause: str, choose: Callable[[str, SessionRow], Sequence[str]]
) -> web.StreamResponse:
    """Erase sessions and answer how many; `done` is false where it goes on for a reason that is in the log."""
    journal, eraser = request.app[JOURNAL], request.app[ERASER]

    def work() -> dict[str, object]:
        project = project_of(request)
        sessions = choose(project.id, session_of(request, project.id))
        number = journal.begin(project.id, cause, sessions)
        try:
            while not journal.is_done(number) and eraser.run_next():
                pass
        except StorageError as error:
            _log.error("an erasure has begun and goes on later: %s", error)
        return {"sessions": len(sessions), "done": journal.is_done(number)}

    told = await asyncio.to_thread(work)
    return json_answer(told, 200 if told["done"] else 202)


async def keep_erasing(app: web.Application) -> AsyncIterator[None]:
    """While the server runs: go on with what is begun, by whomever; once an hour begin what has expired."""
    app[ERASER] = Eraser(
        Store(app[LOG], app[INDEX], app[INDEXER], app[VAULT], app[QUOTAS]),
        app[JOURNAL],
        _doors(app, asyncio.get_running_loop()),
    )
    stopping = asyncio.Event()
    task = asyncio.create_task(_go_on(app, stopping))
    try:
        yield
    finally:
        stopping.set()
        await task  # an erasure that is under way is finished: it needs log and index
        app[JOURNAL].close()


def begin_expired(app: web.Application, *, is_sure: bool = False) -> int:
    """Begin to erase what has expired; return how many sessions. Blocking. Raises StorageError."""
    retention, now, count = Retention(app[JOURNAL]), now_ms(), 0
    if not retention.trusts(now, is_sure=is_sure):
        _log.warning("the clock has jumped, or retention is new here: nothing expires for a day")
        return 0
    for project in app[PROJECTS].all():
        found = expired(app[INDEX], app[ANNOTATIONS], project, app[CONFIG].retention_days, now)
        retention.begin(found)
        count += len(found.sessions)
    return count


async def _go_on(app: web.Application, stopping: asyncio.Event) -> None:
    clock = asyncio.get_running_loop().time
    retention_at = clock() + _FIRST_RETENTION_S
    wait = _LOOK_S
    while not await _is_set(stopping, wait):
        wait = _LOOK_S
        try:
            if clock() >= retention_at:
                retention_at = clock() + _RETENTION_S
                await asyncio.to_thread(begin_expired, app)
            while not stopping.is_set() and await asyncio.to_thread(app[ERASER].run_next):
                pass
        except FootfallError as error:
            wait = _AGAIN_S
            _log.error("an erasure could not be finished and is tried again: %s", error)


async def _is_set(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _doors(app: web.Application, loop: asyncio.AbstractEventLoop) -> Doors:
    """Return how the eraser's thread speaks to ingest, which belongs to the event loop."""
    ingest = app[INGEST]

    def run(work: Callable[[], Awaitable[None]]) -> None:
        async def wait() -> None:
            await work()

        asyncio.run_coroutine_threadsafe(wait(), loop).result()

    return Doors(
        close=lambda project, sessions: run(lambda: ingest.close_sessions(project, list(sessions))),
        forget_assets=lambda: run(ingest.forget_assets),
    )
