"""Moments as JSON: those of a project or a session, and what people say of them."""

import asyncio
import json
from typing import Any, Final

from aiohttp import web

from footfall.analysis.moments import KINDS, of_one_event
from footfall.detect import Verdict, known
from footfall.index.found import Found, MomentFilter, MomentRow
from footfall.web.answers import json_answer
from footfall.web.choice import whole_number
from footfall.web.common import project_of
from footfall.web.errors import RequestError
from footfall.web.keys import DETECTOR, INDEX, OWN_MOMENTS, VERDICTS

_MAX_ROWS: Final = 500
_MAX_OFFSET: Final = 1_000_000
_MAX_TIME: Final = 2**53
_MAX_TEXT: Final = 512


async def moments(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/moments?kind=&page=&element=&session=&since=&until=&dismissed=1&limit=&offset=.

    The newest first, those of one session in their order; times in ms since 1970. "waiting": how many sessions have
    chunks that nothing was looked for in yet; null: not known yet.
    """
    query = request.query
    chosen = MomentFilter(
        **{name: query.get(name) or None for name in ("kind", "page", "element", "session")},
        since=whole_number(query.get("since", ""), 0, _MAX_TIME, 0) or None,
        until=whole_number(query.get("until", ""), 0, _MAX_TIME, 0) or None,
        dismissed=query.get("dismissed") == "1",
    )
    limit = whole_number(query.get("limit", ""), 1, _MAX_ROWS, 50)
    offset = whole_number(query.get("offset", ""), 0, _MAX_OFFSET, 0)

    def build() -> dict[str, Any]:
        project = project_of(request)
        kinds = kinds_of(request, project.id)
        if chosen.kind and chosen.kind not in kinds:
            raise RequestError(f"There is no such kind of moment; there are {', '.join(kinds)}.")
        found, detector = Found(request.app[INDEX].path), request.app[DETECTOR]
        waiting = (
            int(detector.is_waiting(project.id, chosen.session))
            if chosen.session
            else detector.waiting(project.id)
        )
        rows = found.moments(project.id, chosen, limit, offset)
        counts = found.counts(project.id, chosen)
        return {
            "waiting": waiting,
            "total": sum(counts.values()),
            "kinds": counts,
            "moments": [{"session": row.session, **moment_json(row)} for row in rows],
        }

    return json_answer(await asyncio.to_thread(build))


def kinds_of(request: web.Request, project: str) -> tuple[str, ...]:
    """Return the kinds of moments that are looked for, the project's own last. Blocking."""
    return (*KINDS, *(one.name for one in request.app[OWN_MOMENTS].all(project)))


def found_in(request: web.Request, project: str, session: str) -> dict[str, Any]:
    """Return what the replay API tells of what was found in a session. Blocking."""
    found = Found(request.app[INDEX].path)
    rows = found.moments(project, MomentFilter(session=session), _MAX_ROWS)
    seen = found.detections(project, [session]).get(session)
    score = None
    if seen is not None:
        score = {"score": seen.frustration, "time": seen.worst, "parts": json.loads(seen.parts)}
    return {"moments": [moment_json(row) for row in rows], "frustration": score}


def moment_json(row: MomentRow) -> dict[str, Any]:
    """Return what the API tells of a moment."""
    return {
        "kind": row.kind,
        "time": row.time,
        "tab": row.tab,
        "page_view": row.page_view,
        "page": row.page,
        "element": row.element,
        "grade": row.grade,
        "version": row.version,
        "detail": json.loads(row.detail),
        "evidence": [
            dict(zip(("fact", "time", "tab", "sequence", "ordinal"), fact, strict=True))
            for fact in json.loads(row.evidence)
        ],
        "dismissed": bool(row.dismissed),
    }


async def verdicts(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/verdicts: what is no problem where."""

    def build() -> dict[str, Any]:
        project = project_of(request)
        return {"verdicts": [v._asdict() for v in sorted(request.app[VERDICTS].all(project.id))]}

    return json_answer(await asyncio.to_thread(build))


async def set_verdict(request: web.Request) -> web.StreamResponse:
    """PUT /api/p/{project}/verdicts with {"kind", "page", "element", "problem": false, or true to take it back}."""
    verdict, is_problem = _verdict(await _body(request))

    def change() -> dict[str, Any]:
        project = project_of(request).id
        kinds = kinds_of(request, project)
        if verdict.kind not in kinds:
            raise RequestError(f'"kind" is one of {", ".join(kinds)}.')
        return {"sessions": say(request, project, verdict, holds=not is_problem)}

    return json_answer(await asyncio.to_thread(change))


def say(request: web.Request, project: str, verdict: Verdict, *, holds: bool) -> int:
    """Keep a verdict, or take it back, and look again at the sessions that it is about; return how many. Blocking.

    Where ids are made anew, it is kept, and taken back, by what the element is known as.
    """
    verdicts, found = request.app[VERDICTS], Found(request.app[INDEX].path)
    meant = known(found, project, verdict)
    if holds:
        verdicts.set(project, meant, holds=True)
    else:
        for one in verdicts.all(project):
            is_of_kind = one.kind in of_one_event(verdict.kind)
            if is_of_kind and known(found, project, one)[1:] == meant[1:]:
                verdicts.set(project, one, holds=False)
    sessions = {
        key
        for kind in of_one_event(verdict.kind)
        for element in {verdict.element, meant.element}
        for key in found.affected(
            project, MomentFilter(kind, verdict.page, element, dismissed=True)
        )
    }
    request.app[DETECTOR].look_again(sorted(sessions))
    return len(sessions)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise RequestError("The body must be JSON.") from error
    return body if isinstance(body, dict) else {}


def _verdict(body: dict[str, Any]) -> tuple[Verdict, bool]:
    texts = [body.get(name) for name in Verdict._fields]
    is_problem = body.get("problem")
    if not all(isinstance(one, str) and len(one) <= _MAX_TEXT for one in texts):
        raise RequestError('Say what is no problem where: {"kind", "page", "element", "problem"}.')
    if not isinstance(is_problem, bool):
        raise RequestError('"problem" is true or false.')
    return Verdict(*(str(one) for one in texts)), is_problem
