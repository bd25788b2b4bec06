"""The page of moments: counts that lead to sessions; a run over all history that says first what it would change."""

import asyncio
import threading
from typing import Any

import pytest
from playwright.async_api import Page, expect

from footfall.analysis.moments import KINDS
from footfall.detect import recompute
from footfall.index.found import Found, MomentFilter
from footfall.projects import Project
from footfall.web import looking
from footfall.web.common import now_ms
from footfall.web.errors import RequestError
from footfall.web.keys import DETECTOR, INDEX
from footfall.web.looking import LOOKING
from footfall.web.moment_kinds import ABOUT
from footfall.web.session_choice import MOMENTS
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import click, page_view


def test_each_kind_is_told() -> None:
    assert ABOUT.keys() == set(KINDS) == MOMENTS.keys()


@pytest.fixture
async def project(site: Site) -> Project:
    """Three sessions, one of which rages."""
    made, then = site.project(), now_ms() - 3_600_000
    rage = [click(1_000 + 300 * number) for number in range(5)]
    await site.remember(made, "a", [page_view(), *rage], then)
    await site.remember(made, "b", [page_view()], then + 60_000)
    await site.remember(made, "c", [page_view(), click(2_000)], then + 120_000)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    return made


def found(site: Site) -> Found:
    return Found(site.app[INDEX].path)


async def _look(site: Site, project: Project, what: str) -> None:
    path = f"/p/{project.id}/moments/look"
    async with site.client.post(
        path, data={"what": what}, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    task = site.app[LOOKING]._task
    assert task is not None
    await task


async def test_counts_lead_to_their_sessions(site: Site, project: Project) -> None:
    page = await site.text(f"/p/{project.id}/moments")
    assert 'aria-label="1 of Rage click: their sessions">1</a>' in page
    assert (await site.json(f"/api/p/{project.id}/sessions?moment=rage"))["total"] == 1


async def test_a_run_says_what_would_change_and_then_changes_it(
    site: Site, project: Project
) -> None:
    await _look(site, project, "preview")
    assert "Nothing would change in 3 sessions." in await site.text(f"/p/{project.id}/moments")
    # As an older version of the rules would have left it.
    [row] = found(site).moments(project.id, MomentFilter(kind="rage"))
    [(_, detection)] = found(site).detections(project.id, [row.session]).items()
    found(site).store(project.id, [(detection, [])])
    await _look(site, project, "preview")
    run = site.app[LOOKING].of(project.id)
    assert run is not None
    assert (run.changes["rage"].new, run.changes["rage"].examples) == (1, [row.session])
    assert found(site).counts(project.id, MomentFilter()).get("rage") is None
    assert f"/sessions/{row.session}" in await site.text(f"/p/{project.id}/moments")
    await _look(site, project, "recompute")
    assert "Looked at 3 sessions anew." in await site.text(f"/p/{project.id}/moments")
    assert found(site).moments(project.id, MomentFilter(kind="rage")) == [row]


async def test_one_run_at_a_time_and_it_can_be_ended(
    site: Site, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def late(*given: Any) -> None:
        gate.wait(60)
        recompute(*given)

    monkeypatch.setattr(looking, "recompute", late)
    book = site.app[LOOKING]
    book.start(project.id, stores=True)
    with pytest.raises(RequestError, match="already"):
        book.start(project.id, stores=False)
    assert 'http-equiv="refresh"' in await site.text(f"/p/{project.id}/moments")
    book.end(project.id)
    gate.set()
    await book.close()
    run = book.of(project.id)
    assert run is not None
    assert run.state == "ended"
    assert book.of("another") is None
    assert "http-equiv" not in await site.text(f"/p/{project.id}/moments")


async def test_a_person_sees_what_would_change(page: Page, site: Site, project: Project) -> None:
    [row] = found(site).moments(project.id, MomentFilter(kind="rage"))
    [(_, detection)] = found(site).detections(project.id, [row.session]).items()
    found(site).store(project.id, [(detection, [row._replace(kind="dead")])])
    await page.goto(at(site, f"/p/{project.id}/moments"))
    await page.get_by_role("button", name="See what would change").click()
    await page.get_by_role("link", name=f"{row.session[:8]}, a session with Rage click").wait_for()
    assert await judged(page) == []
    await page.get_by_role("button", name="Look anew").click()
    await page.get_by_text("Looked at 3 sessions anew.").wait_for()


async def test_a_person_defines_a_moment_and_watches_it(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(at(site, f"/p/{project.id}/moments"))
    await page.get_by_label("Name").fill("Clicks twice")
    await page.get_by_label("What happens, in order").fill("click x2 within 1s")
    await page.get_by_role("button", name="Look for it").click()
    link = page.get_by_role("link", name="2 of Clicks twice: their sessions")
    await link.wait_for()  # five clicks are two pairs
    assert await judged(page) == []
    listed = await site.json(f"/api/p/{project.id}/moments?kind=Clicks twice")
    assert (listed["total"], listed["moments"][0]["grade"]) == (2, "confirmed")
    await link.click()
    await expect(page.locator("#filter-moment")).to_have_value("Clicks twice")
    await expect(page.locator("#sessions tbody tr")).to_have_count(1)
    await page.goto(at(site, f"/p/{project.id}/moments"))
    await page.get_by_role("button", name="Remove the moment Clicks twice").click()
    await page.get_by_text("Looked at 3 sessions anew.").wait_for()
    await site.json(f"/api/p/{project.id}/moments?kind=Clicks twice", 400)
    assert (await site.json(f"/api/p/{project.id}/moments"))["kinds"].keys() <= set(KINDS)
