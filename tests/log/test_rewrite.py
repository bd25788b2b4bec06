"""Erasing: gone from the disk, whatever else stays where it was, whole after an interruption at every step."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import StorageError
from footfall.log import START, Damage, Log, RecordInfo, Rewritten, check_folder, files
from footfall.log.format import HEADER_BYTES, Found, frame, pack_gap, pack_header, scan
from tests.log.conftest import Open, numbers, record

SALT = b"0123456789abcdef"


def _is_even(info: RecordInfo) -> bool:
    return info.record.received_at % 2 == 0


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.booleans())), st.data())
def test_gaps_are_nothing_and_damage_in_one_costs_no_record(
    items: list[tuple[bytes, bool]], data: st.DataObject
) -> None:
    segment, kept = pack_header(SALT), []
    for payload, keep in items:
        whole = frame(payload, SALT, len(segment))
        gap = pack_gap(len(whole), SALT, len(segment))
        segment += whole if keep else gap + bytes(len(whole) - len(gap))
        kept += [payload] * keep
    found = list(scan(lambda at, size: segment[at : at + size], SALT, HEADER_BYTES, len(segment)))
    assert [one.payload if isinstance(one, Found) else one for one in found] == kept
    broken = bytearray(segment)
    if len(segment) > HEADER_BYTES:
        broken[data.draw(st.integers(HEADER_BYTES, len(segment) - 1))] ^= 0x55
    again = scan(lambda at, size: bytes(broken[at : at + size]), SALT, HEADER_BYTES, len(broken))
    payloads = [one.payload for one in again if isinstance(one, Found)]
    assert len(payloads) >= len(kept) - 1
    assert set(payloads) <= set(kept)


def test_what_is_erased_is_gone_and_the_rest_stays_where_it_was(
    open_log: Open, tmp_path: Path
) -> None:
    log = open_log(segment_bytes=3_000)
    positions = [log.append_and_wait(record(n, session=f"s{n % 5}")) for n in range(100)]
    end, erased = log.end, 0
    for info in log.segments():
        done = log.rewrite(info.segment, _is_even)
        erased += done.erased
        assert log.rewrite(info.segment, _is_even) == Rewritten(kept=done.kept)
    assert erased == 50
    content = b"".join(path.read_bytes() for path in sorted((tmp_path / "log").glob("*")))
    for number, position in enumerate(positions):
        assert (record(number).chunk in content) == (number % 2 == 0)
        if number % 2 == 0:
            assert log.read(position).received_at == number
        else:
            with pytest.raises(StorageError):
                log.read(position)
    told: list[Damage] = []
    for again in (log, open_log()):
        assert [one.received_at for _, one in again.scan(on_damage=told.append)] == [
            *range(0, 100, 2)
        ]
        assert list(again.find("project", "s1")) == [positions[n] for n in range(6, 100, 10)]
        assert told == []
    assert check_folder(tmp_path / "log").damages == ()
    # The cursor of an index still fits, wherever it stood.
    assert all(again.contains(position.end) for position in positions)
    assert again.end == end
    assert again.append_and_wait(record(200)) > positions[-1]


def test_a_follower_is_not_given_what_was_erased_before_it_came(open_log: Open) -> None:
    log = open_log()
    for number in range(10):
        log.append_and_wait(record(number))
    log.rewrite(1, _is_even)
    assert [one.record.received_at for one in log.follow(START)] == [0, 2, 4, 6, 8]


def test_a_segment_of_which_nothing_is_left_goes_but_never_its_number(
    open_log: Open, tmp_path: Path
) -> None:
    log = open_log(segment_bytes=1_000)
    positions = [log.append_and_wait(record(number)) for number in range(40)]
    for info in log.segments():
        log.rewrite(info.segment, lambda _: False)
    log = open_log(segment_bytes=1_000)
    assert [path.name for path in (tmp_path / "log").glob("*.seg")] == [
        f"{positions[-1].segment:08}.seg"
    ]
    assert all(log.contains(position.end) for position in positions)
    assert log.append_and_wait(record(99)).segment == positions[-1].segment + 1
    assert numbers(log) == [99]
    log.rewrite(positions[-1].segment, lambda _: True)
    assert len(log.segments()) == 1
    assert numbers(log, positions[3].end) == [99]


def test_a_large_erased_part_takes_no_room(open_log: Open, tmp_path: Path) -> None:
    log = open_log()
    log.append_and_wait(record(0))
    for number in range(1, 60):
        log.append_and_wait(record(number, 10_000))
    log.append_and_wait(record(60))
    path = tmp_path / "log" / "00000001.seg"
    before = path.stat().st_blocks
    log.rewrite(1, lambda info: info.record.received_at in (0, 60))
    assert path.stat().st_blocks < before / 4  # on a file system with holes, as all common ones are
    assert numbers(log) == [0, 60]


def test_damage_does_not_survive_a_rewriting(open_log: Open, tmp_path: Path) -> None:
    log = open_log()
    positions = [log.append_and_wait(record(number)) for number in range(9)]
    log.close()
    path = tmp_path / "log" / "00000001.seg"
    data = bytearray(path.read_bytes())
    data[positions[4].offset + 30] ^= 1
    path.write_bytes(data)
    log = open_log()
    assert log.rewrite(1, _is_even) == Rewritten(4, 4, positions[4].length)
    assert numbers(log) == [0, 2, 6, 8]
    assert check_folder(tmp_path / "log").damages == ()


class _Crash(BaseException):
    """The process is gone."""


_STEPS = ["create", "write_all", "move_to", "sync", "replace", "remove", "sync_folder"]


@contextmanager
def _failing_at(step: int, error: BaseException) -> Iterator[Callable[[], bool]]:
    """Let the file operation of that number fail; after a crash all others too. Yields whether it was reached."""
    done = 0

    def wrap(operation: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            nonlocal done
            done += 1
            if done == step or (done > step and isinstance(error, _Crash)):
                if operation is write_all and random.random() < 0.5:  # torn
                    data = b"".join(arguments[1:])
                    os.write(arguments[0], data[: len(data) // 2])
                raise error
            return operation(*arguments)

        return run

    write_all = files.write_all
    with pytest.MonkeyPatch.context() as patch:
        for name in _STEPS:
            patch.setattr(files, name, wrap(getattr(files, name)))
        yield lambda: done >= step


def _erase_until_done(folder: Path, error: BaseException, segment: int, keep: Any) -> int:
    """Fail at the first step, then the second …; return the number of steps that rewriting has."""
    for step in range(1, 100):
        log = Log(folder, segment_bytes=1_500)
        wanted = numbers(log)
        infos = [RecordInfo(*one) for one in log.scan()]
        after = [
            one.record.received_at for one in infos if one.position.segment != segment or keep(one)
        ]
        try:
            with _failing_at(step, error) as reached:
                try:
                    log.rewrite(segment, keep)
                except (_Crash, StorageError):
                    assert reached()
                else:
                    assert numbers(log) == after
                    return step
            assert numbers(log) in (wanted, after)
        finally:
            log.close()
        log = Log(folder, segment_bytes=1_500)
        assert log.cut_bytes == 0
        assert numbers(log) in (wanted, after)
        assert check_folder(folder).damages == ()
        assert list(folder.glob("*.rewrite")) == []
        log.close()
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("error", [_Crash(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("keep", [_is_even, lambda _: False])
def test_an_interruption_at_any_step_leaves_the_old_or_the_new(
    tmp_path: Path, error: BaseException, keep: Any
) -> None:
    folder = tmp_path / "log"
    log = Log(folder, segment_bytes=1_500)
    for number in range(60):
        log.append_and_wait(record(number))
    log.close()
    steps = _erase_until_done(folder, error, 2, keep)
    assert steps > (2 if keep is not _is_even else 8)


def test_a_keep_that_raises_changes_nothing(open_log: Open, tmp_path: Path) -> None:
    log = open_log(segment_bytes=1_000)
    for number in range(40):
        log.append_and_wait(record(number))
    content = (tmp_path / "log" / "00000001.seg").read_bytes()

    def fail(_: RecordInfo) -> bool:
        raise ValueError("undecided")

    with pytest.raises(ValueError, match="undecided"):
        log.rewrite(1, fail)
    assert (tmp_path / "log" / "00000001.seg").read_bytes() == content
    assert log.rewrite(77, fail) == Rewritten()
