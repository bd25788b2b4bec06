"""The `footfall` command: reads its arguments, composes nothing itself, prints for people."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

from footfall import __version__
from footfall.commands import add_commands
from footfall.config import Config, load
from footfall.demo.run import run_demo
from footfall.detect.command import run_moments
from footfall.errors import ConfigError, FootfallError
from footfall.export.command import export_page, find_recording
from footfall.export.video import film, find_tools, format_of
from footfall.index.beside import Progress, hand_over, rebuild
from footfall.index.doctor import examine, is_sound
from footfall.log import Reader
from footfall.projects import Projects
from footfall.settings import now_ms
from footfall.web.digest_command import write_digest
from footfall.web.heat_command import write_heatmap
from footfall.web.logformat import log_to_stderr
from footfall.web.releases import write_release
from footfall.web.serve import run_serve
from footfall.web.workers import MAX_WORKERS

_HAND_OVER_S: Final = 30.0
_TELL_S: Final = 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 it could not be done or found a fault (it is printed)."""
    options = _parser().parse_args(arguments)
    command: Callable[[Config, argparse.Namespace], int | None] = options.command
    try:
        config = load(os.environ, storage=options.storage, host=options.host, port=options.port)
        log_to_stderr(config.log_json)
        return command(config, options) or 0
    except FootfallError as error:
        sys.stderr.write(f"footfall: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def _serve(config: Config, options: argparse.Namespace) -> None:
    if not 1 <= options.workers <= MAX_WORKERS:
        raise ConfigError(f"--workers must be from 1 to {MAX_WORKERS}.")
    _run(run_serve(config, options.workers))


def _demo(config: Config, options: argparse.Namespace) -> None:
    _run(run_demo(config, shop_port=options.shop_port, browser=not options.no_browser))


def _reindex(config: Config, _options: argparse.Namespace) -> None:
    path, folder = config.storage / "index.db", config.storage / "log"
    built = rebuild(Reader.of_folder(folder), path, _Line())
    sys.stdout.write(f"The index is made anew from {built.chunks} chunks.\n")
    if built.unreadable:
        sys.stdout.write(f"{built.unreadable} records cannot be decoded by this version.\n")
    if not hand_over(path, folder, _HAND_OVER_S):
        sys.stdout.write(
            "The server that is running has not taken it yet; it will, at its next start at the latest.\n"
        )


def _doctor(config: Config, _options: argparse.Namespace) -> int:
    findings = examine(config.storage, _say)
    for finding in findings:
        mark = "!" if finding.is_fault else "-"
        sys.stdout.write(f"{mark} {finding.text}\n")
        if finding.remedy:
            sys.stdout.write(f"    Repair: {finding.remedy}\n")
    if is_sound(findings):
        sys.stdout.write("Nothing is wrong.\n")
        return 0
    return 1


def _moments(config: Config, options: argparse.Namespace) -> None:
    run_moments(config.storage, store=options.recompute, tell=_say)


def _say(text: str) -> None:
    sys.stderr.write(f"{text} ...\n")


class _Line:
    """Progress as one line of a terminal that is written over; nothing where that is none."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._told < _TELL_S:
            return
        self._told = now
        share = progress.bytes / max(1, progress.total)
        left = (now - self._began) * (1 - share) / max(share, 1e-9)
        sys.stderr.write(f"\r{share:4.0%}  {progress.chunks} chunks, {left:.0f} s to go \033[K")
        if progress.bytes >= progress.total:
            sys.stderr.write("\n")


def _key(config: Config, options: argparse.Namespace) -> None:
    project = Projects(config.storage / "settings.db").rotate(options.project, options.days)
    sys.stdout.write(
        f"The new write key of {project.id} is {project.key}\n"
        f"The old one is taken for {options.days} more days. A running server knows within a second.\n"
    )


def _export(config: Config, options: argparse.Namespace) -> None:
    out = options.out or Path(f"replay-{options.session[:8]}.html")
    size = export_page(config, options.session, out)
    sys.stdout.write(f"{out} has {size / 1e6:,.1f} MB; it plays in any browser, offline.\n")


def _video(config: Config, options: argparse.Namespace) -> None:
    out = options.out or Path(f"replay-{options.session[:8]}.webm")
    format_of(out.name)
    find_tools()
    recording = find_recording(config, options.session)
    shown = _Share()
    _run(film(recording, out, skip=not options.with_inactivity, progress=shown))
    sys.stdout.write(f"{out} has {out.stat().st_size / 1e6:,.1f} MB.\n")


class _Share:
    """A share of 1 as one line of a terminal that is written over; nothing where that is none."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or (share < 1 and now - self._told < _TELL_S):
            return
        self._told = now
        sys.stderr.write(f"\r{share:4.0%} \033[K" + ("\n" if share >= 1 else ""))


def _heatmap(config: Config, options: argparse.Namespace) -> None:
    told = write_heatmap(config, options.page, options.out, vars(options))
    sys.stdout.write(f"{told}\n")


def _digest(config: Config, options: argparse.Namespace) -> None:
    out = None if options.mail else options.out
    told = write_digest(config, out, vars(options), now_ms())
    sys.stdout.write(f"{told}\n")


def _release(config: Config, options: argparse.Namespace) -> None:
    told = write_release(config, options.project, options.name, options.at)
    sys.stdout.write(f"{told}\n")


def _run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # not made for Windows
        return None
    return uvloop.new_event_loop


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footfall",
        description="Self-hosted session replay and heatmaps.",
        epilog="Settings also come from the environment: FOOTFALL_STORAGE, FOOTFALL_HOST,"
        " FOOTFALL_PORT, FOOTFALL_PASSWORD, FOOTFALL_PUBLIC_URL, FOOTFALL_LOG_JSON; README.md has them all.",
    )
    parser.set_defaults(host=None, port=None)
    parser.add_argument("--version", action="version", version=f"footfall {__version__}")
    commands = parser.add_subparsers(title="commands", required=True)
    serve = commands.add_parser("serve", help="receive recordings and show them")
    serve.set_defaults(command=_serve)
    serve.add_argument("--workers", type=int, default=1, help="processes that take chunks in (1)")
    demo = commands.add_parser("demo", help="serve, with a demo shop and its recorded visitors")
    demo.set_defaults(command=_demo)
    demo.add_argument("--shop-port", type=int, default=8001, help="of the demo shop (8001)")
    demo.add_argument("--no-browser", action="store_true", help="do not open a browser")
    reindex = commands.add_parser(
        "reindex", help="make the index anew from the log; a server may be running"
    )
    reindex.set_defaults(command=_reindex)
    doctor = commands.add_parser(
        "doctor", help="compare log, index and assets, and say what is wrong"
    )
    doctor.set_defaults(command=_doctor)
    moments = commands.add_parser(
        "moments", help="look for moments in all sessions anew; a server may be running"
    )
    moments.set_defaults(command=_moments)
    how = moments.add_mutually_exclusive_group(required=True)
    how.add_argument("--recompute", action="store_true", help="and keep what is found")
    how.add_argument("--preview", action="store_true", help="only say what would change")
    key = commands.add_parser("key", help="give a project a new write key")
    key.set_defaults(command=_key)
    key.add_argument("project", help="its id, as in the addresses of its pages")
    key.add_argument("--days", type=int, default=30, help="the old key is taken for so long (30)")
    release = commands.add_parser("release", help="mark a release of the site, as a deploy does it")
    release.set_defaults(command=_release)
    release.add_argument("name", help="what is shown: v2.4")
    release.add_argument("--at", default="", help="when, as in 2026-11-24T09:30+01:00 (now)")
    release.add_argument("--project", default="", help="its id, where there are several")
    own = (serve, demo, reindex, doctor, moments, key, release)
    everywhere = (*own, *_add_files(commands), *add_commands(commands))
    for command in everywhere:
        command.add_argument("--storage", type=Path, help="the data folder (./storage)")
    for command in (serve, demo):
        command.add_argument("--host", help="address to listen on (127.0.0.1)")
        command.add_argument("--port", type=int, help="port to listen on (8000)")
    return parser


