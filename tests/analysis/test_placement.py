import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.placement import NO_KEY, Backdrop, Clicks, place

Box = tuple[float, float, float, float]
Row = tuple[int, float, float, float, float, float, float, bool]

NAN = float("nan")
number = st.one_of(
    st.integers(-100, 400).map(float), st.sampled_from([NAN, float("inf"), 0.0, 3e38])
)
share = st.one_of(st.integers(0, 64).map(lambda n: n / 64), st.just(NAN))
box = st.one_of(
    st.just((NAN, NAN, NAN, NAN)), st.tuples(number, number, number, number),
    st.tuples(*(st.integers(1, 90).map(float) for _ in range(4))),
)  # fmt: skip
row = st.tuples(st.integers(NO_KEY, 2), share, share, number, number, number, number, st.booleans())


def clicks_of(rows: list[Row]) -> Clicks:
    columns = list(zip(*rows, strict=True)) or [()] * 8
    rx, ry, x, y, doc_width, doc_height = (np.array(c, np.float32) for c in columns[1:7])
    key_ids, fixed = np.array(columns[0], np.int32), np.array(columns[7], np.bool_)
    return Clicks(key_ids, rx, ry, x, y, doc_width, doc_height, fixed)


def device_class(width: float | np.floating) -> int:
    return 0 if width <= 480 else 1 if width <= 1024 else 2


def placed_alone(click: Row, boxes: list[Box], width: int, height: int) -> str | Box:
    """One click, in plain steps: (x, y, is_scaled, 0) or the reason why not."""
    key, rx, ry, x, y, doc_width, doc_height, fixed = (
        np.float32(v) if isinstance(v, float) else v for v in click
    )
    found = key != NO_KEY and not any(math.isnan(side) for side in boxes[int(key)])
    if found:
        left, top, wide, high = (np.float32(side) for side in boxes[int(key)])
        if wide <= 0 or high <= 0:
            return "element_hidden"
        px, py = left + rx * wide, top + ry * high
    elif fixed:
        return "fixed_unknown"
    elif device_class(float(doc_width)) != device_class(width):
        return "not_on_page"
    else:
        px, py = x * np.float32(width) / doc_width, y * np.float32(height) / doc_height
    if not (math.isfinite(px) and math.isfinite(py)):
        return "not_finite"
    if not (0 <= px <= width and 0 <= py <= height):
        return "outside"
    return (float(px), float(py), float(not found), 0.0)


@given(st.lists(row, max_size=30), st.lists(box, min_size=3, max_size=3))
def test_place_does_what_a_loop_over_clicks_does(rows: list[Row], boxes: list[Box]) -> None:
    width, height = 200, 300
    result = place(clicks_of(rows), Backdrop(width, height, np.array(boxes, np.float32)))
    with np.errstate(all="ignore"):
        alone = [placed_alone(click, boxes, width, height) for click in rows]
    placed = [where for where in alone if not isinstance(where, str)]
    assert result.x.tolist() == pytest.approx([p[0] for p in placed], abs=1e-4)
    assert result.y.tolist() == pytest.approx([p[1] for p in placed], abs=1e-4)
    assert result.is_scaled.tolist() == [bool(p[2]) for p in placed]
    for reason, count in asdict(result.reasons).items():
        assert count == alone.count(reason), reason
    assert result.not_placed == sum(asdict(result.reasons).values())
    assert result.by_element + result.scaled + result.not_placed == len(rows)
    assert result.scaled == result.is_scaled.sum()
    assert ((result.x >= 0) & (result.x < width) & (result.y >= 0) & (result.y < height)).all()


def test_a_click_follows_its_element() -> None:
    recorded_elsewhere: Row = (0, 0.25, 0.5, 9.0, 9.0, 1000.0, 1000.0, True)
    backdrop = Backdrop(400, 800, np.array([[100, 500, 80, 20]], np.float32))
    result = place(clicks_of([recorded_elsewhere]), backdrop)
    assert (result.x.tolist(), result.y.tolist(), result.by_element) == ([120.0], [510.0], 1)


def test_a_click_without_its_element_is_scaled_and_flagged() -> None:
    row: Row = (NO_KEY, 0.5, 0.5, 240.0, 300.0, 480.0, 3000.0, False)
    result = place(clicks_of([row]), Backdrop(400, 1500, np.empty((0, 4), np.float32)))
    assert (result.x.tolist(), result.y.tolist()) == ([200.0], [150.0])
    assert (result.is_scaled.tolist(), result.by_element) == ([True], 0)


def test_the_page_is_what_is_drawn() -> None:
    rows: list[Row] = [(NO_KEY, 0, 0, 1.0, y, 100.0, 100000.0, False) for y in (65535.0, 65537.0)]
    result = place(clicks_of(rows), Backdrop(100, 100_000, np.empty((0, 4), np.float32)))
    assert (result.scaled, result.reasons.outside) == (1, 1)


@pytest.mark.parametrize("key", [-2, 1])
def test_a_key_id_without_a_box_is_refused(key: int) -> None:
    rows: list[Row] = [(key, 0.5, 0.5, 1.0, 1.0, 10.0, 10.0, False)]
    with pytest.raises(IndexError):
        place(clicks_of(rows), Backdrop(10, 10, np.ones((1, 4), np.float32)))


def test_a_click_on_another_class_of_device_is_not_scaled() -> None:
    on_a_phone: Row = (0, 0.5, 0.5, 100.0, 200.0, 360.0, 3000.0, False)
    nowhere = np.full((1, 4), NAN, np.float32)
    result = place(clicks_of([on_a_phone]), Backdrop(1280, 2000, nowhere))
    assert (result.not_placed, result.reasons.not_on_page) == (1, 1)
    unmapped = place(clicks_of([on_a_phone]), Backdrop(1280, 2000, nowhere, is_mapped=False))
    assert unmapped.scaled == 1


def test_layers_and_what_is_scrolled_away_are_counted() -> None:
    click: Row = (0, 0.5, 0.5, 0.0, 0.0, 400.0, 800.0, False)
    clicks = replace(clicks_of([click, click]), in_layer=np.array([True, False]))
    boxes = np.array([[100, 500, 80, 20]], np.float32)
    away = np.array([[100, 400, 80, 50]], np.float32)
    result = place(clicks, Backdrop(400, 800, boxes, away))
    assert (result.reasons.scrolled_away, result.reasons.other_state) == (1, 1)
    seen = place(clicks, Backdrop(400, 800, boxes, boxes))
    assert (seen.by_element, seen.reasons.other_state) == (1, 1)
