"""The thread that looks for moments in sessions soon after their facts have come."""

import logging
import threading
import time
from itertools import islice
from typing import Final

from footfall.detect.find import BATCH, Finder, Page, latest, with_ids
from footfall.errors import FootfallError
from footfall.index.found import Found, Key
from footfall.index.touched import Touched

QUIET_S: Final = 5.0
"""A session is looked at when nothing has come for so long …"""
LATEST_S: Final = 30.0
"""… and at the latest so long after something came."""
_LOOK_S: Final = 1.0
_SHARE: Final = 9
"""After a pass it rests so many times as long as that took: at most a tenth of one core goes into this."""
_SWEEP_S: Final = 300.0
"""How often all sessions are compared with what was found in them, in case something was missed."""
_LEARN_S: Final = 60.0
"""How long what was learned of a page's ids is believed."""

_log = logging.getLogger("footfall.detect")


class Detector:
    """Keeps the moments of sessions up with their facts."""

    def __init__(self, finder: Finder, found: Found, touched: Touched) -> None:
        self._finder = finder
        self._found = found
        self._touched = touched
        self._waiting: dict[Key, tuple[float, float]] = {}  # first and last touched, monotonic
        self._unlearned: dict[Page, int] = {}  # those with new moments, and the time of the last
        self._learned: dict[Page, float] = {}  # when, monotonic
        self._swept = 0.0
        self._is_comparing = False  # all sessions, because any may have changed
        self._pass = threading.Lock()
        self._moving = threading.Lock()  # from what is noted to what waits
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Follow the index in a thread."""
        self._thread = threading.Thread(target=self._follow, name="footfall-detect", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what it has not looked at it will at the next start. Blocking."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def catch_up(self) -> int:
        """Look at every session that has changed, at once; return how many. Blocking. Raises StorageError."""
        with self._pass:
            self._gather()
            count = self._look(list(self._waiting))
            self._learn(self._unlearned)
            return count

    def look_again(self, keys: list[Key]) -> None:
        """Look at these sessions anew, as what is said of their moments has changed. Blocking. Raises StorageError."""
        with self._pass:
            self._look(keys)

    def waiting(self, project: str) -> int | None:
        """Return how many sessions of a project have chunks that nothing was looked for in yet; None: not known yet.

        What is told of moments lacks theirs. One counts from when it is indexed, and waits LATEST_S and a pass at most.
        """
        every = self._unseen()
        return None if every is None else sum(key[0] == project for key in every)

    def is_waiting(self, project: str, session: str) -> bool:
        """Return whether a session has chunks that nothing was looked for in yet, or may have."""
        every = self._unseen()
        return every is None or (project, session) in every

    def _unseen(self) -> set[Key] | None:
        with self._moving:
            noted = self._touched.noted()
            if noted is None or self._is_comparing:
                return None
            # Copied at once, as the detector's thread takes from it meanwhile.
            return {*noted, *list(self._waiting)}

    def _follow(self) -> None:
        rest = _LOOK_S
        while not self._stopping.wait(rest):
            began = time.monotonic()
            try:
                with self._pass:
                    self._gather()
                    self._look(self._ready())
                    self._learn(self._to_learn(began))
            except (FootfallError, KeyError, ValueError):
                _log.exception("looking for moments failed; it goes on")
                self._swept = began - _SWEEP_S + LATEST_S
            rest = max(_LOOK_S, _SHARE * (time.monotonic() - began))

    def _gather(self) -> None:
        """Note which sessions wait to be looked at."""
        now = time.monotonic()
        with self._moving:
            touched = self._touched.take()
            self._is_comparing |= touched is None
            for key in touched or ():
                self._wait(key, now)
        if touched is None or now - self._swept > _SWEEP_S:
            self._swept = now
            # In their order: what began together lies together in the packs.
            for key in self._found.stale():
                self._wait(key, now)
            self._is_comparing = False
        for key in self._found.due(_now_ms()):
            self._waiting.setdefault(key, (now - LATEST_S, now))

    def _wait(self, key: Key, now: float) -> None:
        self._waiting[key] = (self._waiting.get(key, (now, now))[0], now)

    def _ready(self) -> list[Key]:
        now = time.monotonic()
        return [
            key
            for key, (first, last) in self._waiting.items()
            if now - last >= QUIET_S or now - first >= LATEST_S
        ][: 2 * BATCH]

    def _look(self, keys: list[Key]) -> int:
        by_project: dict[str, list[str]] = {}
        for project, session in keys:
            by_project.setdefault(project, []).append(session)
        for project, sessions in by_project.items():
            for at in range(0, len(sessions), BATCH):
                some = sessions[at : at + BATCH]
                results = self._finder.find(project, some, _now_ms())
                self._found.store(project, results)
                self._unlearned = latest(self._unlearned, with_ids(project, results))
                for session in some:
                    self._waiting.pop((project, session), None)
        return len(keys)

    def _to_learn(self, now: float) -> dict[Page, int]:
        self._learned = {
            page: then for page, then in self._learned.items() if now - then < _LEARN_S
        }
        due = (one for one in self._unlearned.items() if one[0] not in self._learned)
        return dict(islice(due, BATCH))

    def _learn(self, pages: dict[Page, int]) -> None:
        self._look(self._finder.learn(self._found, pages))
        self._learned |= dict.fromkeys(pages, time.monotonic())
        self._unlearned = {
            page: last for page, last in self._unlearned.items() if page not in pages
        }


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
