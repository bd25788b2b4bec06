"""The kinds of heatmaps beside plain clicks and scrolling: facts into `analysis`, its results into `render`.

Where coordinates of a view are put on a backdrop of another size, they are scaled to it.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis import heat
from footfall.analysis.attention import attention
from footfall.analysis.clicks import chosen
from footfall.analysis.conversion import Conversions, conversions, reached_later
from footfall.analysis.difference import Sample, difference
from footfall.analysis.distinct import how_many
from footfall.analysis.fields import FieldLine, FieldVisits, field_lines
from footfall.analysis.moves import Moves, moves_of
from footfall.analysis.sight import Changes, Seen, Sight, sight_of
from footfall.analysis.zones import Behaviour, Zone, zones_of
from footfall.index.packs import Snapshot
from footfall.index.page_facts import ClickColumns, TimedClicks, details_of
from footfall.index.page_paths import (
    fields_of,
    heights_of,
    pointers_of,
    scrolls_of,
    shown_of,
    submits_of,
)
from footfall.index.segment import Segment
from footfall.index.viewdays import DEVICES
from footfall.index.views import ViewPlaces, Views, places_of, views_of
from footfall.index.visits import sources
from footfall.render.colour import LegendStop
from footfall.render.heatmap import HeatPicture, heat_picture
from footfall.render.marks import CONFETTI, confetti_png, difference_png
from footfall.render.scroll import scroll_png
from footfall.web.heat import Canvas, boxes_of, placed
from footfall.web.heat_keys import known_clicks, known_timed_clicks
from footfall.web.heat_query import HeatQuery

MAX_CONFETTI: Final = 20_000
"""Points that are drawn one by one: the latest."""
MAX_ZONES: Final = 100


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture and its numbers. facts: what JSON tells beside it; width, height: CSS px that it covers."""

    png: bytes
    width: int
    height: int
    legend: tuple[LegendStop, ...]
    facts: dict[str, Any]
    picture: HeatPicture | None = None


@dataclass(frozen=True)
class ElementRow:
    """A line of the element table. converted: of `sessions` that clicked it; None without a goal."""

    key: str
    text: str
    zone: Zone
    sessions: int | None
    converted: int | None
    low: float | None
    high: float | None


def chosen_clicks(
    shot: Snapshot, query: HeatQuery, segment: Segment, views: ViewPlaces
) -> ClickColumns:
    """Return the clicks that are meant: by button, by finger, or the first of each view."""
    clicks = known_clicks(shot, segment, views)
    if query.which == "all":
        return clicks
    more = details_of(shot, segment, views)
    found = chosen(
        query.which, row=clicks.row, time=more.time, order=more.order, button=more.button, touch=more.touch,
    )  # fmt: skip
    return clicks.take(np.flatnonzero(found))


def draw_moves(shot: Snapshot, query: HeatQuery, segment: Segment, canvas: Canvas) -> Drawn:
    """Draw where the pointer rested (each rest 1), or how long it was where (seconds)."""
    views = views_of(shot, segment)
    moves = _on_canvas(_moves(shot, segment, views)[0], views, canvas)
    if query.move == "rest":
        rest = np.flatnonzero(moves.rests)
        empty = heat.create(canvas.width, canvas.height, query.cell)
        grid = heat.count(empty, moves.x[rest], moves.y[rest])
        counts: NDArray[Any] = grid.counts
    else:
        empty = heat.create(canvas.width, canvas.height, query.cell, is_weighed=True)
        grid = heat.add(empty, moves.x, moves.y, moves.dwell)
        counts = grid.counts / 1000
    picture = heat_picture(counts, grid.cell, query.look)
    rows, columns = grid.counts.shape
    facts = {
        "views": len(views),
        "rests": int(moves.rests.sum()),
        "seconds": float(moves.dwell.sum()) / 1000,
        "max": picture.max_value,
    }
    size = (columns * grid.cell, rows * grid.cell)
    return Drawn(picture.png, *size, picture.legend, facts, picture)


