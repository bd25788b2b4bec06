"""A server on loopback: gives the pages and scripts, takes every recorder's uploads and counts their bytes."""

import gzip
import random
import re
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.multipart import BodyPartReader
from aiohttp.test_utils import TestServer

from footfall.wire import schema
from footfall.wire.codec import decode_chunk, decode_facts, inflate

_LETTERS: Final = "abcdefghijklmnop"
_WORDS: Final = (
    "offer",
    "price",
    "basket",
    "sofa",
    "lamp",
    "delivery",
    "returns",
    "oak",
    "walnut",
    "review",
)
_STYLE: Final = """
  body { font: 14px/1.4 sans-serif; margin: 0 } section { padding: 4px 12px; border-bottom: 1px solid #ddd }
  #stage { height: 400px; overflow: hidden; contain: strict } .box { width: 20px; height: 20px; background: #47a }
  .port { height: 400px; overflow: auto } .tall { height: 60000px; position: relative }
  .line { position: absolute; height: 24px; display: flex; gap: 12px } button:hover { background: #fc8 }
"""
# Whose copies of a package a page links to; here they come from node_modules.
_COPIES: Final = (
    (re.compile(rb"https://[\w.]+/npm/([\w-]+)@[\d.]+/"), rb"/npm/\1/"),
    (
        re.compile(rb"https://use\.[\w.]+/releases/v[\d.]+/"),
        rb"/npm/@fortawesome/fontawesome-free/",
    ),
)
_HEAD: Final = re.compile(rb"<head\b[^>]*>")


def word(state: int) -> bytes:
    """Return the word that pages/workloads.js shows in a state."""
    return b"zq" + bytes(ord(_LETTERS[state >> shift & 15]) for shift in (12, 8, 4, 0))


def page_html(elements: int) -> str:
    """Return a page like a shop's with about so many elements, the same at every call."""
    chance = random.Random(elements)

    def text(words: int) -> str:
        return " ".join(chance.choices(_WORDS, k=words))

    cards = [
        f'<section class="card c{i % 12}" data-sku="s{i}"><h2 id="h{i}">{text(3)}</h2>'
        f'<p class="lead">{text(12)} <a href="/p/{i}" title="{text(2)}">{text(2)}</a></p>'
        f'<ul class="facts"><li>{text(4)}</li><li><b>{text(1)}</b> {text(3)}</li></ul></section>'
        for i in range(max(1, elements // 8))
    ]
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Bench</title><style>{_STYLE}"
        f"</style>{_scripts('workloads', 'contestants')}</head><body><div id=stage></div>{''.join(cards)}</body></html>"
    )


def _scripts(*names: str) -> str:
    return "".join(f'<script src="/pages/{name}.js"></script>' for name in names)


def site_html(html: bytes) -> bytes:
    """Return a published page with the recorders on it, and what it loads from elsewhere from here."""
    for pattern, local in _COPIES:
        html = pattern.sub(local, html)
    added = _scripts("contestants", "visitors").encode()
    return _HEAD.sub(lambda head: head[0] + added, html, count=1)


@dataclass
class Sink:
    """What arrived since the last `clear`. `contents` holds the decoded bodies.

    `vault` has the bytes of each asset by its SHA-256; it is never cleared, as a server's is not.
    """

    scripts: Path
    root: Path | None = None
    vault: dict[str, int] = field(default_factory=dict)
    asset_bytes: Counter[str] = field(default_factory=Counter)
    pages: dict[int, str] = field(default_factory=dict)
    body_bytes: Counter[str] = field(default_factory=Counter)
    replay_bytes: Counter[str] = field(default_factory=Counter)
    contents: list[bytes] = field(default_factory=list)
    last: float = 0
    origin: str = ""

    def clear(self) -> None:
        """Forget what arrived."""
        self.body_bytes.clear()
        self.replay_bytes.clear()
        self.asset_bytes.clear()
        self.contents.clear()

    def states_found(self, count: int) -> int:
        """Return how many of a workload's states can be found in what arrived."""
        every = b"\n".join(self.contents)
        return sum(word(state) in every for state in range(count))


SINK: Final = web.AppKey("sink", Sink)


def _unzip(data: bytes) -> bytes:
    """Return gzip or zlib data decompressed, a torn end included; anything else as it is."""
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:1] == b"\x78":
        return zlib.decompressobj().decompress(data)
    return data


