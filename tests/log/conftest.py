"""A log in a folder of the test, opened and closed; records that tell themselves apart."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footfall.log import START, Log, Position, Record

Open = Callable[..., Log]


def record(number: int, size: int = 10, session: str = "") -> Record:
    return Record(
        "project", number, "Chrome 156 · Linux", number.to_bytes(4, "big") * size, session
    )


def numbers(log: Log, start: Position = START) -> list[int]:
    return [record.received_at for _, record in log.scan(start)]


@pytest.fixture
def open_log(tmp_path: Path) -> Iterator[Open]:
    opened: list[Log] = []

    def make(**options: int) -> Log:
        for log in opened:
            log.close()
        opened[:] = [Log(tmp_path / "log", **options)]
        return opened[0]

    yield make
    for log in opened:
        log.close()
