"""Ingest over HTTP: what is right is stored once, what is wrong is a clear 4xx, and the server goes on."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import msgpack
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from footfall.errors import StorageError
from footfall.ingest import Rate, body, create_routes
from footfall.log import Log, Overloaded
from footfall.policy import Policy
from footfall.wire import codec, schema
from footfall.wire.schema import Asset
from tests.ingest.conftest import ORIGIN, Client
from tests.ingest.server import Server
from tests.wire.chunks import KEY, chunk, click, ident, page_view

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)


async def test_a_chunk_is_stored_and_indexed(client: Client) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
    first = chunk([page_view(), click()])
    status, answer, headers = await client.post(first, Origin=ORIGIN, User_Agent=agent)
    assert (status, answer["need"]) == (200, [])
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in headers
    second = chunk([click()], sequence=1)
    status, again, _ = await client.post(second, token=answer["token"])
    assert (status, again["token"]) == (200, answer["token"])
    assert client.server.stored() == [first, second]
    client.server.indexer.catch_up()
    row = client.server.index.sessions("p")[0]
    assert (row.clicks, row.chunks, row.agent) == (2, 2, "Chrome 156 · Linux")
    assert client.server.ingest.counters.chunks == 2


def _bomb() -> bytes:
    return codec.deflate(bytes(30_000_000))


NOT_UTF8 = codec.encode_facts([click(text="zz")]).replace(b"zz", b"z\xff")
BAD: list[tuple[str, bytes, int, str]] = [
    ("empty", b"", 400, "not_a_chunk"),
    ("truncated", chunk([page_view()])[:-3], 400, "not_a_chunk"),
    ("not msgpack", b"{'hello': 1}", 400, "not_a_chunk"),
    ("json", b'{"a": 1}', 400, "not_a_chunk"),
    ("too large", b"x" * (schema.MAX_CHUNK_BYTES + 1), 413, "too_large"),
    ("far too large", b"x" * 3_000_000, 413, "too_large"),
    ("deep", b"\x91" * 60_000, 400, "not_a_chunk"),
    ("lying length", b"\xdd\xff\xff\xff\xff" + b"\x00" * 100, 400, "not_a_chunk"),
    ("version", msgpack.packb(["footfall", 2]), 400, "version"),
    ("path as id", chunk(session="../../../../etc/x"), 400, "bad_id"),
    ("unknown project", chunk(project="unknown-project-key"), 403, "project"),
    ("bomb", chunk(facts=_bomb()), 413, "too_large"),
    ("bad deflate", chunk(facts=b"\xff\xff\xff"), 400, "bad_deflate"),
    ("facts cut", chunk(facts=codec.deflate(codec.encode_facts([click()])[:-2])), 400, "bad_facts"),
    ("deep facts", chunk(facts=codec.deflate(b"\x91" * 100_000)), 400, "bad_facts"),
    ("encoding", chunk(facts_encoding=7), 400, "encoding"),
    ("frames encoding", chunk(frames_encoding=7), 400, "encoding"),
    ("nan", chunk([page_view(pixel_ratio=float("nan"))]), 400, "bad_facts"),
    ("infinite", chunk([page_view(pixel_ratio=float("inf"))]), 400, "bad_facts"),
    ("huge", chunk([click(page_x=2**60)]), 400, "bad_facts"),
    ("place", chunk([click(place_x=-1)]), 400, "bad_number"),
    ("not utf-8", chunk(facts_encoding=0, facts=NOT_UTF8), 400, "bad_facts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "status", "code"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
async def test_what_is_wrong_is_refused(
    client: Client, data: bytes, status: int, code: str
) -> None:
    got, answer, headers = await client.post(data, Origin=ORIGIN)
    assert (got, answer["error"]) == (status, code)
    assert answer["message"]
    assert headers["Access-Control-Allow-Origin"] == ORIGIN  # else the recorder cannot read it
    assert client.server.stored() == []
    assert client.server.ingest.counters.refused == {code: 1}
    assert (await client.post(chunk([page_view()])))[0] == 200


async def test_a_body_with_a_coding_is_refused_unread(client: Client) -> None:
    for coding in ("gzip", "deflate", "br", "zstd", "identity"):
        packed = gzip.compress(chunk([page_view()]))
        status, answer, _ = await client.post(packed, Content_Encoding=coding)
        assert (status, answer["error"]) == (415, "coding")
    assert client.server.stored() == []


async def test_an_endless_body_is_cut_off(client: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b"x" * 10_000

    tracemalloc.start()
    try:
        status, answer, _ = await client.post(endless())
        assert (status, answer["error"]) == (413, "too_large")
    except OSError:  # the server may close before all was sent
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000
    assert (await client.post(chunk([page_view()])))[0] == 200


async def test_a_slow_body_times_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(1)
        yield b"x"

    status, answer, _ = await client.post(slow())
    assert (status, answer["error"]) == (408, "timeout")


async def test_other_origins_are_refused(client: Client) -> None:
    for origin in ("https://evil.example", "null", "http://shop.example"):
        status, answer, _ = await client.post(chunk([page_view()]), Origin=origin)
        assert (status, answer["error"]) == (403, "origin")
    assert client.server.stored() == []


async def test_privacy_control_stores_nothing(client: Client) -> None:
    status, answer, _ = await client.post(chunk([page_view()]), Sec_GPC="1")
    assert (status, answer) == (204, {})
    assert client.server.stored() == []
    assert client.server.ingest.counters.opted_out == 1


async def test_a_repeat_is_acknowledged_and_stored_once(client: Client) -> None:
    first = chunk([page_view()])
    token = (await client.post(first))[1]["token"]
    for _ in range(3):
        assert (await client.post(first))[:2] == (200, {"token": token, "need": []})
    assert client.server.stored() == [first]
    assert client.server.ingest.counters.repeats == 3


async def test_the_same_chunk_many_times_at_once_is_stored_once(client: Client) -> None:
    first = chunk([page_view()])
    answers = await asyncio.gather(*(client.post(first) for _ in range(20)))
    assert {answer[0] for answer in answers} == {200}
    assert len({answer[1]["token"] for answer in answers}) == 1
    assert client.server.stored() == [first]


async def test_another_chunk_under_a_taken_name_is_a_conflict(client: Client) -> None:
    first = chunk([page_view()])
    token = (await client.post(first))[1]["token"]
    status, answer, _ = await client.post(chunk([page_view(), click()]), token=token)
    assert (status, answer["error"]) == (409, "conflict")
    assert client.server.stored() == [first]


async def test_a_known_session_needs_its_token(client: Client) -> None:
    first, second = chunk([page_view()]), chunk([click()], sequence=1)
    token = (await client.post(first))[1]["token"]
    other = (await client.post(chunk([page_view()], session=ident("other"))))[1]["token"]
    for wrong in ("", "x", other, token[:-1], "\udcff", "é"):
        status, answer, _ = await client.post(
            second, path=f"{schema.CHUNK_PATH}?token={wrong.encode('utf-8', 'replace').hex()}"
        )
        assert (status, answer["error"]) == (403, "token")
        if wrong.isascii():
            assert (await client.post(second, token=wrong))[0] == 403
    assert (await client.post(second, token=token))[0] == 200


async def test_a_session_of_one_project_is_not_known_in_another(client: Client) -> None:
    client.server.projects.ensure(id="q", name="Q", key="another-key-0123456789")
    first = chunk([page_view()])
    token = (await client.post(first))[1]["token"]
    other = chunk([page_view()], project="another-key-0123456789")
    status, answer, _ = await client.post(other)
    assert status == 200
    assert answer["token"] != token
    client.server.indexer.catch_up()
    assert client.server.index.session_count("q") == 1


async def test_receipts_outlive_a_restart_and_being_forgotten(
    client: Client, tmp_path: Path
) -> None:
    server = client.server
    bodies = [chunk([page_view()], session=ident(f"session-{n}")) for n in range(300)]
    for one in bodies:
        assert (await client.post(one))[0] == 200
    server.indexer.catch_up()
    server.receipts._max_receipts = 0
    server.receipts._forget()
    assert server.receipts._sessions == {}
    for one in bodies[:10]:
        assert (await client.post(one))[0] == 200
    session = ident("session-20")
    assert (await client.post(chunk([click()], session=session)))[0] == 409
    assert (await client.post(chunk([click()], session=session, sequence=1)))[0] == 403
    assert len(server.stored()) == 300


async def test_assets_are_asked_for_uploaded_and_not_asked_again(client: Client) -> None:
    sha = sha256(PNG).hexdigest()
    fact = Asset(0, "r", bytes.fromhex(sha), "image/png", len(PNG))
    unreadable = Asset(0, "s", b"", "", 0, "cors")
    first = chunk([page_view(), fact, fact, unreadable])
    answer = (await client.post(first))[1]
    assert answer["need"] == [sha]
    path = f"{schema.ASSET_PATH}?project={KEY}&sha256={sha}&type=image/png"
    assert (await client.post(PNG, path=path, Origin=ORIGIN))[0] == 200
    assert (await client.post(PNG, path=path))[0] == 200
    assert (await client.post(first))[1]["need"] == []
    assert client.server.vault.open(sha)[0].read_bytes() == PNG


@pytest.mark.parametrize(
    ("query", "data", "status", "code"),
    [
        (f"project={KEY}&sha256={'0' * 64}", PNG, 400, "hash"),
        (f"project={KEY}&sha256=..%2F..%2Fetc", PNG, 400, "bad_hash"),
        (f"project={KEY}", PNG, 400, "bad_hash"),
        (f"project=x&sha256={sha256(PNG).hexdigest()}", PNG, 403, "project"),
        ("", PNG, 403, "project"),
        (
            f"project={KEY}&sha256={sha256(b'MZ' + bytes(9)).hexdigest()}",
            b"MZ" + bytes(9),
            415,
            "type",
        ),
        (f"project={KEY}&sha256={'0' * 64}", b"x" * (schema.MAX_ASSET_BYTES + 1), 413, "too_large"),
    ],
)
async def test_wrong_assets_are_refused(
    client: Client, query: str, data: bytes, status: int, code: str
) -> None:
    got, answer, _ = await client.post(data, path=f"{schema.ASSET_PATH}?{query}")
    assert (got, answer["error"]) == (status, code)


async def test_a_preflight_is_answered(client: Client) -> None:
    url = client.base + schema.CHUNK_PATH
    async with client.http.options(url, headers={"Origin": ORIGIN}) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Allow-Methods"] == "POST"


@pytest.mark.parametrize("error", [StorageError("disk full"), Overloaded("too much")])
async def test_a_disk_that_says_no_is_a_503_and_passes(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: StorageError
) -> None:
    first = chunk([page_view()])

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Log, "append", fail)
        status, answer, headers = await client.post(first, Origin=ORIGIN)
        assert (status, answer["error"]) == (503, "unavailable")
        assert int(headers["Retry-After"]) > 0
    assert (await client.post(first))[0] == 200
    assert client.server.stored() == [first]


async def test_an_append_that_fails_later_is_not_taken_for_stored(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = chunk([page_view()])

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("footfall.log.files.sync", fail)
        answers = await asyncio.gather(*(client.post(first) for _ in range(3)))
        assert {answer[0] for answer in answers} == {503}
    assert client.server.stored() == []
    assert (await client.post(first))[0] == 200
    assert client.server.stored() == [first]


async def test_too_much_is_a_429(tmp_path: Path) -> None:
    server = Server(tmp_path, Rate(per_second=0.1, burst=2))
    server.projects.ensure(id="p", name="P", key=KEY)
    http_server = TestServer(server.app, host="127.0.0.1")
    await http_server.start_server(auto_decompress=False)
    async with ClientSession() as http:
        client = Client(server, http, str(http_server.make_url("")).rstrip("/"))
        first = chunk([page_view()])
        statuses = [(await client.post(first))[0] for _ in range(2)]
        assert statuses == [200, 200]
        status, answer, headers = await client.post(first)
        assert (status, answer["error"]) == (429, "rate")
        assert 1 <= int(headers["Retry-After"]) <= 10
    await http_server.close()
    server.close()


async def test_a_full_session_takes_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await client.post(chunk([page_view()])))[1]["token"]
    monkeypatch.setattr("footfall.ingest.receipts.MAX_SESSION_CHUNKS", 1)
    status, answer, _ = await client.post(chunk([click()], sequence=1), token=token)
    assert (status, answer["error"]) == (403, "session_full")


async def test_large_facts_are_read_in_a_thread(client: Client) -> None:
    many = [click(text="x" * 40, t=number) for number in range(2_000)]
    assert (await client.post(chunk(many)))[0] == 200
    few = codec.encode_facts(many[:500])
    assert len(few) > 16 * 1024
    plain = chunk(facts=few, facts_encoding=0, session=ident("plain"))
    assert (await client.post(plain))[0] == 200


def test_routes_are_the_five(tmp_path: Path) -> None:
    server = Server(tmp_path)
    routes = {(route.method, route.path) for route in create_routes(server.ingest)}
    assert routes == {("GET", schema.POLICY_PATH)} | {
        (method, path)
        for method in ("POST", "OPTIONS")
        for path in (schema.CHUNK_PATH, schema.ASSET_PATH)
    }
    server.close()


async def _policy(client: Client, key: str = KEY, **headers: str) -> tuple[int, dict[str, object]]:
    url = client.base + schema.POLICY_PATH
    async with client.http.get(url, params={"project": key}, headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers.get("Access-Control-Allow-Origin") == headers.get("Origin")
        return answer.status, await answer.json()


async def test_recorders_are_told_the_policy_and_that_it_changed(client: Client) -> None:
    assert await _policy(client, Origin=ORIGIN) == (200, {"version": ""})
    _, answer, _ = await client.post(chunk([page_view()]))
    assert "policy" not in answer
    policy = Policy(sample=50, mask_selectors=(".a", "#b"), exclude=("/admin/*",))
    version = client.server.projects.set_policy("p", policy).policy.version
    _, answer, _ = await client.post(chunk([click()], sequence=1), token=answer["token"])
    assert answer["policy"] == version
    assert await _policy(client) == (
        200,
        {
            "version": version,
            "paused": False,
            "sample": 0.5,
            "mask": "",
            "maskSelector": ".a, #b",
            "blockSelector": "",
            "exclude": ["/admin/*"],
        },
    )
    status, refusal = await _policy(client, "no_project_has_this", Origin=ORIGIN)
    assert (status, refusal["error"]) == (403, "project")


async def test_a_paused_project_stores_nothing(client: Client) -> None:
    data = chunk([page_view()])
    version = client.server.projects.set_policy("p", Policy(paused=True)).policy.version
    status, answer, _ = await client.post(data)
    assert (status, answer) == (200, {"token": "", "need": [], "policy": version})
    path = f"{schema.ASSET_PATH}?project={KEY}&sha256={sha256(PNG).hexdigest()}"
    assert (await client.post(PNG, path=path))[0] == 200
    assert client.server.stored() == []
    assert not client.server.vault.has(sha256(PNG).hexdigest())
    assert client.server.ingest.counters.paused == 2
    client.server.projects.set_policy("p", Policy())
    assert (await client.post(data))[0] == 200
    assert client.server.stored() == [data]
