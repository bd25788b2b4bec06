import io
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from footfall.render.heatmap import HeatPicture, Look, heat_picture
from footfall.render.scroll import scroll_png


def decoded(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    image.load()
    return image


def levels(png: bytes) -> NDArray[np.int64]:
    return np.asarray(decoded(png)).astype(np.int64)


def counts() -> NDArray[np.uint32]:
    rng = np.random.default_rng(4)
    cells = (rng.random((90, 50)) < 0.02).astype(np.uint32)
    cells[61, 17] = 40
    cells[20, 30] = 15
    return cells


def drawn(scale_max: float | None = None) -> HeatPicture:
    return heat_picture(counts(), 4, Look(radius_px=12, scale_max=scale_max))


def test_a_click_picture_is_a_palette_png_of_a_pixel_a_cell() -> None:
    image = decoded(drawn().png)
    assert (image.format, image.mode, image.size) == ("PNG", "P", (50, 90))
    alpha = np.asarray(image.convert("RGBA"))[:, :, 3]
    assert (alpha == 0).any()
    assert ((alpha == 0) == (np.asarray(image) == 0)).all()


def test_the_hottest_pixel_is_where_most_clicks_are() -> None:
    picture = levels(drawn().png)
    assert np.argwhere(picture == 255).tolist() == [[61, 17]]


def test_levels_are_those_of_the_float64_reference() -> None:
    cells, sigma = counts().astype(np.float64), 12 / 4 / math.sqrt(2)

    def matrix(n: int) -> NDArray[np.float64]:
        apart = np.subtract.outer(np.arange(n), np.arange(n)) / sigma
        weights: NDArray[np.float64] = np.exp(-0.5 * apart**2)
        return weights

    exact = matrix(90) @ cells @ matrix(50)
    picture = drawn()
    off = np.abs(levels(picture.png) - np.rint(exact / exact.max() * 255))
    assert off.max() <= 3
    assert off.mean() <= 0.25
    assert picture.max_value == pytest.approx(exact.max(), rel=1e-5)


def test_values_are_clicks_within_the_radius() -> None:
    alone = np.zeros((60, 60), np.uint32)
    alone[30, 30] = 1
    assert heat_picture(alone, 4, Look()).max_value == 1.0
    even = heat_picture(np.full((60, 60), 2, np.uint32), 4, Look(radius_px=20))
    assert even.max_value == pytest.approx(2 * math.pi * 20**2 / 4**2, rel=1e-3)


def test_an_absolute_scale_makes_pictures_comparable() -> None:
    relative, absolute = drawn(), drawn(scale_max=80.0)
    assert relative.max_value == absolute.max_value
    assert relative.legend[-1].value == relative.max_value
    assert absolute.legend[-1].value == 80.0
    assert levels(absolute.png).max() == round(relative.max_value / 80 * 255)
    beyond = levels(drawn(scale_max=5.0).png)
    assert beyond[61, 17] == beyond[20, 30] == beyond.max() == 255


def test_nothing_is_drawn_of_nothing() -> None:
    picture = heat_picture(np.zeros((3, 5), np.uint32), 4, Look())
    assert (picture.max_value, picture.legend) == (0.0, ())
    assert levels(picture.png).tolist() == [[0] * 5] * 3


@pytest.mark.parametrize("scale_max", [0.0, -1.0, math.nan, math.inf])
def test_a_scale_that_is_none_is_refused(scale_max: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        drawn(scale_max)


@pytest.mark.parametrize("radius_px", [0.0, 1e9, math.nan])
def test_a_radius_out_of_bounds_is_refused(radius_px: float) -> None:
    with pytest.raises(ValueError, match="radius"):
        Look(radius_px=radius_px)


@pytest.mark.parametrize("intensity", [0.0, 21.0, math.nan])
def test_an_intensity_out_of_bounds_is_refused(intensity: float) -> None:
    with pytest.raises(ValueError, match="intensity"):
        Look(intensity=intensity)


def test_intensity_ends_the_scale_earlier() -> None:
    plain = drawn()
    strong = heat_picture(counts(), 4, Look(radius_px=12, intensity=4.0))
    assert strong.max_value == plain.max_value
    assert strong.legend[-1].value == plain.max_value / 4
    assert strong.levels.sum() > 2 * plain.levels.astype(np.int64).sum()


@pytest.mark.parametrize("share", [0.02, 0.9])
def test_any_picture_comes_out_of_its_file_as_it_went_in(share: float) -> None:
    rng = np.random.default_rng(9)
    cells = (rng.random((90, 50)) < share).astype(np.uint32) * rng.integers(1, 9, (90, 50))
    picture = heat_picture(cells, 4, Look(radius_px=3))
    assert (levels(picture.png) == picture.levels).all()
    expected = np.column_stack([picture.palette.rgb, picture.palette.alpha])[picture.levels]
    assert (np.asarray(decoded(picture.png).convert("RGBA")) == expected).all()
    webp = np.asarray(Image.open(io.BytesIO(picture.webp), formats=["WEBP"]).convert("RGBA"))
    assert (webp[:, :, 3] == expected[:, :, 3]).all()
    assert (webp[expected[:, :, 3] > 0] == expected[expected[:, :, 3] > 0]).all()


def test_tiles_are_the_picture_in_pieces() -> None:
    picture = drawn()
    tiles = [levels(tile) for tile in picture.tiles(40)]
    assert [len(tile) for tile in tiles] == [40, 40, 10]
    assert (np.vstack(tiles) == picture.levels).all()


def test_a_full_size_picture_is_that_of_the_reference() -> None:
    rng = np.random.default_rng(2)
    cells = np.zeros((700, 500), np.uint32)
    np.add.at(cells, (rng.integers(0, 700, 900), rng.integers(0, 500, 900)), 1)
    cells[3, 4] = cells[650, 499] = 6
    sigma = 20 / math.sqrt(2)

    def matrix(n: int) -> NDArray[np.float64]:
        apart = np.subtract.outer(np.arange(n), np.arange(n)) / sigma
        weights: NDArray[np.float64] = np.exp(-0.5 * apart**2)
        return weights

    exact = matrix(700) @ cells.astype(np.float64) @ matrix(500)
    off = np.abs(heat_picture(cells, 1, Look()).levels - np.rint(exact / exact.max() * 255))
    assert off.max() <= 1
    assert off.mean() <= 0.01


def test_a_scroll_picture_shows_each_bands_share() -> None:
    picture = scroll_png(np.array([1.0, 0.5, 0.001, 0.0], np.float32), width_cells=3)
    image = decoded(picture.png)
    assert (image.mode, image.size) == ("P", (3, 4))
    assert levels(picture.png).tolist() == [[255] * 3, [128] * 3, [1] * 3, [0] * 3]
    alpha = np.asarray(image.convert("RGBA"))[:, 0, 3]
    assert (alpha > 0).tolist() == [True, True, True, False]
    assert (picture.legend[0].value, picture.legend[-1].value) == (0.0, 1.0)


@pytest.mark.parametrize("shares", [[], [1.5], [-0.1], [math.nan]])
def test_what_is_no_share_is_refused(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="shares"):
        scroll_png(np.array(shares, np.float64))
