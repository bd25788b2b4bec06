"""What runs in the process that `apart` starts: an indexer that hears from the log's owner how far it may read.

Messages are msgpack arrays. In: [ends of segments that have grown, segments that are gone], and [] when it is time to
end. Out: [segment, offset, unreadable, damaged, [project, session] of
each session that has got chunks, or nil: any may have], how far the index is; the first when it has caught up.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import msgpack

from footfall.index.indexer import Indexer
from footfall.index.read import Index
from footfall.log import Reader

READ_BYTES: Final = 64 * 1024
_TELL_S: Final = 0.1
"""How often it is looked whether the owner is to be told something new."""


def index_apart(log: Path, index: Path) -> None:
    """Index by what standard input says, until the log's owner says stop, or is gone. Raises StorageError."""
    # Ctrl-C and a service manager's SIGTERM reach every process: the owner says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    source, told = cast("BinaryIO", sys.stdin.buffer), cast("BinaryIO", sys.stdout.buffer)
    unpacker = msgpack.Unpacker(strict_map_key=False)
    ends: dict[int, int] = {}
    _take(ends, _next(source, unpacker))
    indexer = Indexer(Reader(log, ends), Index(index))
    stopping = threading.Event()

    def listen() -> None:
        while message := _next(source, unpacker):
            _take(ends, message)
            indexer.wake()
        stopping.set()

    threading.Thread(target=listen, daemon=True).start()
    indexer.start()
    before: list[int] = []
    while not stopping.wait(_TELL_S if before else 0):
        before = _tell(told, indexer, before)
    indexer.stop()
    _tell(told, indexer, [])


def _next(source: BinaryIO, unpacker: Any) -> list[Any]:
    """Return the next message; ends the process where there is none, as the owner was killed.

    What is being written then is rolled back, and who owns the folder next need not wait.
    """
    while True:
        for message in unpacker:
            return cast("list[Any]", message)
        data = os.read(source.fileno(), READ_BYTES)
        if not data:
            os._exit(1)
        unpacker.feed(data)


def _take(ends: dict[int, int], message: list[Any]) -> None:
    grown, gone = message
    ends.update(grown)
    for segment in gone:
        ends.pop(segment, None)


def _tell(told: BinaryIO, indexer: Indexer, before: list[int]) -> list[int]:
    position = indexer.position
    now = [position.segment, position.offset, indexer.unreadable, indexer.damaged]
    if now != before:
        touched = indexer.touched.take()
        told.write(msgpack.packb([*now, None if touched is None else [*touched]]))
        told.flush()
    return now