def draw_attention(shot: Snapshot, query: HeatQuery, segment: Segment, canvas: Canvas) -> Drawn:
    """Draw how long each 10-px band was in sight."""
    views = views_of(shot, segment)
    told = attention(_sight(shot, segment, views), canvas.height)
    top = float(told.relative.max(initial=0.0))
    drawn = scroll_png(
        told.relative / top if top > 0 else told.relative, colours=query.look.colours
    )
    legend = tuple(replace(stop, value=stop.value * top) for stop in drawn.legend) if top else ()
    facts = {
        "views": len(views),
        "seconds": round(float(told.seconds.sum()), 3),
        "bands": [round(one, 3) for one in told.seconds.tolist()],
        "relative": [round(one, 4) for one in told.relative.tolist()],
    }
    return Drawn(drawn.png, canvas.width, 10 * len(told.seconds), legend, facts)


def draw_confetti(shot: Snapshot, query: HeatQuery, segment: Segment, canvas: Canvas) -> Drawn:
    """Draw single clicks, coloured by device, source, button or whether the session converted."""
    views = views_of(shot, segment)
    clicks = chosen_clicks(shot, query, segment, views)
    placement = placed(clicks, canvas)
    names = _categories(shot, query, segment, views)[clicks.row[placement.kept]]
    kinds, groups = np.unique(names, return_inverse=True)
    amounts = np.bincount(groups, minlength=len(kinds))
    rank = np.empty(len(kinds), np.int64)
    rank[np.argsort(-amounts, kind="stable")] = np.arange(len(kinds))
    colour = np.minimum(rank[groups], len(CONFETTI) - 1)[-MAX_CONFETTI:]
    x, y = placement.x[-MAX_CONFETTI:], placement.y[-MAX_CONFETTI:]
    empty = heat.create(canvas.width, canvas.height, 2)
    size = (empty.width, empty.height)
    png = confetti_png(x, y, colour, size, cell=empty.cell)
    facts = {
        "clicks": len(clicks),
        "drawn": len(x),
        "groups": [
            {
                "name": str(kinds[at]),
                "clicks": int(amounts[at]),
                "colour": "rgb({} {} {})".format(*CONFETTI[min(rank[at], len(CONFETTI) - 1)]),
            }
            for at in np.argsort(rank).tolist()
        ],
    }
    rows, columns = empty.counts.shape
    return Drawn(png, columns * empty.cell, rows * empty.cell, (), facts)


def draw_difference(
    shot: Snapshot, query: HeatQuery, segments: tuple[Segment, Segment], canvas: Canvas
) -> Drawn:
    """Draw where the second segment's sessions clicked more or less than the first's, beyond chance."""
    samples = [_sample(shot, query, one, canvas) for one in segments]
    found = difference(*samples, width=canvas.width, height=canvas.height)
    png, legend = difference_png(found.shares, found.significant)
    marked = np.argwhere(found.significant)
    facts = {
        "cell": found.cell,
        "sessions": [one.units for one in samples],
        "tested": found.tested,
        "cells": [
            {"row": r, "column": c, "difference": round(float(found.shares[r, c]), 5)}
            for r, c in marked.tolist()
        ],
    }
    rows, columns = found.shares.shape
    return Drawn(png, columns * found.cell, rows * found.cell, legend, facts)


def element_rows(
    shot: Snapshot, query: HeatQuery, segment: Segment, canvas: Canvas
) -> list[ElementRow]:
    """Return the element table; without boxes what needs a place is not known."""
    # Where nothing has a place, nobody asks what was in sight there: less is read of the views.
    views = views_of(shot, segment) if canvas.boxes else places_of(shot, segment)
    timed = bool(canvas.boxes) or segment.goal is not None
    clicks = known_timed_clicks(shot, segment, views, timed=timed)
    boxes = boxes_of(clicks.keys, canvas)
    moves, sight = None, None
    # Of what has no place nobody can say who saw it.
    if isinstance(views, Views) and np.isfinite(boxes).all(axis=1).any():
        told_moves, told_sight = _moves(shot, segment, views)
        moves = _on_canvas(told_moves, views, canvas)
        sight = _scaled_sight(told_sight, views, canvas)
    told = Behaviour(
        views=len(views),
        key_ids=clicks.key_ids,
        click_rows=clicks.row,
        click_times=clicks.time,
        sight=sight,
        moves=moves,
    )
    zones = zones_of(told, boxes, MAX_ZONES)
    later: Conversions | None = None
    if segment.goal is not None and clicks.time is not None:
        goal, session = segment.goal.reached(shot), views.session[clicks.row]
        is_later = reached_later(session, clicks.time, goal["session"], goal["time"])
        later = conversions(clicks.key_ids, session, is_later, len(clicks.keys))
    return [_element_row(clicks, zone, later) for zone in zones]


