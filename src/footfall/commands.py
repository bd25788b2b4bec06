"""`footfall erase` and `footfall retain`: what will go is said first; a running server does the work itself."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from footfall.annotations import Annotations
from footfall.config import Config
from footfall.erasure import Journal, Retention, before, expired, of_user, of_visitor, weigh
from footfall.erasure.choose import BATCH
from footfall.erasure.eraser import erase_offline
from footfall.errors import ConfigError, StorageError
from footfall.index import Index, Indexer
from footfall.log import Log, files
from footfall.projects import Project, Projects
from footfall.settings import now_ms

_WAIT_S: Final = 600.0
_POLL_S: Final = 0.2


def add_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Add both commands to those of the program, and return them."""
    erase = commands.add_parser("erase", help="erase sessions for good; says first what will go")
    erase.set_defaults(command=_erase)
    erase.add_argument("project", help="its id, as in the addresses of its pages")
    what = erase.add_mutually_exclusive_group(required=True)
    what.add_argument("--session", help="one session, by its id")
    what.add_argument("--visitor", help="all sessions of a visitor, by the recorder's id")
    what.add_argument("--user", help="all sessions of somebody whom the site has named (identify)")
    what.add_argument(
        "--before",
        metavar="DATE",
        help="all that was received before this day, as in 2026-01-31 (UTC)",
    )
    retain = commands.add_parser("retain", help="erase what was kept long enough, in all projects")
    retain.set_defaults(command=_retain)
    for one in (erase, retain):
        one.add_argument("--yes", action="store_true", help="do it, without asking")
    return [erase, retain]


def _erase(config: Config, options: argparse.Namespace) -> None:
    storage = _there(config.storage)
    project = Projects(storage / "settings.db").get(options.project)
    if project is None:
        raise ConfigError(f"There is no project {options.project!r}.")
    _index_what_waits(storage)
    index, book = Index(storage / "index.db"), Annotations(storage / "settings.db")
    try:
        cause, sessions = _chosen(index, project, options)
        told = _told(index, project, sessions)
    finally:
        index.close()
    if not sessions:
        sys.stdout.write(f"{project.name} has no such session: nothing is erased.\n")
        return
    starred = len(book.starred(project.id, sessions))
    sys.stdout.write(told + (f" {starred} of them have a star.\n" if starred else "\n"))
    if not _is_meant(options):
        return
    journal = Journal(storage / "settings.db")
    parts = [sessions[at : at + BATCH] for at in range(0, len(sessions), BATCH)]
    _finish(storage, journal, [journal.begin(project.id, cause, part) for part in parts])


def _retain(config: Config, options: argparse.Namespace) -> None:
    storage = _there(config.storage)
    projects, book = Projects(storage / "settings.db"), Annotations(storage / "settings.db")
    _index_what_waits(storage)
    journal, index, now = Journal(storage / "settings.db"), Index(storage / "index.db"), now_ms()
    try:
        found = [expired(index, book, one, config.retention_days, now) for one in projects.all()]
        for one in found:
            text = f"{one.project.name} keeps {f'{one.days} days' if one.days else 'everything'}. "
            sys.stdout.write(text + _told(index, one.project, one.sessions) + "\n")
    finally:
        index.close()
    retention = Retention(journal)
    if not retention.trusts(now, is_sure=options.yes):
        raise ConfigError(
            "This computer's clock has jumped by days since it was looked at last, or this is the first time;"
            " nothing expires for a day. If the clock is right, say so with --yes."
        )
    _finish(storage, journal, [number for one in found for number in retention.begin(one)])


def _there(storage: Path) -> Path:
    if not (storage / "settings.db").exists():
        raise ConfigError(f"{storage} is no data folder of Footfall. Name it with --storage.")
    return storage


def _index_what_waits(storage: Path) -> None:
    """Have the index hold all that is in the log, where no server does so. Raises StorageError."""
    log = _own(storage)
    if log is not None:
        try:
            index = Index(storage / "index.db")
            Indexer(log, index).stop()
            index.close()
        finally:
            log.close()


def _own(storage: Path) -> Log | None:
    """Take the log; None: a server has it. Raises StorageError for any other reason."""
    try:
        os.close(files.lock(storage / "log" / "lock"))
    except StorageError:
        return None
    except OSError as error:
        raise StorageError(f"{storage / 'log'} cannot be used: {error.strerror}.") from error
    return Log(storage / "log")


def _chosen(index: Index, project: Project, options: argparse.Namespace) -> tuple[str, list[str]]:
    """Return why, and which sessions."""
    if options.session is not None:
        return "session", [options.session] if index.session(project.id, options.session) else []
    if options.visitor is not None:
        return "visitor", of_visitor(index, project.id, options.visitor)
    if options.user is not None:
        return "user", of_user(index, project.id, options.user)
    return "before", before(index, project.id, _day(options.before))


def _day(written: str) -> int:
    try:
        day = datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise ConfigError(f"{written!r} is not a day; write it as 2026-01-31.") from error
    return int(day.timestamp() * 1000)


def _told(index: Index, project: Project, sessions: Sequence[str]) -> str:
    weight = weigh(index, project.id, sessions)
    if not weight.sessions:
        return "Nothing goes."
    first, last = (
        datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d %H:%M")
        for time in (weight.first, weight.last)
    )
    return (
        f"To go: {weight.sessions} sessions of {project.name} with {weight.page_views} page views,"
        f" {weight.bytes / 1e6:.1f} MB in {weight.chunks} chunks, from {first} to {last} UTC."
    )


def _is_meant(options: argparse.Namespace) -> bool:
    if options.yes:
        return True
    if not sys.stdin.isatty():
        sys.stdout.write("Nothing is erased yet; say --yes to do it. Nobody can bring it back.\n")
        return False
    sys.stdout.write("Nobody can bring it back. Erase it? [y/N] ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    sys.stdout.write("Nothing is erased.\n")
    return False


def _finish(storage: Path, journal: Journal, numbers: Sequence[int]) -> None:
    """Do what is begun, or wait for the server that does it."""
    try:
        log = _own(storage)
        if log is not None:
            try:
                erase_offline(storage, log)
            finally:
                log.close()
        end = time.monotonic() + _WAIT_S
        while not all(map(journal.is_done, numbers)):
            if time.monotonic() > end:
                sys.stdout.write("The server that is running goes on with it; its log says how.\n")
                return
            time.sleep(_POLL_S)
    finally:
        journal.close()
    if numbers:
        sys.stdout.write("It is erased. Backups that you made still hold it.\n")
