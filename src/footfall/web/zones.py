"""Days begin at the viewer's midnight: their browser tells once which clock it has."""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from footfall.clocks import known_zone

ZONE_COOKIE: Final = "footfall-zone"
"""A zone, as pages/shell.ts writes it: a convenience, trusted for nothing."""


@web.middleware
async def by_own_clock(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give what is asked for without a zone the viewer's own; an address that names one keeps it."""
    told = known_zone(request.cookies.get(ZONE_COOKIE, ""))
    is_asked = request.method in ("GET", "HEAD") and request.path.startswith(("/p/", "/api/p/"))
    if is_asked and told and "zone" not in request.query:
        request = request.clone(rel_url=request.rel_url.update_query(zone=told))
    return await handler(request)
