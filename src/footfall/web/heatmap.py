"""The heatmap viewer's page. What it shows it asks heat_api.py for, with the same query string."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from footfall.index import PageRow
from footfall.web.choice import PERIODS, Choice
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.goals import saved_goals
from footfall.web.heat_pages import (
    PageLists,
    most_viewed,
    page_lists,
    pages_under,
    views_by_device,
)
from footfall.web.heat_query import (
    ANY,
    BEFORE,
    COMPARED,
    HeatQuery,
    SegmentFields,
    read_heat_query,
    second_fields,
    second_query,
)
from footfall.web.keys import INDEX, PAGE_RULES
from footfall.web.render import Shell
from footfall.web.session_choice import MOMENTS
from footfall.web.sessions import FilterBar, filter_bar

KINDS: Final = {
    "Behaviour": {
        "click": "Clicks",
        "move": "Moves",
        "scroll": "Scroll",
        "attention": "Attention",
        "confetti": "Confetti",
    },
    "Trouble": {"rage": "Rage", "dead": "Dead", "error": "Errors", "hesitation": "Hesitation"},
    "Tables": {"elements": "Elements", "fields": "Fields", "conversion": "Conversion"},
    "Comparison": {"difference": "Difference"},
}
PICTURES: Final = frozenset({*KINDS["Behaviour"], *KINDS["Trouble"]})
"""Kinds that can be seen side by side."""
_CHOOSES_CLICKS: Final = frozenset({"click", "confetti", "difference"})
WHICH_TEXTS: Final = {
    "all": "All clicks",
    "first": "First click of each view",
    "left": "Left button",
    "middle": "Middle button",
    "right": "Right button",
    "touch": "Touch",
}
MOVE_TEXTS: Final = {"dwell": "Time it stayed", "rest": "Points of rest"}
COLOURED_TEXTS: Final = {"device": "Device", "source": "Source", "converted": "Converted or not"}
PERIODS_COMPARED: Final = {
    "": "As the first",
    BEFORE: "The days before",
    ANY: PERIODS[""],
    **{value: text for value, text in PERIODS.items() if value not in ("", "custom")},
    "custom": PERIODS["custom"],
}


@dataclass(frozen=True)
class Options:
    """What may be chosen in this kind, value to text, and what is: see the fields' texts above."""

    kinds: dict[str, dict[str, str]]
    whiches: dict[str, str]
    moves: dict[str, str]
    colours: dict[str, str]
    moments: dict[str, str]
    periods: dict[str, str]  # of the second segment
    kind: str
    which: str
    move: str
    coloured_by: str
    can_beside: bool  # whether this kind can be seen side by side
    beside: bool

    @property
    def is_compared(self) -> bool:
        """Whether there is a second segment."""
        return self.beside or self.kind == "difference"

    @property
    def wants_goal(self) -> bool:
        """Whether nothing can be told without a goal."""
        return self.kind == "conversion" or (
            self.kind == "confetti" and self.coloured_by == "converted"
        )


@dataclass(frozen=True)
class Second:
    """What is said of the second segment; "" where it is as the first."""

    is_other: bool
    time: str
    since: str
    until: str
    device: str
    more: SegmentFields


