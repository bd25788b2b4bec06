"""A session with what an export must bring along, and what it must leave out."""

import asyncio
import hashlib
import zlib
from struct import pack
from typing import Final

from footfall.projects import Project
from footfall.web.app import VAULT
from footfall.web.keys import ANNOTATIONS
from footfall.wire.facts import Identify
from footfall.wire.schema import FLAG_KEYFRAME, Asset, Fact
from tests.player.writer import Frames, el
from tests.player.writer import page as html
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, page_view

SESSION: Final = chunks.ident("s0")
USER: Final = "user-that-was-identified"


def png(red: int, green: int, blue: int) -> bytes:
    """Return a picture of one pixel."""

    def part(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    head = part(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    body = part(b"IDAT", zlib.compress(bytes([0, red, green, blue])))
    return b"\x89PNG\r\n\x1a\n" + head + body + part(b"IEND", b"")


async def record_shop(site: Site, canary: str = "http://canary.invalid") -> Project:
    """Record a session of 20 s: text that changes, a stored sheet and picture, and calls home."""
    project = site.project()
    sheet = b"p{color:rgb(1, 2, 3)} h1{background:url(%s/css)}" % canary.encode()
    assets = []
    for ref, kind, content in (("sheet", "text/css", sheet), ("dot", "image/png", png(0, 255, 0))):
        digest = hashlib.sha256(content).digest()
        await asyncio.to_thread(site.app[VAULT].put, digest.hex(), content, project.id)
        assets.append(Asset(0, ref, digest, kind, len(content)))
    frames = Frames().keyframe(
        10,
        html(
            el("p", {}, "first"),
            el("img", {"src": "ff:dot", "id": "dot", "width": "40", "height": "40"}),
            el("img", {"src": f"{canary}/img", "onerror": f"fetch('{canary}/js')"}),
            el("script", {"src": f"{canary}/script"}),
            el("iframe", {"src": f"{canary}/frame"}),
            head=[
                el("link", {"rel": "stylesheet", "href": "ff:sheet"}),
                el("link", {"rel": "preconnect", "href": canary}),
                el("meta", {"http-equiv": "refresh", "content": f"0;url={canary}/refresh"}),
            ],
        ),
    )
    facts: list[Fact] = [page_view(), Identify(5, USER, "{}"), *assets]
    await site.remember(project, "s0", facts, T0, frames=frames.end().bytes(), flags=FLAG_KEYFRAME)
    await site.remember(
        project,
        "s0",
        [click(500)],
        T0 + 19_000,
        sequence=1,
        frames=Frames().op("Time", 400).op("Text", 10, "second").bytes(),
    )
    site.app[ANNOTATIONS].add_note(project.id, SESSION, 19_000, "Look </script> here")
    return project
