"""The login form, and the door that asks for it."""

import asyncio
import math
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from footfall.web.common import sent_form
from footfall.web.errors import MACHINE_PATHS, refusal
from footfall.web.keys import CONFIG, LOGIN, TEMPLATES, TOKENS
from footfall.web.login import COOKIE, LIFETIME_SECONDS
from footfall.web.render import html
from footfall.web.security import EVENTS_API, SHARED_API, SHARED_PAGES, is_public
from footfall.web.state import has_metrics_token
from footfall.web.tokens import bearer

_OPEN: Final = ("/login", "/healthz", "/readyz", EVENTS_API)
_OPEN_BELOW: Final = ("/static/", SHARED_PAGES, SHARED_API)
_MAX_NEXT: Final = 2048


@dataclass(frozen=True)
class LoginPage:
    """The context of login.html."""

    target: str  # path to go on to
    error: str  # why the last try failed; "" at first


@web.middleware
async def only_logged_in(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who has the cookie, when a password is set; send pages to the form and refuse the rest."""
    login = request.app[LOGIN]
    path = request.path
    if not login.is_needed or is_public(path) or path in _OPEN or path.startswith(_OPEN_BELOW):
        return await handler(request)
    if login.accepts(request.cookies.get(COOKIE, ""), time.time()) or has_metrics_token(request):
        return await handler(request)
    secret = bearer(request.headers.get("Authorization", ""))
    if secret and path.startswith("/api/"):
        if await _may_read(request, secret):
            return await handler(request)
        return refusal(
            request, 401, "token", "This token does not open this; it may have been revoked."
        )
    if path.startswith("/api/") or path in MACHINE_PATHS or request.method != "GET":
        return refusal(request, 401, "login", "Log in first.")
    raise web.HTTPSeeOther(f"/login?next={quote(request.path_qs, safe='/')}")


async def _may_read(request: web.Request, secret: str) -> bool:
    """Tell whether a token opens this: what is read of its own project, and the API's document."""
    if request.method not in ("GET", "HEAD"):
        return False
    token = await asyncio.to_thread(request.app[TOKENS].find, secret, "read")
    if token is None:
        return False
    project = request.match_info.get("project")
    return project == token.project or request.path == "/api/openapi.json"


async def login_page(request: web.Request) -> web.StreamResponse:
    """GET /login."""
    if not request.app[LOGIN].is_needed:
        raise web.HTTPSeeOther("/")
    return _form(request, request.query.get("next", ""), "", 200)


async def log_in(request: web.Request) -> web.StreamResponse:
    """POST /login: the cookie for the password; each wrong guess after the fifth makes the next wait longer."""
    login = request.app[LOGIN]
    form = await sent_form(request)
    target, password = form.get("next", ""), form.get("password", "")
    if not isinstance(target, str) or not isinstance(password, str):
        return refusal(request, 400, "bad_request", "The form is not what it should be.")
    address = request.remote or ""
    wait = login.failures.wait(address)
    if wait > 0:
        seconds = math.ceil(wait)
        response = _form(request, target, f"Too many wrong tries. Wait {seconds} s.", 429)
        response.headers["Retry-After"] = str(seconds)
        return response
    if not login.knows(password):
        login.failures.add(address)
        return _form(request, target, "That is not the password.", 401)
    login.failures.clear(address)
    answer = web.HTTPSeeOther(local_path(target))
    answer.set_cookie(
        COOKIE,
        login.cookie(time.time()),
        max_age=LIFETIME_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=_is_secure(request),
    )
    raise answer


async def log_out(_request: web.Request) -> web.StreamResponse:
    """POST /logout."""
    answer = web.HTTPSeeOther("/login")
    answer.del_cookie(COOKIE)
    raise answer


def local_path(target: str) -> str:
    """Return `target` when it is a path of this server, else the start page: no login leads elsewhere."""
    is_local = target.startswith("/") and not target.startswith(("//", "/\\"))
    is_plain = target.isprintable() and len(target) <= _MAX_NEXT
    return target if is_local and is_plain else "/"


def _form(request: web.Request, target: str, error: str, status: int) -> web.Response:
    page = LoginPage(local_path(target), error)
    return html(request.app[TEMPLATES].render("login.html", page), status)


def _is_secure(request: web.Request) -> bool:
    return request.secure or (request.app[CONFIG].public_url or "").startswith("https://")
