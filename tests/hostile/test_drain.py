"""SIGTERM under load: what was begun is finished, what was acknowledged is there, and the server says that it goes."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession

from footfall.log import Log
from footfall.wire import schema
from tests.hostile.server import PATIENCE_S, Served, serving
from tests.wire.chunks import chunk, click, ident, page_view

VISITORS = 16


@dataclass
class Ledger:
    """What visitors were told."""

    acknowledged: list[bytes] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)


async def _visit(http: ClientSession, url: str, name: str, ledger: Ledger) -> None:
    """Send chunk after chunk until nobody listens any more."""
    token = ""
    for number in range(10_000):
        body = chunk(
            [page_view(), click()],
            session=ident(name), sequence=number, frames=bytes(20_000),
        )  # fmt: skip
        try:
            async with http.post(url, data=body, params={"token": token}) as answer:
                status = answer.status
                token = (await answer.json()).get("token", "")
        except (ClientError, OSError):
            return
        (ledger.acknowledged.append(body) if status == 200 else ledger.other.append(status))
        if len(ledger.acknowledged) > 200:
            ledger.begun.set()


def _stored(folder: Path) -> list[bytes]:
    log = Log(folder / "log")
    try:
        return [record.chunk for _, record in log.scan()]
    finally:
        log.close()


async def _ready(http: ClientSession, server: Served) -> int:
    async with http.get(f"http://{server.host}:{server.port}/readyz") as answer:
        return answer.status


async def test_sigterm_under_load_loses_nothing(tmp_path: Path) -> None:
    ledger = Ledger()
    async with serving(tmp_path, FOOTFALL_LOG_JSON="1") as server, ClientSession() as http:
        url = f"http://{server.host}:{server.port}{schema.CHUNK_PATH}"
        visits = [
            asyncio.create_task(_visit(http, url, f"visitor-{number}", ledger))
            for number in range(VISITORS)
        ]
        # One whose body is under way when the server is told to stop.
        slow = chunk([page_view()], session=ident("slow"), frames=bytes(20_000))
        reader, writer = await asyncio.open_connection(server.host, server.port)
        head = (
            f"POST {schema.CHUNK_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(slow)}\r\n\r\n"
        )
        writer.write(head.encode() + slow[:-1])
        await asyncio.wait_for(ledger.begun.wait(), PATIENCE_S)
        server.stop()
        await asyncio.sleep(0.1)
        writer.write(slow[-1:])  # aiohttp by itself takes nothing any more from a body under way
        assert (await asyncio.wait_for(reader.read(), PATIENCE_S)).startswith(b"HTTP/1.1 200")
        writer.close()
        await asyncio.gather(*visits)
        assert await asyncio.wait_for(server.process.wait(), PATIENCE_S) == 0
    assert ledger.other == []
    stored = _stored(tmp_path)
    assert set(ledger.acknowledged) | {slow} <= set(stored)
    assert len(stored) == len(set(stored))
    # At most one chunk of each visitor was stored without an answer that arrived.
    assert len(stored) <= len(ledger.acknowledged) + 1 + VISITORS


async def test_a_draining_server_says_so_and_still_takes_chunks(tmp_path: Path) -> None:
    async with serving(tmp_path, FOOTFALL_DRAIN_SECONDS="1") as server, ClientSession() as http:
        assert await _ready(http, server) == 200
        server.stop()
        while await _ready(http, server) != 503:
            assert server.process.returncode is None
        url = f"http://{server.host}:{server.port}{schema.CHUNK_PATH}"
        body = chunk([page_view()])
        async with http.post(url, data=body) as answer:
            assert answer.status == 200
        assert await asyncio.wait_for(server.process.wait(), PATIENCE_S) == 0
    assert _stored(tmp_path) == [body]


async def test_log_lines_name_nobody(tmp_path: Path) -> None:
    """Neither an address, nor a session, nor anything that a visitor sent."""
    log = tmp_path / "stderr"
    with log.open("wb") as stderr:
        async with (
            serving(tmp_path, stderr=stderr, FOOTFALL_LOG_JSON="1") as server,
            ClientSession() as http,
        ):
            base = f"http://{server.host}:{server.port}"
            body = chunk([page_view(title="a-private-title")], session=ident("a-private-session"))
            for data in (body, body, body + b"x", b"a-private-body", b""):
                url = f"{base}{schema.CHUNK_PATH}?token=a-private-token"
                async with http.post(url, data=data, headers={"User-Agent": "a-private-agent"}):
                    pass
            for path in (
                "/a-private-path",
                "/p/a-private-project",
                "/api/p/x/sessions/a-private-1",
            ):
                async with http.get(base + path):
                    pass
            _, writer = await asyncio.open_connection(server.host, server.port)
            writer.write(b"a-private-line\r\n\r\n")
            await asyncio.sleep(0.1)
            writer.close()
    lines = log.read_text("utf-8").splitlines()
    assert lines
    for line in lines:
        told = json.loads(line)
        assert {"time", "level", "logger", "message"} <= set(told)
        assert "a-private" not in line
        assert "127.0.0.1" not in told["message"]
