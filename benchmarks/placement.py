"""The placement test in its long form: `python -m benchmarks.placement [CLICKS_A_VISIT]`.

Sixteen pages, each recorded at five widths by the real recorder with some 16 clicks a visit (1,000 in all); every
click is then placed on the page as it was recorded at each other width.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright
from tests.browser.chromium import FLAGS, installed
from tests.browser.placement.measure import Figures, measure
from tests.browser.placement.pages import DRIFTING
from tests.browser.placement.visits import make_visits, site

from footfall.config import Config
from footfall.demo.run import ensure_project
from footfall.index.page_facts import clicks_of
from footfall.web.app import create_app
from footfall.web.serve import listening

CLICKS_A_VISIT = 16


async def run(clicks: int) -> tuple[int, Figures, Figures]:
    """Return how many clicks there were, the figures, and those of ids that drift where each is trusted."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(storage=Path(folder), port=0))
        async with (
            listening(app, "127.0.0.1", 0) as origin,
            site(origin) as where,
            async_playwright() as playwright,
        ):
            ensure_project(app, where)
            browser = await playwright.chromium.launch(
                executable_path=installed(), args=list(FLAGS)
            )
            visits = await make_visits(browser, where, clicks)
            figures = await measure(browser, app, origin, visits)
            trusting = await measure(
                browser, app, origin, visits, scenes=DRIFTING, clicks_of=clicks_of
            )
            await browser.close()
            return sum(len(one.truths) for one in visits), figures, trusting


def main() -> None:
    clicks, found, trusting = asyncio.run(
        run(int(sys.argv[1]) if len(sys.argv) > 1 else CLICKS_A_VISIT)
    )
    print(f"{clicks} clicks, {found.total} placings on pages of other widths that have the element")
    print(
        f"inside the right element: {found.right} ({found.right / max(1, found.total):.2%}; target 99 %)"
    )
    print(f"on another element:       {len(found.misplaced)} (target 0)")
    print(f"element not there:        {found.absent} (counted as such)")
    print(f"by position only:         {found.flagged} (said so)")
    for reason, count in found.missed.most_common():
        print(f"not placed: {count:5} {reason}")
    wrong = len(trusting.misplaced)
    print(
        f"where ids drift, without what is learned of them: {trusting.right} of {trusting.total} right,"
        f" {wrong} on another element"
    )
    for one in found.misplaced[:40]:
        print(f"wrong: {one}")


if __name__ == "__main__":
    main()
