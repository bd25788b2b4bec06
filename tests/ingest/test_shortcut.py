"""The short way of a chunk answers what the long way answers."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest
from aiohttp import ClientSession, web

from footfall.ingest import Proxies, Rate, Shortcut
from footfall.ingest.budget import MAX_CHUNK_BYTES
from footfall.ingest.rate import Buckets
from footfall.policy import Policy
from footfall.web import chunk_connection
from footfall.web.chunk_connection import ChunkConnection
from footfall.web.connections import Connections, GuardedRunner
from footfall.wire import schema
from tests.ingest.server import Server
from tests.wire.chunks import KEY, chunk, ident, page_view

Answer = tuple[int, dict[str, str], int]
Prepare = Callable[[Server], object]
ORIGIN = "https://shop.example"


@asynccontextmanager
async def _serving(folder: Path, prepare: Prepare, *, is_short: bool) -> AsyncIterator[str]:
    server = Server(folder)
    server.projects.ensure(id="p", name="P", key=KEY)
    prepare(server)
    make = partial(ChunkConnection, Shortcut(server.ingest, server.guard)) if is_short else None
    runner = GuardedRunner(server.app, Connections(), make)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
    server.close()


def _nothing(_server: Server) -> None: ...


async def _ask(
    folder: Path,
    headers: dict[str, str],
    query: str = "",
    prepare: Prepare = _nothing,
    *,
    is_short: bool,
) -> list[Answer]:
    """Return the answers to a session's first chunk and to its second."""
    answers: list[Answer] = []
    async with _serving(folder, prepare, is_short=is_short) as url, ClientSession() as http:
        for body in (chunk([page_view()]), chunk([page_view()], sequence=1)):
            async with http.post(
                f"{url}{schema.CHUNK_PATH}{query}", data=body, headers=headers
            ) as answer:
                told = dict(answer.headers)
                kept = {name: told[name] for name in told.keys() - {"Date", "Server"}}
                # Each server has a secret of its own, so tokens differ, but not in length.
                answers.append((answer.status, kept, len(await answer.read())))
    return answers


_HEADERS: list[dict[str, str]] = [
    {},
    {"Origin": ORIGIN},
    {"Origin": ORIGIN, "Expect": "100-continue"},
    {"Sec-GPC": "1"},
    {"Connection": "close"},
]


@pytest.mark.parametrize("headers", _HEADERS)
@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%41&x", "?other=1"])
async def test_both_ways_answer_the_same(
    tmp_path: Path, query: str, headers: dict[str, str]
) -> None:
    short = await _ask(tmp_path / "short", headers, query, is_short=True)
    assert short == await _ask(tmp_path / "long", headers, query, is_short=False)
    opted_out = "Sec-GPC" in headers
    assert [status for status, _, _ in short] == ([204, 204] if opted_out else [200, 403])


def _need_consent(server: Server) -> None:
    server.projects.set_privacy("p", honours_dnt=True, needs_consent=True)


def _pause(server: Server) -> None:
    server.projects.set_policy("p", Policy(paused=True))


def _sample(server: Server) -> None:
    server.projects.set_policy("p", Policy(sample=50))


def _allow_one(server: Server) -> None:
    server.guard._proxies = Proxies(header="X-Real-IP")
    server.guard._buckets = Buckets(Rate(per_second=0.001, burst=1))


def _fill_memory(server: Server) -> None:
    server.guard.chunks.hold(MAX_CHUNK_BYTES)


def _break(server: Server) -> None:
    async def broken(*_: object) -> NoReturn:
        raise ZeroDivisionError

    vars(server.ingest)["chunk"] = broken


@pytest.mark.parametrize(
    ("prepare", "header", "statuses"),
    [
        (_nothing, "DNT: 1", [204, 204]),
        (_need_consent, "DNT: 0", [425, 425]),
        (_pause, "DNT: 0", [200, 200]),
        (_sample, "DNT: 0", [200, 403]),
        (_allow_one, "X-Real-IP: 203.0.113.9", [200, 429]),
        (_fill_memory, "DNT: 0", [503, 503]),
        (_break, "DNT: 0", [500, 500]),
    ],
)
async def test_both_ways_refuse_the_same(
    tmp_path: Path, prepare: Prepare, header: str, statuses: list[int]
) -> None:
    name, _, value = header.partition(": ")
    headers = {"Origin": ORIGIN, name: value}
    short = await _ask(tmp_path / "short", headers, prepare=prepare, is_short=True)
    assert short == await _ask(tmp_path / "long", headers, prepare=prepare, is_short=False)
    assert [status for status, _, _ in short] == statuses
    for status, told, _ in short:
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Access-Control-Allow-Origin"] == ORIGIN
        assert ("Retry-After" in told) == (status in (429, 503))


