"""Looking for moments in all of a project's history anew: one run at a time, in the background, with its progress."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from footfall.detect import Change, Finder, preview, recompute
from footfall.errors import FootfallError
from footfall.index.found import Found
from footfall.web.common import now_ms
from footfall.web.errors import RequestError
from footfall.web.keys import FORM_EVENTS, INDEX, OWN_MOMENTS, PAGE_RULES, VERDICTS

_log = logging.getLogger("footfall.web")


def finder_of(app: web.Application) -> Finder:
    """Return what finds moments in this server's index."""
    return Finder(
        app[INDEX],
        app[VERDICTS],
        own=app[OWN_MOMENTS],
        pages=app[PAGE_RULES],
        completing=app[FORM_EVENTS],
    )


class _EndedError(Exception):
    """Somebody ended the run."""


@dataclass
class Run:
    """A run over a project's sessions."""

    project: str
    stores: bool  # what is found; else it only says what would change
    state: str = "running"  # then "done", "ended" or "failed"
    done: int = 0  # sessions
    of: int = 0
    changes: dict[str, Change] = field(default_factory=dict)  # of a run that does not store

    @property
    def would_change(self) -> bool:
        """Whether anything would be other than it is."""
        return any(one.gone or one.new for one in self.changes.values())


class Looking:
    """The run of this server, and what the last one found."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._run: Run | None = None
        self._task: asyncio.Task[None] | None = None

    def of(self, project: str) -> Run | None:
        """Return the run over this project, also when it is over."""
        return self._run if self._run is not None and self._run.project == project else None

    def start(self, project: str, *, stores: bool) -> None:
        """Begin a run. Raises RequestError while there is one."""
        if self._run is not None and self._run.state == "running":
            raise RequestError("Moments are being looked for already. Wait for the end, or end it.")
        run = self._run = Run(project, stores)
        self._task = asyncio.create_task(self._look(run))

    def end(self, project: str) -> None:
        """End the run over this project; what it has stored until then stays."""
        run = self.of(project)
        if run is not None and run.state == "running":
            run.state = "ended"

    async def close(self) -> None:
        """End whatever runs, and wait for it."""
        if self._run is not None and self._run.state == "running":
            self._run.state = "ended"
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task

    async def _look(self, run: Run) -> None:
        try:
            await asyncio.to_thread(self._work, run)
        except _EndedError:
            run.state = "ended"
        except FootfallError:
            _log.exception("looking for moments anew failed")
            run.state = "failed"
        else:
            run.state = "done"

    def _work(self, run: Run) -> None:
        def tell(done: int, of: int) -> None:
            run.done, run.of = done, of
            if run.state != "running":
                raise _EndedError

        index = self._app[INDEX]
        finder, found = finder_of(self._app), Found(index.path)
        if run.stores:
            recompute(finder, found, now_ms(), tell, run.project)
        else:
            run.changes = preview(finder, found, now_ms(), tell, run.project)


LOOKING: Final = web.AppKey("looking", Looking)


async def looking(app: web.Application) -> AsyncIterator[None]:
    """Hold the run of this server; end it with the server."""
    app[LOOKING] = Looking(app)
    yield
    await app[LOOKING].close()
