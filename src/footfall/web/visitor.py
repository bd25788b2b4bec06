"""Whose session it is: the visitor's other sessions, the journey over them, and what the site told of them."""

import asyncio
import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np
from aiohttp import web

from footfall.errors import NotFoundError
from footfall.index import Index, PageViewRow, SessionRow
from footfall.index.packs import Choice
from footfall.web.answers import json_answer
from footfall.web.common import project_of
from footfall.web.keys import INDEX
from footfall.wire.facts import Identify

_MAX_SESSIONS: Final = 30
_MAX_STEPS: Final = 100


async def visitor(request: web.Request) -> web.StreamResponse:
    """GET …/sessions/{session}/visitor: the visitor of a session, newest sessions first."""

    def build() -> dict[str, Any]:
        project, index = project_of(request).id, request.app[INDEX]
        row = index.session(project, request.match_info["session"])
        if row is None:
            raise NotFoundError(
                "There is no such session in this project. It may have been erased."
            )
        count = index.visitor_count(project, row.visitor)
        rows = index.visitor_sessions(project, row.visitor, _MAX_SESSIONS)
        if row.session not in {each.session for each in rows}:
            rows = [*rows[: _MAX_SESSIONS - 1], row]
        user, properties = _identity(index, project, rows)
        return {
            "visitor": row.visitor,
            "device": row.device,
            "agent": row.agent,
            "width": row.width,
            "height": row.height,
            "user": user,
            "properties": properties,
            "count": count,
            "sessions": [_told(index, project, each) for each in rows],
        }

    return json_answer(await asyncio.to_thread(build))


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
