"""The player's engine in Chromium: the worker, damage, bursts, and how much stays decoded."""

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from footfall.wire import codec
from footfall.wire.schema import FLAG_KEYFRAME
from tests.browser.test_player import opened, seek, shown, until
from tests.player.site import Site, serving
from tests.player.writer import PROJECT, SESSION, TAB, Frames, chunk, el
from tests.player.writer import page as html

SECONDS = 10
"""Chunks of `counting`, one a second; every fourth is a keyframe."""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as running:
        yield running


def counting() -> list[bytes]:
    """Return chunks whose page says at each second which second it is."""
    chunks = []
    for second in range(SECONDS):
        is_keyframe = second % 4 == 0
        frames = Frames()
        if is_keyframe:
            frames.keyframe(0, html(el("p", {}, f"second {second}"))).end()
        else:
            frames.op("Time", 0).op("Text", 7, f"second {second}")
        flags = FLAG_KEYFRAME if is_keyframe else 0
        chunks.append(chunk(second, frames.bytes(), flags=flags, at=second * 1000))
    return chunks


def served(site: Site, bodies: dict[int, bytes]) -> Any:
    """Answer like the chunks route, with these bodies instead of the true ones."""

    async def answer(route: Route) -> None:
        query = dict(part.split("=") for part in route.request.url.split("?")[1].split("&"))
        parts = []
        for body in site.chunks:
            sequence = codec.decode_chunk(body).sequence
            if int(query["from"]) <= sequence <= int(query["to"]):
                sent = bodies.get(sequence, body)
                parts += [struct.pack("<I", len(sent)), sent]
        await route.fulfill(body=b"".join(parts), content_type="application/octet-stream")

    return answer


async def text_at(page: Page, ms: int) -> tuple[str, str]:
    """Return the page's text at a time and what the stage says of it."""
    await seek(page, ms)
    notice = page.locator(".ff-notice")
    said = await notice.text_content() if await notice.is_visible() else ""
    return await shown(page, "d.body?.textContent ?? ''"), said or ""


async def test_chunks_are_decoded_in_a_worker(page: Page, site: Site) -> None:
    site.chunks = counting()
    await opened(page, site)
    if not page.workers:  # Playwright may hear of it later than the page
        await page.wait_for_event("worker")
    assert [worker.url for worker in page.workers] == [f"{site.url}/decode-worker.js"]
    assert await text_at(page, 6500) == ("second 6", "")
    await expect(page.get_by_label("Speed")).to_have_value("1")


@pytest.mark.parametrize("how", ["missing", "forbidden"])
async def test_without_a_worker_the_page_decodes(page: Page, site: Site, how: str) -> None:
    site.chunks = counting()
    if how == "missing":
        await page.route("**/decode-worker.js", lambda route: route.fulfill(status=404))
    else:

        async def forbid(route: Route) -> None:
            answer = await route.fetch()
            policy = answer.headers["content-security-policy"] + "; worker-src 'none'"
            headers = {**answer.headers, "content-security-policy": policy}
            await route.fulfill(response=answer, headers=headers)

        await page.route("**/replay", forbid)
    await opened(page, site)
    assert await text_at(page, 6500) == ("second 6", "")
    assert page.workers == []


async def test_it_begins_at_the_time_that_was_asked_for(page: Page, site: Site) -> None:
    site.chunks = counting()
    asked: list[str] = []

    async def note(route: Route) -> None:
        asked.append(route.request.url.split("&", 1)[1])
        await route.continue_()

    await page.route("**/chunks?*", note)
    await page.goto(f"{site.url}/replay?t=5500")
    await until(page, "window.footfallPlayer?.firstFrameMs() !== undefined")
    assert await shown(page, "d.body.textContent") == "second 5"
    assert asked[0] == "from=4&to=5"
    await until(page, "footfallPlayer.progress().loaded === 10")
    await expect(page.locator(".ff-loading")).to_be_hidden()


async def test_a_chunk_with_flipped_bytes_is_a_gap_to_the_next_keyframe(
    page: Page, site: Site
) -> None:
    site.chunks = counting()
    body = site.chunks[5]
    for flipped in (
        bytes([body[0] ^ 0xFF, *body[1:]]),
        body[:-8] + b"\xff\xff\xff" + body[-5:],
        b"",
        body[:40],
    ):
        await page.unroute_all()
        await page.route("**/chunks?*", served(site, {5: flipped}))
        await opened(page, site)
        await until(page, "footfallPlayer.progress().loaded === 10")
        assert await text_at(page, 4500) == ("second 4", "")
        text, said = await text_at(page, 6500)
        assert text == "second 4"
        assert "Not what the visitor saw: a part is damaged" in said
        assert await text_at(page, 8500) == ("second 8", "")
        gap = page.locator(".ff-gap")
        await expect(gap).to_have_count(1)
        title = await gap.get_attribute("title")
        assert title is not None
        assert title.startswith("A part of the recording is damaged: the page stands still")
        gaps = await page.evaluate("footfallPlayer.gaps().map(({start, end}) => [start, end])")
        assert gaps == [[5000, 8000]]
        await seek(page, 6900)
        await page.keyboard.press(" ")
        await until(page, "footfallPlayer.time() > 8200")
        assert (await shown(page, "d.body.textContent")).startswith("second")
        await page.evaluate("footfallPlayer.pause()")


