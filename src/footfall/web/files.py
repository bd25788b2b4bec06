"""What is served as it lies on the disk: the recorder, stored assets, and the frame for recorded pages."""

import asyncio
from pathlib import Path
from typing import Final

from aiohttp import web

from footfall import resources
from footfall.errors import NotFoundError
from footfall.web.common import project_of
from footfall.web.keys import INDEX, VAULT
from footfall.web.security import frame_policy

_RECORDER: Final = "build"
_RECORDER_SECONDS: Final = 300
"""How long a site's visitors may run an old recorder after an update."""
_PART_SECONDS: Final = 31_536_000
"""A part that is asked for by its own build never changes."""
_HEAD_BYTES: Final = 200
"""A part names its build in its first lines."""

_ASSET_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_FRAME: Final = "<!doctype html><html><head></head><body></body></html>"


async def recorder(request: web.Request) -> web.StreamResponse:
    """GET /footfall.js, its parts /footfall-NAME.js, /footfall.mjs and /footfall.d.mts, for any website."""
    path = resources.static() / _RECORDER / request.path.removeprefix("/")
    head = await asyncio.to_thread(_head, path)
    if head is None:
        raise NotFoundError(
            "The recorder has no such file, or has not been built: run `make build`."
        )
    is_own = f'export const build="{request.query.get("v")}"'.encode() in head
    cache = f"{_PART_SECONDS}, immutable" if is_own else str(_RECORDER_SECONDS)
    return web.FileResponse(
        path,
        headers={
            "Content-Type": "text/javascript; charset=utf-8",
            "Cache-Control": f"public, max-age={cache}",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


def _head(path: Path) -> bytes | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


async def frame(request: web.Request) -> web.StreamResponse:
    """GET /frame: the empty document in which a recorded page is rebuilt, under a policy of its own."""
    return frame_answer(frame_policy(request.host))


def frame_answer(policy: str) -> web.Response:
    """Answer with the empty document under this policy."""
    headers = {"Content-Security-Policy": policy}
    return web.Response(text=_FRAME, content_type="text/html", headers=headers)


async def asset(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/assets/{sha256}: a stored style sheet, picture or font; inert when opened itself."""
    project = await asyncio.to_thread(project_of, request)
    return await send_asset(request, project.id)


async def send_asset(request: web.Request, project: str) -> web.StreamResponse:
    """Answer with the asset that the path names, if a recording of the project uses it."""

    def find() -> tuple[Path, str]:
        sha = request.match_info["sha256"]
        if not request.app[INDEX].has_asset(project, sha):
            raise NotFoundError("No recording of this project uses such an asset.")
        return request.app[VAULT].open(sha)

    path, kind = await asyncio.to_thread(find)
    return web.FileResponse(
        path,
        headers={
            "Content-Type": kind,
            "Content-Security-Policy": _ASSET_POLICY,
            "Cache-Control": "private, max-age=31536000, immutable",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
