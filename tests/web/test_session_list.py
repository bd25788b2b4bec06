"""The list of sessions as people narrow it, keep it and go through it; and the links that show one session."""

import asyncio
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from footfall.projects import Project
from footfall.web.keys import INDEXER, SHARES
from footfall.wire.facts import Event, Failure, Identify
from footfall.wire.schema import CHUNK_PATH, FLAG_KEYFRAME, Asset, Fact
from tests.web.conftest import SAME_ORIGIN, Open, Site
from tests.wire.chunks import T0, chunk, click, ident, page_view

if TYPE_CHECKING:
    from footfall.annotations import Shares

DIGESTS = [bytes([number]) * 32 for number in range(3)]


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    own: list[list[Fact]] = [
        [Event(5, "checkout", "{}"), click(text="Pay now")],
        [Identify(5, "ann", '{"plan":"pro"}'), click(t=9_000, text="Help")],
        [Failure(4_000, "error", "TypeError", "x", "", 0, 0, "", 1, 0)],
    ]
    for number, facts in enumerate(own):
        seen: list[Fact] = [page_view(), Asset(1, "ref", DIGESTS[number], "text/css", 3), *facts]
        await site.remember(made, f"s{number}", seen, T0 + number * 60_000, flags=FLAG_KEYFRAME)
    return made


