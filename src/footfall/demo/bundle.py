"""Bundled recordings: real chunks that scripted visitors made in the demo shop.

A bundle is a folder with `visitors.msgpack`, a stream of msgpack arrays [received_at, agent, chunk], and
`assets/`, the contents the vault needs besides the shop's own files, named by SHA-256.
"""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgpack

from footfall.log import Record
from footfall.projects import Project
from footfall.wire.codec import decode_chunk, encode_chunk
from footfall.wire.schema import Header

VISITORS_FILE: Final = "visitors.msgpack"
_DAY_MS: Final = 86_400_000
_SPREAD_MS: Final = 7 * _DAY_MS


def read(folder: Path) -> Iterator[Record]:
    """Yield the bundle's chunks, of no project yet, as they were received; nothing where there is no bundle."""
    path = folder / VISITORS_FILE
    if not path.exists():
        return
    with path.open("rb") as file:
        for received_at, agent, chunk in msgpack.Unpacker(file):
            yield Record("", received_at, agent, chunk)


def write(folder: Path, chunks: list[Record]) -> int:
    """Write the bundle's chunks; return the file's size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = (msgpack.packb([one.received_at, one.agent, one.chunk]) for one in chunks)
    return (folder / VISITORS_FILE).write_bytes(b"".join(rows))


def assets(folder: Path, shop: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (SHA-256 in hex, content) of all that the recordings may show."""
    files = [*sorted((folder / "assets").glob("*")), *sorted((shop / "static").rglob("*"))]
    for path in files:
        if path.is_file():
            content = path.read_bytes()
            yield hashlib.sha256(content).hexdigest(), content


def moved(chunks: list[Record], project: Project, now: int) -> list[Record]:
    """Return the chunks in `project`, as if their sessions had happened in the seven days before `now` (ms since 1970).

    Each session keeps its own inner times. Where it lands is drawn from its id, so that two runs on one day agree;
    visitors come by day more than by night.
    """
    headers = [decode_chunk(one.chunk) for one in chunks]
    starts: dict[str, int] = {}
    ends: dict[str, int] = {}
    for header, one in zip(headers, chunks, strict=True):
        starts[header.session] = min(starts.get(header.session, header.base_time), header.base_time)
        ends[header.session] = max(ends.get(header.session, 0), one.received_at)
    shifts = {
        session: _landing(session, now - (ends[session] - start)) - start
        for session, start in starts.items()
    }
    return [
        _shifted(one, header, shifts[header.session], project)
        for header, one in zip(headers, chunks, strict=True)
    ]


def _landing(session: str, latest: int) -> int:
    draw = random.Random(session)  # noqa: S311 - a spread for a demo, not a secret
    day = latest - latest % _DAY_MS - draw.randrange(7) * _DAY_MS
    hour = draw.triangular(7, 23, 19)
    start = day + int(hour * 3_600_000)
    return start if latest - _SPREAD_MS < start < latest else latest - draw.randrange(_DAY_MS)


def _shifted(one: Record, header: Header, shift: int, project: Project) -> Record:
    changed = header._replace(
        project=project.key,
        base_time=header.base_time + shift,
        sent_at=header.sent_at + shift,
    )
    chunk = encode_chunk(changed)
    return Record(project.id, one.received_at + shift, one.agent, chunk, header.session)
