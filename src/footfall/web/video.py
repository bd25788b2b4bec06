"""A session as a video: one job at a time, in the background, with its progress; the file is kept for an hour."""

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from footfall.errors import FootfallError, NotFoundError
from footfall.export import Recording
from footfall.export.video import FORMATS, film, find_tools
from footfall.web.answers import json_answer
from footfall.web.common import project_of, session_of
from footfall.web.download import recording_of
from footfall.web.errors import RequestError, refusal

_KEPT_S: Final = 3600.0

_log: Final = logging.getLogger("footfall.web")


@dataclass
class Job:
    """One film."""

    name: tuple[str, str]  # project and session
    file: Path
    state: str = "running"  # then "done" or "failed"
    share: float = 0.0  # done, of 1
    message: str = ""  # why it failed
    task: asyncio.Task[None] | None = None
    ended: float = field(default=0.0)  # by time.monotonic()


class Filming:
    """The job of this server, and the folder of its file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.job: Job | None = None

    def of(self, name: tuple[str, str]) -> Job | None:
        """Return the job for this session, unless it is forgotten."""
        job = self.job
        if job is not None and job.ended and time.monotonic() - job.ended > _KEPT_S:
            self._forget(job)
            job = None
        return job if job is not None and job.name == name else None

    def start(self, name: tuple[str, str], recording: Recording, kind: str, *, skip: bool) -> Job:
        """Begin a film; nothing may be running. What the last one made is removed."""
        if self.job is not None:
            self._forget(self.job)
        job = self.job = Job(name, self.folder / f"replay-{name[1][:8]}.{kind}")
        job.task = asyncio.create_task(self._run(job, recording, skip=skip))
        return job

    async def cancel(self, job: Job) -> None:
        """End it, if it runs, and forget it."""
        if job.task is not None:
            job.task.cancel()
            await asyncio.gather(job.task, return_exceptions=True)
        self._forget(job)

    async def _run(self, job: Job, recording: Recording, *, skip: bool) -> None:
        def tell(share: float) -> None:
            job.share = share

        try:
            await film(recording, job.file, skip=skip, progress=tell)
            job.state = "done"
        except FootfallError as error:
            job.state, job.message = "failed", str(error)
        except Exception:  # noqa: BLE001 # nobody awaits this task: what it raises would be lost
            _log.exception("a video failed")
            job.state, job.message = "failed", "Something went wrong; it is in the server's log."
        finally:
            job.ended = time.monotonic()

    def _forget(self, job: Job) -> None:
        job.file.unlink(missing_ok=True)
        if self.job is job:
            self.job = None


_FILMING: Final = web.AppKey("filming", Filming)


async def filming(app: web.Application) -> AsyncIterator[None]:
    """Have a place for films while the server runs (a `cleanup_ctx`)."""
    with tempfile.TemporaryDirectory(prefix="footfall-videos-") as folder:
        app[_FILMING] = made = Filming(Path(folder))
        yield
        if made.job is not None:
            await made.cancel(made.job)


async def video(request: web.Request) -> web.StreamResponse:
    """GET …/video: {"state": "none" | "running" | "done" | "failed", "share": 0 … 1, "message": …}."""
    return _told(request.app[_FILMING].of(await _name(request)))


async def start_video(request: web.Request) -> web.StreamResponse:
    """POST …/video with {"format": "webm" | "mp4", "skip": true}: begin. 409 while another is being made."""
    kind, skip = await _wish(request)
    name, made = await _name(request), request.app[_FILMING]
    find_tools()
    recording = await asyncio.to_thread(recording_of, request)
    if made.job is not None and made.job.state == "running":
        text = "Another video is being made; only one is at a time. Try again later."
        return refusal(request, 409, "busy", text)
    return _told(made.start(name, recording, kind, skip=skip), 202)


async def cancel_video(request: web.Request) -> web.StreamResponse:
    """DELETE …/video: end the job of this session, and remove what it made."""
    made = request.app[_FILMING]
    job = made.of(await _name(request))
    if job is not None:
        await made.cancel(job)
    return _told(None)


async def video_file(request: web.Request) -> web.StreamResponse:
    """GET …/video/file: the film."""
    job = request.app[_FILMING].of(await _name(request))
    if job is None or job.state != "done":
        raise NotFoundError("There is no video of this session now. Make it again.")
    kind = job.file.suffix.removeprefix(".")
    headers = {
        "Content-Type": f"video/{kind}",
        "Content-Disposition": f'attachment; filename="{job.file.name}"',
    }
    return web.FileResponse(job.file, headers=headers)


async def _name(request: web.Request) -> tuple[str, str]:
    def find() -> tuple[str, str]:
        project = project_of(request).id
        return project, session_of(request, project).session

    return await asyncio.to_thread(find)


async def _wish(request: web.Request) -> tuple[str, bool]:
    try:
        wish: Any = await request.json()
    except (ValueError, RecursionError) as error:
        raise RequestError("The body must be JSON.") from error
    if not isinstance(wish, dict) or wish.get("format") not in FORMATS:
        raise RequestError('Say which format: {"format": "webm"} or {"format": "mp4"}.')
    return wish["format"], wish.get("skip") is not False


def _told(job: Job | None, status: int = 200) -> web.StreamResponse:
    if job is None:
        return json_answer({"state": "none", "share": 0, "message": ""})
    told = {"state": job.state, "share": round(job.share, 4), "message": job.message}
    return json_answer(told, status)
