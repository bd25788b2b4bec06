"""Moments of the pointer and of scrolling: thrashed cursor, excessive scrolling, exit intent."""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from math import atan2, degrees, hypot

from footfall.analysis.moments.history import History, Told, View
from footfall.analysis.moments.moment import CONFIRMED, POSSIBLE, Moment, moment
from footfall.analysis.moments.norms import Norms
from footfall.analysis.moments.paths import Point, pointer_points, window_scrolls
from footfall.analysis.moments.rules import ExitIntent, Scrolling, Thrash
from footfall.wire.schema import Click, Pointer, Viewport

_MOUSE = frozenset({"mouse"})
UNTOLD = "?"
"""Pointer.edge of recorders that do not tell whether the pointer left."""


def find_thrash(history: History, rules: Thrash) -> list[Moment]:
    """Return stretches in which the pointer was thrashed about: windows that overlap are one."""
    found = []
    for facts in history.tabs.values():
        free = [one for one in facts if not (isinstance(one.fact, Pointer) and one.fact.held)]
        points = _moving(pointer_points(free, _MOUSE))
        stretches: list[tuple[int, int]] = []
        for last in range(len(points)):
            first = _thrashes(points, last, rules)
            if first is None:
                continue
            if stretches and first <= stretches[-1][1]:
                stretches[-1] = (min(first, stretches[-1][0]), last)
            else:
                stretches.append((first, last))
        found += [_thrash(points[first : last + 1]) for first, last in stretches]
    return found


def _moving(points: list[Point]) -> list[Point]:
    """Return the points without those where the pointer had not moved."""
    return [
        point
        for at, point in enumerate(points)
        if not at or (point.x, point.y) != (points[at - 1].x, points[at - 1].y)
    ]


def _thrashes(points: list[Point], last: int, rules: Thrash) -> int | None:
    """Return the first point of the shortest window that ends at `last` and is a thrashing; None: there is none."""
    turns, path = 0, 0.0
    left = right = points[last].x
    top = bottom = points[last].y
    for first in range(last - 1, -1, -1):
        a, b = points[first], points[first + 1]
        span = points[last].time - a.time
        left, right, top, bottom = (
            min(left, a.x), max(right, a.x), min(top, a.y), max(bottom, a.y),
        )  # fmt: skip
        if span > rules.window_ms or max(right - left, bottom - top) > rules.box_px:
            return None
        path += hypot(b.x - a.x, b.y - a.y)
        if first + 2 <= last and _turn(a, b, points[first + 2]) >= rules.turn_degrees:
            turns += 1
        is_long = turns >= rules.turns and path >= rules.path_px and span > 0
        if is_long and rules.slowest <= path / span * 1_000 <= rules.fastest:
            return first
    return None


def _turn(a: Point, b: Point, c: Point) -> float:
    """Return by how many degrees a path turns at b, 0 to 180."""
    x, y, p, q = b.x - a.x, b.y - a.y, c.x - b.x, c.y - b.y
    return abs(degrees(atan2(x * q - y * p, x * p + y * q)))


def _thrash(points: list[Point]) -> Moment:
    facts = tuple({id(point.told): point.told for point in points}.values())
    path = sum(hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(points))
    found = moment(
        "thrash",
        points[0].told,
        "",
        CONFIRMED,
        facts,
        ms=points[-1].time - points[0].time,
        path_px=round(path),
    )
    return found._replace(time=points[0].time)


def find_scrolling(history: History, rules: Scrolling, norms: Norms) -> list[Moment]:
    """Return page views scrolled up and down more than nearly all of their page; *possible* while few are known."""
    found = []
    for view in history.views:
        turns = reversals(history, view, rules)
        usual = norms.reversals.get(view.page)
        if len(turns) < rules.reversals or (usual is not None and len(turns) <= usual):
            continue
        facts = tuple({id(point.told): point.told for point in turns}.values())
        grade = POSSIBLE if usual is None else CONFIRMED
        told = moment(
            "scrolling",
            turns[0].told,
            "",
            grade,
            facts,
            reversals=len(turns),
            p95=-1 if usual is None else usual,
        )
        found.append(told._replace(time=turns[0].time))
    return found


