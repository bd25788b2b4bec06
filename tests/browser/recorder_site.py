"""A site with the recorder on it, and the server that it reports to: what arrives is kept for the test to read."""

import asyncio
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

from footfall.wire import schema
from footfall.wire.codec import decode_chunk, decode_facts, inflate
from footfall.wire.schema import Asset, Fact, Header, State
from tests.browser.frames import Op, Tree, read_frames

PROJECT: Final = "test_project_key_0001"
_WORKSPACE: Final = Path(__file__).parents[2] / "recorder-js"
_Kind = TypeVar("_Kind", bound=Fact)


def esbuild(entry: str, *options: str) -> str:
    """Return a script bundled from the TypeScript as it is now."""
    return _run(_WORKSPACE / "node_modules/esbuild/bin/esbuild", entry, "--bundle", *options)


def _node(*arguments: str) -> str:
    return _run("node", *arguments)


def _run(*command: str | Path) -> str:
    # The tool is a program, or a script for the node that lies beside this Python.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        command, cwd=_WORKSPACE, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@cache
def recorder() -> dict[str, str]:
    """Return the recorder's files by name, as they are shipped."""
    with tempfile.TemporaryDirectory() as folder:
        _node("build.mjs", "--out", folder)
        return {file.name: file.read_text() for file in Path(folder).iterdir()}


def build_of(script: str) -> str:
    """Return which build a part says that it is of."""
    found = re.search(r'export const build="(\w+)"', script)
    assert found
    return found[1]


@dataclass
class Arrived:
    """One request with a chunk."""

    header: Header
    body: bytes
    token: str
    facts: list[Fact]
    frames: bytes

    @property
    def name(self) -> tuple[str, str, int]:
        """Return what the server tells chunks apart by."""
        return self.header.session, self.header.tab, self.header.sequence

    @property
    def ops(self) -> list[Op]:
        return read_frames(self.frames)


@dataclass
class Site:
    """The pages to serve, the answers to give, and what came."""

    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    repeated: list[Arrived] = field(default_factory=list)
    assets: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    slow_assets: asyncio.Event | None = None  # uploads wait for it
    refusals: list[web.Response] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    policy: dict[str, object] = field(default_factory=lambda: {"version": ""})
    policy_asked: int = 0
    is_away: bool = False  # asked for its policy, the server fails
    slow_policy: asyncio.Event | None = None  # who asks for it waits for it
    origin: str = ""

    def script(self, attributes: str = "") -> str:
        """Return the script tag; without a budget of its own it has none, as a busy machine is slow at everything."""
        if "data-budget" not in attributes:
            attributes += ' data-budget="0" data-budget-kb="0"'
        return f'<script async src="/footfall.js" data-project="{PROJECT}" {attributes}></script>'

    @property
    def facts(self) -> list[Fact]:
        return [fact for chunk in self.arrived for fact in chunk.facts]

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def tree(self) -> Tree:
        """Return the page after everything that came; chunks are applied in the order of their numbers."""
        tree = Tree()
        for chunk in sorted(self.arrived, key=lambda c: (c.header.base_time, c.header.sequence)):
            tree.apply(chunk.ops)
        return tree

    async def until(self, condition: Callable[[], object], seconds: float = 30) -> None:
        """Wait until the condition holds; it is looked at whenever something arrived."""
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def keyframes(self) -> int:
        """Return how many keyframes have come whole."""
        return sum(op.name == "KeyframeEnd" for chunk in self.arrived for op in chunk.ops)

    async def until_keyframe(self, count: int = 1) -> None:
        await self.until(lambda: self.keyframes() >= count)