def _add_files(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> tuple[argparse.ArgumentParser, ...]:
    """Add the commands that write what is recorded to a file, and return them."""
    export = commands.add_parser(
        "export", help="write a session as an HTML file that plays offline"
    )
    export.set_defaults(command=_export)
    export.add_argument("session", help="its id, as in the address of its replay")
    video = commands.add_parser("video", help="make a video of a session, with Chromium and ffmpeg")
    video.set_defaults(command=_video)
    video.add_argument("session", help="its id, as in the address of its replay")
    video.add_argument("-o", "--out", type=Path, help="the file, .webm or .mp4 (replay-ID.webm)")
    video.add_argument(
        "--with-inactivity", action="store_true", help="show the stretches without activity, too"
    )
    export.add_argument("-o", "--out", type=Path, help="the file (replay-ID.html)")
    heatmap = commands.add_parser(
        "heatmap", help="write a page's heatmap, or its numbers, to a file"
    )
    heatmap.set_defaults(command=_heatmap)
    heatmap.add_argument("page", help="its path, as on the Pages page: /product/:id")
    heatmap.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        help="file.png, .webp, .svg (the legend), .json or .csv",
    )
    heatmap.add_argument(
        "--where",
        default="",
        help='what to show, as in docs/heatmaps.md: "kind=move&device=mobile"',
    )
    heatmap.add_argument(
        "--over",
        choices=("page", "wireframe"),
        default="",
        help="draw a PNG over the recorded page, with Chromium, or over a wireframe",
    )
    heatmap.add_argument("--project", default="", help="its id, where there are several")
    digest = commands.add_parser("digest", help="write the last days' figures as one HTML file")
    digest.set_defaults(command=_digest)
    digest.add_argument(
        "-o", "--out", type=Path, default=Path("digest.html"), help="the file (digest.html)"
    )
    digest.add_argument("--mail", action="store_true", help="mail it to FOOTFALL_DIGEST_TO instead")
    digest.add_argument("--days", type=int, default=7, help="how many, beside as many before (7)")
    digest.add_argument(
        "--goal",
        default="",
        help="what counts as converted: page:/thanks, event:NAME, segment:NAME, steps:STEPS",
    )
    digest.add_argument("--project", default="", help="its id, where there are several")
    return export, video, heatmap, digest
