"""The short way of a chunk answers what the long way answers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from aiohttp import ClientSession, web

from footfall.ingest import Proxies, Rate, install_shortcut
from footfall.ingest.budget import MAX_CHUNK_BYTES
from footfall.ingest.rate import Buckets
from footfall.web.connections import Connections, GuardedRunner
from footfall.wire import schema
from tests.ingest.server import Server
from tests.wire.chunks import KEY, chunk, page_view

Answer = tuple[int, dict[str, str], int]
Prepare = Callable[[Server], object]
ORIGIN = "https://shop.example"


@asynccontextmanager
async def _serving(folder: Path, prepare: Prepare, *, is_short: bool) -> AsyncIterator[str]:
    server = Server(folder)
    server.projects.ensure(id="p", name="P", key=KEY)
    prepare(server)
    runner = GuardedRunner(server.app, Connections())
    await runner.setup()
    if is_short:
        assert runner.server is not None
        install_shortcut(server.app, runner.server)
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
