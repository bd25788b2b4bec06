"""The fidelity score: nothing differs where the replay is the page, and a difference is found, told and marked."""

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
SHEET: Final = (
    b".item { padding: 9px 20px; margin: 4px 0; border: 3px solid } h1 { font-size: 40px }"
)
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


async def test_a_missing_style_is_found_told_and_marked(studio: Studio) -> None:
    shop = Feature("score-shop", SHOP, files={"/shop.css": ("text/css", SHEET)})
    session = await recorded(studio, shop)

    async def forged(route: Route) -> None:
        await route.fulfill(body="h1 { font-size: 9px }", content_type="text/css")

    async with replaying(studio, session) as replay:
        chip = replay.viewer.get_by_role("button", name="as it looked")
        await until(replay.viewer, _DONE)
        await expect(chip).to_have_text("100 % as it looked")
        await expect(replay.viewer.locator(".ff-differs")).to_have_count(0)
        assert await replay.viewer.locator(".ff-audit").count() == 0
        await replay.viewer.route("**/assets/*", forged)
        await replay.viewer.reload()
        await until(replay.viewer, "window.footfallPlayer?.firstFrameMs() > 0")
        result = await judged(replay.viewer)
        assert result["score"] < 0.5
        reason = result["differing"][0]["reason"]
        assert reason.endswith("of 20 landmarks are elsewhere")
        await expect(replay.viewer.locator(".ff-differs")).to_have_attribute(
            "title", f"Not quite as it looked: {reason}"
        )
        await chip.click()
        about = replay.viewer.get_by_text("The page was rebuilt at one moment and compared")
        await expect(about).to_be_visible()
        await replay.viewer.get_by_role("button", name=reason).click()
        await expect(about).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "body", "options"),
    [
        ("strict", '<p>All of this is masked</p><img width="40" height="30" src="/i.png">', {}),
        ("typed", '<input value="secret"><p>ann@example.org and 0123 456 789 012</p>', {}),
        ("blocked", '<div data-footfall="block"><p>one</p><p>two</p></div><p>below</p>', {}),
        ("other", '<iframe srcdoc="<p>in</p>" sandbox width="300" height="90"></iframe>', {}),
    ],
)
async def test_what_differs_on_purpose_does_not_count(
    studio: Studio, name: str, body: str, options: dict[str, str]
) -> None:
    mode = {"data-mask": "strict"} if name == "strict" else options
    filler = "".join(f"<p>Line {number}</p>" for number in range(5))
    session = await recorded(studio, Feature(f"score-{name}", page(body + filler), options=mode))
    async with replaying(studio, session) as replay:
        result = await judged(replay.viewer)
    assert [each["reason"] for each in result["differing"]] == []
