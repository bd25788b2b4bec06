"""The digest of a project: the last days beside those before, as one page that needs nothing else. Blocking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from footfall.analysis.metrics import Totals, grouped, per_part, totals
from footfall.annotations import Release, Releases
from footfall.clocks import DAY_MS
from footfall.errors import ConfigError
from footfall.index import Filter, Order, SessionRow
from footfall.projects import Project
from footfall.web.books import Books
from footfall.web.choice import Choice, read_goal
from footfall.web.overview_data import Data, Span, gather
from footfall.web.overview_show import Tile, Vital, behind_tiles, tiles, vitals
from footfall.web.problem_answer import Asked as AskedProblems
from footfall.web.problem_lines import Line, ProblemQuery, dearest, lines
from footfall.web.session_filter import goal_of

MAX_DAYS: Final = 365
WEEK: Final = 7
WIDTH: Final = 640
HEIGHT: Final = 140
_TOP: Final = 8
_WATCH: Final = 5
_WORST: Final = 5


@dataclass(frozen=True)
class Row:
    """A landing page or a source."""

    name: str
    totals: Totals
    link: str  # query string of its sessions


@dataclass(frozen=True)
class Chart:
    """Sessions a day, drawn without scripts, as mails are: points of lines in a picture of WIDTH × HEIGHT."""

    points: str
    before: str  # of the time before; "" where nothing came before
    most: int


@dataclass(frozen=True)
class DigestPage:
    """The context of digest.html. Times: ms since 1970."""

    project: str
    first: int
    last: int
    days: int
    base: str  # address of the project's pages; "" where it is not known, so that nothing is linked
    goal: str  # in words; "" for none
    sessions: int
    before: int  # sessions of the time before
    tiles: tuple[Tile, ...]
    behind: Mapping[str, str]  # query strings of the sessions behind tiles, by their names
    behind_before: Mapping[str, str]  # likewise, of the time before
    began: str  # when sessions of this time began, as addresses have it
    chart: Chart
    size: tuple[int, int]
    releases: tuple[Release, ...]
    vitals: tuple[Vital, ...]
    entries: tuple[Row, ...]
    sources: tuple[Row, ...]
    worst: tuple[Line, ...]
    watch: tuple[SessionRow, ...]


@dataclass(frozen=True)
class Asked:
    """What a digest is of."""

    project: Project
    days: int = WEEK
    goal: str = ""  # as the overview's address has it, "page:/thanks"
    public_url: str | None = None  # of the server, for links


def digest_page(books: Books, releases: Releases, asked: Asked, now: int) -> DigestPage:
    """Return the digest of the days before `now`, ms since 1970. Blocking.

    Raises ConfigError, GoalError, StorageError.
    """
    days, goal, project = asked.days, asked.goal, asked.project
    if not 1 <= days <= MAX_DAYS:
        raise ConfigError(f"A digest tells of 1 to {MAX_DAYS} days.")
    told = read_goal(goal)
    if goal and told is None:
        raise ConfigError(f"{goal!r} is no goal; write it as page:/thanks or event:purchase.")
    reached, index = goal_of(books, project.id, goal), books.index
    first, length = now - days * DAY_MS + 1, days * DAY_MS
    span = Span(first, now, (first - length, now - length))
    data = gather(index, project.id, span, reached)
    found = Filter(since=span.first, until=span.last)
    watch = index.sessions(project.id, found, _WATCH, 0, Order.FRUSTRATION)
    scores = index.frustration(project.id, [one.session for one in watch])
    problems = dearest(index, project.id, AskedProblems(found, goal=reached), _WORST, now)
    base = asked.public_url.rstrip("/") if asked.public_url else ""
    return DigestPage(
        project=project.name,
        first=span.first,
        last=span.last,
        days=days,
        base=base and f"{base}/p/{project.id}",
        goal="" if told is None else told.short,
        sessions=len(data.now),
        before=len(data.before),
        tiles=tiles(totals(data.now), totals(data.before), goal),
        behind=behind_tiles({"began": span.began}, goal),
        behind_before=behind_tiles({"began": span.began_before}, goal),
        began=span.began,
        chart=_chart(data, span, days),
        size=(WIDTH, HEIGHT),
        releases=tuple(releases.between(project.id, span.first, span.last)),
        vitals=vitals(data.vitals),
        entries=_rows(data, span, "entry"),
        sources=_rows(data, span, "source"),
        worst=lines(index, project.id, problems, ProblemQuery(Choice(), goal=goal)),
        watch=tuple(one for one in watch if scores.get(one.session)),
    )


def _chart(data: Data, span: Span, days: int) -> Chart:
    edges = tuple(span.first + at * DAY_MS for at in range(days + 1))
    now = [one.sessions for one in per_part(data.now, edges)]
    before = list[int]()
    if span.before is not None and len(data.before):
        old = per_part(data.before, [edge - days * DAY_MS for edge in edges])
        before = [one.sessions for one in old]
    most = max([*now, *before, 1])
    return Chart(_line(now, most), _line(before, most), most)


def _line(values: Sequence[int], most: int) -> str:
    """Return a polyline's points; one value alone is a level line."""
    some = [*values, *values] if len(values) == 1 else values
    step = WIDTH / max(len(some) - 1, 1)
    return " ".join(
        f"{at * step:.1f},{HEIGHT - (HEIGHT - 4) * value / most:.1f}"
        for at, value in enumerate(some)
    )


def _rows(data: Data, span: Span, by: str) -> tuple[Row, ...]:
    number, names = data.groups[by]
    rows = zip(names, grouped(data.now, number, len(names)), strict=True)
    found = [
        Row(name, one, f"?{urlencode({'began': span.began, by: name})}")
        for name, one in rows
        if one.sessions
    ]
    return tuple(sorted(found, key=lambda one: (-one.totals.sessions, one.name))[:_TOP])
