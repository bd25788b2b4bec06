"""Events that the site's own server tells: of a session, once, without moving anything of the visit."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import Page

from footfall.ingest.masking import mask_name, mask_properties, mask_text
from footfall.policy import Policy
from footfall.projects import Project
from footfall.web.common import now_ms
from footfall.web.keys import INDEX, INDEXER, INGEST, LOG, PROJECTS, TOKENS
from footfall.wire.facts import Event, Identify
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import click, ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

HOUR = 3_600_000
URL = "https://shop.example"


@pytest.fixture
async def project(site: Site) -> Project:
    """A visit of an hour ago: / for a minute, then /cart until its end; its visitor is named ann."""
    made = site.project()
    start = now_ms() - HOUR
    first: list[Fact] = [page_view(url=f"{URL}/"), Identify(10, "ann", "{}"), click(4_000)]
    await site.remember(made, "a", first, start, url=f"{URL}/")
    second: list[Fact] = [page_view(0, number=2, url=f"{URL}/cart"), click(30_000)]
    await site.remember(
        made, "a", second, start + 60_000, url=f"{URL}/cart", sequence=1, page_view=2
    )
    return made


@pytest.fixture
def key(site: Site, project: Project) -> str:
    """Return the secret of a token to send events with."""
    return key_of(site, project)


def key_of(site: Site, project: Project, scope: str = "events") -> str:
    return site.app[TOKENS].create(project.id, scope, "shop")[1]


async def send(site: Site, key: str, body: Any, status: int = 200) -> Any:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    headers = {"Authorization": f"Bearer {key}"}
    async with site.client.post("/api/events", data=data, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def stored(site: Site) -> int:
    await asyncio.to_thread(site.app[INDEXER].catch_up)
    return len(list(site.app[LOG].scan()))


async def test_an_event_joins_its_session_and_moves_nothing_of_the_visit(
    site: Site, project: Project
) -> None:
    key = key_of(site, project)
    [before] = site.app[INDEX].sessions(project.id)
    paid = {"session": ident("a"), "name": "paid", "properties": {"total": 12.5, "deep": {}}}
    assert await send(site, key, paid) == {"stored": 1, "refused": []}
    assert await stored(site) == 3
    [row] = site.app[INDEX].sessions(project.id)
    kept = (
        "started",
        "ended",
        "page_views",
        "clicks",
        "tabs",
        "clock_offset",
        "exit_page",
        "agent",
    )
    assert [getattr(row, name) for name in kept] == [getattr(before, name) for name in kept]
    told = {one["name"]: one for one in (await site.json(f"/api/p/{project.id}/events"))["events"]}
    assert (told["paid"]["events"], told["paid"]["sessions"]) == (1, 1)
    assert told["paid"]["properties"] == [{"name": "total", "events": 1, "top": [["12.5", 1]]}]
    assert abs(told["paid"]["last"] - now_ms()) < 60_000
    steps = "page(page=/cart) > event(name=paid)"
    assert (await site.json(f"/api/p/{project.id}/sessions?steps={steps}"))["total"] == 1
    manifest = await site.json(f"/api/p/{project.id}/sessions/{ident('a')}")
    assert [one["tab"] for one in manifest["tabs"]] == [ident("tab-a")]
    assert manifest["ended"] <= before.ended + 5_000


async def test_the_same_id_is_stored_once(site: Site, project: Project) -> None:
    key = key_of(site, project)
    one = {"session": ident("a"), "name": "paid", "id": "order-7"}
    for _ in range(3):
        assert (await send(site, key, one))["stored"] == 1
    assert (await send(site, key, [{**one, "id": "order-8"}, one]))["stored"] == 2
    assert await stored(site) == 4


async def test_whose_it_is_may_be_told_by_visitor_or_user(site: Site, project: Project) -> None:
    key = key_of(site, project)
    then = now_ms() - HOUR + 70_000
    for who in ({"visitor": ident("visitor-a")}, {"user": "ann"}):
        assert (await send(site, key, {**who, "name": "x", "time": then}))["stored"] == 1
        late = await send(site, key, {**who, "name": "x"})  # nobody was there half an hour ago
        assert late["refused"][0]["error"] == "no_session"
    assert await stored(site) == 4
    with site.app[INDEX].facts(project.id) as shot:
        found = shot.read(Event, ["time", "page"])
        assert found["time"].tolist() == [then, then]
        assert set(shot.texts(found["page"].tolist())) == {"/cart"}


async def test_what_is_wrong_is_told_event_by_event(site: Site, project: Project) -> None:
    key, session = key_of(site, project), ident("a")
    good = {"session": session, "name": "ok"}
    wrong: list[tuple[Any, str]] = [
        (7, "event"),
        ({"name": "x"}, "who"),
        ({**good, "user": "ann"}, "who"),
        ({"session": session}, "name"),
        ({**good, "name": "x" * 201}, "name"),
        ({**good, "properties": [1]}, "properties"),
        ({**good, "id": 7}, "id"),
        ({**good, "time": "yesterday"}, "time"),
        ({**good, "time": "2026-01-01T00:00:00"}, "time"),
        ({**good, "time": now_ms() + HOUR}, "time"),
        ({**good, "time": now_ms() - 30 * HOUR}, "too_late"),
        ({**good, "session": "nobody"}, "no_session"),
        ({**good, "name": "\ud800"}, "text"),
    ]
    answer = await send(site, key, [good, *(one for one, _ in wrong)])
    assert answer["stored"] == 1
    assert [one["error"] for one in answer["refused"]] == [code for _, code in wrong]
    assert [one["index"] for one in answer["refused"]] == list(range(1, len(wrong) + 1))


async def test_only_a_token_to_send_events_sends_events(site: Site, project: Project) -> None:
    good = {"session": ident("a"), "name": "ok"}
    other = site.project("Other")
    for key in ("", "ff_" + "x" * 32, key_of(site, project, "read")):
        assert (await send(site, key, good, 401))["error"] == "token"
    stranger = await send(site, key_of(site, other), good)
    assert stranger["refused"][0]["error"] == "no_session"
    headers = {"Authorization": f"Bearer {key_of(site, project)}", **SAME_ORIGIN}
    async with site.client.get(f"/api/p/{project.id}/events", headers=headers) as answer:
        assert answer.status == 200  # without a password the pages are open
    site.app[PROJECTS].set_policy(project.id, Policy(paused=True))
    paused = await send(site, key_of(site, project), good)
    assert paused["refused"][0]["error"] == "paused"
    assert await stored(site) == 2


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["session", "name", "time", "properties", "id", "user", "x"]), inner
            )
        ),
        max_leaves=8,
    )
)
async def test_whatever_is_sent_is_answered(site: Site, key: str, body: Any) -> None:
    async with site.client.post(
        "/api/events", data=json.dumps(body), headers={"Authorization": f"Bearer {key}"}
    ) as answer:
        assert answer.status in (200, 400)
    assert site.app[INGEST].counters.unavailable == 0


def test_names_and_values_are_masked_as_recordings_are() -> None:
    assert mask_text("call +49 170 1234567", "balanced") == "call +00 000 0000000"
    assert mask_text("Ann <ann@b.example>", "balanced") == "Ann <xxx@x.xxxxxxx>"
    assert mask_text("Ann 7", "strict") == "Xxx 0"
    assert mask_text("ann@b.example 1234567", "open") == "ann@b.example 1234567"
    assert mask_name("paid by ann@b.example", "balanced") == "paid by xxx@x.xxxxxxx"
    properties: dict[str, Any] = {
        "total": 12.5,
        "card": 4111111111111111,
        "gift": True,
        "n": None,
        "deep": {},
    }
    told = json.loads(mask_properties(properties, "balanced"))
    assert told == {"total": 12.5, "card": "0" * 16, "gift": True, "n": None}


async def test_the_replay_plays_as_before(page: Page, site: Site, project: Project) -> None:
    key = key_of(site, project)
    await send(site, key, {"session": ident("a"), "name": "paid"})
    await stored(site)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    file = await site.text(f"/api/p/{project.id}/sessions/{ident('a')}/download.html")
    assert "server-" not in file
    during = {"properties": {"total": 12}, "time": now_ms() - HOUR + 62_000}
    await send(site, key, {"session": ident("a"), "name": "reserved", **during})
    await stored(site)
    await page.goto(at(site, f"/p/{project.id}/sessions/{ident('a')}"))
    await page.wait_for_timeout(1_500)
    assert wrong == []
    card = page.get_by_role("region", name="What your server told")
    assert [
        (await row.inner_text()).split("\t")[1:] for row in await card.locator("tbody tr").all()
    ] == [
        ["reserved", '{"total":12}'],
        ["paid", "none"],
    ]
    assert await card.get_by_role("link").count() == 1  # the other came when the visit was over
    assert await judged(page) == []
    await page.goto(at(site, f"/p/{project.id}#tokens"))
    await page.get_by_label("What it is for").fill("shop")
    await page.get_by_label("What it may do").select_option("events")
    await page.get_by_role("button", name="Make a token").click()
    secret = await page.locator("#secret").inner_text()
    assert (await send(site, secret, {"session": ident("a"), "name": "refunded"}))["stored"] == 1
