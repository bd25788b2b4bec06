"""Random seeks over many chunks: the same page as from a model that takes every change."""

import random
from bisect import bisect_right
from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import Page

from footfall.wire.schema import FLAG_KEYFRAME
from tests.browser.test_player import opened, seek, shown, until
from tests.player.site import Site, serving
from tests.player.writer import Frames, chunk, el
from tests.player.writer import page as html

CARDS: Final = 12
FIRST_CARD: Final = 6
NODES_OF_CARD: Final = 2
CHUNK_MS: Final = 1000
CHUNKS: Final = 24
CHANGES: Final = 400
KEYFRAME_AT: Final = 16


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    one = Site(duration=CHUNKS * CHUNK_MS)
    async with serving(one):
        yield one


def busy(random_: random.Random) -> tuple[list[bytes], list[tuple[int, str]]]:
    """Return the chunks, and what the page's text is from which time on (ms)."""
    bodies, told = [], []
    texts = ["start"] * CARDS
    for number in range(CHUNKS):
        frames = Frames()
        is_keyframe = number % KEYFRAME_AT == 0
        if is_keyframe:
            frames.keyframe(0, html(*(el("p", {}, text) for text in texts))).end()
        for step in range(CHANGES):
            if step % 20 == 0:
                told.append((number * CHUNK_MS + step * CHUNK_MS // CHANGES, ""))
                frames.op("Time", step * CHUNK_MS // CHANGES)
            card = random_.randrange(CARDS)
            texts[card] = f"{random_.randrange(1000)},"
            frames.op("Text", FIRST_CARD + card * NODES_OF_CARD + 1, texts[card])
            told[-1] = (told[-1][0], "".join(texts))
        flags = FLAG_KEYFRAME if is_keyframe else 0
        bodies.append(chunk(number, frames.bytes(), [], flags=flags, at=number * CHUNK_MS))
    return bodies, told


async def test_any_place_shows_what_a_model_says(page: Page, site: Site) -> None:
    random_ = random.Random(11)
    site.chunks, told = busy(random_)
    await opened(page, site)
    await until(page, f"footfallPlayer.progress().loaded === {CHUNKS}")
    for _ in range(40):
        at = random_.randrange(1000, CHUNKS * CHUNK_MS)
        await seek(page, at)
        place = bisect_right([time for time, _ in told], at) - 1
        assert await shown(page, "d.body.textContent") == told[place][1], at
    assert await page.locator(".ff-gap").count() == 0


async def test_what_is_lost_is_not_jumped_over(page: Page, site: Site) -> None:
    random_ = random.Random(12)
    site.chunks, told = busy(random_)
    del site.chunks[5]
    await opened(page, site)
    await until(page, f"footfallPlayer.progress().loaded === {CHUNKS - 1}")
    before = [text for time, text in told if time < 5 * CHUNK_MS][-1]
    for at in (15_500, 9_000, 5_500):
        await seek(page, at)
        assert await shown(page, "d.body.textContent") == before
    await seek(page, 20_990)
    place = bisect_right([time for time, _ in told], 20_990) - 1
    assert await shown(page, "d.body.textContent") == told[place][1]