def reversals(history: History, view: View, rules: Scrolling) -> list[Point]:
    """Return where the window of a page view turned back, each after and before half a viewport at least."""
    inside = history.inside[view.tab, view.number]
    points = window_scrolls(inside)
    heights = _heights(inside, view, rules)
    turns: list[Point] = []
    way = 0
    extreme = low = high = points[0] if points else None
    for point in points:
        if extreme is None or low is None or high is None:
            break
        swing = rules.swing * _height_at(heights, point.time)
        if way == 0:
            low, high = min(low, point, key=lambda p: p.y), max(high, point, key=lambda p: p.y)
            if high.y - low.y >= swing:
                way, extreme = (1 if point is high else -1), point
        elif (point.y - extreme.y) * way > 0:
            extreme = point
        elif (extreme.y - point.y) * way >= swing:
            turns.append(extreme)
            way, extreme = -way, point
    return turns


def _heights(inside: list[Told], view: View, rules: Scrolling) -> list[tuple[int, int]]:
    """Return the viewport's heights in a view by when they began."""
    heights = [(view.started, view.height or rules.height_px)]
    heights += [
        (told.time, told.fact.height or rules.height_px)
        for told in inside
        if isinstance(told.fact, Viewport)
    ]
    return sorted(heights)


def _height_at(heights: list[tuple[int, int]], time: int) -> int:
    return heights[max(0, bisect_right(heights, (time, 1 << 62)) - 1)][1]


def find_exits(history: History, rules: ExitIntent) -> list[Moment]:
    """Return where the pointer left a desktop's window at the top; who leaves a frame is in the page around it.

    Older recorders do not tell that it left: there its last samples tell, *possible*.
    """
    found = []
    for tab in history.windows:
        facts = history.tabs[tab]
        for told in facts:
            if isinstance(told.fact, Pointer) and _leaves_fast(told.fact, rules):
                left = told.time + sum(told.fact.times)
                if _is_desktop(history, told, rules):
                    found.append(_exit(told, left, CONFIRMED, told.fact.speed))
        if any(isinstance(told.fact, Pointer) and told.fact.edge == UNTOLD for told in facts):
            found += _guessed_exits(history, facts, rules)
    return found


def _leaves_fast(fact: Pointer, rules: ExitIntent) -> bool:
    is_mouse = fact.pointer in _MOUSE
    return is_mouse and fact.edge == "top" and fact.speed >= rules.speed * 1_000


def _is_desktop(history: History, told: Told, rules: ExitIntent) -> bool:
    return history.by_place[told.tab, told.view].width > rules.desktop_px


def _guessed_exits(history: History, facts: list[Told], rules: ExitIntent) -> list[Moment]:
    found = []
    points = pointer_points(facts, _MOUSE)
    clicks = [told.time for told in facts if isinstance(told.fact, Click)]
    for at in range(1, len(points)):
        told = points[at].told
        if not isinstance(told.fact, Pointer) or told.fact.edge != UNTOLD:
            continue
        if at + 1 < len(points) and not _is_gone(points[at], points[at + 1], clicks, rules):
            continue
        speed = _leaving(points, at, rules)
        if speed is not None and _is_desktop(history, told, rules):
            found.append(_exit(told, points[at].time, POSSIBLE, round(speed * 1_000)))
    return found


def _is_gone(last: Point, after: Point, clicks: list[int], rules: ExitIntent) -> bool:
    """Tell whether the pointer was away between two points, rather than resting at the first."""
    moved = hypot(after.x - last.x, after.y - last.y)
    next_click = bisect_left(clicks, after.time)
    rested = next_click < len(clicks) and clicks[next_click] - after.time <= rules.press_ms
    return after.time - last.time >= rules.gone_ms and moved > rules.near_px and not rested


def _leaving(points: list[Point], at: int, rules: ExitIntent) -> float | None:
    """Return how fast the pointer left upwards after a point, px/ms; None: it did not."""
    last = points[at]
    first = at - 1
    while first > 0 and last.time - points[first - 1].time <= rules.span_ms:
        first -= 1
    span = last.time - points[first].time
    if not 0 < span <= rules.span_ms:
        return None
    speed = (points[first].y - last.y) / span
    # Samples are 50 ms apart: the next would have been above the edge.
    is_out = last.y - speed * max(1, last.time - points[at - 1].time) <= 0
    return speed if speed >= rules.speed and is_out else None


def _exit(told: Told, time: int, grade: str, speed: int) -> Moment:
    found = moment("exit_intent", told, "", grade, (told,), px_per_s=speed)
    return found._replace(time=time)
