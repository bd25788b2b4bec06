"""The door of ingest: networks, rates, proxies, bytes in flight."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import ConfigError, StorageError
from footfall.ingest import Guard, Proxies, Rate
from footfall.ingest.address import network_of
from footfall.ingest.budget import Budget, Busy
from footfall.ingest.rate import Buckets
from tests.ingest.conftest import ORIGIN, Client
from tests.wire.chunks import chunk, page_view


@given(st.ip_addresses())
def test_a_network_holds_its_address(address: object) -> None:
    parsed = ip_address(str(address))
    if parsed.version == 6 and parsed.ipv4_mapped is None and not str(parsed).startswith("64:ff9b"):
        assert parsed in ip_network(network_of(str(address)))
        assert network_of(str(address)).endswith("/48")
    if parsed.version == 4:
        assert parsed in ip_network(network_of(str(address)))
        assert network_of(f"::ffff:{address}") == network_of(str(address))
        assert network_of(str(address)).endswith("/24")


@given(st.text(max_size=60))
def test_whatever_is_no_address_has_no_network(text: str) -> None:
    network = network_of(text)
    assert network == "" or "/" in network


_FORWARDED = "X-Forwarded-For"


@pytest.mark.parametrize(
    ("peer", "written", "network"),
    [
        ("203.0.113.9", None, "203.0.113.0/24"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.0/24"),  # it is no proxy of ours
        ("10.1.2.3", "198.51.100.1", "198.51.100.0/24"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.0/24"),  # the first is the visitor's word
        ("10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.0/24"),  # through two of ours
        ("10.1.2.3", "198.51.100.1,127.0.0.1,::1", "198.51.100.0/24"),
        ("10.1.2.3", "2001:db8:1:2::3", "2001:db8:1::/48"),
        ("10.1.2.3", "", ""),
        ("10.1.2.3", None, ""),
        ("10.1.2.3", "unknown", ""),
        ("10.1.2.3", "a" * 10_000, ""),
        ("10.1.2.3", "," * 10_000, ""),
        ("127.0.0.1", None, ""),
        ("::1", "198.51.100.7", "198.51.100.0/24"),
        (None, "198.51.100.1", ""),
    ],
)
def test_only_proxies_of_ours_are_believed(
    peer: str | None, written: str | None, network: str
) -> None:
    proxies = Proxies(["10.0.0.0/8"], _FORWARDED)
    headers = {} if written is None else {_FORWARDED: written}
    assert proxies.network(peer, headers) == network


def test_a_header_is_believed_only_when_it_is_named() -> None:
    assert Proxies(["10.0.0.0/8"]).network("10.1.2.3", {_FORWARDED: "198.51.100.1"}) == ""


def test_a_country_is_taken_from_proxies_of_ours_where_its_header_is_named() -> None:
    proxies = Proxies(["10.0.0.0/8"], country_header="CF-IPCountry")
    told = {"CF-IPCountry": "de"}
    assert [proxies.country(peer, told) for peer in ("10.1.2.3", "127.0.0.1", "203.0.113.9", None)] == [
        "DE", "DE", "", ""
    ]  # fmt: skip
    assert proxies.country("10.1.2.3", {}) == ""
    assert Proxies(["10.0.0.0/8"]).country("10.1.2.3", told) == ""


def test_a_proxy_that_is_none_is_told() -> None:
    with pytest.raises(ConfigError, match="10\\.0\\.0\\.0/8"):
        Proxies(["the proxy"])


def _wait(guard: Guard, peer: str, headers: dict[str, str]) -> int:
    limited = guard.limit(guard.network(peer, headers))
    return limited.retry_after if limited is not None else 0


def test_a_network_waits_and_others_do_not() -> None:
    now = [0.0]
    guard = Guard(Rate(per_second=1, burst=2), clock=lambda: now[0])
    assert [_wait(guard, "203.0.113.9", {}) for _ in range(3)] == [0, 0, 1]
    assert _wait(guard, "203.0.113.200", {}) == 1  # of the same network
    assert _wait(guard, "198.51.100.1", {}) == 0
    assert [_wait(guard, "127.0.0.1", {}) for _ in range(5)] == [0] * 5  # a proxy that does not say
    now[0] = 1.0
    assert _wait(guard, "203.0.113.9", {}) == 0


def test_buckets_are_bounded_and_the_emptiest_stay() -> None:
    now = [0.0]
    buckets = Buckets(Rate(per_second=1, burst=3), lambda: now[0], max_buckets=10)
    for _ in range(4):
        buckets.take("greedy")
    for number in range(1_000):
        buckets.take(f"one {number}")
    assert len(buckets._buckets) <= 10
    assert buckets.take("greedy") > 0
    now[0] = 100.0
    for number in range(12):
        buckets.take(f"two {number}")
    assert "greedy" not in buckets._buckets


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from("ab")), max_size=60))
def test_nobody_gets_more_than_the_rate(asks: list[tuple[float, str]]) -> None:
    now, given_at = [0.0], {"a": [0.0][:0], "b": [0.0][:0]}
    buckets = Buckets(Rate(per_second=2, burst=3), lambda: now[0])
    for pause, key in asks:
        now[0] += pause
        if buckets.take(key) == 0:
            given_at[key].append(now[0])
    for times in given_at.values():
        for first, start in enumerate(times):
            for last, end in enumerate(times[first:], first):
                assert last - first + 1 <= 3 + 2 * (end - start) + 1e-6


def test_a_budget_is_never_passed() -> None:
    budget = Budget(10)
    budget.hold(6)
    with pytest.raises(Busy):
        budget.hold(5)
    budget.hold(4)
    budget.free(10)
    assert budget.held == 0


def test_a_flood_of_faults_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    guard = Guard(clock=lambda: now[0])
    for _ in range(100):
        guard.report(StorageError("the disk is full"))
    assert len(caplog.records) == 1
    now[0] = 60.0
    guard.report(StorageError("the disk is full"))
    assert len(caplog.records) == 2


async def test_too_many_bytes_at_once_are_a_503(client: Client) -> None:
    guard = client.server.guard
    guard.chunks.hold(32 * 1024 * 1024 - 100)
    first = chunk([page_view()])
    status, answer, headers = await client.post(first, Origin=ORIGIN)
    assert (status, answer["error"]) == (503, "unavailable")
    assert int(headers["Retry-After"]) > 0
    guard.chunks.free(32 * 1024 * 1024 - 100)
    assert (await client.post(first))[0] == 200
    for wrong in (first[:-1], b"x" * 70_000):
        assert (await client.post(wrong))[0] >= 400
    assert (guard.chunks.held, guard.assets.held) == (0, 0)


async def test_a_network_that_sends_too_much_waits(client: Client) -> None:
    client.server.guard._proxies = Proxies(header="X-Real-IP")
    client.server.guard._buckets = Buckets(Rate(per_second=0.1, burst=2))
    first = chunk([page_view()])
    busy = {"X_Real_IP": "203.0.113.9", "Origin": ORIGIN}
    assert [(await client.post(first, **busy))[0] for _ in range(3)] == [200, 200, 429]
    status, answer, headers = await client.post(b"x" * 70_000, **busy)
    assert (status, answer["error"]) == (429, "address_rate")
    assert 1 <= int(headers["Retry-After"]) <= 10
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert (await client.post(first, X_Real_IP="198.51.100.1"))[0] == 200
    assert (await client.post(first))[0] == 200
