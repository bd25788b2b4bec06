"""The digest to be kept or sent on by hand: a download from the overview."""

import asyncio

from aiohttp import hdrs, web

from footfall.web.books import books_of
from footfall.web.choice import MAX_GOAL, read_goal, whole_number
from footfall.web.common import now_ms, project_of
from footfall.web.digest import MAX_DAYS, WEEK, Asked, digest_page
from footfall.web.keys import CONFIG, RELEASES, TEMPLATES


async def download_digest(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/digest.html?days=&goal=: the last days beside those before, in one file."""
    goal = request.query.get("goal", "")[:MAX_GOAL]
    days = whole_number(request.query.get("days", ""), 1, MAX_DAYS, WEEK)

    def build() -> tuple[str, str]:
        project = project_of(request)
        reached = goal if read_goal(goal) is not None else ""
        # Where no address is set, the one that this browser came by leads back here.
        here = request.app[CONFIG].public_url or f"{request.scheme}://{request.host}"
        asked = Asked(project, days, reached, here)
        page = digest_page(books_of(request), request.app[RELEASES], asked, now_ms())
        return project.id, request.app[TEMPLATES].render("digest.html", page)

    name, text = await asyncio.to_thread(build)
    headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="digest-{name}.html"'}
    return web.Response(text=text, content_type="text/html", headers=headers)
