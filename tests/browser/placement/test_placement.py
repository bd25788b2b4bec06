"""About a hundred clicks; `python -m benchmarks.placement` makes a thousand of it."""

from pathlib import Path
from typing import Final

from playwright.async_api import Browser

from footfall.config import Config
from footfall.demo.run import ensure_project
from footfall.index.page_facts import clicks_of
from footfall.web.app import create_app
from footfall.web.serve import listening
from tests.browser.placement.measure import measure, with_wrong_keys
from tests.browser.placement.pages import DRIFTING, SCENES
from tests.browser.placement.visits import make_visits, site

_CONTROLS: Final = [one for one in SCENES if one.name in ("sticky", "reordered", "inner", "table")]


async def test_clicks_lie_on_their_elements_at_every_other_width(
    browser: Browser, tmp_path: Path
) -> None:
    app = create_app(Config(storage=tmp_path / "storage", port=0))
    async with listening(app, "127.0.0.1", 0) as origin, site(origin) as where:
        ensure_project(app, where)
        visits = await make_visits(browser, where, clicks=2)
        figures = await measure(browser, app, origin, visits)
        control = await measure(
            browser, app, origin, visits, scenes=_CONTROLS, told=with_wrong_keys
        )
        trusting = await measure(browser, app, origin, visits, scenes=DRIFTING, clicks_of=clicks_of)
    assert sum(len(one.truths) for one in visits) >= 100
    assert figures.misplaced == []
    assert figures.right >= 0.99 * figures.total, figures.missed
    # Clicks on wrong elements would have been noticed: the control has no other.
    assert control.right == 0
    assert len(control.misplaced) >= 0.5 * control.total
    # And what was learned of ids was needed.
    assert trusting.misplaced
    assert trusting.right < 0.5 * trusting.total
