"""The work of an erasure. Each step may be done again, so whatever interrupts it, it is done from the beginning.

1. ingest takes nothing more of the sessions, and what was under way is in the log and in the index;
2. their rows and facts leave the index, and what of it is kept in memory: from now on nobody sees them;
3. their records leave the segments of the log;
4. assets that only they used leave the vault, and their project's quota has room again;
5. the journal says that it is done.

A `footfall reindex` is kept out meanwhile: it could have read what is being erased.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from footfall.assets import Quotas, Vault
from footfall.erasure.journal import Erasure, Journal
from footfall.errors import StorageError, WireError
from footfall.index import AnyIndexer, Index, Indexer
from footfall.index.beside import alone
from footfall.index.erase import delete_assets, erase_sessions, unused_assets, used_elsewhere
from footfall.log import Log, RecordInfo, session_key
from footfall.wire.codec import decode_chunk

_log = logging.getLogger("footfall.erasure")


@dataclass(frozen=True)
class Store:
    """What lies in a data folder that this process owns."""

    log: Log
    index: Index
    indexer: AnyIndexer
    vault: Vault
    quotas: Quotas


@dataclass(frozen=True)
class Doors:
    """How ingest is told; each returns when it is so. Without a server nothing comes in, and both do nothing."""

    close: Callable[[str, Sequence[str]], None]
    """Take nothing more of these sessions of a project."""
    forget_assets: Callable[[], None]
    """Trust nothing that is remembered of which assets are there."""


CLOSED = Doors(lambda _project, _sessions: None, lambda: None)


class Eraser:
    """Does what the journal says, one erasure at a time. Every method may block."""

    def __init__(self, store: Store, journal: Journal, doors: Doors = CLOSED) -> None:
        self._store = store
        self._journal = journal
        self._doors = doors
        self._lock = threading.Lock()

    def run_next(self) -> bool:
        """Do the oldest erasure that is begun; False: there is none. Raises StorageError: then it stays begun."""
        with self._lock:
            erasure = self._journal.next()
            if erasure is None:
                return False
            self._run(erasure)
            return True

    def _run(self, erasure: Erasure) -> None:
        store, project = self._store, erasure.project
        try:
            with alone(store.index.path):
                self._doors.close(project, erasure.sessions)
                store.indexer.catch_up()
                try:
                    store.indexer.change(
                        partial(erase_sessions, project=project, sessions=erasure.sessions)
                    )
                finally:  # it may be gone although the WAL could not be emptied
                    store.index.forget()
                erase_records(store.log, project, erasure.sessions)
                self._erase_assets(project)
        except sqlite3.Error as error:
            raise StorageError(f"{store.index.path} cannot be changed: {error}.") from error
        self._journal.finish(erasure)
        _log.info("%d sessions erased (%s)", len(erasure.sessions), erasure.cause)

    def _erase_assets(self, project: str) -> None:
        store = self._store

        def find(connection: sqlite3.Connection, _fold: object) -> tuple[list[bytes], set[str]]:
            unused = unused_assets(connection, project)
            elsewhere = used_elsewhere(connection, project)
            return unused, {sha.hex() for sha in unused if sha not in elsewhere}

        _, doomed = store.indexer.change(find)
        # Whoever uses one from now on is asked for its bytes; whoever was told that it is there stands in the log.
        store.vault.condemn(doomed)
        self._doors.forget_assets()
        store.indexer.catch_up()
        unused, doomed = store.indexer.change(find)
        store.quotas.release(project, [sha.hex() for sha in unused])
        store.vault.remove(doomed)
        # Last, as these rows are all that knows of the files.
        store.indexer.change(
            lambda connection, _fold: delete_assets(
                connection, project, _still(unused, unused_assets(connection, project))
            )
        )


def erase_records(log: Log, project: str, sessions: Sequence[str]) -> None:
    """Erase the records of sessions from the log. Raises StorageError."""
    erased = frozenset(sessions)

    def keep(info: RecordInfo) -> bool:
        record = info.record
        return record.project != project or _session(info) not in erased

    # Records of an earlier form do not name their session; their segments are looked through.
    keys = {session_key(project, session) for session in ("", *sessions)}
    for segment in log.segments_of(keys):
        log.rewrite(segment, keep)


def _session(info: RecordInfo) -> str:
    if info.record.session:
        return info.record.session
    try:
        return decode_chunk(info.record.chunk).session
    except WireError:
        return ""


def _still(before: Sequence[bytes], now: Sequence[bytes]) -> list[bytes]:
    known = set(before)
    return [sha for sha in now if sha in known]


def erase_offline(storage: Path, log: Log) -> None:
    """Do what is pending in a folder whose log this process holds and nobody serves. Blocking.

    Raises StorageError.
    """
    quotas = Quotas(storage / "quota", 0)
    index = Index(storage / "index.db")
    indexer = Indexer(log, index)
    journal = Journal(storage / "settings.db")
    try:
        vault = Vault(storage / "assets", quotas)
        eraser = Eraser(Store(log, index, indexer, vault, quotas), journal)
        while eraser.run_next():
            pass
    finally:
        journal.close()
        indexer.stop()
        index.close()
