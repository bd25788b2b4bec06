"""Looking for moments in sessions of the index, some at a time. Nothing is written here."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby, product
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.moments import (
    RULES,
    VERSIONS,
    History,
    Moment,
    Norms,
    Rules,
    completed_by,
    detect,
    frustration,
    history,
)
from footfall.analysis.templates import Rules as PathRules
from footfall.annotations import FormEvents, PageRules
from footfall.detect.events import Scope
from footfall.detect.keys import learned
from footfall.detect.load import records
from footfall.detect.own import OwnMoments, find_own
from footfall.detect.usual import norms_of
from footfall.detect.verdicts import Verdict, Verdicts, known
from footfall.index import Index, SessionRow
from footfall.index.found import Detection, Found, Key, MomentFilter, MomentRow, to_json
from footfall.index.packs import Choice, Snapshot
from footfall.index.people import SessionColumns
from footfall.wire.schema import SESSION_IDLE_MS

BATCH: Final = 200
"""Sessions whose facts are in memory at a time."""
_DAY_MS: Final = 86_400_000
_NORM_DAYS: Final = 30
_NORM_S: Final = 600.0
"""How long it is believed what is usual on a page."""

Numbers = NDArray[np.int64]
Result = tuple[Detection, list[MomentRow]]
Page = tuple[str, str]
"""(project, page)"""


@dataclass
class Finder:
    """Finds moments by some rules; remembers for some minutes what is usual on a page."""

    index: Index
    verdicts: Verdicts
    rules: Rules = RULES
    own: OwnMoments | None = None
    pages: PageRules | None = None
    completing: FormEvents | None = None
    _norms: dict[tuple[str, str, str], tuple[float, Norms]] = field(default_factory=dict)

    def find(self, project: str, sessions: Sequence[str], now: int) -> list[Result]:
        """Return what is in sessions; those that are not there are left out.

        now: ms since 1970, which tells what sessions have ended. Blocking. Raises StorageError.
        """
        rows = [row for name in sessions if (row := self.index.session(project, name)) is not None]
        results = []
        found = Found(self.index.path)
        quiet = self.verdicts.quiet(project)
        quiet |= {known(found, project, one) for one in quiet}
        asked = quiet, self._rules_of(project)
        for at in range(0, len(rows), BATCH):
            results += self._find(project, rows[at : at + BATCH], asked, now)
        return results

    def _rules_of(self, project: str) -> Rules:
        if self.completing is None:
            return self.rules
        return completed_by(self.rules, self.completing.all(project))

    def _find(
        self,
        project: str,
        rows: Sequence[SessionRow],
        asked: tuple[frozenset[Verdict], Rules],
        now: int,
    ) -> list[Result]:
        quiet, rules = asked
        version = version_of(rules)
        with self.index.facts(project) as shot:
            numbers = np.array([row.number for row in rows], np.int64)
            since = min(row.started for row in rows)
            # The site's server may still tell that something is complete; later, the session is over.
            until = max(row.ended for row in rows) + SESSION_IDLE_MS
            facts = records(shot, Choice(since=since, until=until, sessions=numbers))
            own = self._own(shot, project, numbers, (since, until))
            results = []
            for row in rows:
                end = row.ended + SESSION_IDLE_MS
                over = end <= now
                own_facts = (told for told in facts.get(row.number, ()) if told.time <= end)
                session = history(own_facts, over=over)
                found = self._moments(shot, project, session, rules, now)
                told = [(one, plain_of(session, one)) for one in found]
                detection, moments = self._result(row, told, (quiet, version), 0 if over else now)
                mine = [
                    one._replace(
                        session=row.session,
                        dismissed=int(Verdict(one.kind, one.page, one.element) in quiet),
                    )
                    for one in own.get(row.number, ())
                ]
                results.append((detection, [*moments, *mine]))
        return results

    def learn(self, found: Found, pages: Mapping[Page, int]) -> list[Key]:
        """Learn where on pages ids are made anew for each visit, and keep it: problems go by it (`Found.places`).

        Returns the sessions in which verdicts mean something else now. pages: with the time (ms since 1970) up to which
        a month is long enough. Blocking. Raises StorageError.
        """
        doubtful = set[Key]()
        for project, some in groupby(sorted(pages.items()), key=lambda one: one[0][0]):
            with self.index.facts(project) as shot:
                for (_, page), last in some:
                    before = found.drifting(project, page)
                    plains = learned(shot, page, before, last - _NORM_DAYS * _DAY_MS)
                    if plains != before:
                        found.set_drifting(project, page, plains)
                        doubtful.update(self._judged(found, (project, page), plains ^ before))
        return sorted(doubtful)

    def _judged(self, found: Found, page: Page, plains: Iterable[str]) -> Iterator[Key]:
        """Yield the sessions with moments at these elements of which people said something."""
        kinds = {one.kind for one in self.verdicts.quiet(page[0]) if one.page == page[1]}
        for kind, plain in product(kinds, plains):
            yield from found.affected(page[0], MomentFilter(kind, page[1], plain, dismissed=True))

    def _own(
        self, shot: Snapshot, project: str, numbers: Numbers, span: tuple[int, int]
    ) -> dict[int, list[MomentRow]]:
        """Return the project's own moments in sessions, by number."""
        own = self.own.all(project) if self.own is not None else []
        if not own:
            return {}
        rules = PathRules(self.pages.templates(project) if self.pages is not None else ())
        people = SessionColumns(np.sort(numbers), np.zeros(len(numbers), np.int64))
        return find_own(Scope(shot, rules, *span, people), own)

    def _moments(
        self, shot: Snapshot, project: str, session: History, rules: Rules, now: int
    ) -> list[Moment]:
        """Return a session's moments; what is usual on a page is asked only where a rule needs it."""
        found = detect(session, rules)
        scrolled = {one.page for one in found if one.kind == "scrolling"}
        forms = {one.page for one in found if one.kind == "form_abandon"}
        if not scrolled and not forms:
            return found
        wanted = [("scrolling", page) for page in scrolled] + [("forms", page) for page in forms]
        known = [self._usual(shot, project, what, page, now) for what, page in wanted]
        norms = Norms(
            {page: count for one in known for page, count in one.reversals.items()},
            {page: order for one in known for page, order in one.forms.items()},
        )
        return detect(session, rules, norms)

    def _usual(self, shot: Snapshot, project: str, what: str, page: str, now: int) -> Norms:
        known = self._norms.get((project, what, page))
        if known is not None and monotonic() - known[0] < _NORM_S:
            return known[1]
        pages = ([page], []) if what == "scrolling" else ([], [page])
        norms = norms_of(shot, *pages, self.rules, now - _NORM_DAYS * _DAY_MS)
        self._norms[project, what, page] = (monotonic(), norms)
        return norms

    def _result(
        self,
        row: SessionRow,
        found: Sequence[tuple[Moment, str]],
        asked: tuple[frozenset[Verdict], str],
        open_at: int,
    ) -> Result:
        """found: moments and their plain keys; asked: what is no problem, and the rules' version.

        open_at: now, where the session has not ended; 0: it has.
        """
        quiet, version = asked
        marked = [(one, plain, _is_quiet(one, plain, quiet)) for one, plain in found]
        score = frustration((one for one, _, is_quiet in marked if not is_quiet), self.rules.score)
        detection = Detection(
            session=row.session,
            chunks=row.chunks,
            clock_offset=row.clock_offset,
            due=min(row.ended, open_at) + SESSION_IDLE_MS if open_at else 0,
            rules=version,
            frustration=round(score.score, 2),
            worst=score.time,
            parts=to_json({kind: round(part, 2) for kind, part in score.parts.items()}),
        )
        return detection, [_row(row.session, *one) for one in marked]


