"""Five pages that people published, from pinned npm packages, and what a visitor does on each of them."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Page

_PACKAGES: Final = Path(__file__).parent / "node_modules"
_STEP: Final = 400
_HIGHEST: Final = 6000
_PAUSE: Final = 0.08
_AFTER_CLICK: Final = 0.3


@dataclass(frozen=True)
class Site:
    """A page below a root, and the places to click in it, each with the text to type there."""

    root: Path
    page: str
    steps: Sequence[tuple[str, str]]

    async def visited(self, page: Page) -> int:
        """Scroll through the page, point here and there, click and type; the same at every call."""
        chance = random.Random(self.page)
        height = min(_HIGHEST, await page.evaluate("document.documentElement.scrollHeight"))
        for _ in range(0, height, _STEP):
            await page.mouse.move(chance.randrange(40, 1240), chance.randrange(40, 760), steps=4)
            await page.mouse.wheel(0, _STEP)
            await asyncio.sleep(_PAUSE)
        for selector, text in self.steps:
            x, y = await page.evaluate("selector => visitors.placeOf(selector)", selector)
            await page.mouse.move(x, y, steps=4)
            await page.mouse.click(x, y)
            await page.keyboard.type(text)
            await asyncio.sleep(_AFTER_CLICK)
        return 0


SITES: Final = {
    "landing page": Site(
        _PACKAGES / "startbootstrap-agency/dist",
        "index.html",
        (
            (".navbar-nav a[href='#portfolio']", ""),
            (".portfolio-item .portfolio-link", ""),
            ("#portfolioModal1 .close-modal", ""),
            ("#about .section-heading", ""),
            ("#name", "Robin Example"),
            ("#email", "robin@example.org"),
            ("#message", "Could you tell me what the smaller one costs, and when it comes?"),
            ("#phone", "0123 456"),
        ),
    ),
    "blog post": Site(
        _PACKAGES / "startbootstrap-clean-blog/dist",
        "post.html",
        (
            ("article p", ""),
            ("article blockquote", ""),
            ("article h2", ""),
            ("footer p, footer div", ""),
        ),
    ),
    "data table": Site(
        _PACKAGES / "startbootstrap-sb-admin-2",
        "tables.html",
        (
            ("#dataTable th:nth-child(1)", ""),
            ("#dataTable th:nth-child(6)", ""),
            ("#dataTable_next a", ""),
            ("#dataTable_filter input", "san fran"),
            ("#userDropdown", ""),
            ("#sidebarToggle", ""),
        ),
    ),
    "dashboard": Site(
        _PACKAGES / "gentelella/dist",
        "production/index.html",
        (
            (".nav-tree:nth-of-type(2) .nav-toggle", ""),
            (".tb-notifications", ""),
            (".card-opt-btn", ""),
            (".theme-toggle", ""),
            ("input[placeholder^='Search']", "orders"),
        ),
    ),
    "widgets": Site(
        _PACKAGES / "jquery-ui-dist",
        "index.html",
        (
            ("#accordion h3:nth-of-type(2)", ""),
            ("#tabs li:nth-child(2) a", ""),
            ("#autocomplete", "ja"),
            ("#datepicker .ui-datepicker-next", ""),
            ("#datepicker tr:nth-child(2) td:nth-child(3) a", ""),
            ("#slider", ""),
            ("#dialog-link", ""),
        ),
    ),
}