async def test_a_lost_keyframe_leaves_the_page_as_it_was(page: Page, site: Site) -> None:
    site.chunks = counting()
    await page.route("**/chunks?*", served(site, {4: b"junk"}))
    await opened(page, site)
    for at in (6500, 4100, 7900):
        text, said = await text_at(page, at)
        assert text == "second 3"
        assert "a part is damaged" in said
    assert await text_at(page, 8100) == ("second 8", "")
    assert await text_at(page, 3100) == ("second 3", "")


async def test_the_first_keyframe_may_be_lost(page: Page, site: Site) -> None:
    site.chunks = counting()
    await page.route("**/chunks?*", served(site, {0: b"junk"}))
    await opened(page, site)
    assert (await text_at(page, 2000))[0] == ""
    assert "a part is damaged" in (await text_at(page, 1000))[1]
    assert await text_at(page, 4100) == ("second 4", "")


async def test_a_change_that_does_not_fit_is_marked(page: Page, site: Site) -> None:
    site.chunks = counting()
    odd = Frames().op("Time", 0).op("Text", 9999, "?").op("Text", 7, "still read").bytes()
    site.chunks[5] = chunk(5, odd, at=5000)
    await opened(page, site)
    text, said = await text_at(page, 5500)
    assert text == "still read"
    assert "a change does not fit the page" in said
    assert await page.evaluate("footfallPlayer.gaps().map(g => [g.start, g.end])") == [[5000, 8000]]
    assert await text_at(page, 8500) == ("second 8", "")


async def test_a_burst_does_not_hold_up_the_controls(page: Page, site: Site) -> None:
    frames = Frames().keyframe(0, html(el("p", {}, "before"))).end().op("Time", 500)
    for number in range(10_000):
        frames.insert(5, 0, el("i", {"style": "display:block"}, str(number)))
    site.chunks = [chunk(0, frames.bytes(), flags=FLAG_KEYFRAME)]
    await opened(page, site)
    steps = """() => new Promise((done) => {
      const counts = [];
      footfallPlayer.on((change) => {
        const d = footfallPlayer.document();
        if (change === "time") counts.push(d.querySelectorAll("i").length);
        if (counts.at(-1) === 10000) done(counts.filter((n, i) => n !== counts[i - 1]));
      });
      footfallPlayer.play();
    })"""
    counts = await asyncio.wait_for(page.evaluate(steps), 60)
    assert len(counts) > 3
    assert await shown(page, "d.querySelector('i').textContent") == "9999"
    await seek(page, 0)
    assert await shown(page, "d.querySelectorAll('i').length") == 0


def busy(chunks: int, operations: int) -> list[bytes]:
    """Return chunks of many operations, with one keyframe only: a counter and a list that grows and shrinks."""
    bodies = []
    for number in range(chunks):
        frames = Frames()
        if number == 0:
            frames.keyframe(0, html(el("p", {}, "0"))).end()
        for step in range(operations):
            value = number * operations + step
            frames.op("Time", step * 1000 // operations).op("Text", 7, str(value))
        flags = FLAG_KEYFRAME if number == 0 else 0
        bodies.append(chunk(number, frames.bytes(), flags=flags, at=number * 1000))
    return bodies


async def test_far_seeks_and_back_from_checkpoints(page: Page, site: Site) -> None:
    site.chunks = busy(120, 1000)
    site.duration = 120_000
    await opened(page, site)
    await until(page, "footfallPlayer.progress().loaded === 120")
    for at in (119_500, 3_250, 60_750, 60_250, 119_000, 500, 90_999):
        await seek(page, at)
        assert await shown(page, "d.body.textContent") == str(at), at
    again = "Promise.all([90000, 100, 70000, 20500].map((at) => footfallPlayer.seek(at)))"
    await page.evaluate(again)
    assert await shown(page, "d.body.textContent") == "20500"
    assert await page.evaluate("footfallPlayer.tab()") == TAB


async def test_the_player_alone_on_a_page_of_its_own(page: Page, site: Site) -> None:
    site.chunks = counting()
    base = f"/api/p/{PROJECT}"
    script = f"""
      import {{ apiSource, createPlayer }} from "/player.js";
      const player = createPlayer(document.querySelector("main"), apiSource("{base}", "{SESSION}"));
      player.seek(5500);
      player.ready.then(() => (window.alone = player));
    """

    async def host(route: Route) -> None:
        html_ = '<!DOCTYPE html><main></main><script type="module" src="/alone.js"></script>'
        await route.fulfill(body=html_, content_type="text/html")

    async def code(route: Route) -> None:
        await route.fulfill(body=script, content_type="text/javascript")

    await page.route("**/alone", host)
    await page.route("**/alone.js", code)
    await page.goto(f"{site.url}/alone")
    await until(page, "window.alone !== undefined")
    text = "alone.document().body.textContent"
    assert await page.evaluate(text) == "second 5"
    assert await page.evaluate(f"alone.seek(9500).then(() => {text})") == "second 9"
    await page.evaluate("alone.stop()")
    assert await page.evaluate("document.querySelector('main').children.length") == 0
