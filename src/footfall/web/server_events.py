"""POST /api/events: what the site's own server tells of a visit, as events of a session.

An event becomes a chunk of its own and goes the way of all chunks: durable before the answer, stored once.
"""

import asyncio
import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from footfall.errors import WireError
from footfall.index import Filter, SessionRow
from footfall.index.deeds import Deeds, sessions_that
from footfall.ingest import Sender
from footfall.ingest.masking import MAX_NAME, mask_name, mask_properties
from footfall.ingest.token import sign
from footfall.projects import Project
from footfall.web.answers import json_answer
from footfall.web.common import now_ms
from footfall.web.errors import RequestError, refusal
from footfall.web.keys import INDEX, INGEST, PROJECTS, TOKENS
from footfall.web.tokens import bearer
from footfall.wire import codec, schema
from footfall.wire.facts import Event
from footfall.wire.schema import SESSION_IDLE_MS, SESSION_MAX_MS, Header

MAX_EVENTS: Final = 500
MAX_ID: Final = 200
_FUTURE_MS: Final = 60_000
_SLOWER_MS: Final = 3_000
"""So much longer than the visitor's own chunks these seem to take, that they say nothing of the visitor's clock."""
_AGENT: Final = "Server"
_BY: Final = ("session", "visitor", "user")


