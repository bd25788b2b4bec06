"""The short way of a chunk answers what the long way answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from footfall.ingest import install_shortcut
from footfall.wire import schema
from tests.ingest.server import Server
from tests.wire.chunks import KEY, chunk, page_view

Answer = tuple[int, dict[str, str], int]
ORIGIN = "https://shop.example"


@asynccontextmanager
async def _serving(folder: Path, *, is_short: bool) -> AsyncIterator[str]:
    server = Server(folder)
    server.projects.ensure(id="p", name="P", key=KEY)
    runner = web.AppRunner(server.app, auto_decompress=False)
    await runner.setup()
    if is_short:
        assert runner.server is not None
        install_shortcut(server.app, runner.server)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
    server.close()


async def _ask(
    folder: Path, query: str, headers: dict[str, str], *, is_short: bool
) -> list[Answer]:
    """Return the answers to a session's first chunk and to its second."""
    answers: list[Answer] = []
    async with _serving(folder, is_short=is_short) as url, ClientSession() as http:
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
    short = await _ask(tmp_path / "short", query, headers, is_short=True)
    assert short == await _ask(tmp_path / "long", query, headers, is_short=False)
    opted_out = "Sec-GPC" in headers
    assert [status for status, _, _ in short] == ([204, 204] if opted_out else [200, 403])
