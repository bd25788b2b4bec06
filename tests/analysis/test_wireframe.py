import numpy as np

from footfall.analysis.wireframe import element_boxes


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


def test_no_clicks_tell_no_boxes() -> None:
    nothing = np.empty(0)
    found = element_boxes(np.empty(0, np.int64), (nothing, nothing), (nothing, nothing), 2)
    assert np.isnan(found).all()
