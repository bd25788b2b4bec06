"""`footfall moments`: all of history anew, or what that would change."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from footfall.annotations import FormEvents, PageRules
from footfall.detect.find import Finder
from footfall.detect.own import OwnMoments
from footfall.detect.recompute import Change, preview, recompute
from footfall.detect.verdicts import Verdicts
from footfall.errors import StorageError
from footfall.index import Index
from footfall.index.found import Found
from footfall.index.tables import open_for_writing


def run_moments(storage: Path, *, store: bool, tell: Callable[[str], None]) -> None:
    """Look at all sessions of a folder; store what is found, or print what would change. Raises StorageError."""
    path = storage / "index.db"
    if not path.exists() or not (storage / "settings.db").exists():
        raise StorageError(f"There are no recordings in {storage}.")
    open_for_writing(path).close()  # its tables may be of an older version
    index = Index(path)
    settings = storage / "settings.db"
    finder = Finder(
        index,
        Verdicts(settings),
        own=OwnMoments(settings),
        pages=PageRules(settings),
        completing=FormEvents(settings),
    )
    found = Found(path)
    now = time.time_ns() // 1_000_000
    try:
        if store:
            done = recompute(finder, found, now, lambda n, of: tell(f"{n} of {of} sessions"))
            sys.stdout.write(f"Moments of {done} sessions are found anew.\n")
        else:
            changes = preview(finder, found, now, lambda n, of: tell(f"{n} of {of} sessions"))
            sys.stdout.write(table(changes))
    finally:
        index.close()


def table(changes: dict[str, Change]) -> str:
    """Return what would change, for people."""
    lines = [f"{'moment':18}{'now':>8}{'then':>8}{'gone':>8}{'new':>8}  for example"]
    for kind, one in changes.items():
        numbers = f"{one.before:8}{one.after:8}{one.gone:8}{one.new:8}"
        lines.append(f"{kind:18}{numbers}  {' '.join(one.examples)}")
    if not any(one.gone or one.new for one in changes.values()):
        lines.append("Nothing would change.")
    return "\n".join(lines) + "\n"
