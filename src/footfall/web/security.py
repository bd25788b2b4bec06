"""What holds for every request: which host may be asked, who may write, and the headers of every answer."""

import re
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from footfall.web.errors import refusal
from footfall.web.keys import CONFIG

RECORDER_FILES: Final = ("/footfall.js", "/footfall.mjs", "/footfall.d.mts")
_PUBLIC: Final = re.compile(
    r"/ingest/.*|/footfall(-[a-z]{1,20}\.js|\.js|\.mjs|\.d\.mts)", re.DOTALL
)
"""What visitors' browsers (or a site's build) ask for: any host name, no cookie, no page headers."""

SHARED_PAGES: Final = "/shared/"
SHARED_API: Final = "/api/shared/"
"""What whoever has a share link may ask for without a login; the token in the path is the proof."""

EVENTS_API: Final = "/api/events"
"""What the site's own server asks for: by any host name, without a cookie; its token is the proof."""

_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self';"
    " frame-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# As in the grammar of a CSP host source; an IPv6 literal cannot be written there.
_POLICY_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")


def is_public(path: str) -> bool:
    """Whether a path is for visitors' browsers."""
    return _PUBLIC.fullmatch(path) is not None


def frame_policy(host: str, path: str = "/api/p/") -> str:
    """Return the policy of the document in which recorded pages are rebuilt.

    Images come from below `path` of the API alone, where a GET changes nothing: a forged recording cannot ask for
    any other path of this service.
    """
    assets = f"{host}{path}" if _POLICY_HOST.fullmatch(host) else "'self'"
    return (
        "default-src 'none'; style-src 'unsafe-inline';"
        f" img-src {assets} data: blob:; font-src {assets} data:; media-src {assets} data: blob:;"
        " form-action 'none'; base-uri 'none'; frame-src 'none'; frame-ancestors 'self';"
        " sandbox allow-same-origin"
    )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on an answer (an `on_response_prepare` signal: streams and files too)."""
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    if is_public(request.path):
        return
    headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers["Referrer-Policy"] = "no-referrer"
    # What is built into the page changes with a new version: asked for again, answered 304.
    fresh = "no-cache" if request.path.startswith("/static/") else "no-store"
    headers.setdefault("Cache-Control", fresh)


@web.middleware
async def only_known_hosts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Without a password, answer to this machine's own names alone.

    Any website can point a name of its own at 127.0.0.1 and read the answers (DNS rebinding).
    """
    is_open = is_public(request.path) or request.path == EVENTS_API
    if request.app[CONFIG].password is None and not is_open:
        name = _host_name(request.host)
        if name not in _LOCAL_NAMES:
            return refusal(
                request,
                403,
                "host",
                "Without a password the pages answer only under localhost, 127.0.0.1 and [::1].",
            )
    return await handler(request)


@web.middleware
async def only_own_writes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a write that another website's page may have sent."""
    is_open = is_public(request.path) or request.path == EVENTS_API
    if request.method in _READING or is_open or is_same_origin(request):
        return await handler(request)
    return refusal(request, 403, "origin", "This form was sent from another site, and not taken.")


def is_same_origin(request: web.Request) -> bool:
    """Whether the browser vouches that one of our own pages, or its user, sent this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    # Not sent over plain http to a name that is not local; Origin always is, with a POST.
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc == request.host != ""
    except ValueError:
        return False


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
