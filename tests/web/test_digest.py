"""The digest: its figures against sessions that were made by hand, what it refuses, and how it looks."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from footfall.cli import main
from footfall.projects import Project
from footfall.web.common import now_ms
from footfall.web.keys import DETECTOR
from footfall.wire.schema import Click
from tests.detect.test_detector import presses
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.wire import chunks

DAY = 86_400_000


@pytest.fixture
async def project(site: Site) -> Project:
    """Two sessions this week, one reaches /thanks; one the week before; one long ago."""
    made, now = site.project("Tea & <Co>"), now_ms()
    thanks = chunks.page_view(9_000, number=2, url="https://shop.example/thanks")
    await site.remember(made, "a", [chunks.page_view(), thanks], now - 2 * DAY)
    await site.remember(made, "b", [chunks.page_view()], now - 3 * DAY)
    await site.remember(made, "c", [chunks.page_view()], now - 10 * DAY)
    await site.remember(made, "d", [chunks.page_view()], now - 40 * DAY)
    return made


def digest(tmp_path: Path, *more: str) -> int:
    out = ["-o", str(tmp_path / "out.html"), "--storage", str(tmp_path / "storage")]
    return main(["digest", *out, *more])


@pytest.mark.usefixtures("project")
async def test_a_week_beside_the_week_before(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTFALL_PUBLIC_URL", "https://footfall.example")
    assert digest(tmp_path, "--goal", "page:/thanks") == 0
    assert "2 sessions in 7 days, 1 in as many before." in capsys.readouterr().out
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await page.goto((tmp_path / "out.html").as_uri())
    assert len(requests) == 1, "a mail's reader may have no network"
    tiles = await page.locator(".tile").all_inner_texts()
    assert tiles[0].split("\n")[:2] == ["Sessions", "2"]
    assert "before 1" in tiles[0]
    assert any(one.startswith("Conversion: /thanks") and "50" in one for one in tiles)
    [link] = await page.get_by_role("link", name="Tea & <Co>").all()
    assert await link.get_attribute("href") == "https://footfall.example/p/tea-co/overview"
    assert await page.get_by_role("row", name="/ 2").count() == 1
    for width in (1280, 360):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await judged(page) == []


@pytest.mark.usefixtures("project")
async def test_a_time_without_anybody_says_so(tmp_path: Path) -> None:
    assert digest(tmp_path, "--days", "1") == 0
    text = (tmp_path / "out.html").read_text()
    assert "Nobody was recorded in this time." in text
    assert "href" not in text


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--days", "0"), "1 to 365 days"),
        (("--goal", "thanks"), "page:/thanks"),
        (("--goal", "segment:Gone"), "there is no segment of this name any more"),
        (("--project", "other"), "tea-co"),
    ],
)
async def test_what_cannot_be_done_is_told(
    arguments: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert digest(tmp_path, *arguments) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out.html").exists()


async def test_what_is_wrong_is_told(
    page: Page, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst five of this time alone, each with its clip where the address is known."""
    made, now = site.project("Tea"), now_ms()
    for name, ago in (("a", 2 * DAY), ("b", 3 * DAY), ("old", 9 * DAY)):
        clicks = presses(3)
        clicks = [
            one._replace(text="Buy <now>") if isinstance(one, Click) else one for one in clicks
        ]
        visitor = chunks.ident(f"visitor-{name}")
        facts = [chunks.page_view(), *clicks]
        await site.remember(made, name, facts, now - ago, visitor=visitor)
    for at in "abcde":
        clicks = [one._replace(text="") if isinstance(one, Click) else one for one in presses(1)]
        facts = [chunks.page_view(url=f"https://shop.example/{at}"), *clicks]
        await site.remember(made, f"more-{at}", facts, now - 2 * DAY, visitor=chunks.ident("more"))
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    assert digest(tmp_path) == 0
    assert "href" not in (tmp_path / "out.html").read_text()
    monkeypatch.setenv("FOOTFALL_PUBLIC_URL", "https://footfall.example")
    assert digest(tmp_path) == 0
    await page.goto((tmp_path / "out.html").as_uri())
    rows = page.locator("h2:text-is('What is wrong') + .card tbody tr")
    told = [" ".join(one.split()) for one in await rows.all_inner_texts()]
    assert len(told) == 5
    assert told[:2] == ["Dead click “Buy <now>” on / 2", "Rage click “Buy <now>” on / 2"]
    assert told[2] == "Dead click #buy on /a 1"
    link = await rows.nth(1).get_by_role("link", name="Rage click").get_attribute("href")
    assert re.fullmatch(r"https://footfall\.example/p/tea/sessions/.+\?t=0", link or ""), link
    await page.set_viewport_size({"width": 360, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await judged(page) == []