class NotTakenError(Exception):
    """An event that is not stored; its code, and a sentence for who sent it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Told:
    """An event as it was sent. One of session, visitor and user is given; time in ms since 1970."""

    by: str  # one of _BY
    who: str
    name: str
    properties: dict[str, Any]
    time: int
    id: str  # "": none, and so it is stored as often as it is sent


async def post_events(request: web.Request) -> web.StreamResponse:
    """POST /api/events with one event or a list, and a token to send events with (docs/events.md)."""
    secret = bearer(request.headers.get("Authorization", ""))
    token = await asyncio.to_thread(request.app[TOKENS].find, secret, "events")
    project = request.app[PROJECTS].get(token.project) if token is not None else None
    if project is None:
        text = (
            "Send a token to send events with: Authorization: Bearer ff_… (from the set-up page)."
        )
        return refusal(request, 401, "token", text)
    events = await _body(request)
    stored, refused = 0, []
    for index, one in enumerate(events):
        try:
            await _store(request, project, _read(one, now_ms()))
            stored += 1
        except NotTakenError as error:
            refused.append({"index": index, "error": error.code, "message": str(error)})
        except WireError as error:
            refused.append({"index": index, "error": error.code, "message": str(error)})
    return json_answer({"stored": stored, "refused": refused})


async def _body(request: web.Request) -> list[Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise RequestError("The body must be JSON: one event, or a list of them.") from error
    events = body if isinstance(body, list) else [body]
    if not 1 <= len(events) <= MAX_EVENTS:
        raise RequestError(f"Send 1 to {MAX_EVENTS} events at a time.")
    return events


def _read(value: Any, now: int) -> Told:
    """Check one event. Raises NotTakenError."""
    if not isinstance(value, dict):
        raise NotTakenError("event", "An event is an object.")
    given = [name for name in _BY if value.get(name) is not None]
    if len(given) != 1 or not isinstance(value[given[0]], str) or not value[given[0]]:
        raise NotTakenError("who", f"Say whose event it is by one text: {', '.join(_BY)}.")
    name, properties, id_ = value.get("name"), value.get("properties") or {}, value.get("id") or ""
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise NotTakenError("name", f"An event has a name of 1 to {MAX_NAME} characters.")
    if not isinstance(properties, dict):
        raise NotTakenError("properties", "Properties are an object of plain values.")
    if not isinstance(id_, str) or len(id_) > MAX_ID:
        raise NotTakenError("id", f"An id is a text of at most {MAX_ID} characters.")
    time = _time(value.get("time"), now)
    if not all(_is_text(text) for text in (name, id_, value[given[0]])):
        raise NotTakenError("text", "Texts are Unicode without lone surrogates.")
    return Told(given[0], value[given[0]], name, properties, time, id_)


def _time(value: Any, now: int) -> int:
    if value is None:
        return now
    told = -1
    if isinstance(value, int) and not isinstance(value, bool):
        told = value
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            told = round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    if not 0 <= told <= now + _FUTURE_MS:
        text = "A time is ms since 1970, or as 2026-11-24T09:30:00+01:00; not in the future."
        raise NotTakenError("time", text)
    return min(told, now)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


async def _store(request: web.Request, project: Project, told: Told) -> None:
    """Store an event, or find that it is there. Raises NotTakenError, WireError, StorageError."""
    app = request.app
    row = await asyncio.to_thread(_session, request, project, told)
    body = await asyncio.to_thread(_chunk, request, project, row, told)
    token = sign(app[PROJECTS].secret(), project.id, row.session)
    try:
        answer = await app[INGEST].chunk(body, Sender(origin=None, agent=_AGENT, token=token))
    except WireError as error:
        if error.code != "conflict":  # sent again, after the visit had gone on
            raise
        return
    if answer is not None and not answer["token"]:
        raise NotTakenError("paused", "The project is paused: nothing is stored.")


def _session(request: web.Request, project: Project, told: Told) -> SessionRow:
    """Return the session that an event belongs to. Blocking. Raises NotTakenError, StorageError."""
    index = request.app[INDEX]
    is_named = told.by == "session"
    row = index.session(project.id, told.who) if is_named else _newest(request, project, told)
    if row is None:
        text = "No such session is known (yet), or none went on within 30 minutes of the time."
        raise NotTakenError("no_session", text)
    if not row.started - SESSION_IDLE_MS <= told.time <= row.ended + SESSION_MAX_MS:
        raise NotTakenError("too_late", "An event belongs to a session until a day after its end.")
    return row


def _newest(request: web.Request, project: Project, told: Told) -> SessionRow | None:
    """Return the newest session of a visitor or user that went on within 30 minutes of the event."""
    index = request.app[INDEX]
    since, until = told.time - SESSION_MAX_MS - SESSION_IDLE_MS, told.time + SESSION_IDLE_MS
    if told.by == "user":
        with index.facts(project.id) as shot:
            numbers = sessions_that(shot, Deeds(user=told.who), since, until)
        chosen = Filter(since=since, until=until, numbers=numbers)
        rows = index.sessions(project.id, chosen, 1)
    else:
        found = index.visitor_sessions(project.id, told.who)
        rows = [one for one in found if since <= one.started <= until]
    fit = [one for one in rows if one.ended + SESSION_IDLE_MS >= told.time]
    return max(fit, key=lambda one: one.started, default=None)


def _chunk(request: web.Request, project: Project, row: SessionRow, told: Told) -> bytes:
    """Return the chunk of an event: on the page that was shown then, by the visitor's clock. Blocking."""
    views = request.app[INDEX].page_views(project.id, row.session)
    if not views:
        raise NotTakenError("no_session", "Nothing of this session's visitor is left.")
    view = next((one for one in reversed(views) if one.started <= told.time), views[0])
    # It counts from a moment of the visit, so that it moves neither its beginning nor its end.
    begin = max(row.started, min(told.time, view.ended))
    fact = Event(
        max(0, told.time - begin),
        mask_name(told.name, project.mask),
        mask_properties(told.properties, project.mask),
    )
    facts = codec.encode_facts([fact])
    header = Header(
        project=project.key,
        session=row.session,
        tab=_tab(row.session, told),
        sequence=0,
        visitor=row.visitor,
        document=view.document,
        page_view=view.number,
        url=view.url,
        base_time=begin - row.clock_offset,
        sent_at=max(told.time, begin) - row.clock_offset - _SLOWER_MS,
        flags=0,
        facts_encoding=schema.PLAIN,
        facts=facts,
        frames_encoding=schema.PLAIN,
        frames=b"",
    )
    return codec.encode_chunk(header)


def _tab(session: str, told: Told) -> str:
    """Return a tab's id: the same for the same id of an event."""
    named = json.dumps([session, told.id]) if told.id else secrets.token_hex()
    digest = hashlib.sha256(named.encode()).digest()
    return schema.SERVER_TAB + urlsafe_b64encode(digest[:16]).decode().rstrip("=")
