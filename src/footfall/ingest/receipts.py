"""Which chunks are stored: (session, tab, sequence) → digest, so that a chunk sent twice is stored once.

The index knows what it has indexed; what was appended after that stands only here, so a session is forgotten
(and later loaded again) no earlier than the index has its last append. Used on the event loop alone.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from footfall.errors import StorageError
from footfall.ingest.digests import Digests, Name
from footfall.log import START, Position

MAX_RECEIPTS: Final = 200_000
"""Receipts in memory before the sessions not heard of for longest are forgotten."""
MAX_SESSION_CHUNKS: Final = 50_000
"""Chunks of one session: 24 hours with one every 5 s make 17 280 for each tab."""

Load = Callable[[str, str], Mapping[Name, bytes] | None]
"""What is stored of (project, session); None: it was erased."""


@dataclass(slots=True)
class SessionReceipts:
    """The receipts of one session; `pending` holds appends that are not durable yet."""

    digests: Digests
    pending: dict[Name, "asyncio.Future[Position]"] | None = None
    last: Position = START
    token: str = ""  # the session's write token, once it was made
    is_erased: bool = False  # nothing of it may be stored again

    @property
    def is_known(self) -> bool:
        """Tell whether anything of this session has come before."""
        return len(self.digests) > 0

    @property
    def is_full(self) -> bool:
        """Tell whether the session has as many chunks as one may have."""
        return len(self.digests) >= MAX_SESSION_CHUNKS

    def add(self, name: Name, digest: bytes, append: "asyncio.Future[Position]") -> None:
        """Note an append that has begun; should it fail, the note goes."""
        self.digests.add(name, digest)
        if self.pending is None:
            self.pending = {}
        self.pending[name] = append
        append.add_done_callback(partial(self._settle, name))

    def pending_of(self, name: Name) -> "asyncio.Future[Position] | None":
        """Return the append of a chunk that is not durable yet."""
        return None if self.pending is None else self.pending.get(name)

    def _settle(self, name: Name, done: "asyncio.Future[Position]") -> None:
        if self.pending is not None:
            self.pending.pop(name, None)
            if not self.pending:
                self.pending = None  # an empty one is as large as it has ever been
        if done.cancelled() or done.exception() is not None:
            self.digests.remove(name)
        else:
            self.last = max(self.last, done.result())


class Receipts:
    """The receipts of all sessions, loaded when a session is first heard of."""

    def __init__(
        self, load: Load, indexed: Callable[[], Position], max_receipts: int = MAX_RECEIPTS
    ) -> None:
        """Set the sources: `load` asks the index (blocking), `indexed` says up to where the index has read."""
        self._load = load
        self._indexed = indexed
        self._max_receipts = max_receipts
        self._sessions: OrderedDict[tuple[str, str], SessionReceipts] = OrderedDict()
        self._waiting: dict[tuple[str, str], asyncio.Future[SessionReceipts]] = {}
        self._loading: asyncio.Task[None] | None = None
        self._loaded = 0

    def known(self, project: str, session: str) -> SessionReceipts | None:
        """Return a session's receipts if they are in memory."""
        key = (project, session)
        known = self._sessions.get(key)
        if known is not None:
            self._sessions.move_to_end(key)
        return known

    async def of(self, project: str, session: str) -> SessionReceipts:
        """Return a session's receipts; whoever asks at the same time gets the same object. Raises StorageError."""
        known = self.known(project, session)
        if known is not None:
            return known
        key = (project, session)
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._loading is None:
                self._loading = asyncio.create_task(self._load_waiting())
        # Shielded: one sender that goes away must not cancel the others' loading.
        loaded = await asyncio.shield(waiting)
        # It may have been forgotten between its loading and now, and even loaded again.
        return self._sessions.setdefault(key, loaded)

    async def close(self, project: str, sessions: Iterable[str]) -> None:
        """Have nothing of these sessions stored from now on; return when what was under way is durable or failed.

        What `load` says must be None for them already: whoever asks while this waits may load them anew.
        """
        closed: list[SessionReceipts] = []
        for key in [(project, session) for session in sessions]:
            if key in self._waiting:  # it may have been loaded just before they were erased
                await asyncio.wait([self._waiting[key]])
            known = self._sessions.get(key)
            if known is not None:
                known.is_erased = True
                closed.append(known)
        pending = [append for one in closed for append in (one.pending or {}).values()]
        await asyncio.gather(*pending, return_exceptions=True)
        for one in closed:
            one.digests.clear()

    async def _load_waiting(self) -> None:
        """Load what is asked for, and then what was asked for meanwhile: one change of thread for many sessions."""
        try:
            while self._waiting:
                asked = dict(self._waiting)
                found = await asyncio.to_thread(self._load_all, list(asked))
                for key, waiting in asked.items():
                    del self._waiting[key]
                    self._settle(key, waiting, found[key])
        finally:
            self._loading = None
            for waiting in self._waiting.values():  # none, unless this was cut short
                waiting.set_exception(StorageError("The receipts could not be loaded."))
            self._waiting.clear()

    def _load_all(
        self, keys: list[tuple[str, str]]
    ) -> dict[tuple[str, str], Mapping[Name, bytes] | StorageError | None]:
        found: dict[tuple[str, str], Mapping[Name, bytes] | StorageError | None] = {}
        for key in keys:
            try:
                found[key] = self._load(*key)
            except StorageError as error:
                found[key] = error
        return found

    def _settle(
        self,
        key: tuple[str, str],
        waiting: "asyncio.Future[SessionReceipts]",
        found: Mapping[Name, bytes] | StorageError | None,
    ) -> None:
        if isinstance(found, StorageError):
            waiting.set_exception(found)
            return
        receipts = self._sessions[key] = SessionReceipts(
            Digests((found or {}).items()), is_erased=found is None
        )
        waiting.set_result(receipts)
        self._loaded += 1
        if self._loaded >= max(64, len(self._sessions) // 8):  # counting costs a walk
            self._loaded = 0
            self._forget()

    def _forget(self) -> None:
        indexed = self._indexed()
        excess = sum(len(one.digests) + 1 for one in self._sessions.values()) - self._max_receipts
        for key, one in list(self._sessions.items()):
            if excess <= 0:
                break
            if not one.pending and one.last.end <= indexed:
                excess -= len(one.digests) + 1
                del self._sessions[key]
