"""Errors at the edge: every one becomes a page or JSON here, and none shows how we are made inside."""

import errno
import logging
import secrets
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from footfall.errors import FootfallError, NotFoundError, StorageError, WireError
from footfall.web.answers import json_answer
from footfall.web.keys import TEMPLATES
from footfall.web.render import html

_LOG: Final = logging.getLogger("footfall.web")

MACHINE_PATHS: Final = ("/healthz", "/readyz", "/metrics")

_SECTIONS: Final = (
    "overview", "sessions", "pages", "heatmap", "events", "funnels", "paths", "forms", "problems", "moments",
    "segments", "steps", "shares", "templates",
)  # fmt: skip
"""Pages of a project that stand for what lies below them; the others are about its set-up."""
_FORMS_ON: Final = {"views": "sessions", "goals": "overview", "releases": "overview"}
"""Where the forms of other addresses stand."""
_WRONG: Final = "Something went wrong here. It has been written to the log."


class RequestError(FootfallError):
    """What was asked for makes no sense; the message says why."""


@dataclass(frozen=True)
class ErrorPage:
    """The context of error.html."""

    status: int  # HTTP status
    heading: str  # what happened, in a few words
    message: str  # and in a sentence
    reference: str  # the id that is also in the log; "" when there is none
    back: str = ""  # path of the page that it happened on; "" where that is not known


def refusal(request: web.Request, status: int, code: str, message: str) -> web.StreamResponse:
    """Answer an error as the asker reads it: JSON for scripts and machines, else a page."""
    return _answer(request, ErrorPage(status, _heading(status), message, ""), code)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer.

    Redirects too: an exception that reaches aiohttp stays in a cycle with its traceback, and holds the request and
    its body until the collector comes.
    """
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _redirect(error) if error.status < 400 else _http_error(request, error)
    except FootfallError as error:
        return _ours(request, error)
    except ConnectionError:
        raise  # the asker is gone: nobody is left to be told
    except Exception:  # noqa: BLE001 # the last to catch: whatever goes by gets no answer
        reference = secrets.token_hex(4)
        # The route's pattern, not the path: an id in the log would be one more place to erase.
        _LOG.exception("error %s at %s %s", reference, request.method, _route(request))
        page = ErrorPage(500, "Something went wrong", _WRONG, reference)
        return _answer(request, page, "internal")


@web.middleware
async def unknown_addresses(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer for an address that is not there, where the router would raise what it keeps (see `errors`)."""
    unknown = request.match_info.http_exception
    if unknown is not None:
        return _http_error(request, unknown)
    try:
        return await handler(request)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return _http_error(request, web.HTTPNotFound())  # a static file that cannot be


def _redirect(error: web.HTTPException) -> web.StreamResponse:
    answer = web.Response(status=error.status, headers={"Location": error.headers["Location"]})
    for name, morsel in error.cookies.items():
        answer.cookies[name] = morsel
    return answer


def _http_error(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    messages = {
        404: "There is no such page. It may have been moved, or the link is cut short.",
        405: "This address does not do that.",
        413: "That is more than is accepted here.",
    }
    message = messages.get(error.status, error.reason)
    response = refusal(request, error.status, HTTPStatus(error.status).name.lower(), message)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _ours(request: web.Request, error: FootfallError) -> web.StreamResponse:
    match error:
        case NotFoundError():
            return refusal(request, 404, "not_found", str(error))
        case WireError():
            return refusal(request, error.status, error.code, str(error))
        case StorageError():
            _LOG.error("storage: %s", error)
            return refusal(request, 503, "storage", str(error))
        case _:
            return refusal(request, 400, "bad_request", str(error))


def _answer(request: web.Request, page: ErrorPage, code: str) -> web.StreamResponse:
    if request.path.startswith(("/api/", "/ingest/")) or request.path in MACHINE_PATHS:
        body = {"error": code, "message": page.message}
        if page.reference:
            body["reference"] = page.reference
        return json_answer(body, page.status)
    shown = replace(page, back=_page_of(request.path) if page.status == 400 else "")
    return html(request.app[TEMPLATES].render("error.html", shown), page.status)


def _page_of(path: str) -> str:
    """Return the page that a form or an address belongs to: where one may begin anew. "": outside a project."""
    is_project = path.startswith("/p/") and path.count("/") >= 2
    _, _, project, section, *_ = [*path.split("/"), "", ""]
    if not is_project or not project:
        return ""
    name = section.partition(".")[0]
    known = name if name in _SECTIONS else _FORMS_ON.get(name, "")
    return f"/p/{project}/{known}".rstrip("/")


def _heading(status: int) -> str:
    headings = {403: "Not allowed", 404: "Not found", 429: "Too fast", 503: "Not available now"}
    return headings.get(status, HTTPStatus(status).phrase)


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "an unknown path"
