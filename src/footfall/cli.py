"""The `footfall` command: reads its arguments, composes nothing itself, prints for people."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from footfall import __version__
from footfall.config import Config, load
from footfall.demo.run import run_demo
from footfall.errors import ConfigError, FootfallError
from footfall.index import Index, Indexer
from footfall.log import Log
from footfall.web.logformat import log_to_stderr
from footfall.web.serve import run_serve
from footfall.web.workers import MAX_WORKERS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 it could not be done (the reason is printed)."""
    options = _parser().parse_args(arguments)
    command: Callable[[Config, argparse.Namespace], None] = options.command
    try:
        config = load(os.environ, storage=options.storage, host=options.host, port=options.port)
        log_to_stderr(config.log_json)
        command(config, options)
    except FootfallError as error:
        sys.stderr.write(f"footfall: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _serve(config: Config, options: argparse.Namespace) -> None:
    if not 1 <= options.workers <= MAX_WORKERS:
        raise ConfigError(f"--workers must be from 1 to {MAX_WORKERS}.")
    _run(run_serve(config, options.workers))


def _demo(config: Config, options: argparse.Namespace) -> None:
    _run(run_demo(config, shop_port=options.shop_port, browser=not options.no_browser))


def _reindex(config: Config, _options: argparse.Namespace) -> None:
    log = Log(config.storage / "log")
    try:
        chunks = Indexer(log, Index(config.storage / "index.db")).reindex()
    finally:
        log.close()
    sys.stdout.write(f"The index is made anew from {chunks} chunks.\n")


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
        " FOOTFALL_PORT, FOOTFALL_PASSWORD, FOOTFALL_PUBLIC_URL, FOOTFALL_LOG_JSON.",
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
    reindex = commands.add_parser("reindex", help="make the index anew from the log")
    reindex.set_defaults(command=_reindex)
    for command in (serve, demo, reindex):
        command.add_argument("--storage", type=Path, help="the data folder (./storage)")
    for command in (serve, demo):
        command.add_argument("--host", help="address to listen on (127.0.0.1)")
        command.add_argument("--port", type=int, help="port to listen on (8000)")
    return parser
