import numpy as np
import pytest
from numpy.typing import NDArray

from footfall.render.colour import COLOURS, Colours, heat_palette, legend, veil_palette


def oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """sRGB bytes to OKLab: the inverse of what the module does, by its own matrices."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    cones = linear @ np.array(
        [
            [0.4122214708, 0.2119034982, 0.0883024619],
            [0.5363325363, 0.6806995451, 0.2817188376],
            [0.0514459929, 0.1073969566, 0.6299787005],
        ]
    )
    lab: NDArray[np.float64] = np.cbrt(cones) @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.7936177850, -2.4285922050, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.8086757660],
        ]
    )
    return lab


@pytest.mark.parametrize("colours", COLOURS)
def test_equal_steps_of_value_are_equal_steps_of_colour(colours: Colours) -> None:
    lab = oklab(heat_palette(colours).rgb)
    # Over 16 levels, so that the rounding to bytes does not count.
    steps = np.linalg.norm(lab[16:] - lab[:-16], axis=1)
    assert steps.max() / steps.min() < 1.2
    assert (np.diff(lab[::4, 0]) > 0).all()
    assert lab[-1, 0] - lab[0, 0] > 0.45


def test_blue_yellow_does_not_speak_through_red_and_green() -> None:
    assert np.abs(oklab(heat_palette("blue-yellow").rgb)[:, 1]).max() < 0.03


@pytest.mark.parametrize("colours", COLOURS)
def test_level_0_alone_is_transparent(colours: Colours) -> None:
    for palette in (heat_palette(colours), veil_palette(colours)):
        assert palette.alpha[0] == 0
        assert palette.alpha[1:].min() > 0
        assert palette.alpha.max() < 255
        assert (np.diff(palette.alpha.astype(int)) >= 0).all()


def test_the_legend_runs_from_0_to_the_top() -> None:
    palette = heat_palette("heat")
    stops = legend(palette, 80.0)
    assert [stop.value for stop in stops] == [0, 10, 20, 30, 40, 50, 60, 70, 80]
    assert stops[0].css.endswith("/ 0.000)")
    assert stops[-1].css == palette.css(255) == "rgb(252 227 62 / 0.851)"