async def post(site: Site, path: str, status: int = 303, **form: str) -> None:
    async with site.client.post(
        path, data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        assert answer.status == status, await answer.text()


async def put(site: Site, path: str, body: Any) -> Any:
    async with site.client.put(path, data=json.dumps(body), headers=SAME_ORIGIN) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def listed(site: Site, project: Project, query: str) -> list[str]:
    found = await site.json(f"/api/p/{project.id}/sessions{query}")
    assert found["total"] == len(found["sessions"])
    return [one["session"][:2] for one in found["sessions"]]


async def test_the_list_is_narrowed_by_what_happened(site: Site, project: Project) -> None:
    for query, names in (
        ("?event=checkout", ["s0"]),
        ("?text=PAY", ["s0"]),
        ("?text=nothing", []),
        ("?user=ann", ["s1"]),
        ("?property=plan", ["s1"]),
        ("?property=plan&value=basic", []),
        ("?error=typeerror", ["s2"]),
        ("?did=click", ["s1", "s0"]),
        ("?did=click&sort=length", ["s1", "s0"]),
        ("?longer=5", ["s1"]),
        ("?shorter=5", ["s2", "s0"]),
        ("?browser=Chromium", ["s2", "s1", "s0"]),
        ("?browser=Firefox", []),
        ("?sort=length", ["s1", "s2", "s0"]),
        ("?did=nonsense&sort=nonsense", ["s2", "s1", "s0"]),
    ):
        assert await listed(site, project, query) == names, query


async def test_what_holds_stands_there_as_chips(site: Site, project: Project) -> None:
    text = await site.text(f"/p/{project.id}/sessions?text=%3Cb%3E&longer=60&sort=length")
    assert "Clicked “&lt;b&gt;”" in text
    assert "At least 1 min" in text
    assert 'href="?longer=60&amp;sort=length"' in text
    assert "No session matches" in text
    assert "“" not in (await site.text(f"/p/{project.id}/sessions")).split("<table")[0]


async def test_moments_are_offered(site: Site, project: Project) -> None:
    text = await site.text(f"/p/{project.id}/sessions?moment=rage&sort=frustration")
    assert "Rage click" in text
    assert await listed(site, project, "?moment=rage") == []
    assert await listed(site, project, "?sort=frustration") == ["s2", "s1", "s0"]


async def test_a_view_is_kept_shown_replaced_and_removed(site: Site, project: Project) -> None:
    page = f"/p/{project.id}/sessions"
    await post(site, f"/p/{project.id}/views?text=pay&t=5&offset=50", name=" Payers <i> ")
    text = await site.text(page)
    assert "Payers &lt;i&gt;" in text
    assert f'href="{page}?text=pay"' in text
    await post(site, f"/p/{project.id}/views?longer=5", name="Payers <i>")
    text = await site.text(page)
    assert "?text=pay" not in text
    assert text.count('class="view"') == 1
    await post(site, f"/p/{project.id}/views", 400, name="All")
    await post(site, f"/p/{project.id}/views?longer=5", 400, name=" ")
    other = site.project("Other")
    number = text.split("/views/")[1].split("/")[0]
    await post(site, f"/p/{other.id}/views/{number}/remove", 404)
    await post(site, f"/p/{project.id}/views/{number}/remove")
    await post(site, f"/p/{project.id}/views/{number}/remove", 404)
    assert "Payers" not in await site.text(page)


async def test_watched_is_marked_and_filtered(site: Site, project: Project) -> None:
    path = f"/api/p/{project.id}/sessions/{ident('s1')}/watched"
    assert (await put(site, path, {"watched": True}))["watched"] is True
    assert await listed(site, project, "?watched=no") == ["s2", "s0"]
    assert await listed(site, project, "?watched=yes") == ["s1"]
    assert "Watched</span>" in await site.text(f"/p/{project.id}/sessions")
    assert (await put(site, path, {"watched": False}))["watched"] is False
    assert await listed(site, project, "?watched=yes") == []
    async with site.client.put(path, data='{"watched": 1}', headers=SAME_ORIGIN) as answer:
        assert answer.status == 400


async def test_the_replay_leads_through_its_list(site: Site, project: Project) -> None:
    base = f"/p/{project.id}/sessions"
    page = unescape(await site.text(f"{base}/{ident('s1')}?did=click&t=5"))
    assert f'href="{base}?did=click"' in page
    assert f'href="{base}/{ident("s0")}?did=click"' in page
    assert ident("s2") not in page
    # One that has left the list meanwhile still has its place in it.
    page = unescape(await site.text(f"{base}/{ident('s1')}?error=type"))
    assert f'href="{base}/{ident("s2")}?error=type"' in page
    assert page.count("aria-disabled") == 1


async def test_a_session_opens_at_its_error(site: Site, project: Project) -> None:
    page = await site.text(f"/p/{project.id}/sessions/{ident('s2')}")
    assert 'data-opening="2000" data-reason="an error:" data-label="TypeError"' in page
    assert "data-opening" not in await site.text(f"/p/{project.id}/sessions/{ident('s0')}")


async def test_a_link_opens_the_assets_of_its_session_alone(site: Site, project: Project) -> None:
    share = site.app[SHARES].create(project.id, ident("s1"), 7)
    for number, digest in enumerate(DIGESTS):
        path = f"/api/shared/{share.token}/assets/{digest.hex()}"
        told = await site.json(path, 404)
        # The vault has none of them here: who may ask is told another thing.
        is_refused = told["message"] == "This session uses no such asset."
        assert is_refused == (number != 1)
    # What comes later in the same session is seen.
    facts: list[Fact] = [Asset(1, "late", DIGESTS[2], "text/css", 3)]
    await site.remember(project, "s1", facts, T0 + 90_000, sequence=1)
    told = await site.json(f"/api/shared/{share.token}/assets/{DIGESTS[2].hex()}", 404)
    assert told["message"] != "This session uses no such asset."


async def test_links_are_audited_and_withdrawn_on_one_page(site: Site, project: Project) -> None:
    shares: Shares = site.app[SHARES]
    page = f"/p/{project.id}/shares"
    assert "No links yet" in await site.text(page)
    one = shares.create(project.id, ident("s1"), 7, "ann")
    other = shares.create(project.id, ident("s2"), 7)
    for _ in range(2):
        await site.text(f"/shared/{one.token}")
    (second, first) = shares.audit(project.id)
    assert (first.opened, len(first.openings), first.creator) == (2, 2, "ann")
    assert (second.opened, second.share) == (0, other)
    text = await site.text(page)
    assert "2 times" in text
    assert "never opened" in text
    assert ">ann<" in text
    assert one.token not in text
    await post(site, f"{page}/{one.id}/withdraw")
    await site.text(f"/shared/{one.token}", 404)
    assert "withdrawn" in await site.text(page)
    await post(site, f"{page}/{one.id}/withdraw", 404)
    stranger = site.project("Other")
    await post(site, f"/p/{stranger.id}/shares/{other.id}/withdraw", 404)
    await site.text(f"/shared/{other.token}")
    assert "No links yet" in await site.text(f"/p/{stranger.id}/shares")


async def test_sessions_are_told_apart_by_the_country_that_a_proxy_names(open_site: Open) -> None:
    site = await open_site(country_header="CF-IPCountry")
    made = site.project()
    for session, headers in (
        ("s0", {"CF-IPCountry": "de"}),
        ("s1", {"CF-IPCountry": "XX"}),
        ("s2", {}),
    ):
        body = chunk([page_view()], project=made.key, session=ident(session))
        async with site.client.post(CHUNK_PATH, data=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
    await asyncio.to_thread(site.app[INDEXER].catch_up)
    assert await listed(site, made, "?country=DE") == ["s0"]
    assert await listed(site, made, "?country=FR") == []
    assert len(await listed(site, made, "?country=nowhere")) == 3
    page = await site.text(f"/p/{made.id}/sessions?country=DE")
    assert 'name="country"' in page
    assert "Country: DE" in page
    assert 'value="DE" selected' in page


async def test_no_country_is_offered_where_none_is_known(site: Site, project: Project) -> None:
    assert 'name="country"' not in await site.text(f"/p/{project.id}/sessions")


async def test_the_list_is_narrowed_by_where_sessions_came_from(site: Site) -> None:
    made = site.project()
    visits: list[tuple[str, str, str, str]] = [
        ("a0", "v1", "/", ""),
        ("a1", "v2", "/", "https://www.news.example/story"),
        ("a2", "v1", "/sale", "https://news.example/"),
        ("a3", "v3", "/thanks", ""),
    ]
    for number, (name, visitor, path, referrer) in enumerate(visits):
        view = page_view(url=f"https://shop.example{path}", referrer=referrer)
        await site.remember(made, name, [view], T0 + number * 7_200_000, visitor=ident(visitor))
    for query, names in (
        ("?source=news.example", ["a2", "a1"]),
        ("?source=direct", ["a3", "a0"]),
        ("?source=nobody.example", []),
        ("?entry=/", ["a1", "a0"]),
        ("?entry=/&source=direct", ["a0"]),
        ("?visitors=new", ["a3", "a1", "a0"]),
        ("?visitors=returning", ["a2"]),
        ("?goal=page:/thanks&converted=yes", ["a3"]),
        ("?goal=page:/thanks&converted=no", ["a2", "a1", "a0"]),
        ("?goal=page:/thanks", ["a3", "a2", "a1", "a0"]),  # a goal alone asks for nothing
        ("?did=click&source=direct", []),
    ):
        assert await listed(site, made, query) == names, query
    page = await site.text(f"/p/{made.id}/sessions?goal=page:/thanks&converted=no&entry=/")
    for told in ("Did not reach /thanks", "Landed on /"):
        assert f"<span>{told}</span>" in page


async def test_the_overviews_breakdown_leads_to_its_sessions(site: Site) -> None:
    made = site.project()
    for number, (path, referrer) in enumerate([("/", ""), ("/", "https://a.example/"), ("/x", "")]):
        view = page_view(url=f"https://shop.example{path}", referrer=referrer)
        await site.remember(made, f"b{number}", [view], T0 + number * 7_200_000)
    for by, counts in (("entry", {"/": 2, "/x": 1}), ("source", {"direct": 2, "a.example": 1})):
        page = await site.text(f"/p/{made.id}/overview?time=all&by={by}")
        for name, sessions in counts.items():
            row = page.split(f'title="{name}">', 1)[1].split("</tr>", 1)[0]
            link = re.findall(r'href="([^"]*/sessions\?[^"]*)">', row)[0]
            found = await site.json(f"/api{unescape(link)}")
            assert found["total"] == sessions, (by, name)


async def test_the_list_is_narrowed_by_steps(site: Site, project: Project) -> None:
    for query, names in (
        ('?steps=click(text="Pay now")', ["s0"]),
        ("?steps=page > event(name=checkout)", ["s0"]),
        ("?steps=page > not event", ["s2", "s1"]),
        ("?steps=page > not event&text=help", ["s1"]),
    ):
        assert await listed(site, project, query) == names, query
    refused = await site.json(f"/api/p/{project.id}/sessions?steps=page(", 400)
    assert "The steps cannot be read" in refused["message"]
    assert "The steps cannot be read" in await site.text(
        f"/p/{project.id}/sessions?steps=page(", 400
    )
