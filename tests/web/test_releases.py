"""Releases: marked, shown where they fall, removed; by a deploy's command too."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from footfall.annotations import Releases
from footfall.annotations.releases import MAX_NAME
from footfall.config import Config
from footfall.errors import ConfigError, NotFoundError
from footfall.projects import Projects
from footfall.web.keys import RELEASES
from footfall.web.releases import moment_of, write_release
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import page_view

HOUR = 3_600_000


async def _post(site: Site, path: str, **form: str) -> int:
    async with site.client.post(
        path, data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        return answer.status


async def test_a_release_is_marked_shown_and_removed(site: Site) -> None:
    project = site.project()
    await site.record(project, "a", [page_view()])
    path = f"/p/{project.id}/releases"
    assert await _post(site, path, name="v <2>") == 303
    overview = await site.json(f"/api/p/{project.id}/overview?time=today")
    assert [one["name"] for one in overview["releases"]] == ["v <2>"]
    page = await site.text(f"/p/{project.id}/overview?time=today")
    assert "<strong>v &lt;2&gt;</strong>" in page
    chart = json.loads(unescape(page.split('data-chart="')[1].split('"')[0]))
    assert [one["name"] for one in chart["marks"]] == ["v <2>"]
    told = (await site.json(f"/api/p/{project.id}/releases"))["releases"]
    other = site.project("Other")
    assert await _post(site, f"/p/{other.id}/releases/{told[0]['id']}/remove") == 404
    assert await _post(site, f"{path}/{told[0]['id']}/remove") == 303
    assert "<title>v" not in await site.text(f"/p/{project.id}/overview?time=today")


async def test_a_time_is_of_the_viewers_clock(site: Site) -> None:
    project = site.project()
    path = f"/p/{project.id}/releases"
    assert await _post(site, path, name="v1", at="2026-01-02T03:04", zone="60") == 303
    assert [one.at for one in site.app[RELEASES].between(project.id, 0, 2**53)] == [
        moment_of("2026-01-02T02:04Z")
    ]
    for wrong in ({"name": ""}, {"name": "x", "at": "noon"}, {"name": "x" * (MAX_NAME + 1)}):
        assert await _post(site, path, **wrong) == 400, wrong


def test_releases_are_kept_by_project_and_time(tmp_path: Path) -> None:
    projects = Projects(tmp_path / "settings.db")
    first, second = projects.create("One"), projects.create("Two")
    book = Releases(tmp_path / "settings.db")
    late, early = book.add(first.id, "late", 5 * HOUR), book.add(first.id, " an  early ", 2 * HOUR)
    book.add(second.id, "other", 3 * HOUR)
    assert book.between(first.id, 0, 9 * HOUR) == [early, late]
    assert early.name == "an early"
    assert book.between(first.id, 5 * HOUR, 9 * HOUR) == [late]
    assert book.between(first.id, 0, 5 * HOUR - 1) == [early]
    with pytest.raises(NotFoundError):
        book.remove(second.id, late.id)
    book.remove(first.id, late.id)
    assert Releases(tmp_path / "settings.db").between(first.id, 0, 9 * HOUR) == [early]
    for name, moment in (("", 1), ("a\x00", 1), ("a", -1), ("a", 2**52)):
        with pytest.raises(ConfigError):
            book.add(first.id, name, moment)


def test_a_deploy_marks_one_by_command(tmp_path: Path) -> None:
    config = Config(storage=tmp_path)
    with pytest.raises(ConfigError, match="right --storage"):
        write_release(config, "", "v1", "")
    project = Projects(tmp_path / "settings.db").create("Shop")
    assert write_release(config, "", "v1", "2026-11-24T09:30+01:00") == (
        "Shop: v1 at 2026-11-24 08:30+00:00."
    )
    assert write_release(config, project.id, "v2", "").startswith("Shop: v2 at ")
    with pytest.raises(ConfigError, match="no time"):
        write_release(config, "", "v3", "yesterday")
    with pytest.raises(ConfigError, match="which project"):
        write_release(config, "none", "v3", "")


async def test_a_person_marks_a_release_on_the_overview(page: Page, site: Site) -> None:
    project = site.project()
    await site.record(project, "a", [page_view()])
    await page.goto(at(site, f"/p/{project.id}/overview?time=today"))
    await page.get_by_text("Mark a release").click()
    await page.locator("#release-name").fill("v2.4")
    await page.get_by_role("button", name="Mark", exact=True).click()
    shown = page.get_by_role("list", name="Releases in this time")
    assert "v2.4" in await shown.inner_text()
    assert await judged(page) == []
    await page.get_by_role("link", name="Since then, beside before").click()
    await page.wait_for_url(re.compile("time=custom|from="))
    await page.get_by_role("button", name="Remove the release v2.4").click()
    await expect(shown).to_have_count(0)