def form_fields(shot: Snapshot, segment: Segment) -> list[tuple[str, FieldLine]]:
    """Return the form fields of the page with their keys."""
    views = views_of(shot, segment)
    told = fields_of(shot, segment, views)
    visits = FieldVisits(told.key_ids, told.row, told.time, told.duration, told.changed)
    lines = field_lines(visits, *submits_of(shot, segment, views))
    return [(told.keys[line.key_id], line) for line in lines]


def _element_row(clicks: TimedClicks, zone: Zone, later: Conversions | None) -> ElementRow:
    key = zone.key_id
    if later is None:
        return ElementRow(clicks.keys[key], clicks.texts[key], zone, None, None, None, None)
    told = (int(later.sessions[key]), int(later.converted[key]))
    ends = (float(later.low[key]), float(later.high[key]))
    return ElementRow(clicks.keys[key], clicks.texts[key], zone, *told, *ends)


def _sample(shot: Snapshot, query: HeatQuery, segment: Segment, canvas: Canvas) -> Sample:
    views = views_of(shot, segment)
    clicks = chosen_clicks(shot, query, segment, views)
    placement = placed(clicks, canvas)
    unit = views.session[clicks.row[placement.kept]]
    return Sample(placement.x, placement.y, unit, how_many(views.session))


def _categories(
    shot: Snapshot, query: HeatQuery, segment: Segment, views: Views
) -> NDArray[np.str_]:
    """Return for each view what its clicks are coloured by."""
    if query.coloured_by == "source":
        told = sources(shot, segment.since, segment.until)
        return np.array([*told.names, "unknown"], np.str_)[told.of(views.session)]
    if query.coloured_by == "converted" and segment.goal is not None:
        reached = np.unique(segment.goal.reached(shot)["session"])
        return np.where(np.isin(views.session, reached), "converted", "not converted")
    return np.array(DEVICES, np.str_)[views.device]


def _sight(shot: Snapshot, segment: Segment, views: Views) -> Sight:
    scrolls = scrolls_of(shot, segment, views)
    sizes, shown = heights_of(shot, segment, views), shown_of(shot, segment, views)
    return sight_of(
        Seen(views.started, views.ended, views.height),
        Changes(scrolls.row, scrolls.time, scrolls.x),
        Changes(scrolls.row, scrolls.time, scrolls.y),
        Changes(sizes.row, sizes.time, sizes.value),
        Changes(shown.row, shown.time, shown.value),
    )


def _moves(shot: Snapshot, segment: Segment, views: Views) -> tuple[Moves, Sight]:
    sight, points = _sight(shot, segment, views), pointers_of(shot, segment, views)
    return moves_of(points.row, points.time, points.x, points.y, sight), sight


def _factor(length: int, own: NDArray[Any], row: NDArray[Any]) -> NDArray[np.float32]:
    factors = np.where(own > 0, length / np.maximum(own, 1), 1.0).astype(np.float32)
    found: NDArray[np.float32] = factors[row]
    return found


def _on_canvas(moves: Moves, views: Views, canvas: Canvas) -> Moves:
    return replace(
        moves,
        x=moves.x * _factor(canvas.width, views.document_width, moves.row),
        y=moves.y * _factor(canvas.height, views.document_height, moves.row),
    )


def _scaled_sight(sight: Sight, views: Views, canvas: Canvas) -> Sight:
    factor = _factor(canvas.height, views.document_height, sight.row)
    return replace(
        sight,
        top=np.rint(sight.top * factor).astype(np.int64),
        height=np.rint(sight.height * factor).astype(np.int64),
    )
