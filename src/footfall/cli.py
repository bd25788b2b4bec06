"""The `footfall` command: reads its arguments, composes nothing itself, prints for people."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from footfall import __version__
from footfall.config import Config, check, load
from footfall.demo.run import run_demo
from footfall.errors import FootfallError
from footfall.web.serve import run_serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 it could not be done (the reason is printed)."""
    options = _parser().parse_args(arguments)
    command: Callable[[Config, argparse.Namespace], None] = options.command
    try:
        config = _config(options)
        check(config)
        command(config, options)
    except FootfallError as error:
        sys.stderr.write(f"footfall: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _config(options: argparse.Namespace) -> Config:
    config = load(os.environ)
    given = {
        name: getattr(options, name)
        for name in ("storage", "host", "port")
        if getattr(options, name) is not None
    }
    return replace(config, **given)


def _serve(config: Config, _options: argparse.Namespace) -> None:
    asyncio.run(run_serve(config))


def _demo(config: Config, options: argparse.Namespace) -> None:
    asyncio.run(run_demo(config, shop_port=options.shop_port, browser=not options.no_browser))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footfall",
        description="Self-hosted session replay and heatmaps.",
        epilog="Settings also come from the environment: FOOTFALL_STORAGE, FOOTFALL_HOST,"
        " FOOTFALL_PORT, FOOTFALL_PASSWORD, FOOTFALL_PUBLIC_URL, FOOTFALL_LOG_JSON.",
    )
    parser.add_argument("--version", action="version", version=f"footfall {__version__}")
    commands = parser.add_subparsers(title="commands", required=True)
    serve = commands.add_parser("serve", help="receive recordings and show them")
    serve.set_defaults(command=_serve)
    demo = commands.add_parser("demo", help="serve, with a demo shop and its recorded visitors")
    demo.set_defaults(command=_demo)
    demo.add_argument("--shop-port", type=int, default=8001, help="of the demo shop (8001)")
    demo.add_argument("--no-browser", action="store_true", help="do not open a browser")
    for command in (serve, demo):
        command.add_argument("--storage", type=Path, help="the data folder (./storage)")
        command.add_argument("--host", help="address to listen on (127.0.0.1)")
        command.add_argument("--port", type=int, help="port to listen on (8000)")
    return parser
