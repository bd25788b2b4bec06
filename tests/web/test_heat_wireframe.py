"""What a wireframe shows: boxes that clicks tell, of whoever was there, and names of what has none."""

import io

import numpy as np
from PIL import Image

from footfall.index.segment import Segment
from footfall.render.compose import Box, composed_png
from footfall.render.legend import Legend
from footfall.web.heat import no_boxes
from footfall.web.heat_wireframe import page_boxes
from footfall.wire.schema import Fact
from tests.index.stage import staged
from tests.wire.chunks import T0, chunk, click, ident, page_view

BOX = (300, 900, 200, 60)


def clicks_on(box: tuple[int, int, int, int], key: str, width: int) -> list[Fact]:
    """Return four clicks at different places of an element, in a document of a width."""
    left, top, wide, high = box
    return [
        click(100 + at, key=key, text=key[1:], place_x=share, place_y=share, document_width=width,
              page_x=left + wide * share // 10_000, page_y=top + high * share // 10_000)
        for at, share in enumerate((1_000, 9_000, 3_000, 6_000))
    ]  # fmt: skip


def test_boxes_are_of_anybodys_clicks_in_windows_like_this_and_the_rest_is_named() -> None:
    visits: dict[str, list[Fact]] = {
        # In a wider window the same element is where it would not be if the page had grown evenly.
        "wide": clicks_on((620, 900, 200, 60), "#buy", 1920),
        "usual": clicks_on(BOX, "#buy", 1280),
        "once": [click(100, key="#more", text="More", page_x=700, page_y=400)],
        "bar": [
            click(100, key="#bar", text="Bar", page_y=50 + 700 * n, fixed=True) for n in (0, 1)
        ],
    }
    with staged() as stage:
        for name, facts in visits.items():
            view = page_view(referrer="https://find.example/" if name == "once" else "")
            stage.add(chunk([view, *facts], session=ident(name), base_time=T0, sent_at=T0 + 5_000))
        with stage.index.facts("p") as shot:
            canvas = no_boxes(1280, 3000)
            found = page_boxes(shot, Segment("/"), canvas)
            assert page_boxes(shot, Segment("/", source="find.example"), canvas) == found
    buy, more = found
    assert buy.text == "buy"
    assert np.abs(np.array([buy.x, buy.y, buy.width, buy.height]) - BOX).max() < 2
    assert more == Box(700, 400, 0, 0, "More")


def test_names_are_written_where_there_is_room() -> None:
    empty = io.BytesIO()
    Image.new("RGBA", (400, 300)).save(empty, "PNG")

    def drawn(*boxes: Box) -> np.ndarray:
        png = composed_png(empty.getvalue(), (400, 300), boxes, Legend((), "", str))
        with Image.open(io.BytesIO(png)) as image:
            return np.asarray(image).astype(int)[:300]

    nothing, label = drawn(), Box(200, 100, 0, 0, "Camp")
    rows, columns = np.nonzero((drawn(label) != nothing).any(axis=2))
    assert 100 < rows.min() < rows.max() < 130  # below the place, and across its middle
    assert columns.min() < 200 < columns.max()
    assert (drawn(label, Box(205, 104, 0, 0, "Tent")) == drawn(label)).all()
    assert (drawn(label, Box(205, 120, 0, 0, "Tent")) != drawn(label)).any()