def version_of(rules: Rules) -> str:
    """Return what tells these rules and settings from others."""
    told = json.dumps([VERSIONS, asdict(rules)], sort_keys=True, default=sorted)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def with_ids(project: str, results: Iterable[Result]) -> dict[Page, int]:
    """Return the pages with moments on what has an id and told its plain key, and when the last of them was."""
    told = ((row.time, row.page) for _, rows in results for row in rows if row.plain)
    return {(project, page): time for time, page in sorted(told)}


def latest(one: Mapping[Page, int], other: Mapping[Page, int]) -> dict[Page, int]:
    """Return the pages of both, each with the later time."""
    return {page: max(one.get(page, 0), other.get(page, 0)) for page in (*one, *other)}


def plain_of(session: History, one: Moment) -> str:
    """Return the plain key of a moment's element; "": its key has no id, or nobody told."""
    return session.plains.get((one.tab, one.view, one.element), "")


def _is_quiet(one: Moment, plain: str, quiet: frozenset[Verdict]) -> bool:
    """Tell whether a moment is no problem where it is: a verdict is by key or, where ids drift, by plain key."""
    names = (one.element, plain) if plain else (one.element,)
    return any(Verdict(one.kind, one.page, name) in quiet for name in names)


def _row(session: str, one: Moment, plain: str, is_quiet: bool) -> MomentRow:
    return MomentRow(
        session=session,
        time=one.time,
        kind=one.kind,
        tab=one.tab,
        page_view=one.view,
        page=one.page,
        element=one.element,
        grade=one.grade,
        version=one.version,
        detail=to_json(one.detail),
        evidence=to_json([list(fact) for fact in one.evidence]),
        dismissed=int(is_quiet),
        plain=plain,
    )
