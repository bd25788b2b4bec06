"""Days begin at the viewer's midnight: their browser tells once how far its clock is ahead of UTC."""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from footfall.web.choice import MAX_ZONE_MINUTES, whole_number

ZONE_COOKIE: Final = "footfall-zone"
"""Minutes, as pages/shell.ts writes them: a convenience, trusted for nothing."""
_NONE: Final = MAX_ZONE_MINUTES + 1


@web.middleware
async def by_own_clock(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give what is asked for without a zone the viewer's own; an address that names one keeps it."""
    told = whole_number(request.cookies.get(ZONE_COOKIE, ""), -_NONE, _NONE, 0)
    is_asked = request.method in ("GET", "HEAD") and request.path.startswith(("/p/", "/api/p/"))
    if is_asked and told and abs(told) < _NONE and "zone" not in request.query:
        request = request.clone(rel_url=request.rel_url.update_query(zone=str(told)))
    return await handler(request)
