"""Looking for moments in sessions of the index, some at a time. Nothing is written here."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
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
from footfall.detect.load import records
from footfall.detect.own import OwnMoments, find_own
from footfall.detect.usual import norms_of
from footfall.detect.verdicts import Verdict, Verdicts
from footfall.index import Index, SessionRow
from footfall.index.found import Detection, MomentRow, to_json
from footfall.index.packs.read import Choice, Snapshot
from footfall.index.people import SessionColumns
from footfall.wire.schema import SESSION_IDLE_MS

BATCH: Final = 200
"""Sessions whose facts are in memory at a time."""
_DAY_MS: Final = 86_400_000
_NORM_DAYS: Final = 30
_SLACK_MS: Final = 120_000
"""What comes later than a session's last event is not its own."""
_NORM_S: Final = 600.0
"""How long it is believed what is usual on a page."""

Numbers = NDArray[np.int64]
Result = tuple[Detection, list[MomentRow]]


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
        told = self.verdicts.quiet(project), self._rules_of(project)
        for at in range(0, len(rows), BATCH):
            results += self._find(project, rows[at : at + BATCH], told, now)
        return results

    def _rules_of(self, project: str) -> Rules:
        if self.completing is None:
            return self.rules
        return completed_by(self.rules, self.completing.all(project))

    def _find(
        self,
        project: str,
        rows: Sequence[SessionRow],
        told: tuple[frozenset[Verdict], Rules],
        now: int,
    ) -> list[Result]:
        quiet, rules = told
        version = version_of(rules)
        with self.index.facts(project) as shot:
            numbers = np.array([row.number for row in rows], np.int64)
            since = min(row.started for row in rows)
            until = max(row.ended for row in rows) + _SLACK_MS
            facts = records(shot, Choice(since=since, until=until, sessions=numbers))
            own = self._own(shot, project, numbers, (since, until))
            results = []
            for row in rows:
                over = row.ended + SESSION_IDLE_MS <= now
                session = history(facts.get(row.number, ()), over=over)
                found = self._moments(shot, project, session, rules, now)
                detection, moments = self._result(row, found, (quiet, version), 0 if over else now)
                mine = [
                    one._replace(
                        session=row.session,
                        dismissed=int(Verdict(one.kind, one.page, one.element) in quiet),
                    )
                    for one in own.get(row.number, ())
                ]
                results.append((detection, [*moments, *mine]))
        return results

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
        found: Sequence[Moment],
        told: tuple[frozenset[Verdict], str],
        open_at: int,
    ) -> Result:
        """told: what is no problem, and the rules' version; open_at: now, where it has not ended; 0: it has."""
        quiet, version = told
        marked = [(one, Verdict(one.kind, one.page, one.element) in quiet) for one in found]
        score = frustration((one for one, is_quiet in marked if not is_quiet), self.rules.score)
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
        return detection, [_row(row.session, one, is_quiet) for one, is_quiet in marked]


def version_of(rules: Rules) -> str:
    """Return what tells these rules and settings from others."""
    told = json.dumps([VERSIONS, asdict(rules)], sort_keys=True, default=sorted)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _row(session: str, one: Moment, is_quiet: bool) -> MomentRow:
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
    )
