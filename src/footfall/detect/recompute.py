"""Looking at all of history anew, when rules or their settings have changed; or only saying what would change."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from footfall.detect.find import BATCH, Finder, Page, Result, latest, with_ids
from footfall.index.found import Found, Key, MomentFilter, MomentRow

Tell = Callable[[int, int], None]
"""Hears how many sessions of how many are done."""


@dataclass
class Change:
    """What a recomputing changes of one kind of moment."""

    before: int = 0
    after: int = 0
    gone: int = 0
    new: int = 0
    examples: list[str] = field(default_factory=list)  # some sessions in which it changes


def recompute(
    finder: Finder, found: Found, now: int, tell: Tell, project: str | None = None
) -> int:
    """Look at every session anew, of a project or of all; return how many. Blocking. Raises StorageError.

    What `tell` raises ends it: what is stored until then stays.
    """
    done, keys = 0, found.all(project)
    pages = dict[Page, int]()
    for name, results in _looked_at(finder, keys, now):
        found.store(name, results)
        pages = latest(pages, with_ids(name, results))
        done += len(results)
        tell(done, len(keys))
    for name, results in _looked_at(finder, finder.learn(found, pages), now):
        found.store(name, results)
    return done


def preview(
    finder: Finder, found: Found, now: int, tell: Tell, project: str | None = None
) -> dict[str, Change]:
    """Return by kind what `recompute` would change; nothing is stored. Blocking. Raises StorageError."""
    changes: dict[str, Change] = {}
    done, keys = 0, found.all(project)
    for name, results in _looked_at(finder, keys, now):
        for detection, rows in results:
            chosen = MomentFilter(session=detection.session, dismissed=True)
            _compare(changes, detection.session, found.moments(name, chosen, 500), rows)
        done += len(results)
        tell(done, len(keys))
    return dict(sorted(changes.items()))


def _looked_at(finder: Finder, keys: Sequence[Key], now: int) -> Iterator[tuple[str, list[Result]]]:
    for project, some in groupby(keys, key=lambda key: key[0]):
        names = (session for _, session in some)
        while batch := list(islice(names, BATCH)):
            yield project, finder.find(project, batch, now)


def _compare(
    changes: dict[str, Change], session: str, old: Sequence[MomentRow], new: Sequence[MomentRow]
) -> None:
    before, after = Counter(map(_identity, old)), Counter(map(_identity, new))
    for kind in {name[0] for name in (*before, *after)}:
        change = changes.setdefault(kind, Change())
        was = Counter({name: n for name, n in before.items() if name[0] == kind})
        now = Counter({name: n for name, n in after.items() if name[0] == kind})
        gone, come = (was - now).total(), (now - was).total()
        change.before += was.total()
        change.after += now.total()
        change.gone += gone
        change.new += come
        if (gone or come) and len(change.examples) < 3:
            change.examples.append(session)


def _identity(row: MomentRow) -> tuple[str, int, str, str, str, int]:
    """Return what makes a moment the same before and after."""
    return row.kind, row.time, row.tab, row.element, row.grade, row.dismissed
