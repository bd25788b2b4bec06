"""A real server over a temporary folder, with the sessions that a test records into it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from footfall.config import Config
from footfall.log import Record
from footfall.projects import Project
from footfall.web.app import INDEXER, LOG, PROJECTS, create_app
from footfall.wire.schema import CHUNK_PATH, Fact
from tests.browser.conftest import browser, page
from tests.wire import chunks

__all__ = ["SAME_ORIGIN", "Open", "Site", "browser", "open_site", "page", "site"]

Client = TestClient[Request, Application]

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Site:
    """A running server, asked through `client`."""

    app: Application
    client: Client
    tokens: dict[str, str] = field(default_factory=dict)

    def project(self, name: str = "Shop", **settings: Any) -> Project:
        return self.app[PROJECTS].create(name, **settings)

    async def record(
        self, project: Project, session: str, facts: Iterable[Fact], **header: Any
    ) -> bytes:
        """Send a chunk as a recorder would, wait until it is indexed, return its bytes."""
        body = chunks.chunk(facts, project=project.key, session=chunks.ident(session), **header)
        token = self.tokens.get(session, "")
        async with self.client.post(f"{CHUNK_PATH}?token={token}", data=body) as answer:
            assert answer.status == 200, await answer.text()
            self.tokens[session] = (await answer.json())["token"]
        await asyncio.to_thread(self.app[INDEXER].catch_up)
        return body

    async def remember(
        self, project: Project, session: str, facts: Iterable[Fact], start: int, **header: Any
    ) -> None:
        """Put a chunk of a past visit into the log, as if it had been received when it was sent."""
        sent = start + 5_000
        body = chunks.chunk(
            facts,
            project=project.key,
            session=chunks.ident(session),
            base_time=start,
            sent_at=sent,
            **header,
        )
        await self.app[LOG].append(Record(project.id, sent, "Chromium 156 · Linux", body))
        await asyncio.to_thread(self.app[INDEXER].catch_up)

    async def text(self, path: str, status: int = 200, **options: Any) -> str:
        async with self.client.get(path, allow_redirects=False, **options) as answer:
            assert answer.status == status, f"{path}: {answer.status}"
            return await answer.text()

    async def json(self, path: str, status: int = 200) -> Any:
        async with self.client.get(path) as answer:
            assert answer.status == status, f"{path}: {answer.status}"
            return await answer.json()


Open = Callable[..., Awaitable[Site]]


@pytest.fixture
async def open_site(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens servers with the settings a test asks for."""
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> Site:
            config = replace(Config(storage=tmp_path / "storage"), **settings)
            app = await asyncio.to_thread(create_app, config)
            server = TestServer(app)
            await server.start_server(auto_decompress=False)
            client: Client = await stack.enter_async_context(TestClient(server))
            return Site(app, client)

        yield start


@pytest.fixture
async def site(open_site: Open) -> Site:
    return await open_site()
