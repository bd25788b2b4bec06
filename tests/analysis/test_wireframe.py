import numpy as np

from footfall.analysis.wireframe import element_boxes, element_places


def test_boxes_are_told_by_the_clicks_in_them() -> None:
    rng = np.random.default_rng(3)
    boxes = np.array([[10.0, 20, 300, 40], [500, 4_000, 80, 900], [5, 5, 50, 50], [7, 7, 70, 70]])
    ids = np.concatenate([np.repeat([0, 1], 20), [2], [3] * 5, [-1]])
    px, py = rng.random((2, len(ids)))
    px[41:46] = 0.5  # of the last, the places are all but the same
    x = np.rint(boxes[ids, 0] + px * boxes[ids, 2])
    y = np.rint(boxes[ids, 1] + py * boxes[ids, 3])
    found = element_boxes(ids, (px, py), (x, y), 5)
    assert np.abs(found[:2] - boxes[:2]).max() < 2
    assert np.isnan(found[2:]).all()


def test_an_element_that_is_now_here_now_there_has_no_box_but_a_place() -> None:
    place = np.tile([0.2, 0.8, 0.5, 0.4], 6)
    y = np.repeat([100.0, 100, 400], 8) + 40 * place
    ids = np.zeros(24, np.int64)
    assert np.isnan(element_boxes(ids, (place, place), (place * 80, y), 1)).all()
    assert np.isfinite(
        element_boxes(ids[:16], (place[:16],) * 2, (place[:16] * 80, y[:16]), 1)
    ).all()
    ids = np.array([1, -1, 1, 3, 1])
    x = np.array([10.0, 99, 30, 7, 20])
    found = element_places(ids, (x, 2 * x), 4)
    assert found[[1, 3]].tolist() == [[20, 40], [7, 14]]
    assert np.isnan(found[[0, 2]]).all()


def test_no_clicks_tell_no_boxes() -> None:
    nothing = np.empty(0)
    found = element_boxes(np.empty(0, np.int64), (nothing, nothing), (nothing, nothing), 2)
    assert np.isnan(found).all()