async def _chunk(request: web.Request) -> web.Response:
    site = request.app[SITE]
    body = await request.read()
    headers = {"Access-Control-Allow-Origin": "*"}
    if site.refusals:
        site.refused.append(body)
        refusal = site.refusals.pop(0)
        refusal.headers.update(headers)
        site.changed.set()
        return refusal
    header = decode_chunk(body)
    facts = decode_facts(inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES))
    frames = inflate(header.frames, header.frames_encoding, schema.MAX_PART_BYTES)
    chunk = Arrived(header, body, request.query.get("token", ""), facts, frames)
    # A page that is left sends what has no answer yet once more: like the server, keep the first of both.
    known = any(chunk.name == earlier.name for earlier in site.arrived)
    (site.repeated if known else site.arrived).append(chunk)
    site.changed.set()
    shas = {fact.sha256.hex() for fact in facts if isinstance(fact, Asset) and fact.sha256}
    answer = {
        "token": f"token-of-{header.session}",
        "need": sorted(shas - set(site.assets)),
        "policy": site.policy["version"],
    }
    return web.json_response(answer, headers=headers)


async def _policy(request: web.Request) -> web.Response:
    site = request.app[SITE]
    site.policy_asked += 1
    site.changed.set()
    if site.slow_policy:
        await site.slow_policy.wait()
    status = 503 if site.is_away else 200
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    return web.json_response({} if site.is_away else site.policy, status=status, headers=headers)


async def _asset(request: web.Request) -> web.Response:
    site = request.app[SITE]
    data = await request.read()
    if site.slow_assets:
        site.changed.set()
        await site.slow_assets.wait()
    assert hashlib.sha256(data).hexdigest() == request.query["sha256"]
    site.assets[request.query["sha256"]] = (request.query["type"], data)
    site.changed.set()
    return web.json_response({}, headers={"Access-Control-Allow-Origin": "*"})


async def _page(request: web.Request) -> web.Response:
    site = request.app[SITE]
    site.requests.append(request.path_qs)
    if request.path in site.files:
        content_type, data = site.files[request.path]
        keep = {"Cache-Control": "max-age=600"}
        return web.Response(body=data, content_type=content_type, headers=keep)
    if script := recorder().get(request.path[1:]):
        return web.Response(text=script, content_type="text/javascript")
    if request.path not in site.pages:
        return web.json_response(json.loads("{}"), status=404)
    return web.Response(text=site.pages[request.path], content_type="text/html")


def without_scripts(value: object) -> object:
    """Reduce scripts in an outline to their place, and frames to what is in them: their attributes are dropped."""
    if not isinstance(value, list):
        return value
    if value and value[0] == "script":
        return ["script"]
    if value and value[0] == "iframe":
        return ["iframe", *map(without_scripts, value[2:])]
    return [without_scripts(part) for part in value]


SITE: Final = web.AppKey("site", Site)


@asynccontextmanager
async def serve_site() -> AsyncIterator[Site]:
    """Serve an empty site; tests add pages to it."""
    recorder()
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app[SITE] = Site()
    app.add_routes(
        [
            web.post(schema.CHUNK_PATH, _chunk),
            web.post(schema.ASSET_PATH, _asset),
            web.get(schema.POLICY_PATH, _policy),
            web.get("/{path:.*}", _page),
        ]
    )
    server = TestServer(app)
    await server.start_server()
    app[SITE].origin = str(server.make_url("/")).rstrip("/")
    try:
        yield app[SITE]
    finally:
        await server.close()
    failed = [fact for fact in app[SITE].of(State) if fact.state == "failed"]
    assert failed == [], f"the recorder caught an error of its own: {failed}"


async def open_page(page: Page, site: Site, body: str, attributes: str = "") -> None:
    """Open a page with this body and the recorder; return when its keyframe has come and all of it watches."""
    site.pages["/"] = (
        f"<!doctype html><html><head>{site.script(attributes)}</head>"
        f"<body style='margin:0'>{body}</body></html>"
    )
    await page.goto(site.origin)
    await site.until_keyframe()
    await all_watches(page)


async def all_watches(page: Page) -> None:
    """Wait for what is loaded after the core: it is installed in one go, and part of it is a patch of this getter."""
    await page.wait_for_function(
        """() => !/\\[native code\\]/.test(
          Object.getOwnPropertyDescriptor(CSSStyleRule.prototype, "style").get.toString())"""
    )


def on_the_wire(site: Site) -> bytes:
    """Return all facts as text and all frames, to be searched."""
    return repr(site.facts).encode() + b"".join(chunk.frames for chunk in site.arrived)
