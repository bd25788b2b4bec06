"""`footfall serve --workers 2`, a real one: two that get one chunk, a dead one, a clean end."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from footfall.log import Log
from footfall.policy import Policy
from footfall.projects import Projects
from footfall.wire import schema
from footfall.wire.schema import State
from tests.wire.chunks import KEY, chunk, click, page_view

SESSION = "session-0000000001"


def _workers(process: Process) -> list[int]:
    pid = process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children]


@asynccontextmanager
async def _serving(
    folder: Path, *, needs_consent: bool = False, **env: str
) -> AsyncIterator[tuple[Process, str]]:
    """Serve with two workers; it must end cleanly."""
    projects = Projects(folder / "settings.db")
    projects.ensure(id="p", name="P", key=KEY)
    projects.set_privacy("p", honours_dnt=True, needs_consent=needs_consent)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "footfall", "serve", "--storage", str(folder), "--port", "0",
        "--workers", "2", stdout=PIPE, env={**os.environ, **env},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        yield process, line.split()[3].decode()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _fresh() -> ClientSession:
    """Return a client each of whose requests takes a connection of its own: any worker may get it."""
    return ClientSession(connector=TCPConnector(force_close=True), timeout=ClientTimeout(total=20))


async def _send(http: ClientSession, origin: str, body: bytes, token: str = "") -> tuple[int, Any]:
    async with http.post(origin + schema.CHUNK_PATH, data=body, params={"token": token}) as answer:
        return answer.status, await answer.json()


def _body(sequence: int) -> bytes:
    return chunk([page_view(), click()], session=SESSION, sequence=sequence)


def _stored(folder: Path) -> Counter[bytes]:
    log = Log(folder / "log")
    try:
        return Counter(record.chunk for _, record in log.scan())
    finally:
        log.close()


async def test_a_chunk_that_both_workers_get_is_stored_once(tmp_path: Path) -> None:
    bodies = [_body(sequence) for sequence in range(8)]
    async with _serving(tmp_path) as (process, origin), _fresh() as http:
        assert len(_workers(process)) == 2
        first = await asyncio.gather(*(_send(http, origin, bodies[0]) for _ in range(16)))
        assert {status for status, _ in first} == {200}
        (token,) = {answer["token"] for _, answer in first}
        for body in bodies[1:]:
            status, _ = await _send(http, origin, body)
            assert (
                status == 403
            )  # whichever worker it is: the session is known, and this is not its token
            both = await asyncio.gather(*(_send(http, origin, body, token) for _ in range(4)))
            assert {status for status, _ in both} == {200}
        status, answer = await _send(
            http, origin, chunk([click()], session=SESSION, sequence=3), token
        )
        assert (status, answer["error"]) == (409, "conflict")
        status, answer = await _send(http, origin, b"no chunk")
        assert (status, answer["error"]) == (400, "not_a_chunk")
    assert _stored(tmp_path) == Counter(bodies)


async def test_a_worker_that_dies_is_replaced_and_pages_go_on(tmp_path: Path) -> None:
    async with _serving(tmp_path) as (process, origin), _fresh() as http:
        before = _workers(process)
        status, answer = await _send(http, origin, _body(0))
        assert status == 200
        os.kill(before[0], signal.SIGKILL)
        async with asyncio.timeout(20):
            while len(now := _workers(process)) < 2 or before[0] in now:  # noqa: ASYNC110 # no event tells
                await asyncio.sleep(0.05)
            sequence = 1
            while sequence < 20:  # those that met the dead one are sent again
                with suppress(ClientError):
                    status, _ = await _send(http, origin, _body(sequence), answer["token"])
                    assert status == 200
                    sequence += 1
        async with http.get(f"{origin}/healthz") as health:
            assert (health.status, (await health.json())["ok"]) == (200, True)
        async with http.get(f"{origin}/projects") as page:
            assert page.status == 200
            assert "Content-Security-Policy" in page.headers
        form = {"name": "Second", "origins": "", "mask": "balanced"}
        async with http.post(
            f"{origin}/projects", data=form, headers={"Origin": origin}, allow_redirects=False
        ) as made:
            assert made.status == 303
    assert len(_stored(tmp_path)) == 20


async def _status(http: ClientSession, origin: str, body: bytes, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with http.post(origin + schema.CHUNK_PATH, data=body, headers=named) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return answer.status


async def test_what_one_process_refuses_workers_refuse_and_the_owner_counts(tmp_path: Path) -> None:
    granted = State(0, "consent", "granted", 1)
    async with _serving(tmp_path, needs_consent=True) as (_, origin), _fresh() as http:
        assert await _status(http, origin, _body(0)) == 425
        assert await _status(http, origin, _body(0), DNT="1") == 204
        assert await _status(http, origin, _body(0), Sec_GPC="1") == 204
        first = chunk([page_view(), granted], session=SESSION)
        assert await _status(http, origin, first) == 200
        async with asyncio.timeout(20):
            while True:
                async with http.get(f"{origin}/healthz") as health:
                    counted = (await health.json())["counters"]
                if counted["opted_out"] == 2 and counted["refused"]:
                    break
                await asyncio.sleep(0.1)
        assert counted["refused"] == {"consent": 1}
        assert counted["chunks"] == 1
    assert _stored(tmp_path) == Counter([first])


async def test_a_network_has_one_rate_with_all_workers(tmp_path: Path) -> None:
    async with (
        _serving(tmp_path, FOOTFALL_ADDRESS_RATE="1", FOOTFALL_PROXY_HEADER="X-Real-IP") as (
            _,
            origin,
        ),
        _fresh() as http,
    ):
        told = [
            await _status(http, origin, _body(0), X_Real_IP="203.0.113.9", DNT="1")
            for _ in range(24)
        ]
        assert told[:10] == [204] * 10  # the rate's burst
        assert told.count(429) >= 4  # two rates would let 20 and more through
        assert await _status(http, origin, _body(0), X_Real_IP="198.51.100.1", DNT="1") == 204


async def test_guesses_of_the_password_are_counted_for_whoever_makes_them(tmp_path: Path) -> None:
    async with (
        _serving(tmp_path, FOOTFALL_PASSWORD="correct horse battery") as (_, origin),
        _fresh() as http,
    ):

        async def guess(address: str, **headers: str) -> int:
            bound = TCPConnector(force_close=True, local_addr=(address, 0))
            form = {"password": "wrong", "next": ""}
            async with (
                ClientSession(connector=bound) as guesser,
                guesser.post(f"{origin}/login", data=form, headers=headers) as answer,
            ):
                return answer.status

        mine = {"Origin": origin}
        # Neither header is the guesser's to write.
        lies = {"X-Forwarded-For": "127.0.0.3", "Footfall-Peer": "127.0.0.3"}
        told = [await guess("127.0.0.2", **mine, **lies) for _ in range(8)]
        assert told[0] == 401
        assert told[-1] == 429
        assert await guess("127.0.0.3", **mine) == 401
        async with http.get(f"{origin}/projects", allow_redirects=False) as page:
            assert page.status == 303


async def test_a_worker_passes_the_stream_of_a_session_on_until_the_server_stops(
    tmp_path: Path,
) -> None:
    async with _serving(tmp_path) as (_, origin), _fresh() as http:
        status, answer = await _send(http, origin, _body(0))
        assert status == 200
        path = f"{origin}/api/p/p/sessions/{SESSION}/live"
        async with asyncio.timeout(20):
            while await _status_of(http, path) == 404:  # noqa: ASYNC110 # until it is indexed
                await asyncio.sleep(0.1)
        stream = await http.get(path)
        assert b"grown" in await stream.content.readline()
        await _send(http, origin, _body(1), answer["token"])
        async with asyncio.timeout(20):
            while b'"sequence":1' not in await stream.content.readline():
                pass
    stream.close()  # the server has ended already, with the stream open


async def _status_of(http: ClientSession, url: str) -> int:
    async with http.get(url) as answer:
        return answer.status


async def test_the_owner_knows_what_workers_turn_away(tmp_path: Path) -> None:
    async with _serving(tmp_path) as (_, origin), _fresh() as http:
        host, port = origin.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"no HTTP at all\r\n\r\n")
        await reader.read()
        writer.close()
        _, held = await asyncio.open_connection(host, int(port))
        async with asyncio.timeout(20):
            while True:
                async with http.get(f"{origin}/metrics") as answer:
                    lines = (await answer.text()).splitlines()
                told = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
                ended = told['footfall_connections_ended_total{reason="malformed"}']
                if ended == "1.0" and float(told["footfall_worker_connections"]) >= 1:
                    break
                await asyncio.sleep(0.1)
        held.close()


async def test_workers_hand_the_policy_on(tmp_path: Path) -> None:
    async with _serving(tmp_path) as (_, origin), _fresh() as http:
        projects = Projects(tmp_path / "settings.db")
        version = projects.set_policy("p", Policy(mask="strict")).policy.version
        answer: Any = {}
        for sequence in range(60):  # the owner reads what another process wrote each second
            _, answer = await _send(http, origin, _body(sequence), answer.get("token", ""))
            if "policy" in answer:
                break
            await asyncio.sleep(0.1)
        assert answer["policy"] == version
        async with http.get(origin + schema.POLICY_PATH, params={"project": KEY}) as told:
            assert (told.status, (await told.json())["version"]) == (200, version)
