"""A shared session: what whoever has its link may see, which is this one replay and nothing else.

Every request asks anew whether the link is good. What is sent is what the player needs; who the visitor was, other
sessions, notes and labels are not told.
"""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from footfall.annotations import Share
from footfall.errors import NotFoundError
from footfall.index import SessionRow
from footfall.index.manifest import manifest_of
from footfall.web import files, replay, session_assets
from footfall.web.anonymous import anonymous
from footfall.web.answers import json_answer
from footfall.web.common import page_answer, session_named
from footfall.web.keys import INDEX, SHARES
from footfall.web.moments import found_in
from footfall.web.security import SHARED_API, frame_policy


@dataclass(frozen=True)
class SharedPage:
    """The context of shared.html."""

    token: str
    row: SessionRow
    expires: int  # ms since 1970


async def shared_page(request: web.Request) -> web.StreamResponse:
    """GET /shared/{token}."""

    def build() -> SharedPage:
        share, row = _shared(request)
        # The one GET that writes: that it was opened is what the page of the links is there to tell.
        request.app[SHARES].opened(share.id)
        return SharedPage(share.token, row, share.expires)

    page = await asyncio.to_thread(build)
    response = await page_answer(request, "shared.html", page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


async def shared_manifest(request: web.Request) -> web.StreamResponse:
    """GET /api/shared/{token}."""

    def build() -> dict[str, object]:
        share, row = _shared(request)
        whole = {
            **manifest_of(request.app[INDEX], share.project, row),
            **found_in(request, share.project, row.session),
        }
        kept_back = ("project", "visitor", "frustration")
        return {name: value for name, value in whole.items() if name not in kept_back}

    return json_answer(await asyncio.to_thread(build))


async def shared_chunks(request: web.Request) -> web.StreamResponse:
    """GET /api/shared/{token}/chunks?tab=&from=&to=."""
    share, row = await asyncio.to_thread(_shared, request)
    return await replay.send_chunks(request, share.project, row.session, anonymous)


async def shared_asset(request: web.Request) -> web.StreamResponse:
    """GET /api/shared/{token}/assets/{sha256}: an asset that this very session uses, and no other of the project."""

    def find() -> str:
        share, row = _shared(request)
        if not session_assets.uses(request, share.project, row.session):
            raise NotFoundError("This session uses no such asset.")
        return share.project

    return await files.send_asset(request, await asyncio.to_thread(find))


async def shared_frame(request: web.Request) -> web.StreamResponse:
    """GET /api/shared/{token}/frame: as /frame, for a document that may load this link's assets alone."""
    share, _ = await asyncio.to_thread(_shared, request)
    return files.frame_answer(frame_policy(request.host, f"{SHARED_API}{share.token}/assets/"))


def _shared(request: web.Request) -> tuple[Share, SessionRow]:
    """Return the link and its session. Blocking. Raises NotFoundError when either is not there any more."""
    share = request.app[SHARES].find(request.match_info["token"])
    return share, session_named(request, share.project, share.session)
