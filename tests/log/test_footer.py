"""A closed segment tells where a session's records are; without its footer it is scanned; a start reads little."""

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.log import Health, Log, Position, check_folder, files
from footfall.log.footer import (
    TRAILER_BYTES,
    Contents,
    Trailer,
    find,
    is_whole,
    pack_footer,
    read_trailer,
    session_key,
)
from tests.log.conftest import Open, numbers, record

SALT = b"0123456789abcdef"
_SESSIONS = st.lists(st.sampled_from(["a", "b", "c", "", "ä"]), max_size=30)


def _footer(sessions: list[str], offset: int) -> tuple[bytes, dict[str, list[tuple[int, int]]]]:
    contents = Contents()
    expected: dict[str, list[tuple[int, int]]] = {}
    for number, session in enumerate(sessions):
        place = (64 + 1_000 * number, 20 + number)
        contents.add(record(5 + number, session=session), *place)
        expected.setdefault(session, []).append(place)
    return pack_footer(contents, SALT, offset), expected


def _read(footer: bytes, offset: int) -> tuple[bytes, Trailer] | None:
    trailer = read_trailer(footer[-TRAILER_BYTES:], SALT, offset + len(footer))
    if trailer is None or not is_whole(footer[: trailer.table_bytes], trailer, SALT):
        return None
    return footer[: trailer.table_bytes], trailer


@given(_SESSIONS, st.integers(64, 2**33))
def test_a_footer_finds_what_was_noted(sessions: list[str], offset: int) -> None:
    footer, expected = _footer(sessions, offset)
    read = _read(footer, offset)
    assert read is not None
    table, trailer = read
    assert (trailer.records_end, trailer.records) == (offset, len(sessions))
    assert trailer.first_received == (5 if sessions else 0)
    assert trailer.last_received == (4 + len(sessions) if sessions else 0)
    for session in ["a", "b", "c", "", "ä", "unknown"]:
        found = list(find(table, session_key("project", session)))
        assert found == expected.get(session, [])
        assert list(find(table, session_key("another", session))) == []


@given(st.data(), _SESSIONS)
def test_a_footer_with_any_byte_changed_or_cut_is_none(
    data: st.DataObject, sessions: list[str]
) -> None:
    footer, _ = _footer(sessions, 100)
    broken = bytearray(footer)
    broken[data.draw(st.integers(0, len(footer) - 1))] ^= data.draw(st.integers(1, 255))
    assert _read(bytes(broken), 100) is None
    assert _read(footer[: data.draw(st.integers(0, len(footer) - 1))], 100) is None
    assert _read(footer, 101) is None


def _fill(log: Log, count: int = 90) -> dict[str, list[Position]]:
    draw = random.Random(1)
    placed: dict[str, list[Position]] = {}
    for number in range(count):
        session = f"session-{draw.randrange(7)}"
        position = log.append_and_wait(record(number, session=session))
        placed.setdefault(session, []).append(position)
    return placed


def test_a_session_is_found_across_segments_and_restarts(open_log: Open, tmp_path: Path) -> None:
    placed = _fill(open_log(segment_bytes=2_000))
    for options in ({}, {"segment_bytes": 2_000}):
        log = open_log(**options)
        assert len(log.segments()) > 3
        for session, positions in placed.items():
            assert list(log.find("project", session)) == positions
        assert list(log.find("another", "session-1")) == []
        first, last = log.segments()[0], log.segments()[-1]
        assert (first.first_received, last.records) == (0, None)
        assert (first.records or 0) - 1 == first.last_received
        assert check_folder(tmp_path / "log").damages == ()


def _sealed(tmp_path: Path) -> Path:
    return tmp_path / "log" / "00000001.seg"


@pytest.mark.parametrize("from_end", [1, 20, TRAILER_BYTES + 3])
def test_a_segment_with_a_damaged_footer_is_scanned(
    open_log: Open, tmp_path: Path, from_end: int
) -> None:
    placed = _fill(open_log(segment_bytes=2_000))
    open_log().close()
    data = bytearray(_sealed(tmp_path).read_bytes())
    data[-from_end] ^= 1
    _sealed(tmp_path).write_bytes(data)
    health = check_folder(tmp_path / "log")
    assert [(one.segment, one.what) for one in health.damages] == [(1, "footer")]
    assert health.records == 90
    log = open_log()
    for session, positions in placed.items():
        assert list(log.find("project", session)) == positions
    assert numbers(log) == list(range(90))
    # Rewriting keeps every record where it is and mends the footer.
    assert log.rewrite(1, lambda _: True).erased == 0
    assert check_folder(tmp_path / "log").damages == ()
    assert {one for some in placed.values() for one in some} == {one for one, _ in log.scan()}


def test_a_segment_without_a_footer_is_scanned(
    open_log: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("footfall.log.appender.pack_footer", fail)
        log = open_log(segment_bytes=2_000)
        placed = _fill(log)
    count = len(log.segments())
    for without_footer in (count, 1):  # the next start makes up for it
        health = check_folder(tmp_path / "log")
        assert health == Health(count, 90, without_footer)
        for session, positions in placed.items():
            assert list(log.find("project", session)) == positions
        log = open_log()
    assert count > 3


def test_a_footer_that_a_crash_has_torn_is_cut(open_log: Open, tmp_path: Path) -> None:
    placed = _fill(open_log(segment_bytes=2_000))
    open_log().close()
    for path in sorted((tmp_path / "log").glob("*.seg"))[1:]:
        path.unlink()
    whole = _sealed(tmp_path).read_bytes()
    _sealed(tmp_path).write_bytes(whole[:-1])
    log = open_log(segment_bytes=2_000)
    assert log.cut_bytes > TRAILER_BYTES
    log.append_and_wait(record(1_000))  # it is full, so it is closed now, again with its footer
    log.close()
    assert _sealed(tmp_path).read_bytes() == whole
    assert placed["session-1"][0].segment == 1


async def test_a_start_reads_the_newest_segment_and_of_the_others_their_ends(
    open_log: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log(segment_bytes=200_000)
    await asyncio.gather(*(log.append(record(number, 5_000)) for number in range(50)))
    for number in range(50, 100):
        await log.append(record(number, 5_000))
    segments = log.segments()
    log.close()
    read = 0
    read_at = files.read_at

    def count(fd: int, size: int, offset: int) -> bytes:
        nonlocal read
        data = read_at(fd, size, offset)
        read += len(data)
        return data

    monkeypatch.setattr(files, "read_at", count)
    again = open_log(segment_bytes=200_000)
    assert read <= segments[-1].bytes + 200 * len(segments)
    assert sum(one.bytes for one in segments) > 2_000_000
    assert numbers(again) == list(range(100))
