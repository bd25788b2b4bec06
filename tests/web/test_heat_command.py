"""`footfall heatmap` and pictures over a wireframe, beside the running server."""

import asyncio
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
from tests.web.heat_page import BUTTON, HEIGHT, keyframe
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
    command = ["heatmap", "/", "-o", str(out), "--over", "wireframe", *storage(tmp_path)]
    assert main(command) == 0
    told = "click of /, 1 page views, 1280 × 3000 px, over a wireframe."
    assert told in capsys.readouterr().out
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


async def test_a_picture_over_the_recorded_page_with_clicks_on_their_elements(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Clicked in a narrow window, where the button was elsewhere; drawn upon the page of a wide one."""
    made, url = site.project(), "https://shop.example/"
    wide = [page_view(document_height=HEIGHT)]
    options = {"url": url, "flags": FLAG_KEYFRAME, "frames": keyframe(url, 1280)}
    await site.remember(made, "wide", wide, T0, **options)
    narrow: list[Fact] = [
        page_view(width=390, document_width=390, document_height=4_000),
        *(
            click(100 * at, key="#buy", place_x=5_000, place_y=5_000, page_x=30, page_y=3_500)
            for at in range(9)
        ),
    ]
    await site.remember(made, "narrow", narrow, T0 + 60_000, url=url)
    out = tmp_path / "out.png"
    command = ["heatmap", "/", "-o", str(out), *storage(tmp_path)]
    assert await asyncio.to_thread(main, command) == 0
    assert f"1280 × {HEIGHT} px, over the recorded page." in capsys.readouterr().out
    with Image.open(out) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)[:HEIGHT]
    left, top, width, height = BUTTON
    row, column = np.unravel_index(int(np.ptp(pixels, axis=2).argmax()), pixels.shape[:2])
    assert abs(column - left - width / 2) < 8
    assert abs(row - top - height / 2) < 8
    assert (pixels[HEIGHT - 100, 1_000] == 255).all()  # the recorded page's own white
    assert (pixels[top + 2, left + 2] < 255).all()  # and the button's grey, beyond the heat


async def test_without_a_browser_it_lies_over_a_wireframe_and_says_why(
    project: Project,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("FOOTFALL_CHROMIUM", raising=False)
    command = ["heatmap", "/", "-o", str(tmp_path / "out.png"), *storage(tmp_path)]
    assert await asyncio.to_thread(main, command) == 0
    assert "over a wireframe (no Chromium)." in capsys.readouterr().out
    assert await asyncio.to_thread(main, [*command, "--over", "page"]) == 1
    assert "no picture of the page to draw upon: no Chromium." in capsys.readouterr().err
    monkeypatch.undo()
    # There is a browser, but the recording has no page that could be shown.
    assert await asyncio.to_thread(main, [*command, "--over", "page"]) == 1
    assert "no picture of the page to draw upon: Chromium failed" in capsys.readouterr().err


async def test_tables_and_legends(site: Site, project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert (
        await asyncio.to_thread(
            main, ["heatmap", "/", "-o", str(out), "--project", project.id, *storage(tmp_path)]
        )
        == 0
    )
    assert next(csv.DictReader(io.StringIO(out.read_text())))["clicks"] == "8"
    for ending in ("svg", "json", "webp"):
        assert (
            await asyncio.to_thread(
                main, ["heatmap", "/", "-o", f"{tmp_path}/o.{ending}", *storage(tmp_path)]
            )
            == 0
        )
    where = ["--where", "kind=attention&device=mobile"]
    assert (
        await asyncio.to_thread(
            main, ["heatmap", "/", "-o", f"{tmp_path}/o.png", *where, *storage(tmp_path)]
        )
        == 0
    )


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
        assert await asyncio.to_thread(main, ["heatmap", "/", *arguments]) == 1
        assert said in capsys.readouterr().err
