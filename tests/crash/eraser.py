"""A process that appends to a log and erases from it at the same time, until it is killed.

python -m tests.crash.eraser FOLDER FIRST

Appends FIRST, FIRST + 1 …; prints `+ NUMBER SEGMENT` for what is durable and
`- SEGMENT` when the odd numbers of a segment are erased
"""

import os
import sys
import threading
from pathlib import Path

from footfall.log import Log, RecordInfo
from tests.log.conftest import record


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def _append(log: Log, number: int) -> None:
    while True:
        position = log.append_and_wait(record(number, 50 + number % 100))
        _say(f"+ {number} {position.segment}")
        number += 1


def is_kept(info: RecordInfo) -> bool:
    return info.record.received_at % 2 == 0


def main(folder: str, first: str) -> None:
    log = Log(Path(folder), segment_bytes=20_000)
    threading.Thread(target=_append, args=(log, int(first)), daemon=True).start()
    while True:
        for info in log.segments():
            log.rewrite(info.segment, is_kept)
            _say(f"- {info.segment}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
