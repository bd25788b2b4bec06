"""The legend is well-formed XML with a colour for each stop and numbers from end to end."""

from xml.etree import ElementTree

import numpy as np

from footfall.render.colour import LEGEND_STOPS
from footfall.render.heatmap import Look, heat_picture
from footfall.render.legend import Legend, legend_svg, percent, short_number

SVG = "{http://www.w3.org/2000/svg}"


def test_a_legend_tells_colours_and_numbers() -> None:
    picture = heat_picture(np.full((9, 9), 3, np.uint32), 4, Look(scale_max=80.0))
    root = ElementTree.fromstring(
        legend_svg(Legend(picture.legend, "Clicks <within> 20 px & more"))
    )
    stops = list(root.iter(f"{SVG}stop"))
    assert len(stops) == LEGEND_STOPS
    assert (stops[0].get("stop-opacity"), stops[-1].get("stop-color")) == (
        "0.000",
        "rgb(252,227,62)",
    )
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert texts == ["Clicks <within> 20 px & more", "0", "20", "40", "60", "80"]


def test_a_legend_of_nothing_is_its_title() -> None:
    root = ElementTree.fromstring(legend_svg(Legend((), "Nothing")))
    assert [one.text for one in root.iter(f"{SVG}text")] == ["Nothing"]


def test_numbers_are_short() -> None:
    assert [short_number(value) for value in (0, 0.1234, 12.5, 1_234, 2_500_000)] == [
        "0", "0.123", "12.5", "1.23k", "2.5M",
    ]  # fmt: skip
    assert percent(0.256) == "26%"
