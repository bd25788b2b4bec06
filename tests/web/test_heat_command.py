"""`footfall heatmap` and pictures over a wireframe, beside the running server."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from footfall.cli import main
from footfall.projects import Project
from footfall.wire.schema import FLAG_KEYFRAME, Fact
from tests.web.conftest import Site
from tests.wire.chunks import T0, click, page_view

BOX = (300, 900, 200, 60)


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    facts: list[Fact] = [page_view()]
    for at in range(8):
        across, down = at / 8, (at * 3 % 8) / 8
        facts.append(
            click(
                100 * at, place_x=round(across * 10_000), place_y=round(down * 10_000), text="Buy é 漢",
                page_x=round(BOX[0] + across * BOX[2]), page_y=round(BOX[1] + down * BOX[3]),
            )
        )  # fmt: skip
    await site.remember(made, "s0", facts, T0, flags=FLAG_KEYFRAME)
    return made


def storage(tmp_path: Path) -> list[str]:
    return ["--storage", str(tmp_path / "storage")]


async def test_a_picture_over_the_boxes_that_clicks_tell(
    site: Site, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"
    assert main(["heatmap", "/", "-o", str(out), *storage(tmp_path)]) == 0
    assert "click of /, 1 page views, 1280 × 3000 px." in capsys.readouterr().out
    with Image.open(out) as image:
        assert image.width == 1280
        assert image.height > 3000
        pixels = np.asarray(image).astype(int)
    assert (pixels[BOX[1], BOX[0] + 150] != pixels[100, 100]).any()
    colour = np.ptp(pixels, axis=2)
    row, column = np.unravel_index(int(colour[:3000].argmax()), colour[:3000].shape)
    assert BOX[0] - 20 <= column <= BOX[0] + BOX[2] + 20
    assert BOX[1] - 20 <= row <= BOX[1] + BOX[3] + 20
    path = f"/api/p/{project.id}/heatmap.png?page=/&backdrop=wireframe"
    async with site.client.get(path) as answer:
        assert await answer.read() == out.read_bytes()


async def test_tables_and_legends(site: Site, project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert main(["heatmap", "/", "-o", str(out), "--project", project.id, *storage(tmp_path)]) == 0
    assert next(csv.DictReader(io.StringIO(out.read_text())))["clicks"] == "8"
    for ending in ("svg", "json", "webp"):
        assert main(["heatmap", "/", "-o", f"{tmp_path}/o.{ending}", *storage(tmp_path)]) == 0
    where = ["--where", "kind=attention&device=mobile"]
    assert main(["heatmap", "/", "-o", f"{tmp_path}/o.png", *where, *storage(tmp_path)]) == 0


async def test_what_cannot_be_done_is_said(
    site: Site, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, said in (
        (["-o", f"{tmp_path}/o.gif", *storage(tmp_path)], ".png"),
        (["-o", f"{tmp_path}/no/o.png", *storage(tmp_path)], "cannot be written"),
        (["-o", f"{tmp_path}/o.png", "--project", "x", *storage(tmp_path)], project.id),
        (["-o", f"{tmp_path}/o.png", "--storage", f"{tmp_path}/none"], "--storage"),
        (["-o", f"{tmp_path}/o.png", "--where", "kind=fields", *storage(tmp_path)], "JSON"),
    ):
        assert main(["heatmap", "/", *arguments]) == 1
        assert said in capsys.readouterr().err