@dataclass(frozen=True)
class HeatmapPage:
    """The context of heatmap.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    lists: PageLists  # templates and pages to choose from
    is_template: bool  # the page is a template
    more: SegmentFields
    goals: dict[str, str]  # the team's own: as addresses have them, and their names
    second: Second
    second_query: str  # query string of the second segment alone
    more_query: str  # what of the address the links keep, "" or beginning with "&"
    unseen: dict[str, str]  # what of it the form has no field for
    options: Options
    views: dict[str, int]  # by device class, views of this page in this period
    total_views: int  # on all devices
    has_any: bool  # the project has any page at all


async def heatmap_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/heatmap: without a page, that of the most viewed; without a device, the commonest."""
    asked, options = read_heat_query(request.query), _options(request.query)
    choice, kind = asked.choice, options.kind
    kept = _kept(request.query, asked)

    def build() -> HeatmapPage | str:
        project, index = project_of(request), request.app[INDEX]
        base, now = f"/p/{project.id}", now_ms()
        templates = request.app[PAGE_RULES].templates(project.id)
        rows = index.pages(project.id, replace(choice, page="", device="").filter(now))
        if not choice.page:
            shown = index.pages(project.id, choice.filter(now)) if choice.device else rows
            page = most_viewed(shown, templates)
            if page is not None:
                return _changed(request, base, kind=kind, page=page)
        views = _views(rows, choice, templates)
        if choice.page and views and "device" not in request.query:
            commonest = max(sorted(views), key=lambda device: views[device])
            return _changed(request, base, kind=kind, device=commonest)
        bar = filter_bar(request, project.id, choice)
        return HeatmapPage(
            shell=shell(request, f"Heatmap · {project.name}", "heatmap", project),
            base=base,
            bar=bar,
            lists=page_lists(bar.pages, templates),
            is_template=choice.page in templates,
            more=asked.more,
            goals=saved_goals(request, project.id),
            second=_second(second_fields(request.query)),
            second_query=urlencode(second_query(request.query, now)),
            more_query="".join(f"&{one}" for one in (asked.more.query(), urlencode(kept)) if one),
            unseen=_unseen(kept, options),
            options=options,
            views=views,
            total_views=sum(views.values()),
            has_any=bool(choice.page),
        )

    built = await asyncio.to_thread(build)
    if isinstance(built, str):
        raise web.HTTPSeeOther(built)
    return await page_answer(request, "heatmap.html", built)


def _changed(request: web.Request, base: str, **changes: str) -> str:
    """Return the address with changes; all else in it stays."""
    return f"{base}/heatmap?{urlencode({**request.query, **changes})}"


def _options(query: Mapping[str, str]) -> Options:
    asked = read_heat_query(query)
    can_beside = asked.kind in PICTURES
    return Options(
        kinds=KINDS,
        whiches=WHICH_TEXTS,
        moves=MOVE_TEXTS,
        colours=COLOURED_TEXTS,
        moments=MOMENTS,
        periods=PERIODS_COMPARED,
        kind=asked.kind,
        which=asked.which,
        move=asked.move,
        coloured_by=asked.coloured_by,
        can_beside=can_beside,
        beside=can_beside and query.get("beside") == "1",
    )


def _second(told: Mapping[str, str]) -> Second:
    return Second(
        is_other=bool(told),
        time=told.get("time", ""),
        since=told.get("from", ""),
        until=told.get("to", ""),
        device=told.get("device", ""),
        more=SegmentFields(**{one.name: told.get(one.name, "") for one in fields(SegmentFields)}),
    )


def _kept(query: Mapping[str, str], asked: HeatQuery) -> dict[str, str]:
    """Return what links to other kinds and devices keep besides the segment."""
    told = {
        "clicks": "" if asked.which == "all" else asked.which,
        "move": "" if asked.move == "dwell" else asked.move,
        "by": "" if asked.coloured_by == "device" else asked.coloured_by,
        "beside": "1" if query.get("beside") == "1" else "",
        "seen": asked.seen,
        **{f"{COMPARED}{name}": value for name, value in second_fields(query).items()},
    }
    return {name: value for name, value in told.items() if value}


def _unseen(kept: dict[str, str], options: Options) -> dict[str, str]:
    """Return what of it the form has no field for."""
    seen = {
        "clicks": options.kind in _CHOOSES_CLICKS,
        "move": options.kind == "move",
        "by": options.kind == "confetti",
        "beside": options.can_beside,
        "seen": False,
    }
    return {
        name: value
        for name, value in kept.items()
        if not (options.is_compared if name.startswith(COMPARED) else seen[name])
    }


def _views(rows: list[PageRow], choice: Choice, templates: tuple[str, ...]) -> dict[str, int]:
    """Return the views of the chosen page over all devices, by device class."""
    pages = pages_under(choice.page, templates, (row.page for row in rows)) if choice.page else ()
    return views_by_device(rows, pages)
