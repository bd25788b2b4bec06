"""One studio for all tests of the suite."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.fidelity.studio import Studio, open_studio, serving


@pytest.fixture(scope="package")
async def studio(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Studio]:
    storage = tmp_path_factory.mktemp("fidelity") / "storage"
    async with open_studio(storage, browser) as opened, serving(opened):
        yield opened
