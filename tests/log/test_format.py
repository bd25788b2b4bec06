"""Segments as bytes: cut anywhere, flip anything, hide records in records; only what was written comes back."""

import os
from pathlib import Path

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.log import Record, files
from footfall.log.format import (
    HEAD_BYTES,
    HEADER_BYTES,
    MAX_PAYLOAD_BYTES,
    WINDOW_BYTES,
    Damage,
    Found,
    frame,
    head_of,
    pack_header,
    pack_record,
    read_salt,
    scan,
    unpack_record,
)

SALT = b"0123456789abcdef"
_PAYLOADS = st.lists(st.binary(min_size=1, max_size=60), max_size=8)


def _build(payloads: list[bytes]) -> tuple[bytes, list[int]]:
    """Return a segment and the offset at which each record ends."""
    data, ends = pack_header(SALT), []
    for payload in payloads:
        data += frame(payload, SALT, len(data))
        ends.append(len(data))
    return data, ends


def _scan(data: bytes, salt: bytes = SALT) -> tuple[list[bytes], list[Damage]]:
    items = list(scan(lambda at, size: data[at : at + size], salt, HEADER_BYTES, len(data)))
    found = [item.payload for item in items if isinstance(item, Found)]
    return found, [item for item in items if isinstance(item, Damage)]


@given(_PAYLOADS)
def test_what_was_written_comes_back(payloads: list[bytes]) -> None:
    assert _scan(_build(payloads)[0]) == (payloads, [])


@given(st.data(), _PAYLOADS)
def test_cut_anywhere_leaves_all_whole_records(data: st.DataObject, payloads: list[bytes]) -> None:
    segment, ends = _build(payloads)
    cut = data.draw(st.integers(HEADER_BYTES, len(segment)))
    whole = [payload for payload, end in zip(payloads, ends, strict=True) if end <= cut]
    found, damage = _scan(segment[:cut])
    assert found == whole
    last = max([HEADER_BYTES, *(end for end in ends if end <= cut)])
    assert [(one.offset, one.length) for one in damage] == (
        [(last, cut - last)] if last < cut else []
    )


@given(st.data(), _PAYLOADS.filter(bool))
def test_a_flipped_byte_costs_one_record(data: st.DataObject, payloads: list[bytes]) -> None:
    segment, ends = _build(payloads)
    at = data.draw(st.integers(HEADER_BYTES, len(segment) - 1))
    broken = bytearray(segment)
    broken[at] ^= data.draw(st.integers(1, 255))
    hit = next(number for number, end in enumerate(ends) if at < end)
    found, damage = _scan(bytes(broken))
    assert found == payloads[:hit] + payloads[hit + 1 :]
    start = ends[hit - 1] if hit else HEADER_BYTES
    assert [(one.offset, one.length) for one in damage] == [(start, ends[hit] - start)]


@given(st.data(), _PAYLOADS)
def test_any_damage_gives_only_what_was_written(data: st.DataObject, payloads: list[bytes]) -> None:
    segment = bytearray(_build(payloads)[0])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(HEADER_BYTES, len(segment)))
        segment[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    found, _ = _scan(bytes(segment))
    assert set(found) <= set(payloads)


def test_a_record_hidden_in_a_record_is_not_taken() -> None:
    # The forger knows the format and even the place, but not the salt.
    inner = frame(b"forged", bytes(16), HEADER_BYTES + HEAD_BYTES)
    segment = bytearray(_build([inner, b"next"])[0])
    segment[HEADER_BYTES] ^= 1
    assert _scan(bytes(segment))[0] == [b"next"]


def test_a_record_in_another_place_is_not_taken() -> None:
    segment = _build([b"one"])[0]
    moved = pack_header(SALT) + b"x" + segment[HEADER_BYTES:]
    assert _scan(moved)[0] == []


def test_windows_join() -> None:
    payloads = [
        bytes([number]) * MAX_PAYLOAD_BYTES
        for number in range(WINDOW_BYTES // MAX_PAYLOAD_BYTES * 2 + 3)
    ]
    assert _scan(_build(payloads)[0]) == (payloads, [])


def test_damage_across_windows_is_one_stretch() -> None:
    segment, ends = _build([b"first"])
    junk = bytes(2 * WINDOW_BYTES + 17)
    data = segment + junk
    data += frame(b"last", SALT, len(data))
    found, damage = _scan(data)
    assert found == [b"first", b"last"]
    assert [(one.offset, one.length) for one in damage] == [(ends[0], len(junk))]


@given(st.integers(0, HEADER_BYTES - 1), st.integers(1, 255))
def test_a_damaged_byte_of_the_header_costs_nothing(at: int, flip: int) -> None:
    header = bytearray(pack_header(SALT))
    header[at] ^= flip
    assert read_salt(bytes(header)) == SALT


@given(
    st.text(max_size=40), st.integers(0, 2**53), st.integers(0, 70_000), st.text(max_size=40)
)  # fmt: skip
def test_a_record_packed_in_pieces_is_the_array_of_its_fields(
    text: str, number: int, size: int, other: str
) -> None:
    record = Record(text, number, other, bytes(size), text)
    packed = b"".join(pack_record(record))
    assert packed == msgpack.packb(record)
    assert unpack_record(packed) == record
    alone, whole = head_of(pack_record(record), SALT, 77), head_of((packed,), SALT, 77)
    assert alone == whole


def test_a_write_that_stops_short_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [bytes([number % 256]) * (number % 7) for number in range(2_500)]
    really = os.writev
    monkeypatch.setattr(
        os, "writev", lambda fd, group: really(fd, [b"".join(group)[: len(group) // 2]])
    )
    with (tmp_path / "file").open("wb") as file:
        files.write_all(file.fileno(), *parts)
    assert (tmp_path / "file").read_bytes() == b"".join(parts)
