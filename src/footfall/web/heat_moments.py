"""Heat of moments: the clicks that moments of a kind are made of, and the fields in which people paused."""

from dataclasses import dataclass, replace
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.moment_points import moment_points
from footfall.index.packs import Snapshot
from footfall.index.page_facts import ClickColumns, details_of
from footfall.index.page_moments import PageMoments, moments_of
from footfall.index.segment import Segment
from footfall.index.views import ViewPlaces, views_of
from footfall.web.heat import Canvas, DrawnClicks, draw_clicks
from footfall.web.heat_keys import known_clicks
from footfall.web.heat_query import HeatQuery, MomentKind

MOMENT_KINDS: Final[tuple[MomentKind, ...]] = get_args(MomentKind)


@dataclass(frozen=True, eq=False)
class DrawnMoments:
    """A heatmap of moments. Its clicks are theirs, and a point in the middle of the field of each that has none."""

    drawn: DrawnClicks
    moments: int
    views: int  # with at least one of them


def draw_moments(
    shot: Snapshot, query: HeatQuery, segment: Segment, canvas: Canvas
) -> DrawnMoments:
    """Place and draw the moments of `query.kind`."""
    views = views_of(shot, segment)
    moments = moments_of(shot, segment, views, query.kind)
    points = points_of(shot, segment, views, moments)
    drawn = draw_clicks(points, canvas, query.look, query.cell)
    return DrawnMoments(drawn, len(moments), len(np.unique(moments.row)))


def moment_keys(shot: Snapshot, segment: Segment, views: ViewPlaces, kind: str) -> list[str]:
    """Return the keys of the elements that have moments without a click."""
    return sorted(set(moments_of(shot, segment, views, kind).elements))


def points_of(
    shot: Snapshot, segment: Segment, views: ViewPlaces, moments: PageMoments
) -> ClickColumns:
    """Return the clicks of moments, and after them a point for each moment without any."""
    clicks = known_clicks(shot, segment, views)
    order = details_of(shot, segment, views).order
    found = moment_points(clicks.row, order, moments.click_row, moments.click_order)
    return _with_points(clicks.take(found), moments)


def _with_points(clicks: ClickColumns, moments: PageMoments) -> ClickColumns:
    """Put a point into the middle of each moment's element; where it lies on the page is known to who has its box."""
    more = len(moments.elements)
    if not more:
        return clicks
    added = [key for key in dict.fromkeys(moments.elements) if key not in set(clicks.keys)]
    keys = [*clicks.keys, *added]
    place = {key: at for at, key in enumerate(keys)}
    states = clicks.states if "" in clicks.states else [*clicks.states, ""]
    nowhere = np.full(more, np.nan, np.float32)
    middle = np.full(more, 0.5, np.float32)
    ids = np.array([place[key] for key in moments.elements], np.int32)
    return replace(
        clicks,
        keys=keys,
        texts=[*clicks.texts, *("" for _ in added)],
        states=states,
        key_ids=np.concatenate([clicks.key_ids, ids]),
        place_x=_joined(clicks.place_x, middle),
        place_y=_joined(clicks.place_y, middle),
        x=_joined(clicks.x, nowhere),
        y=_joined(clicks.y, nowhere),
        document_width=_joined(clicks.document_width, nowhere),
        document_height=_joined(clicks.document_height, nowhere),
        fixed=np.concatenate([clicks.fixed, np.zeros(more, np.bool_)]),
        row=np.concatenate([clicks.row, moments.element_row]),
        state_ids=np.concatenate([clicks.state_ids, np.full(more, states.index(""), np.int32)]),
        plain_states=[*clicks.plain_states, ""],
        plain_state_ids=np.concatenate(
            [clicks.plain_state_ids, np.full(more, len(clicks.plain_states), np.int32)]
        ),
        plains=[*clicks.plains, ""],
        plain_ids=np.concatenate([clicks.plain_ids, np.full(more, len(clicks.plains), np.int32)]),
    )


def _joined(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([a, b])
