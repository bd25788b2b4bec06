"""The indexer in a process of its own, for a server with several: it takes no turns from who stores.

To the rest of the server it is an `Indexer`. The owner of the log tells it how far the log is durable, it tells how
far it has read; nothing else passes, so a process that dies is started again and goes on where its index is.
"""

import logging
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgpack

from footfall.errors import StorageError
from footfall.index.fold import Fold
from footfall.index.indexer import Indexer
from footfall.index.process import READ_BYTES
from footfall.index.read import Index
from footfall.index.touched import Touched
from footfall.log import START, Log, Position, files

_GATHER_S: Final = 0.05
_AGAIN_S: Final = 0.5

T = TypeVar("T")
_log = logging.getLogger("footfall.index")


class ApartIndexer:
    """Keeps `index` up with `log`, as `Indexer` does, by another process."""

    def __init__(self, log: Log, index: Index, command: Sequence[str]) -> None:
        """Begin with nothing indexed; `start` runs `command`, which is to call `process.index_apart`."""
        self._log = log
        self._index = index
        self._command = command
        self._wake = threading.Event()
        self._told = threading.Event()
        self._stopping = False
        self._has_failed = False
        self._changing = threading.Lock()
        self._resting = threading.Event()
        self._rested = threading.Event()
        self._going_on = threading.Event()
        self._thread: threading.Thread | None = None
        self.position: Position = START
        """Everything before this is in the index."""
        self.unreadable = 0
        """Stored chunks that could not be decoded since its process began."""
        self.touched = Touched()
        """The sessions that have got chunks, for who looks for moments in them."""
        self.damaged = 0
        """How many damaged stretches of the log its process has met."""

    def start(self) -> None:
        """Start the process and return when the index has caught up with the log. Blocking. Raises StorageError."""
        self._thread = threading.Thread(target=self._keep, name="footfall-apart", daemon=True)
        self._thread.start()
        self._told.wait()
        if self._has_failed:
            raise StorageError("The indexer's process ended; its reason is above.")

    def stop(self) -> None:
        """Have what is durable indexed, and the process end. Blocking."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def catch_up(self) -> None:
        """Return when everything that is durable now is indexed. Blocking."""
        end = self._log.end
        self.wake()
        while self.position < end and not self._stopping:
            time.sleep(_GATHER_S)

    def change(self, work: Callable[[sqlite3.Connection, Fold], T]) -> T:
        """Run `work` as `Indexer.change` does, in this process: the other one rests meanwhile. Blocking.

        Raises StorageError, sqlite3.Error.
        """
        with self._changing:
            self._rest()
            try:
                indexer = Indexer(self._log, self._index)
                try:
                    return indexer.change(work)
                finally:
                    indexer.stop()
            finally:
                self._resting.clear()
                self._going_on.set()

    def _rest(self) -> None:
        """Return when the process has finished and ended; it is run again when `_going_on` says so."""
        if self._thread is None:
            return
        self._rested.clear()
        self._going_on.clear()
        self._resting.set()
        self._wake.set()
        self._rested.wait()

    def wake(self) -> None:
        """Say that the log has grown; returns at once, from any thread."""
        if not self._wake.is_set():  # looking is cheaper, and this comes with every chunk
            self._wake.set()

    def _keep(self) -> None:
        """Run the process, and run it again when it ends before it should."""
        while True:
            with subprocess.Popen(  # noqa: S603 # our own command
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            ) as process:
                ended = threading.Event()
                sender = threading.Thread(target=self._send, args=(process, ended), daemon=True)
                sender.start()
                self._listen(process)
                ended.set()
                self._wake.set()
                sender.join()
            if self._resting.is_set():
                self._rested.set()
                self._going_on.wait()
                continue
            if self._stopping or not self._told.is_set():
                break
            _log.error("the indexer's process ended (%s); it is started again", process.returncode)
            time.sleep(_AGAIN_S)
        self._has_failed = not self._told.is_set()
        self._told.set()
        self._rested.set()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Take what the process tells, until it ends."""
        unpacker = msgpack.Unpacker()
        while process.stdout is not None and (data := process.stdout.read(READ_BYTES)):
            unpacker.feed(data)
            for segment, offset, unreadable, damaged, touched in unpacker:
                self.position = Position(segment, offset, 0)
                self.unreadable, self.damaged = unreadable, damaged
                if touched is None:
                    self.touched.note_all()
                else:
                    self.touched.note(map(tuple, touched))
                self._told.set()

    def _send(self, process: subprocess.Popen[bytes], ended: threading.Event) -> None:
        """Tell the process how the log grows, until either ends."""
        sent: dict[int, int] = {}
        try:
            while process.stdin is not None:
                is_last = self._stopping or self._resting.is_set()
                ends = self._log.ends
                grown = {name: end for name, end in ends.items() if sent.get(name) != end}
                message = msgpack.packb([grown, [*(sent.keys() - ends.keys())]])
                files.write_all(process.stdin.fileno(), message)
                sent = ends
                if is_last:
                    files.write_all(process.stdin.fileno(), msgpack.packb([]))
                    return
                self._wake.wait()
                time.sleep(_GATHER_S)
                if ended.is_set():
                    return
                self._wake.clear()
        except OSError:  # it has ended, as `_listen` sees too
            return


AnyIndexer = Indexer | ApartIndexer
