"""A server on loopback: gives the pages and scripts, takes every recorder's uploads and counts their bytes."""

import gzip
import random
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
from footfall.wire.codec import decode_chunk, inflate

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
    scripts = "".join(
        f'<script src="/pages/{n}.js"></script>' for n in ("workloads", "contestants")
    )
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Bench</title><style>{_STYLE}"
        f"</style>{scripts}</head><body><div id=stage></div>{''.join(cards)}</body></html>"
    )


@dataclass
class Sink:
    """What arrived since the last `clear`. `contents` holds the decoded bodies."""

    scripts: Path
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


def _footfall(body: bytes) -> bytes:
    header = decode_chunk(body)
    return inflate(header.frames, header.frames_encoding, schema.MAX_PART_BYTES)


async def _parts(request: web.Request) -> list[bytes]:
    return [
        _unzip(bytes(await part.read()))
        async for part in await request.multipart()
        if isinstance(part, BodyPartReader)
    ]


async def _take(request: web.Request) -> web.Response:
    sink, name = request.app[SINK], request.match_info["name"]
    if request.content_type.startswith("multipart/"):
        found = await _parts(request)
    else:
        body = await request.read()
        found = [_footfall(body) if request.path.endswith(schema.CHUNK_PATH) else _unzip(body)]
    size = request.content_length or sum(map(len, found))
    sink.body_bytes[name] += size
    # Datadog's other uploads are its views, resources and actions.
    if name != "datadog" or "replay" in request.query.get("ddforward", ""):
        sink.replay_bytes[name] += size
    sink.contents += found
    sink.last = time.monotonic()
    return web.json_response({"token": "t" * 32, "need": []})


async def _page(request: web.Request) -> web.Response:
    sink = request.app[SINK]
    elements = int(request.match_info["elements"])
    html = sink.pages.setdefault(elements, page_html(elements))
    return web.Response(text=html, content_type="text/html")


async def _empty(_: web.Request) -> web.Response:
    return web.Response(status=204)


@asynccontextmanager
async def serving(scripts: Path) -> AsyncIterator[Sink]:
    """Serve on a free port of loopback; `scripts` is what peers.build wrote."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    sink = app[SINK] = Sink(scripts)
    app.router.add_post(r"/sink/{name:\w+}{rest:.*}", _take)
    app.router.add_get(r"/page/{elements:\d+}", _page)
    app.router.add_get("/favicon.ico", _empty)
    app.router.add_static("/scripts", scripts)
    app.router.add_static("/pages", Path(__file__).parent / "pages")
    server = TestServer(app)
    await server.start_server()
    sink.origin = str(server.make_url("/")).rstrip("/")
    try:
        yield sink
    finally:
        await server.close()
