"""Connections before there is a request: time, size and number."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web

from footfall.web import connections
from footfall.web.connections import Connections, GuardedRunner, connection_limit

_ASK = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@asynccontextmanager
async def _served(guard: Connections, handler: Callable[..., object]) -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/", handler)  # type: ignore[arg-type] # any handler of these tests
    runner = GuardedRunner(app, guard, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never came to that")


async def _hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


async def _tell(port: int, *pieces: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.02)
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_head_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    guard = Connections(100)
    async with _served(guard, _hello) as port:
        assert await _tell(port) == b""  # nothing was asked, nothing is told
        late = await _tell(port, _ASK[:10])
        assert late.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        later = await _tell(port, _ASK, _ASK[:10])
        assert later.startswith(b"HTTP/1.1 200")
        assert b"408 Request Timeout" in later
        await _tell(port, *(b"%c" % byte for byte in _ASK))  # byte by byte is late, too
        assert guard.turned.late == 4
    assert guard.open == 0


async def test_a_head_in_time_is_answered_however_it_comes() -> None:
    guard = Connections(100)
    async with _served(guard, _hello) as port:
        close = _ASK[:-2] + b"Connection: close\r\n\r\n"
        answer = await _tell(port, _ASK[:9], _ASK[9:], _ASK + close[:5], close[5:])
        assert answer.count(b"HTTP/1.1 200") == 3
    assert vars(guard.turned) == dict.fromkeys(vars(guard.turned), 0)


async def test_an_idle_connection_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.05)
    async with _served(Connections(100), _hello) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(_ASK)
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.15)
        writer.close()


async def test_a_head_that_is_too_large_is_refused() -> None:
    guard = Connections(100)
    async with _served(guard, _hello) as port:
        head = _ASK[:-2] + b"X-A: " + b"a" * 7_000 + b"\r\n"
        answer = await _tell(port, head, *([b"X-B: " + b"b" * 7_000 + b"\r\n"] * 4))
        assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert guard.turned.large == 1


async def test_what_is_not_http_is_refused_quietly(caplog: pytest.LogCaptureFixture) -> None:
    guard = Connections(100)
    async with _served(guard, _hello) as port:
        for junk in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\nX : 1\r\n\r\n", b"\0" * 100):
            answer = await _tell(port, junk + b"\r\n\r\n")
            assert b" 400 Bad Request\r\n" in answer
            assert b'{"error": "http"' in answer
    assert guard.turned.malformed == 3
    assert caplog.records == []


async def test_one_connection_too_many_is_told_so() -> None:
    guard = Connections(3)
    async with _served(guard, _hello) as port, AsyncExitStack() as stack:
        opened = []
        for _ in range(3):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            opened.append(writer)
            stack.callback(writer.close)
        await asyncio.sleep(0.1)
        answer = await _tell(port, _ASK)
        assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"Retry-After: 5\r\n" in answer
        opened[0].close()
        await _until(lambda: guard.open < 3)
        assert (await _tell(port, _ASK[:-2] + b"Connection: close\r\n\r\n")).endswith(b"hello")
    assert (guard.open, guard.turned.full) == (0, 1)


def test_one_network_may_have_a_quarter() -> None:
    guard = Connections(16)
    assert [guard.enter("192.0.2.0/24") for _ in range(6)] == [True] * 4 + [False] * 2
    assert guard.enter("198.51.100.0/24")
    assert all(guard.enter("") for _ in range(11))  # through a proxy
    assert not guard.enter("203.0.113.0/24")
    guard.leave("192.0.2.0/24")
    assert guard.enter("192.0.2.0/24")


async def test_a_reader_who_stops_reading_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "STALL_SECONDS", 0.2)

    async def much(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(1_000):
            await answer.write(bytes(100_000))
        return answer

    guard = Connections(10)
    async with _served(guard, much) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
        writer.write(_ASK)
        await _until(lambda: guard.turned.stalled == 1 and not guard.open)
        writer.close()


async def test_a_handler_that_fails_is_a_plain_500(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_: web.Request) -> web.Response:
        raise ZeroDivisionError

    async with _served(Connections(10), fail) as port:
        answer = await _tell(port, _ASK)
        assert answer.startswith(b"HTTP/1.1 500")
        assert b"ZeroDivision" not in answer
    assert [record.name for record in caplog.records] == ["footfall.http"]
    assert "127.0.0.1" not in caplog.text


def test_the_limit_leaves_descriptors_for_files() -> None:
    assert 16 <= connection_limit() <= connections.MAX_CONNECTIONS
