"""What a person saw is what the replay shows: the same DOM, the same boxes, the same pixels, for every kind of page.

Each page is compared three times: changed step by step as it was recorded, rebuilt from a keyframe that was taken
when it all had happened, and rebuilt by jumping back to before that keyframe.
"""

from collections.abc import Sequence
from typing import Final

import pytest

from tests.browser.fidelity import (
    canvas,
    cssom,
    documents,
    living,
    mutations,
    pixels,
    pointing,
    state,
    styles,
    trees,
)
from tests.browser.fidelity.feature import Feature
from tests.browser.fidelity.outline import first_difference
from tests.browser.fidelity.studio import Look, Studio, replaying

FEATURES: Final[Sequence[Feature]] = (
    *documents.FEATURES,
    *mutations.FEATURES,
    *styles.FEATURES,
    *cssom.FEATURES,
    *living.FEATURES,
    *trees.FEATURES,
    *state.FEATURES,
    *pixels.FEATURES,
    *canvas.FEATURES,
    *pointing.FEATURES,
)


@pytest.mark.parametrize("feature", FEATURES, ids=[feature.name for feature in FEATURES])
async def test_the_replay_is_the_page(studio: Studio, feature: Feature) -> None:
    recorded = await studio.record(feature)
    async with replaying(studio, recorded.session) as replay:
        if feature.later:
            same(feature, "changed step by step", recorded.live, await replay.before_second())
            same(feature, "from a later keyframe", recorded.live, await replay.at_end())
            same(feature, "after a jump back", recorded.live, await replay.before_second())
        else:
            same(feature, "changed step by step", recorded.live, await replay.at_end())


def same(feature: Feature, how: str, live: Look, replayed: Look) -> None:
    found = first_difference(live.outline, replayed.outline)
    share = live.difference(replayed)
    assert (how, found) == (how, "")
    assert share <= feature.allowed, f"{how}: {share:.3%} of the pixels differ"
