"""Whose session it is: the visitor's other sessions, the journey over them, and what the site told of them."""

import asyncio
import json
from collections.abc import Sequence
from itertools import chain, groupby
from typing import Any, Final

import numpy as np
from aiohttp import web

from footfall.errors import NotFoundError
from footfall.index import Filter, Index, PageViewRow, SessionRow
from footfall.index.deeds import Deeds, sessions_that
from footfall.index.packs import Choice
from footfall.web.answers import json_answer
from footfall.web.common import project_of
from footfall.web.keys import INDEX
from footfall.wire.facts import Identify

_MAX_SESSIONS: Final = 30
_MAX_STEPS: Final = 100
_MAX_NAMED: Final = 1_000
"""Newest sessions of a user in which visitors are looked for."""
_MAX_VISITORS: Final = 20


async def visitor(request: web.Request) -> web.StreamResponse:
    """GET …/sessions/{session}/visitor: the visitor of a session, newest sessions first."""

    def build() -> dict[str, Any]:
        project, index = project_of(request).id, request.app[INDEX]
        row = index.session(project, request.match_info["session"])
        if row is None:
            raise NotFoundError(
                "There is no such session in this project. It may have been erased."
            )
        own = index.visitor_sessions(project, row.visitor, _MAX_SESSIONS)
        user, properties = _identity(index, project, own if row in own else [*own, row])
        visitors = _visitors(index, project, row, user)
        rows = _newest(index, project, visitors)
        if row.session not in {each.session for each in rows}:
            rows = [*rows[: _MAX_SESSIONS - 1], row]
        return {
            "visitor": row.visitor,
            "device": row.device,
            "agent": row.agent,
            "width": row.width,
            "height": row.height,
            "user": user,
            "properties": properties,
            "visitors": len(visitors),
            "count": sum(index.visitor_count(project, each) for each in visitors),
            "sessions": [_told(index, project, each) for each in rows],
        }

    return json_answer(await asyncio.to_thread(build))


def _visitors(index: Index, project: str, row: SessionRow, user: str) -> list[str]:
    """Return the visitors that are this user (TERMS.md), the session's own first."""
    if not user:
        return [row.visitor]
    with index.facts(project) as shot:
        numbers = sessions_that(shot, Deeds(user=user), None, None)
    named = index.sessions(project, Filter(numbers=numbers), limit=_MAX_NAMED)
    return list(dict.fromkeys([row.visitor, *(each.visitor for each in named)]))[:_MAX_VISITORS]


def _newest(index: Index, project: str, visitors: Sequence[str]) -> list[SessionRow]:
    each = [index.visitor_sessions(project, one, _MAX_SESSIONS) for one in visitors]
    return sorted(chain.from_iterable(each), key=lambda row: (-row.started, row.session))[
        :_MAX_SESSIONS
    ]


def journey(views: Sequence[PageViewRow]) -> list[str]:
    """Return the pages in the order of their views, without repeats in a row."""
    ordered = sorted(views, key=lambda view: view.started)
    return [page for page, _ in groupby(ordered, key=lambda view: view.page)][:_MAX_STEPS]


def _told(index: Index, project: str, row: SessionRow) -> dict[str, Any]:
    return {
        "session": row.session,
        "started": row.started,
        "duration": row.duration,
        "clicks": row.clicks,
        "device": row.device,
        "agent": row.agent,
        "journey": journey(index.page_views(project, row.session)),
    }


def _identity(
    index: Index, project: str, rows: Sequence[SessionRow]
) -> tuple[str, dict[str, object]]:
    """Return who the site said last that it is, in these sessions; "" and nothing where it never did."""
    chosen = Choice(
        since=min(row.started for row in rows),
        sessions=np.array([row.number for row in rows], np.int64),
    )
    with index.facts(project) as facts:
        told = facts.read(Identify, ("time", "ordinal", "user", "properties"), chosen)
        if not len(told["time"]):
            return "", {}
        last = np.lexsort((told["ordinal"], told["time"]))[-1]
        user, properties = facts.texts([told["user"][last], told["properties"][last]])
    return user, _object(properties)


def _object(text: str) -> dict[str, object]:
    """Read the properties; nothing where a sender wrote something else."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
