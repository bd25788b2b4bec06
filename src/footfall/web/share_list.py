"""The share links of a project on one page: who made them, when and how often they were opened; to be withdrawn."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from footfall.annotations.shares import AuditedShare
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.keys import SHARES
from footfall.web.render import Shell


@dataclass(frozen=True)
class SharesPage:
    """The context of shares.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    shares: tuple[AuditedShare, ...]  # newest first
    now: int  # ms since 1970


async def shares_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/shares."""

    def build() -> SharesPage:
        project = project_of(request)
        return SharesPage(
            shell=shell(request, f"Share links · {project.name}", "shares", project),
            base=f"/p/{project.id}",
            shares=tuple(request.app[SHARES].audit(project.id)),
            now=now_ms(),
        )

    return await page_answer(request, "shares.html", await asyncio.to_thread(build))


async def withdraw(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/shares/{share}/withdraw: the link shows nothing from now on."""

    def revoke() -> str:
        project = project_of(request)
        request.app[SHARES].withdraw(project.id, int(request.match_info["share"]))
        return project.id

    raise web.HTTPSeeOther(f"/p/{await asyncio.to_thread(revoke)}/shares")
