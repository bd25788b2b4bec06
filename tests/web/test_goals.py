"""Goals that a team keeps under a name: chosen, counted against what the goal alone gives, removed."""

from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from footfall.annotations import Goals
from footfall.annotations.goals import MAX_GOALS, MAX_NAME
from footfall.errors import ConfigError, NotFoundError
from footfall.projects import Project, Projects
from footfall.web.common import now_ms
from footfall.wire.facts import Event
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

DAY = 86_400_000


@pytest.fixture
async def project(site: Site) -> Project:
    """Two of three sessions of this week saw /thanks, one of them bought; one of the week before bought."""
    made, now = site.project(), now_ms()
    thanks = page_view(1_000, number=2, url="https://shop.example/thanks")
    bought = Event(2_000, "bought", "{}")
    visits: dict[str, list[Fact]] = {
        "a": [page_view(), thanks, bought],
        "b": [page_view(), thanks],
        "c": [page_view()],
    }
    for name, facts in visits.items():
        await site.remember(made, name, facts, now - DAY)
    await site.remember(made, "d", [page_view(), bought], now - 9 * DAY)
    return made


async def _post(site: Site, path: str, **form: str) -> int:
    async with site.client.post(
        path, data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        return answer.status


async def test_a_kept_goal_is_counted_and_chosen_by_its_name(site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    assert await _post(site, f"{base}/goals", name="Paid <b>", counts="event:bought") == 303
    assert await _post(site, f"{base}/goals", name="Saw thanks", counts="page:/thanks") == 303
    told = await site.json(f"/api{base}/overview")
    assert [(one["name"], one["sessions"]) for one in told["goals"]] == [
        ("Paid <b>", 1),
        ("Saw thanks", 2),
    ]
    for one in told["goals"]:
        alone = await site.json(f"/api{base}/overview?goal={quote(one['goal'])}")
        assert alone["now"]["converted"] == one["sessions"]
        assert alone["now"]["conversion"] == one["conversion"]
        link = f"?time=7d&goal={quote(one['goal'], safe='')}&converted=yes"
        page = unescape(await site.text(f"{base}/overview"))
        assert f'href="{base}/sessions{link}"'.replace("%2F", "/") in page
        behind = await site.json(f"/api{base}/sessions{link}")
        assert behind["total"] == one["sessions"]
    for path in ("overview", "problems", "segments"):
        page = await site.text(f"{base}/{path}?goal=event:bought")
        assert '<option value="event:bought" selected>Paid &lt;b&gt;</option>' in page, path
    for path in ("sessions", "heatmap?page=/&device=all"):
        assert '<option value="event:bought">Paid &lt;b&gt;</option>' in await site.text(
            f"{base}/{path}"
        )


async def test_a_person_keeps_and_removes_a_goal(page: Page, site: Site, project: Project) -> None:
    await page.goto(at(site, f"/p/{project.id}/overview"))
    goals = page.get_by_role("region", name="Goals")
    await goals.get_by_text("Keep a goal").click()
    await goals.get_by_label("Name").fill("Bought")
    await goals.get_by_label("What counts").select_option("event:bought")
    assert await judged(page) == []
    await goals.get_by_role("button", name="Keep").click()
    await expect(goals.get_by_role("row", name="Bought")).to_contain_text("33 %")
    await goals.get_by_role("link", name="Bought", exact=True).click()
    await page.wait_for_url("**goal=event*")
    await expect(page.get_by_role("heading", name="Conversion")).to_be_visible()
    assert await judged(page) == []
    await goals.get_by_role("button", name="Remove the goal Bought").click()
    await expect(goals).to_contain_text("None is kept yet")
    assert "goal=event" in page.url


def test_goals_are_kept_by_project(tmp_path: Path) -> None:
    projects = Projects(tmp_path / "settings.db")
    first, second = projects.create("One"), projects.create("Two")
    book = Goals(tmp_path / "settings.db")
    made = book.save(first.id, " Paid  well ", "event:bought")
    assert made.name == "Paid well"
    assert book.save(first.id, "Paid well", "page:/thanks").id == made.id
    assert [one.goal for one in book.all(first.id)] == ["page:/thanks"]
    assert book.all(second.id) == []
    for name, goal in (("", "page:/a"), ("x" * (MAX_NAME + 1), "page:/a"), ("x\0", "p"), ("x", "")):
        with pytest.raises(ConfigError):
            book.save(first.id, name, goal)
    for number in range(MAX_GOALS - 1):
        book.save(first.id, f"g{number}", "page:/a")
    with pytest.raises(ConfigError, match="Remove one first"):
        book.save(first.id, "more", "page:/a")
    book.save(first.id, "g0", "page:/b")  # a name that is there is no more of them
    with pytest.raises(NotFoundError):
        book.remove(second.id, made.id)
    book.remove(first.id, made.id)
    assert len(book.all(first.id)) == MAX_GOALS - 1
