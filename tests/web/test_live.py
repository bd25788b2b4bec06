"""A session in progress: what the stream tells, when it ends, and a page that watches another being recorded."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Browser, Page, expect

from footfall.index import ChunkRow
from footfall.log import Position
from footfall.projects import Project
from footfall.web import live
from footfall.web.keys import PHASE, WATCHING
from footfall.web.live import Order
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import click, page_view


def row(tab: str, sequence: int) -> ChunkRow:
    return ChunkRow(tab, sequence, 1, 1, 0, 0, 0, 1, "", Position(1, sequence, 1))


@given(st.permutations(range(9)), st.sets(st.integers(0, 8)))
def test_chunks_are_told_once_and_in_order(arrival: list[int], lost: set[int]) -> None:
    order = Order()
    there: list[ChunkRow] = []
    told: list[ChunkRow] = []
    for turn, sequence in enumerate(arrival):
        if sequence not in lost:
            there.append(row("a", sequence))
            there.sort(key=lambda one: one.sequence)
        told += order.take(there, turn / 10)
    for later in range(10, 120, 10):
        told += order.take(there, later)
    numbers = [one.sequence for one in told]
    assert numbers == sorted(set(numbers))
    first = numbers[0] if numbers else 0
    assert set(numbers) == {one.sequence for one in there if one.sequence >= first}


@asynccontextmanager
async def listening(site: Site, path: str) -> AsyncIterator[ClientResponse]:
    async with site.client.get(path) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        yield answer


async def event(answer: ClientResponse) -> tuple[str, Any]:
    name = ""
    async with asyncio.timeout(20):
        while line := (await answer.content.readline()).decode():
            if line.startswith("event: "):
                name = line.removeprefix("event: ").strip()
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
    raise AssertionError("the stream ended")


def sequences(growth: Any) -> list[int]:
    return [chunk["sequence"] for tab in growth["tabs"] for chunk in tab["chunks"]]


async def go_on(site: Site, project: Project, *numbers: int) -> str:
    """Record chunks of a visit that goes on now; return the path of its API."""
    for number in numbers:
        facts = ([page_view()] if number == 0 else []) + [click()]
        now = int(time.time() * 1000)
        await site.record(project, "now", facts, sequence=number, base_time=now - 1000, sent_at=now)
    return f"/api/p/{project.id}/sessions/{chunks.ident('now')}"


async def test_new_chunks_are_told_as_they_come(site: Site) -> None:
    project = site.project()
    path = await go_on(site, project, 0)
    assert (await site.json(path))["live"] is True
    async with listening(site, f"{path}/live") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        name, growth = await event(answer)
        assert (name, sequences(growth)) == ("grown", [0])
        assert growth["page_views"][0]["number"] == 1
        await go_on(site, project, 1)
        assert sequences((await event(answer))[1]) == [1]
        await go_on(site, project, 3)
        growth = (await event(answer))[1]
        assert sequences(growth) == [3]
        assert [gap["before"] for gap in growth["tabs"][0]["gaps"]] == [3]
        manifest = await site.json(path)
        assert growth["ended"] == manifest["ended"]


async def test_it_ends_with_the_session(site: Site) -> None:
    project = site.project()
    await site.remember(project, "old", [page_view()], chunks.T0)
    path = f"/api/p/{project.id}/sessions/{chunks.ident('old')}"
    assert (await site.json(path))["live"] is False
    async with listening(site, f"{path}/live") as answer:
        assert (await event(answer))[0] == "grown"
        site.app[PHASE].draining = True
        assert (await answer.content.read()).strip() == b""


async def test_it_is_over_after_half_an_hour(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_BEAT_S", 0.3)
    project = site.project()
    await site.remember(project, "old", [page_view()], chunks.T0)
    path = f"/api/p/{project.id}/sessions/{chunks.ident('old')}/live"
    async with listening(site, path) as answer:
        assert [(await event(answer))[0], (await event(answer))[0]] == ["grown", "over"]
        assert (await answer.content.read()).strip() == b""


async def test_there_is_an_end_to_viewers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_STREAMS", 1)
    path = await go_on(site, site.project(), 0)
    async with listening(site, f"{path}/live") as answer:
        await event(answer)
        refused = json.loads(await site.text(f"{path}/live", 503))
        assert refused["error"] == "busy"


async def test_what_is_not_there_is_not_followed(site: Site) -> None:
    project = site.project()
    await site.text(f"/api/p/{project.id}/sessions/{'x' * 16}/live", 404)
    assert not site.app[WATCHING]


async def test_a_share_link_does_not_go_live(site: Site) -> None:
    project = site.project()
    path = await go_on(site, project, 0)
    async with site.client.post(
        f"{path}/shares", json={"days": 1}, headers={"Sec-Fetch-Site": "same-origin"}
    ) as answer:
        link = "/api" + (await answer.json())["shares"][0]["path"]
    assert "live" not in await site.json(link)
    await site.text(f"{link}/live", 404)


PAGE = """<!doctype html><title>Shop</title><h1>Shop</h1><p id="now">first</p>
<script async src="{origin}/footfall.js" data-project="{key}"></script>"""


@asynccontextmanager
async def visited(origin: str, key: str) -> AsyncIterator[str]:
    async def shop(_: web.Request) -> web.Response:
        return web.Response(text=PAGE.format(origin=origin, key=key), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", shop)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/"))
    await server.close()


async def test_one_page_watches_another_being_recorded(
    site: Site, page: Page, browser: Browser
) -> None:
    project = site.project()
    origin = str(site.client.make_url("/")).rstrip("/")
    visitor = await (await browser.new_context()).new_page()
    async with visited(origin, project.key) as shop:
        await visitor.goto(shop)
        sessions = f"/api/p/{project.id}/sessions"
        async with asyncio.timeout(30):
            while not (found := (await site.json(sessions))["sessions"]):  # noqa: ASYNC110 # no event tells
                await asyncio.sleep(0.2)
        await page.goto(f"{origin}/p/{project.id}/sessions")
        await page.locator(".live-mark").click()
        switch = page.get_by_role("switch", name="Live")
        await expect(switch).to_have_attribute("aria-checked", "true", timeout=20_000)
        shown = page.frame_locator(".ff-stage iframe").locator("#now")
        for text in ("second", "third"):
            await visitor.evaluate("text => { now.textContent = text }", text)
            await expect(shown).to_have_text(text, timeout=20_000)
        await expect(page).to_have_url(
            f"{origin}/p/{project.id}/sessions/{found[0]['session']}?live=1"
        )
        await page.keyboard.press("Home")
        await expect(switch).to_have_attribute("aria-checked", "false")
        await expect(shown).to_have_text("first")
        await visitor.evaluate("now.textContent = 'fourth'")
        await switch.click()
        await expect(shown).to_have_text("fourth", timeout=20_000)
        await visitor.context.close()