_PLAIN = (
    f"POST {schema.CHUNK_PATH} HTTP/1.1\r\nHost: a\r\nOrigin: {ORIGIN}\r\n"
    "Content-Length: %d\r\n%s\r\n"
)


def _request(sequence: int, more: str = "", frames: bytes = b"") -> bytes:
    body = chunk([page_view()], session=ident(f"session-{sequence}"), frames=frames)
    return (_PLAIN % (len(body), more)).encode() + body


@asynccontextmanager
async def _talking(
    folder: Path, prepare: Prepare = _nothing
) -> AsyncIterator[tuple[StreamReader, StreamWriter, Server]]:
    servers: list[Server] = []

    def keep(server: Server) -> None:
        servers.append(server)
        prepare(server)

    async with _serving(folder, keep, is_short=True) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield reader, writer, servers[0]
        finally:
            writer.close()


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to that")


async def _answer_of(reader: StreamReader) -> bytes:
    """Return an answer's status line, after all of it was read."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await asyncio.wait_for(reader.readexactly(length), 30)
    return head.partition(b"\r\n")[0]


@pytest.mark.parametrize("patience", [0.0, 30.0])
@pytest.mark.parametrize("sizes", [[1], [300, 1, 7], [150] * 3, [10**6]])
async def test_a_chunk_in_any_pieces_is_stored_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: list[int], patience: float
) -> None:
    """In pieces of these sizes, the last one over and over; a body that lasts goes the long way (patience 0)."""
    monkeypatch.setattr(chunk_connection, "PATIENCE_SECONDS", patience)
    requests = [_request(number, frames=bytes(200)) for number in range(3)]
    async with _talking(tmp_path) as (reader, writer, server):
        for request in requests:
            at, left = 0, list(sizes)
            while at < len(request):
                size = left.pop(0) if len(left) > 1 else left[0]
                writer.write(request[at : at + size])
                await writer.drain()
                await asyncio.sleep(0)
                at += size
            assert await _answer_of(reader) == b"HTTP/1.1 200 OK"
        assert server.stored() == [request.partition(b"\r\n\r\n")[2] for request in requests]
        assert server.guard.chunks.held == 0


@pytest.mark.parametrize(
    "between",
    [
        b"",
        b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
async def test_requests_in_a_row_are_answered_in_their_order(
    tmp_path: Path, between: bytes, *, at_once: bool
) -> None:
    sent = [_request(0), between, _request(1), _request(2), between, _request(3)]
    async with _talking(tmp_path) as (reader, writer, server):
        expected = []
        for request in filter(None, sent):
            count = request.count(b"HTTP/1.1\r\nHost")
            status = b"404 Not Found" if b"GET /nothing" in request else b"200 OK"
            expected += [b"HTTP/1.1 " + status] * count
            writer.write(request)
            if not at_once:
                await writer.drain()
                await asyncio.sleep(0.05)
        assert [await _answer_of(reader) for _ in expected] == expected
        stored = expected.count(b"HTTP/1.1 200 OK")
        assert len(server.stored()) == stored


async def test_what_looks_like_a_chunk_inside_of_another_head_is_none(tmp_path: Path) -> None:
    """A head in two pieces, of which the second begins as a chunk's request does: for a proxy it is one field."""
    inner = _request(1)
    async with _talking(tmp_path) as (reader, writer, server):
        writer.write(_request(0) + b"GET /nothing HTTP/1.1\r\nHost: a\r\nX-A: ")
        assert await _answer_of(reader) == b"HTTP/1.1 200 OK"
        writer.write(inner)
        assert b" 400 " in await _answer_of(reader)
        assert len(server.stored()) == 1


async def test_a_body_that_does_not_come_frees_its_memory(tmp_path: Path) -> None:
    whole = _request(0)
    async with _talking(tmp_path) as (_, writer, server):
        writer.write(whole[:-10])
        await writer.drain()
        await _until(lambda: server.guard.chunks.held > 0)
        writer.transport.abort()
        await _until(lambda: server.guard.chunks.held == 0)


async def test_a_server_that_stops_takes_the_body_that_is_under_way(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.projects.ensure(id="p", name="P", key=KEY)
    make = partial(ChunkConnection, Shortcut(server.ingest, server.guard))
    runner = GuardedRunner(server.app, Connections(), make, shutdown_timeout=30)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    whole = _request(0)
    writer.write(whole[:-1])
    await _until(lambda: server.guard.chunks.held > 0)
    stopping = asyncio.create_task(runner.cleanup())
    await asyncio.sleep(0.05)
    writer.write(whole[-1:])
    assert (await asyncio.wait_for(reader.read(), 30)).startswith(b"HTTP/1.1 200 OK\r\n")
    await stopping
    assert len(server.stored()) == 1
    writer.close()
    server.close()
