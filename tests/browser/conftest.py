"""Fixtures of the browser tests: one Chromium for the session, a fresh context and page for each test."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.chromium import FLAGS, installed
from tests.browser.recorder_site import Site, serve_site


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=installed(), args=list(FLAGS))
        yield chromium
        await chromium.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1000, "height": 700})
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site with the recorder on it, and the server that it reports to."""
    async with serve_site() as served:
        yield served
