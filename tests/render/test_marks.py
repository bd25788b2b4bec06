"""Difference maps and confetti, pixel by pixel."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from footfall.render.marks import CONFETTI, confetti_png, difference_png


def pixels(png: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGBA"))


def test_only_what_is_significant_is_drawn() -> None:
    shares = np.array([[0.4, -0.2, 0.9, 0.0001]])
    png, legend = difference_png(shares, np.array([[True, True, False, True]]))
    more, less, chance, little = pixels(png)[0]
    assert chance[3] == 0
    assert more[3] > less[3] > little[3] > 0
    assert more[0] > more[2]
    assert less[2] > less[0]
    assert [stop.value for stop in legend] == [-0.4, -0.2, 0.0, 0.2, 0.4]


def test_no_difference_is_an_empty_picture() -> None:
    png, legend = difference_png(np.ones((2, 3)), np.zeros((2, 3), np.bool_))
    assert (pixels(png)[:, :, 3] == 0).all()
    assert legend == ()


def test_confetti_are_discs_in_their_colours() -> None:
    x, y = np.array([10.0, 0.0, 12.0]), np.array([10.0, 29.0, 10.0])
    picture = pixels(confetti_png(x, y, np.array([0, 1, 99]), (40, 30), radius=3))
    assert tuple(picture[10, 8, :3]) == CONFETTI[0]
    assert tuple(picture[28, 1, :3]) == CONFETTI[1]
    assert tuple(picture[10, 12, :3]) == CONFETTI[-1]
    oracle = [
        [
            any((r - b) ** 2 + (c - a) ** 2 <= 9 for a, b in zip(x, y, strict=True))
            for c in range(40)
        ]
        for r in range(30)
    ]
    assert ((picture[:, :, 3] > 0) == oracle).all()
