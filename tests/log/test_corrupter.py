"""Whatever is flipped, cut, zeroed or written over in a closed or an open segment: every record that was not hit
comes back, none that was not written, and everything that was hit is told."""

import random
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.log import Damage, Log, Position, check_folder
from footfall.log.format import HEADER_BYTES
from tests.log.conftest import record

_COUNT = 40
_HITS = st.lists(
    st.tuples(
        st.sampled_from(["flip", "zero", "noise", "copy"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 300),
    ),
    min_size=1,
    max_size=5,
)


def _build(folder: Path) -> dict[int, Position]:
    log = Log(folder, segment_bytes=1_500)
    draw = random.Random(2)
    placed = {
        number: log.append_and_wait(record(number, draw.randrange(30), f"s{number % 3}"))
        for number in range(_COUNT)
    }
    log.close()
    return placed


def _hit(data: bytearray, kind: str, at: int, length: int) -> range:
    """Damage the bytes; return the stretch that may have changed."""
    end = min(len(data), at + length)
    if kind == "flip":
        data[at] ^= 1 + length % 255
        return range(at, at + 1)
    if kind == "zero":
        data[at:end] = bytes(end - at)
    elif kind == "noise":
        data[at:end] = random.Random(length).randbytes(end - at)
    else:  # whole records of elsewhere, which are none here
        begin = HEADER_BYTES + length % 50
        piece = data[begin : begin + end - at]
        data[at : at + len(piece)] = piece
    return range(at, end)


def _spoil(path: Path, hits: list[tuple[str, float, int]]) -> list[range]:
    data = bytearray(path.read_bytes())
    size = len(data)
    spoilt = [
        _hit(data, kind, HEADER_BYTES + int(place * (size - HEADER_BYTES)), length)
        for kind, place, length in hits
    ]
    path.write_bytes(data)
    return spoilt


def _is_hit(position: Position, spoilt: list[range]) -> bool:
    return any(part.start < position.end.offset and position.offset < part.stop for part in spoilt)


@settings(max_examples=60)
@given(_HITS, st.integers(1, 3), st.booleans(), st.integers(1, 400))
def test_only_what_was_hit_is_lost(
    hits: list[tuple[str, float, int]], segment: int, cuts: bool, cut: int
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "log"
        placed = _build(folder)
        path = folder / f"{segment:08}.seg"
        spoilt = _spoil(path, hits)
        if cuts:
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.truncate(max(HEADER_BYTES, size - cut))
            spoilt.append(range(max(HEADER_BYTES, size - cut), size))
        told: list[Damage] = []
        log = Log(folder, segment_bytes=1_500)
        found = {r.received_at: (p, r) for p, r in log.scan(on_damage=told.append)}
        draw = random.Random(2)
        written = {n: record(n, draw.randrange(30), f"s{n % 3}") for n in range(_COUNT)}
        for number, position in placed.items():
            hit = position.segment == segment and _is_hit(position, spoilt)
            assert number in found or hit
            if number in found:
                assert found[number] == (position, written[number])
        assert set(found) <= set(placed)
        _check_finding(log, found)
        lost = [placed[n] for n in placed if n not in found]
        ends = [(one.segment, one.offset, one.offset + one.length) for one in told]
        for position in lost:  # told, or cut off at the end
            assert (
                any(s == position.segment and b < position.end.offset and position.offset < e for s, b, e in ends)
                or position.end.offset > path.stat().st_size
            )  # fmt: skip
        assert all(one <= other for one, other in pairwise(p for p, _ in found.values()))
        log.close()
        assert set(told) <= set(check_folder(folder).damages)


def _check_finding(log: Log, found: Mapping[int, tuple[Position, object]]) -> None:
    """By footers, the places of damaged records are found too; but none that is whole is missed."""
    for session in range(3):
        places = list(log.find("project", f"s{session}"))
        whole = [position for number, (position, _) in found.items() if number % 3 == session]
        assert set(whole) <= set(places)
        assert places == sorted(places)
