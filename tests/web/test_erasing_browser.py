"""Erasing from the replay page in Chromium: what goes is asked first, and what was erased is not there any more."""

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.web.app import INDEX
from footfall.wire.schema import FLAG_KEYFRAME
from tests.web.conftest import Site
from tests.web.test_in_browser import complaints, keyframe
from tests.wire.chunks import T0, click, ident, page_view

__all__ = ["complaints"]


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    for number in range(3):
        await site.remember(
            made, f"s{number}", [page_view(), click(2000)], T0 + number * 60_000, flags=FLAG_KEYFRAME,
            frames=keyframe(), visitor=ident("other" if number == 2 else "visitor"),
        )  # fmt: skip
    return made


@pytest.mark.usefixtures("complaints")
async def test_a_session_and_then_its_visitor(page: Page, site: Site, project: Project) -> None:
    def address(session: str) -> str:
        return str(site.client.make_url(f"/p/{project.id}/sessions/{ident(session)}"))

    await page.goto(address("s0"))
    await page.get_by_role("button", name="Erase this session…").click()
    dialog = page.get_by_role("dialog", name="Erase this session?")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_be_hidden()
    assert len(site.app[INDEX].sessions(project.id)) == 3
    await page.get_by_role("button", name="Erase this session…").click()
    await dialog.get_by_role("button", name="Erase", exact=True).click()
    await page.wait_for_url(f"**/p/{project.id}/sessions")
    assert len(site.app[INDEX].sessions(project.id)) == 2
    await page.goto(address("s1"))
    await expect(page.get_by_role("region", name="Keep or erase")).to_contain_text("erased after")
    await page.get_by_role("button", name="Erase this visitor…").click()
    dialog = page.get_by_role("dialog", name="Erase all sessions of this visitor?")
    await expect(dialog).to_contain_text("This session is the only one.")
    await dialog.get_by_role("button", name="Erase", exact=True).click()
    await page.wait_for_url(f"**/p/{project.id}/sessions")
    assert [row.session for row in site.app[INDEX].sessions(project.id)] == [ident("s2")]
