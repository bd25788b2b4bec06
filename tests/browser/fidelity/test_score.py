"""The fidelity score: nothing differs where the replay is the page, and a difference is found, told and marked."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.fidelity import cssom, documents, mutations, state, styles, trees
from tests.browser.fidelity.feature import Feature, page
from tests.browser.fidelity.studio import Studio, replaying, until

ALIKE: Final[Sequence[Feature]] = (
    *documents.FEATURES,
    *mutations.FEATURES,
    *styles.FEATURES,
    *cssom.FEATURES,
    *trees.FEATURES,
    *state.FEATURES,
)
SHOP: Final = page(
    "<header><h1>Shop</h1></header><main>"
    + "".join(f'<p class="item">Item <b>{number}</b></p>' for number in range(12))
    + "</main>",
    '<link rel="stylesheet" href="/shop.css">',
)
SHEET: Final = b".item { padding: 9px 20px; margin: 4px 0; border: 3px solid } h1 { font-size: 40px }"
DIGEST_MS: Final = 4500
"""When the recorder has told of the page: after its keyframe it waits, and again until the browser has time."""
_DONE: Final = "(({ score, left }) => score !== undefined && left === 0)(footfallPlayer.fidelity())"


async def recorded(studio: Studio, feature: Feature) -> str:
    """Record a page until it has told how it is; return the session."""
    drive = feature.drive

    async def wait(live: Page) -> None:
        if drive:
            await drive(live)
        await live.wait_for_timeout(DIGEST_MS)

    timed = Feature(
        feature.name, feature.html, feature.act, wait, feature.files, later=False,
        options=feature.options, media=feature.media,
    )  # fmt: skip
    return (await studio.record(timed)).session


async def judged(viewer: Page) -> dict[str, Any]:
    await until(viewer, _DONE)
    result: dict[str, Any] = await viewer.evaluate("footfallPlayer.fidelity()")
    return result


@pytest.mark.parametrize("feature", ALIKE, ids=[feature.name for feature in ALIKE])
async def test_what_is_the_same_scores_in_full(studio: Studio, feature: Feature) -> None:
    session = await recorded(studio, feature)
    async with replaying(studio, session) as replay:
        result = await judged(replay.viewer)
    assert [each["reason"] for each in result["differing"]] == []
    assert result["score"] == 1
    assert result["checked"] >= 1
