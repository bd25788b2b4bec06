"""The questions of benchmarks.analysis as the pages ask them: each returns rows that other programs can be held to."""

from typing import Any, Final

import numpy as np

from benchmarks.project import BEGIN, DAY, DAYS, PROJECT
from footfall.analysis.funnels import attempts, choose, make_funnel, summarise
from footfall.analysis.metrics import Totals, by_hour, exits, per_part, totals
from footfall.analysis.paths import DROP_OFF, OTHER, Question, sankey, walk
from footfall.analysis.steps import parse
from footfall.analysis.templates import Rules
from footfall.clocks import UTC_CLOCK
from footfall.detect.events import Scope, read_seen, read_table
from footfall.index import Filter, Index
from footfall.index.deeds import Deeds, sessions_that
from footfall.index.goals import PageGoal
from footfall.index.segment import Segment
from footfall.web.heat import Canvas
from footfall.web.heat_kinds import element_rows
from footfall.web.heat_query import read_heat_query
from footfall.web.overview_data import Span, gather
from footfall.web.problem_answer import Asked, ranked

STEPS: Final = "page(page=/page-0) > page(page=/page-1) > page(page=/page-2) > page(page=/page-3)"
MIXED: Final = "page(page=/page-0) > click(page=/page-1) > click(page=/page-2) > page(page=/page-3)"
DEPTH: Final = 5
TOP: Final = 8
GAP: Final = 30 * 60_000
PAGE: Final = "/page-0"
GOAL_PAGE: Final = "/page-3"
LISTED: Final = (BEGIN + DAY, BEGIN + 80 * DAY)
END: Final = BEGIN + DAYS * DAY
SPAN: Final = 30 * DAY
"""The overview's: the last 30 days beside the 30 before."""
ROWS: Final = 50
Answer = list[tuple[Any, ...]]
_CANVAS: Final = Canvas(1280, 3000, {})


def funnel(index: Index, steps: str = STEPS) -> Answer:
    asked = make_funnel(parse(steps), window=DAY)
    with index.facts(PROJECT) as shot:
        table = read_table(Scope(shot, Rules()), asked.filters)
        found = choose(asked, attempts(asked, table), table, 2**62)
    return [tuple(summarise(found, table).reached)]


def mixed(index: Index) -> Answer:
    return funnel(index, MIXED)


def paths(index: Index) -> Answer:
    people = index.session_columns(PROJECT)
    with index.facts(PROJECT) as shot:
        seen, names = read_seen(Scope(shot, Rules()))
    asked = Question(depth=DEPTH, top=TOP)
    moves = walk(seen, asked)
    found = sankey(moves, people.visitor_of(moves.session), asked)
    told = {OTHER: "*", DROP_OFF: ""}

    def name(node: int) -> str:
        return told[node] if node in told else names[node]

    return sorted(
        (one.position, name(one.source), name(one.target), one.transitions, one.visitors)
        for one in found.edges
    )


def problems(index: Index) -> Answer:
    """Rank all problems by what they cost conversions to a page; tell the dearest."""
    ranking = ranked(index, PROJECT, Asked(Filter(), "", PageGoal((GOAL_PAGE,))), END)
    told = ranking.told(ROWS, lambda numbers: index.session_names(PROJECT, numbers))
    return [
        (one.kind, one.page, one.element, one.moments, one.visitors, one.others, one.length)
        for one in told
    ]


def overview(index: Index) -> Answer:
    """Count 30 days beside 30: what they come to, each day, each hour of the week, each page, each device."""
    data = gather(index, PROJECT, Span(END - SPAN, END, (END - 2 * SPAN, END - SPAN)), None)
    rows = [("now", *_figures(totals(data.now))), ("before", *_figures(totals(data.before)))]
    days = per_part(data.now, [END - SPAN + at * DAY for at in range(SPAN // DAY + 1)])
    rows += [("day", at, one.sessions, one.visitors) for at, one in enumerate(days)]
    hours = by_hour(data.now.started, UTC_CLOCK).reshape(-1).tolist()
    rows += [("hour", at, sessions) for at, sessions in enumerate(hours) if sessions]
    pages, count = data.pages, len(data.pages.names)
    views = np.bincount(pages.page, minlength=count).tolist()
    left = exits(pages.page, pages.visit, pages.started, count).tolist()
    rows += [("page", *row) for row in sorted(zip(pages.names, views, left, strict=True))]
    device, names = data.groups["device"]
    devices = zip(names, np.bincount(device, minlength=len(names)).tolist(), strict=True)
    return rows + [("device", name, number) for name, number in sorted(devices) if number]


def _figures(one: Totals) -> tuple[Any, ...]:
    score = round(one.frustration or 0, 6)
    return one.sessions, one.visitors, one.page_views, one.bounced, one.engagement, score


def elements(index: Index) -> Answer:
    """Tell of each element of the most viewed page how often it was clicked, and in how many views."""
    with index.facts(PROJECT) as shot:
        rows = element_rows(shot, read_heat_query({}), Segment(PAGE), _CANVAS)
    return sorted((one.key, one.zone.clicks, one.zone.views_with_click) for one in rows)


def listed(index: Index) -> Answer:
    """Tell the first rows of a list with four filters, and how many there are."""
    since, until = LISTED
    with index.facts(PROJECT) as shot:
        numbers = sessions_that(shot, Deeds(did="click"), since, until)
    chosen = Filter(device="desktop", page=PAGE, since=since, until=until, numbers=numbers)
    rows, total = index.listed(PROJECT, chosen, ROWS)
    return [(total,), *((row.number,) for row in rows)]


QUESTIONS: Final = {
    "funnel of 4 page views": funnel,
    "funnel of page views and clicks": mixed,
    "paths of depth 5": paths,
    "problems by cost": problems,
    "overview of 30 days beside 30": overview,
    "element table of a page": elements,
    "filtered session list": listed,
}
