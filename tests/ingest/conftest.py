"""A server over a temporary folder, and a client that posts to it."""

import json
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from footfall.wire import schema
from tests.ingest.server import Server
from tests.wire.chunks import KEY

ORIGIN = "https://shop.example"


class Client:
    """Posts to a server under test."""

    def __init__(self, server: Server, http: ClientSession, base: str) -> None:
        self.server = server
        self.http = http
        self.base = base

    async def post(
        self, data: Any, token: str = "", path: str = schema.CHUNK_PATH, **headers: str
    ) -> tuple[int, dict[str, Any], Any]:
        """Return status, JSON and headers of the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        params = {"token": token} if token else {}
        if isinstance(data, bytes) and len(data) > 500_000:  # aiohttp warns of large bytes
            data = BytesIO(data)
        async with self.http.post(
            self.base + path, data=data, params=params, headers={"Content-Type": "text/plain", **named}
        ) as answer:  # fmt: skip
            text = await answer.text()
            return answer.status, json.loads(text) if text else {}, answer.headers


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    server = Server(tmp_path)
    server.projects.ensure(id="p", name="P", key=KEY, origins=[ORIGIN])
    http_server = TestServer(server.app, host="127.0.0.1")
    await http_server.start_server(auto_decompress=False)
    async with ClientSession() as http:
        yield Client(server, http, str(http_server.make_url("")).rstrip("/"))
    await http_server.close()
    server.close()
