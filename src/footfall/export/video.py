"""A recording as a video: Chromium shows the offline page moment by moment, ffmpeg makes a film of the pictures.

Nothing of a session reaches any network: the browser has none, and what it opens is a file.
"""

import asyncio
import importlib.util
import os
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from footfall.errors import ConfigError, FootfallError
from footfall.export.command import write_whole
from footfall.export.frames import frame_times
from footfall.export.page import page_of
from footfall.export.recording import Recording

if TYPE_CHECKING:
    from playwright.async_api import Page

FORMATS: Final = {
    "webm": ("-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "5"),
    "mp4": ("-c:v", "libx264", "-preset", "veryfast", "-movflags", "+faststart"),
}
FPS: Final = 10
MAX_FRAMES: Final = 36_000
"""An hour of film; about as long it takes to make."""
_CHROMIUMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAX_WIDTH: Final = 1280
_WITHIN_S: Final = 60.0
_QUALITY: Final = 85
_BARE: Final = (
    "body,main{margin:0!important;padding:0!important;max-width:none!important}"
    ".ff-top,.ff-side,.ff-scrub-row,.ff-controls,#notes{display:none!important}"
    ".ff-player{height:100vh!important;min-height:0!important;border:0!important;border-radius:0!important}"
    ".ff-screen{height:auto!important;flex:1!important}.ff-stage{inset:0!important}"
)
_LOADED: Final = (
    "footfallPlayer.firstFrameMs() !== undefined"
    " && footfallPlayer.progress().loaded >= footfallPlayer.progress().total"
)


@dataclass(frozen=True)
class Tools:
    """The programs that a film needs."""

    chromium: str
    ffmpeg: str


def find_chromium() -> str | None:
    """Return this computer's Chromium, or the one that FOOTFALL_CHROMIUM names; None: there is none."""
    return os.environ.get("FOOTFALL_CHROMIUM") or next(
        filter(None, map(shutil.which, _CHROMIUMS)), None
    )


def find_tools() -> Tools:
    """Return the programs of this computer. Raises ConfigError, which says what is missing."""
    chromium = find_chromium()
    ffmpeg = shutil.which("ffmpeg")
    missing = [
        name
        for name, found in (
            ("Chromium", chromium),
            ("ffmpeg", ffmpeg),
            ("the Python package playwright", importlib.util.find_spec("playwright")),
        )
        if not found
    ]
    if missing or chromium is None or ffmpeg is None:
        raise ConfigError(
            f"A video needs Chromium, ffmpeg and the Python package playwright where Footfall runs;"
            f" missing: {', '.join(missing)}. The HTML file needs none of them."
        )
    return Tools(chromium, ffmpeg)


def format_of(name: str) -> str:
    """Return the format that a file's ending asks for. Raises ConfigError."""
    ending = Path(name).suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise ConfigError(f"A video ends in {' or '.join(f'.{one}' for one in FORMATS)}.")
    return ending


async def film(
    recording: Recording, out: Path, *, skip: bool, progress: Callable[[float], None]
) -> None:
    """Make a video of a session, in the format of the file's ending; `progress` gets shares of 1.

    Cancelled, it leaves nothing behind. Raises ConfigError when it cannot be done here, FootfallError when it failed.
    """
    kind, tools = format_of(out.name), find_tools()
    with tempfile.TemporaryDirectory(prefix="footfall-video-") as folder:
        page_file, part = Path(folder) / "replay.html", Path(folder) / f"film.{kind}"
        await asyncio.to_thread(write_whole, page_file, page_of(recording))
        size = _size(recording)
        async with _shown(tools.chromium, page_file, size) as page:
            times = await _times(page, skip=skip)
            async with _encoder(tools.ffmpeg, kind, part) as encoder:
                await _shoot(page, times, encoder, progress)
        await asyncio.to_thread(_bring, part, out)


def _bring(part: Path, out: Path) -> None:
    with part.open("rb") as file:
        write_whole(out, iter(lambda: file.read(1024 * 1024), b""))


def _size(recording: Recording) -> tuple[int, int]:
    """Return width and height in px, even as encoders want them: the visitor's shape, no wider than 1280."""
    width, height = recording.row.width or 1280, recording.row.height or 800
    scale = min(1.0, _MAX_WIDTH / width, _MAX_WIDTH / height)
    return max(160, int(width * scale)) // 2 * 2, max(160, int(height * scale)) // 2 * 2


@asynccontextmanager
async def _shown(chromium: str, file: Path, size: tuple[int, int]) -> "AsyncIterator[Page]":
    from playwright.async_api import Error, async_playwright

    # Chromium refuses to run with its sandbox as root; without root it has it.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
            try:
                width, height = size
                context = await browser.new_context(
                    viewport={"width": width, "height": height}, offline=True
                )
                page = await context.new_page()
                await page.goto(file.as_uri())
                await page.add_style_tag(content=_BARE)
                yield page
            finally:
                await browser.close()
    except Error as error:
        raise FootfallError(f"Chromium failed: {error.message.splitlines()[0]}") from error


async def _times(page: "Page", *, skip: bool) -> list[float]:
    """Wait until all is loaded; return the moments to show. Raises FootfallError."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            while not await page.evaluate(_LOADED):
                reason = await page.evaluate("document.querySelector('.ff-nothing')?.textContent")
                if reason:
                    raise FootfallError(f"There is nothing to film: {reason}")
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise FootfallError("The replay did not open in time.") from error
    duration = await page.evaluate("footfallPlayer.duration()")
    rests = await page.evaluate("footfallPlayer.inactive().map(({ start, end }) => [start, end])")
    times = frame_times(duration, rests, FPS, skip=skip)
    if len(times) > MAX_FRAMES:
        raise FootfallError(
            f"The film would last {len(times) / FPS / 60:.0f} minutes, more than {MAX_FRAMES // FPS // 60}."
            " Leave inactivity out, or download the HTML file."
        )
    return times


async def _shoot(
    page: "Page", times: list[float], encoder: Process, progress: Callable[[float], None]
) -> None:
    pictures = encoder.stdin
    if pictures is None:
        raise FootfallError("ffmpeg does not listen.")
    for done, time in enumerate(times):
        await page.evaluate("time => footfallPlayer.seek(time)", time)
        if done == 0:
            await asyncio.sleep(0.5)  # pictures and fonts of the first page
        try:
            pictures.write(await page.screenshot(type="jpeg", quality=_QUALITY))
            await pictures.drain()
        except ConnectionError:
            return  # ffmpeg has ended; its status says why
        progress((done + 1) / len(times))


@asynccontextmanager
async def _encoder(ffmpeg: str, kind: str, out: Path) -> AsyncIterator[Process]:
    """Run ffmpeg inside the `async with`; at its end the file is whole. Raises FootfallError."""
    options = ("-loglevel", "error", "-y", "-f", "image2pipe", "-framerate", str(FPS))
    process = await asyncio.create_subprocess_exec(
        ffmpeg, *options, "-c:v", "mjpeg", "-i", "-", *FORMATS[kind], "-pix_fmt", "yuv420p", str(out),
        stdin=PIPE, stdout=DEVNULL, stderr=PIPE,
    )  # fmt: skip
    try:
        yield process
        if process.stdin is not None:
            process.stdin.close()
        _, told = await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        reason = told.decode("utf-8", "replace").strip().splitlines()
        raise FootfallError(f"ffmpeg failed: {reason[-1] if reason else process.returncode}")
