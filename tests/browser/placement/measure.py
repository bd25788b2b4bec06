"""Places the clicks of every width on the pages of every other, by the viewer's own code and the server's."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from aiohttp import web
from playwright.async_api import Browser, Page

from footfall.demo.run import PROJECT_ID
from footfall.index.packs import Snapshot
from footfall.index.page_facts import ClickColumns, details_of
from footfall.index.segment import Segment
from footfall.index.views import Views, views_of
from footfall.web.heat import placed, read_canvas
from footfall.web.heat_keys import known_clicks
from footfall.web.keys import INDEX
from tests.browser.placement.pages import SCENES, Scene
from tests.browser.placement.visits import Visit
from tests.browser.recorder_site import esbuild

SLACK_PX = 1.0
ClicksOf = Callable[[Snapshot, Segment, Views], ClickColumns]


@dataclass
class Figures:
    """Clicks on backdrops of other widths. right + misplaced + missed is all of them; absent ones are none of these."""

    right: int = 0
    misplaced: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)  # by scene and reason
    flagged: int = 0  # by position only, and said so
    absent: int = 0  # their element is not on that backdrop, and they were not put on another

    @property
    def total(self) -> int:
        return self.right + len(self.misplaced) + self.missed.total()


@cache
def _viewer() -> str:
    return esbuild(
        "../tests/browser/placement/entry.ts", "--format=iife", "--global-name=placement"
    )


def as_recorded(clicks: ClickColumns, _: list[str]) -> ClickColumns:
    return clicks


def with_wrong_keys(clicks: ClickColumns, truths: list[str]) -> ClickColumns:
    """The control: each click as if it had been on another element that was clicked in its state."""
    keys = clicks.key_ids.copy()
    for state in range(len(clicks.states)):
        rows = np.flatnonzero(clicks.state_ids == state)
        meant, which = np.unique(np.array(truths)[rows], return_inverse=True)
        assert len(meant) > 1, f"{meant[0]} has nothing to be taken for"
        other = [clicks.key_ids[rows[np.flatnonzero(which == at)[0]]] for at in range(len(meant))]
        keys[rows] = np.roll(other, 1)[which]
    return replace(clicks, key_ids=keys)


async def measure(
    browser: Browser,
    app: web.Application,
    origin: str,
    visits: list[Visit],
    *,
    scenes: Sequence[Scene] = SCENES,
    told: Callable[[ClickColumns, list[str]], ClickColumns] = as_recorded,
    clicks_of: ClicksOf = known_clicks,
) -> Figures:
    """Wait until all clicks are indexed, then place each, as `told` has it, on each other width's page.

    With `page_facts.clicks_of` nothing is learned of ids: each is trusted.
    """
    figures = Figures()
    shown = await browser.new_page(viewport={"width": 1800, "height": 1000})
    await shown.goto(f"{origin}/p/{PROJECT_ID}/sessions")
    await shown.evaluate(_viewer() + ";window.placement = placement")
    for scene in scenes:
        here = [one for one in visits if one.scene is scene]
        clicks, views, truths = await _clicks(app, here, clicks_of)
        # Where nothing is to be learned, the viewer is not told what the server has learned.
        asked = None if clicks_of is known_clicks else clicks.keys
        given = (told(clicks, truths), views, truths, asked)
        for visit in here:
            await _on_backdrop(shown, origin, visit, given, figures)
    await shown.close()
    return figures


async def _clicks(
    app: web.Application, visits: list[Visit], clicks_of: ClicksOf
) -> tuple[ClickColumns, Views, list[str]]:
    segment = Segment(page=f"/{visits[0].scene.name}")
    wanted = {one.session: one.truths for one in visits}
    total = sum(map(len, wanted.values()))
    arrived = 0
    for _ in range(300):
        with app[INDEX].facts(PROJECT_ID) as shot:
            views = views_of(shot, segment)
            clicks = clicks_of(shot, segment, views)
            arrived = len(clicks)
            if arrived >= total:
                return clicks, views, _truths(shot, segment, views, clicks, wanted)
        await asyncio.sleep(0.1)
    raise AssertionError(f"{visits[0].scene.name}: {arrived} of {total} clicks came")


def _truths(
    shot: Snapshot, segment: Segment, views: Views, clicks: ClickColumns, wanted: dict[str, Any]
) -> list[str]:
    """Return what each click was on, by the order of the clicks of each session."""
    names = dict(shot.connection.execute("SELECT number, session FROM sessions").fetchall())
    details = details_of(shot, segment, views)
    truths = [""] * len(clicks)
    told = {session: iter(given) for session, given in wanted.items()}
    for at in np.lexsort((details.order, details.time)).tolist():
        truths[at] = next(told[names[int(views.session[clicks.row[at]])]])
    return truths


async def _on_backdrop(
    shown: Page,
    origin: str,
    visit: Visit,
    given: tuple[ClickColumns, Views, list[str], list[str] | None],
    figures: Figures,
) -> None:
    clicks, views, truths, keys = given
    api = f"{origin}/api/p/{PROJECT_ID}"
    answer = await shown.request.get(f"{api}/heatmap?page=/{visit.scene.name}")
    facts = await answer.json()
    backdrop = next(one for one in facts["backdrops"] if one["session"] == visit.session)
    assert backdrop["width"] == visit.width
    others = views.width[clicks.row] != visit.width
    left = {int(at): "" for at in np.flatnonzero(others)}
    base = {"state": "", "moments": []}
    for layer in (base, *facts["states"]):
        told = layer if layer["state"] else None
        call = "(given) => placement.look(...given.map((one) => one ?? undefined))"
        arguments = [
            f"/api/p/{PROJECT_ID}",
            backdrop,
            told,
            keys or facts["keys"],
            facts["renamed"],
        ]
        for sight in await shown.evaluate(call, arguments):
            _judge(layer["state"], sight, (clicks, truths, left), figures, visit)
    for reason in left.values():
        figures.missed[f"{visit.scene.name}: {reason or 'its layer was not there'}"] += 1


def _judge(
    state: str,
    sight: dict[str, Any],
    given: tuple[ClickColumns, list[str], dict[int, str]],
    figures: Figures,
    visit: Visit,
) -> None:
    clicks, truths, left = given
    rows = np.array([at for at in left if clicks.states[clicks.state_ids[at]] == state], np.intp)
    if not len(rows):
        return
    truth_boxes = sight.pop("truths")
    canvas = read_canvas({**sight, "state": state})
    for at in rows.tolist():
        one = placed(clicks.take(np.array([at])), canvas)
        its = truth_boxes.get(truths[at])
        if len(one.x) == 0:
            reason = next(name for name, count in asdict(one.reasons).items() if count)
            left[at] = reason
            if its is None:
                figures.absent += 1
                del left[at]
            continue
        del left[at]
        if its is None and bool(one.is_scaled[0]):
            figures.absent += 1
            figures.flagged += 1
        elif bool(one.is_scaled[0]):
            figures.flagged += 1
            figures.missed[f"{visit.scene.name}: by position only"] += 1
        elif its is not None and _inside(float(one.x[0]), float(one.y[0]), its):
            figures.right += 1
        else:
            key = clicks.keys[clicks.key_ids[at]]
            figures.misplaced.append(f"{visit.scene.name} {visit.width}: {truths[at]} {key}")


def _inside(x: float, y: float, box: list[float]) -> bool:
    left, top, width, height = box
    return (
        left - SLACK_PX <= x <= left + width + SLACK_PX
        and top - SLACK_PX <= y <= top + height + SLACK_PX
    )
