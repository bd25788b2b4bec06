"""A server with just the player's API, over chunks kept in memory, and a canary that nothing may ever ask."""

import hashlib
import struct
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from footfall.wire import codec, schema
from tests.player.writer import BASE_TIME, PROJECT, SESSION, TAB

STATIC: Final = Path(__file__).parents[2] / "src/footfall/static"
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'"
)
FRAME_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' data: blob:; form-action 'none'; base-uri 'none'; frame-src 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)


@dataclass
class Site:
    """What is served, and what was asked for."""

    chunks: list[bytes] = field(default_factory=list)
    duration: int = 10_000
    assets: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    canary: list[str] = field(default_factory=list)
    url: str = ""
    canary_url: str = ""

    def asset(self, ref: str, kind: str, content: bytes, t: int = 0) -> schema.Asset:
        """Keep an asset; return the fact that names it."""
        digest = hashlib.sha256(content).digest()
        self.assets[digest.hex()] = (kind, content)
        return schema.Asset(t, ref, digest, kind, len(content))

    def manifest(self) -> dict[str, Any]:
        headers = [codec.decode_chunk(body) for body in self.chunks]
        tabs = [_tab(tab, headers) for tab in dict.fromkeys(header.tab for header in headers)]
        view = {
            "tab": TAB, "number": 1, "document": 1, "url": "http://shop.example/", "page": "/",
            "title": "<b>Shop</b>", "started": BASE_TIME, "ended": BASE_TIME + self.duration,
            "width": 800, "height": 600, "clicks": 0,
        }  # fmt: skip
        return {
            "project": PROJECT, "session": SESSION, "visitor": "v", "started": BASE_TIME,
            "ended": BASE_TIME + self.duration, "device": "desktop", "agent": "", "clock_offset": 0,
            "tabs": tabs, "page_views": [view],
        }  # fmt: skip

    def range(self, tab: str, first: int, last: int) -> bytes:
        parts = []
        for body in self.chunks:
            header = codec.decode_chunk(body)
            if header.tab == tab and first <= header.sequence <= last:
                parts += [struct.pack("<I", len(body)), body]
        return b"".join(parts)

    def outside(self) -> Sequence[str]:
        """Requests that are not the page's own, the API's or the vault's."""
        own = (
            "/replay",
            "/replay.js",
            "/decode-worker.js",
            "/player.css",
            "/player-panels.css",
            "/player-controls.css",
            "/frame",
            "/favicon.ico",
        )
        return [path for path in self.asked if path not in own and not path.startswith("/api/p/")]


def _tab(tab: str, headers: Sequence[schema.Header]) -> dict[str, Any]:
    own = [header for header in headers if header.tab == tab]
    chunks = [
        {
            "sequence": header.sequence, "document": header.document, "page_view": 1,
            "start": header.base_time, "end": header.base_time + 1000, "flags": header.flags,
            "bytes": len(header.frames), "url": header.url,
        }
        for header in own
    ]  # fmt: skip
    gaps = [
        {
            "after": before.sequence, "before": after.sequence, "start": before.base_time,
            "end": after.base_time, "reason": "missing",
        }
        for before, after in pairwise(own)
        if after.sequence > before.sequence + 1
    ]  # fmt: skip
    return {"tab": tab, "chunks": chunks, "gaps": gaps}


def _app(site: Site) -> web.Application:
    async def replay(_: web.Request) -> web.Response:
        body = (
            '<!DOCTYPE html><html lang="en"><link rel="stylesheet" href="/player.css">'
            '<link rel="stylesheet" href="/player-panels.css">'
            '<link rel="stylesheet" href="/player-controls.css"><body>'
            f'<div id="player" data-project="{PROJECT}" data-session="{SESSION}"></div>'
            '<script type="module" src="/replay.js"></script>'
        )
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return web.Response(text=body, content_type="text/html", headers=headers)

    async def frame(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": FRAME_POLICY}
        return web.Response(
            text="<!DOCTYPE html><html></html>", content_type="text/html", headers=headers
        )

    async def manifest(_: web.Request) -> web.Response:
        return web.json_response(site.manifest())

    async def chunks(request: web.Request) -> web.Response:
        first, last = int(request.query["from"]), int(request.query["to"])
        return web.Response(body=site.range(request.query["tab"], first, last))

    async def asset(request: web.Request) -> web.Response:
        kind, content = site.assets[request.match_info["sha256"]]
        return web.Response(body=content, content_type=kind)

    async def script(request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "build" / request.match_info["name"])

    async def style(request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / request.path.removeprefix("/"))

    @web.middleware
    async def note(request: web.Request, handler: Any) -> web.StreamResponse:
        site.asked.append(request.path)
        response: web.StreamResponse = await handler(request)
        return response

    app = web.Application(middlewares=[note])
    base = f"/api/p/{PROJECT}"
    app.router.add_get("/replay", replay)
    app.router.add_get("/frame", frame)
    app.router.add_get("/{name:(?:replay|player|decode-worker)\\.js}", script)
    app.router.add_get("/player.css", style)
    app.router.add_get("/player-panels.css", style)
    app.router.add_get("/player-controls.css", style)
    app.router.add_get(f"{base}/sessions/{SESSION}", manifest)
    app.router.add_get(f"{base}/sessions/{SESSION}/chunks", chunks)
    app.router.add_get(base + "/assets/{sha256}", asset)
    return app


def _canary(site: Site) -> web.Application:
    async def sing(request: web.Request) -> web.Response:
        site.canary.append(request.path)
        return web.Response(text="")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", sing)
    return app


@asynccontextmanager
async def running(apps: Iterable[web.Application]) -> AsyncIterator[list[str]]:
    """Serve each app on a free port; yield their addresses."""
    runners = [web.AppRunner(app) for app in apps]
    urls = []
    try:
        for runner in runners:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            urls.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        yield urls
    finally:
        for runner in runners:
            await runner.cleanup()


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[Site]:
    """Serve a site and its canary."""
    async with running([_app(site), _canary(site)]) as (url, canary_url):
        site.url, site.canary_url = url, canary_url
        yield site
