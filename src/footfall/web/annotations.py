"""What people add to a session: its star, labels, notes and share links, as the replay page asks and changes them.

Every change answers with all that holds now, so that the page shows what is stored and nothing else.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeGuard

from aiohttp import web

from footfall.annotations import Note, Share
from footfall.web.answers import json_answer
from footfall.web.common import account_of, project_of, session_of
from footfall.web.errors import RequestError
from footfall.web.keys import ANNOTATIONS, SHARES, WATCHED


async def annotations(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/sessions/{session}/annotations."""
    return await _changed(request, lambda _project, _session: None)


async def set_star(request: web.Request) -> web.StreamResponse:
    """PUT …/star with {"starred": true or false}."""
    starred = (await _body(request)).get("starred")
    if not isinstance(starred, bool):
        raise RequestError('Say whether it has a star: {"starred": true}.')
    book = request.app[ANNOTATIONS]
    return await _changed(
        request, lambda project, session: book.star(project, session, starred=starred)
    )


async def set_watched(request: web.Request) -> web.StreamResponse:
    """PUT …/watched with {"watched": true or false}: by the account that asks."""
    watched = (await _body(request)).get("watched")
    if not isinstance(watched, bool):
        raise RequestError('Say whether it has been watched: {"watched": true}.')
    marks, account = request.app[WATCHED], account_of(request)
    return await _changed(
        request, lambda project, session: marks.mark(project, account, session, watched=watched)
    )


async def set_labels(request: web.Request) -> web.StreamResponse:
    """PUT …/labels with {"labels": [text, …]}: these and no others."""
    labels = (await _body(request)).get("labels")
    if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
        raise RequestError('Say which labels it has: {"labels": ["…"]}.')
    book = request.app[ANNOTATIONS]
    return await _changed(
        request, lambda project, session: book.set_labels(project, session, labels)
    )


async def add_note(request: web.Request) -> web.StreamResponse:
    """POST …/notes with {"time": ms from the session's start, "text": "…"}."""
    body = await _body(request)
    time, text = body.get("time"), body.get("text")
    if not _is_whole(time) or not isinstance(text, str):
        raise RequestError('Say what to note, and when: {"time": 1000, "text": "…"}.')
    book = request.app[ANNOTATIONS]
    return await _changed(
        request, lambda project, session: book.add_note(project, session, time, text)
    )


async def remove_note(request: web.Request) -> web.StreamResponse:
    """DELETE …/notes/{note}."""
    note, book = int(request.match_info["note"]), request.app[ANNOTATIONS]
    return await _changed(
        request, lambda project, session: book.remove_note(project, session, note)
    )


async def add_share(request: web.Request) -> web.StreamResponse:
    """POST …/shares with {"days": 1 … 365}: a link that shows this session to whoever has it."""
    days = (await _body(request)).get("days")
    if not _is_whole(days):
        raise RequestError('Say for how many days the link is good: {"days": 7}.')
    shares, account = request.app[SHARES], account_of(request)
    return await _changed(
        request, lambda project, session: shares.create(project, session, days, account)
    )


async def revoke_share(request: web.Request) -> web.StreamResponse:
    """DELETE …/shares/{share}: the link shows nothing from now on."""
    share, shares = int(request.match_info["share"]), request.app[SHARES]
    return await _changed(request, lambda project, session: shares.revoke(project, session, share))


async def _changed(
    request: web.Request, change: Callable[[str, str], object]
) -> web.StreamResponse:
    """Make a change of the session that the path names, which must be there; answer what holds now."""

    def build() -> dict[str, Any]:
        project = project_of(request)
        session = session_of(request, project.id).session
        change(project.id, session)
        book = request.app[ANNOTATIONS]
        return {
            "starred": book.is_starred(project.id, session),
            "watched": bool(request.app[WATCHED].by(project.id, account_of(request), [session])),
            "labels": book.labels(project.id, [session]).get(session, []),
            "known_labels": book.known_labels(project.id),
            "notes": [_note(note) for note in book.notes(project.id, session)],
            "shares": [_share(share) for share in request.app[SHARES].live(project.id, session)],
        }

    return json_answer(await asyncio.to_thread(build))


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise RequestError("The body must be JSON.") from error
    if not isinstance(body, dict):
        raise RequestError("The body must be a JSON object.")
    return body


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _note(note: Note) -> dict[str, Any]:
    return {"id": note.id, "time": note.time, "text": note.text, "created": note.created}


def _share(share: Share) -> dict[str, Any]:
    return {
        "id": share.id,
        "path": f"/shared/{share.token}",
        "created": share.created,
        "expires": share.expires,
    }
