"""The head of a chunk's request is recognised exactly, or left to a whole parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.ingest.heads import is_bodiless, read_fields, read_head
from tests.hostile.requests import REFUSED, post, random_damage

_GOOD = post(b"body", b"Origin: https://shop.example", path=b"/ingest/v1/chunk?token=a-b_9")


def test_a_plain_head_is_read() -> None:
    head = read_head(_GOOD)
    assert head is not None
    assert (head.length, head.token, _GOOD[head.body_at :]) == (4, "a-b_9", b"body")
    fields = read_fields(head.fields)
    assert fields is not None
    assert dict(fields) == {"Host": "127.0.0.1", "Origin": "https://shop.example"}
    assert fields["hOST"] == "127.0.0.1"


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_that_is_refused_is_taken_for_a_chunk(name: str) -> None:
    head = read_head(REFUSED[name])
    assert head is None or read_fields(head.fields) is None


@pytest.mark.parametrize(
    "field",
    [b"Connection: close", b"Connection: upgrade", b"Expect: 100-continue", b"X-A: \xff", b"X-A:\tb", b"Upgrade: h2c"],
)  # fmt: skip
def test_what_asks_for_more_care_goes_the_long_way(field: bytes) -> None:
    head = read_head(post(b"body", field))
    assert head is not None
    assert read_fields(head.fields) is None


@given(st.binary(max_size=200), st.integers(0, len(_GOOD)))
def test_any_bytes_are_read_or_not(data: bytes, at: int) -> None:
    for one in (data, _GOOD[:at] + data, _GOOD[:at] + data + _GOOD[at:]):
        head = read_head(one)
        if head is not None:
            assert one[: head.body_at].endswith(b"\r\n\r\n")
            assert one.find(b"\r\n\r\n") == head.body_at - 4
            read_fields(head.fields)
        is_bodiless(one)


def test_of_damaged_heads_only_those_are_taken_that_are_still_whole() -> None:
    """Line for line: a name, a colon, printable ASCII; one length; no other framing."""
    taken = 0
    for request in random_damage(5, 3_000):
        head = read_head(request)
        if head is None or read_fields(head.fields) is None:
            continue
        taken += 1
        lines = request[: head.body_at - 4].decode("ascii").split("\r\n")
        assert lines[0].startswith("POST /ingest/v1/chunk")
        names = [line.partition(":")[0].lower() for line in lines[1:]]
        assert names.count("content-length") == 1
        assert "transfer-encoding" not in names
        assert all(line.isprintable() for line in lines)
    assert taken


def test_a_request_without_a_body_is_known() -> None:
    get = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    assert is_bodiless(get)
    for other in (
        get[:-1], get + b"G", get + get, get.replace(b"GET", b"PUT"), b"",
        get.replace(b"\r\n\r\n", b"\r\ncontent-LENGTH: 1\r\n\r\n"),
        get.replace(b"\r\n\r\n", b"\r\nTransfer-encoding: chunked\r\n\r\n"),
        get.replace(b"\r\n\r\n", b"\r\nupgrade: websocket\r\n\r\n"),
    ):  # fmt: skip
        assert not is_bodiless(other)
