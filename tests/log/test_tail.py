"""The tail gives what the log holds, in its order and without a gap, or says that it cannot."""

import random
from pathlib import Path

from footfall.log import START, Entry, Log, Position, Record
from footfall.log.tail import Tail
from footfall.wire.reading import Reading
from tests.wire.chunks import header

BEGIN = Position(1, 100, 0)


def _entries(count: int, length: int = 10) -> list[Entry]:
    return [
        Entry(Position(1, 100 + number * length, length), Record("p", number, "", b""), None)
        for number in range(count)
    ]


def test_it_gives_each_entry_once_and_in_order() -> None:
    tail, entries = Tail(BEGIN), _entries(5)
    assert tail.take(BEGIN) == []
    tail.add(entries[:3])
    assert tail.take(BEGIN) == entries[:3]
    assert tail.take(BEGIN) is None
    tail.add(entries[3:])
    assert tail.take(entries[3].position.end) == entries[4:]


def test_who_is_behind_its_beginning_is_sent_to_the_disk() -> None:
    assert Tail(BEGIN).take(START) is None


def test_it_keeps_its_limit_and_facts_weigh() -> None:
    entries = _entries(10)
    tail = Tail(BEGIN, max_bytes=40)
    tail.add(entries)
    assert tail.take(BEGIN) is None
    assert tail.take(entries[6].position) == entries[6:]
    heavy = entries[0]._replace(companion=Reading(header(), [], b"", facts_bytes=3, chunk_bytes=0))
    tail = Tail(BEGIN, max_bytes=40)
    tail.add([heavy])
    assert tail.take(BEGIN) is None


def test_following_is_scanning_whatever_was_forgotten(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", segment_bytes=600)
    draw, position, seen = random.Random(3), START, 0
    for number in range(60):
        log.append_and_wait(Record("p", number, "", bytes(draw.randrange(200))))
        if draw.random() < 0.3:
            # A reader that failed comes back to where it was; what it had taken comes from the disk.
            if draw.random() < 0.3:
                list(log.follow(position))
            for entry in log.follow(position):
                assert entry.record.received_at == seen
                seen, position = seen + 1, entry.position.end
            assert seen == number + 1
    followed = [(entry.position, entry.record) for entry in log.follow(START)]
    assert followed == list(log.scan())
    log.close()