def _footfall(sink: Sink, body: bytes) -> tuple[list[bytes], list[str]]:
    """Return the frames of a chunk, and the hashes which this server lacks."""
    header = decode_chunk(body)
    facts = decode_facts(inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES))
    hashes = {one.sha256.hex() for one in facts if isinstance(one, schema.Asset) and one.sha256}
    frames = inflate(header.frames, header.frames_encoding, schema.MAX_PART_BYTES)
    return [frames], sorted(hashes - set(sink.vault))


async def _parts(request: web.Request) -> list[bytes]:
    return [
        _unzip(bytes(await part.read()))
        async for part in await request.multipart()
        if isinstance(part, BodyPartReader)
    ]


async def _take(request: web.Request) -> web.Response:
    sink, name = request.app[SINK], request.match_info["name"]
    need: list[str] = []
    if request.path.endswith(schema.ASSET_PATH):
        size = len(await request.read())
        sink.vault[request.query["sha256"]] = size
        sink.asset_bytes[name] += size
        sink.last = time.monotonic()
        return web.json_response({})
    if request.content_type.startswith("multipart/"):
        found = await _parts(request)
    elif request.path.endswith(schema.CHUNK_PATH):
        found, need = _footfall(sink, await request.read())
    else:
        found = [_unzip(await request.read())]
    size = request.content_length or sum(map(len, found))
    sink.body_bytes[name] += size
    # Datadog's other uploads are its views, resources and actions.
    if name != "datadog" or "replay" in request.query.get("ddforward", ""):
        sink.replay_bytes[name] += size
    sink.contents += found
    sink.last = time.monotonic()
    return web.json_response({"token": "t" * 32, "need": need})


async def _page(request: web.Request) -> web.Response:
    sink = request.app[SINK]
    elements = int(request.match_info["elements"])
    html = sink.pages.setdefault(elements, page_html(elements))
    return web.Response(text=html, content_type="text/html")


async def _site(request: web.Request) -> web.StreamResponse:
    root = request.app[SINK].root
    file = (root / request.match_info["path"]).resolve() if root else None
    if (
        root is None
        or file is None
        or not file.is_relative_to(root.resolve())
        or not file.is_file()
    ):
        return web.Response(status=404)
    if file.suffix == ".html":
        return web.Response(body=site_html(file.read_bytes()), content_type="text/html")
    return web.FileResponse(file)


async def _part(request: web.Request) -> web.StreamResponse:
    """Give what our recorder loads later, from the endpoint that it sends to."""
    return web.FileResponse(request.app[SINK].scripts / request.match_info["part"])


async def _for_all_origins(request: web.Request, response: web.StreamResponse) -> None:
    if request.path.startswith("/scripts/"):
        response.headers["Access-Control-Allow-Origin"] = "*"


async def _empty(_: web.Request) -> web.Response:
    return web.Response(status=204)


@asynccontextmanager
async def serving(scripts: Path) -> AsyncIterator[Sink]:
    """Serve on a free port of loopback; `scripts` is what peers.build wrote."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    sink = app[SINK] = Sink(scripts)
    app.router.add_post(r"/{where:sink|scripts}/{name:\w+}{rest:.*}", _take)
    app.router.add_get(r"/scripts/footfall/{part:[\w-]+\.js}", _part)
    app.router.add_get(r"/page/{elements:\d+}", _page)
    app.router.add_get("/favicon.ico", _empty)
    app.router.add_static("/scripts", scripts)
    app.router.add_static("/pages", Path(__file__).parent / "pages")
    app.router.add_static("/npm", Path(__file__).parent / "node_modules")
    app.router.add_get("/{path:.*}", _site)
    app.on_response_prepare.append(_for_all_origins)
    server = TestServer(app)
    await server.start_server()
    sink.origin = str(server.make_url("/")).rstrip("/")
    try:
        yield sink
    finally:
        await server.close()
