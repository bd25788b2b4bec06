"""Funnels, paths and page templates from recorded chunks to pages, figures, CSV and sessions."""

import csv
import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from footfall.projects import Project
from footfall.wire.facts import Event, Identify
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

CART = "page(page=/) > page(page=/cart) > event(name=purchase)"
HOUR = 3_600_000
SHOP = "https://shop.example"


async def visit(
    site: Site, project: Project, name: str, *pages: str, bought: bool = False, **header: Any
) -> None:
    facts: list[Any] = [
        page_view(at * 1_000, number=at + 1, url=f"https://shop.example{page}")
        for at, page in enumerate(pages)
    ]
    if bought:
        facts.append(Event(len(pages) * 1_000, "purchase", '{"price": 12}'))
    await site.remember(
        project, name, facts, T0, visitor=chunks.ident(header.pop("visitor", name)), **header
    )


async def shop(site: Site) -> tuple[Project, str]:
    project = site.project()
    await visit(site, project, "buyer", "/", "/cart", bought=True)
    await visit(site, project, "looker", "/", "/cart", "/help")
    await visit(site, project, "leaver", "/")
    await visit(site, project, "stranger", "/help")
    return project, f"/p/{project.id}"


async def test_a_page_that_a_click_leads_to_within_a_millisecond_was_seen_instead(
    site: Site,
) -> None:
    project = site.project()
    help_view = page_view(500, number=2, url=f"{SHOP}/help")
    facts: list[Any] = [page_view(), click(500), help_view]
    facts += [page_view(9_000, number=3, url=f"{SHOP}/about")]
    await site.remember(project, "looker", facts, T0, visitor=chunks.ident("looker"))
    base, steps = f"/p/{project.id}", quote("click > page(page=/cart)")
    told = await site.json(f"/api{base}/funnel?steps={steps}")
    assert told["steps"][0]["instead"] == {"/help": 1}
    asked = f"{base}/funnels/sessions?steps={steps}&step=1&outcome=dropped&instead="
    assert chunks.ident("looker") in await site.text(f"{asked}/help")
    assert chunks.ident("looker") not in await site.text(f"{asked}/about")


async def test_a_funnel_counts_and_leads_to_its_sessions(site: Site) -> None:
    project, base = await shop(site)
    told = await site.json(f"/api{base}/funnel?steps={quote(CART)}")
    assert [one["reached"] for one in told["steps"]] == [3, 2, 1]
    assert [one["dropped"] for one in told["steps"]] == [1, 1, 0]
    assert told["steps"][0]["instead"] == {"": 1}
    assert told["steps"][1]["instead"] == {"/help": 1}
    assert told["median"] == 2_000
    page = await site.text(f"{base}/funnels?steps={quote(CART)}&by=device&versus=mobile")
    assert "33 % convert" in page
    assert f"{base}/funnels/sessions" in page
    behind = await site.text(f"{base}/funnels/sessions?steps={quote(CART)}&step=2&outcome=dropped")
    assert chunks.ident("looker") in behind
    assert chunks.ident("buyer") not in behind
    assert f"{chunks.ident('looker')}?t=1000" in behind
    rows = list(csv.reader(io.StringIO(await site.text(f"{base}/funnels.csv?steps={quote(CART)}"))))
    assert [row[2] for row in rows] == ["reached", "3", "2", "1"]
    other = site.project("Other")
    told = await site.json(f"/api/p/{other.id}/funnel?steps={quote(CART)}")
    assert [one["reached"] for one in told["steps"]] == [0, 0, 0]
    assert project.id != other.id


async def test_an_empty_funnel_offers_what_visitors_did(site: Site) -> None:
    """With figures that the funnel behind the link confirms; of few sessions nothing is offered."""
    project = site.project()
    base = f"/p/{project.id}/funnels"
    for at in range(5):
        await visit(site, project, f"buyer-{at}", "/", '/a"b"', "/cart", "/thanks")
    assert "begin with a way that visitors went" in await site.text(base)
    for at in range(3):
        await visit(site, project, f"looker-{at}", "/", "/cart")
    page = await site.text(base)
    [(link, way, figures)] = re.findall(r'<li><a href="([^"]+)">(/ → .+)</a>(.+)</li>', page)
    assert unescape(way) == '/ → /a"b" → /cart → /thanks'
    assert "as 5 of 8 sessions went" in figures
    told = await site.json(f"/api{unescape(link).replace('/funnels', '/funnel')}")
    assert [one["reached"] for one in told["steps"]] == [8, 5, 5, 5]
    for narrow in ("?device=mobile", "?time=today"):
        page = await site.text(base + narrow)
        assert "press “Show funnel”.</p>" in page
        assert "as 5 of" not in page


async def test_the_parts_of_a_figure_lead_to_their_sessions(site: Site) -> None:
    project = site.project()
    await visit(site, project, "wide", "/", "/cart")
    narrow: list[Any] = [page_view(width=400), page_view(1_000, number=2, url=f"{SHOP}/help")]
    await site.remember(project, "narrow", narrow, T0)
    await visit(site, project, "leaver", "/")
    base = f"/p/{project.id}/funnels"
    asked = f"steps={quote('page(page=/) > page(page=/cart)')}"
    page = await site.text(f"{base}?{asked}&by=device")
    assert "&amp;group=mobile" in page
    assert "&amp;instead=%2Fhelp" in page or "&amp;instead=/help" in page
    for more, there in (
        ("&by=device&step=1&group=mobile", {"narrow"}),
        ("&by=device&step=1&group=desktop", {"wide", "leaver"}),
        ("&by=device&step=1&group=none", set()),
        ("&step=1&group=mobile", {"wide", "narrow", "leaver"}),  # without a breakdown: no group
        ("&step=1&outcome=dropped&instead=/help", {"narrow"}),
        ("&step=1&outcome=dropped&instead=", {"leaver"}),
        ("&step=1&outcome=dropped&instead=/other", set()),
    ):
        behind = await site.text(f"{base}/sessions?{asked}{more}")
        found = {one for one in ("wide", "narrow", "leaver") if chunks.ident(one) in behind}
        assert found == there, more


async def test_events_stand_on_paths_where_they_are_asked_for(site: Site) -> None:
    _project, base = await shop(site)
    plain = await site.json(f"/api{base}/paths")
    assert not any(one["name"].startswith("Event") for one in plain["nodes"])
    told = await site.json(f"/api{base}/paths?events=1")
    event = next(one for one in told["nodes"] if one["name"] == "Event purchase")
    assert (event["position"], event["paths"]) == (2, 1)
    for position in range(4):  # what goes in comes out, or has left
        nodes = {one["node"]: one["paths"] for one in told["nodes"] if one["position"] == position}
        edges = [one for one in told["edges"] if one["position"] == position]
        for node, paths in nodes.items():
            out = sum(one["transitions"] for one in edges if one["source"] == node)
            assert out in (0, paths), (position, node)
    to = await site.json(f"/api{base}/paths?direction=to&page=event:purchase")
    assert to["paths"] == 1
    assert {one["name"] for one in to["nodes"]} == {"Event purchase", "/cart", "/", "Came in"}
    behind = await site.text(f"{base}/paths/sessions{event['link']}")
    assert chunks.ident("buyer") in behind
    assert chunks.ident("looker") not in behind
    page = await site.text(f"{base}/paths?page=event:purchase")
    assert '<option value="event:purchase" selected>purchase</option>' in page
    rows = list(csv.reader(io.StringIO(await site.text(f"{base}/paths.csv?events=1"))))
    assert rows[0] == ["position", "source", "target", "transitions", "visitors", "share"]
    assert ["2", "/cart", "Event purchase", "1", "1"] in [row[:5] for row in rows]


async def test_the_builder_makes_an_address(site: Site) -> None:
    base = f"/p/{site.project().id}"
    form = (
        "kind=page&field=page&operator=is&value=/&row=&kind=click&field=text&operator=contains&value=Buy+now&row="
        "&kind=&field=&operator=&value=&row=not+error&kind=event&field=name&operator=is&value=a&row="
        "&kind=&field=page&operator=is&value=&row=&order=strict&window=5m"
    )
    async with site.client.get(f"{base}/funnels?{form}", allow_redirects=False) as answer:
        assert answer.status == 303
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked == {
        "steps": ['page(page=/) > click(text*="Buy now") > not error > event(name=a)'],
        "order": ["strict"],
        "window": ["5m"],
    }
    page = await site.text(answer.headers["Location"])
    assert 'value="Buy now"' in page
    assert '<option value="1" selected>did not</option>' in page


async def test_what_makes_no_funnel_is_said(site: Site) -> None:
    base = f"/p/{site.project().id}"
    assert "is no kind of event" in await site.text(f"{base}/funnels?steps=foo", 400)
    assert "2 to 10 steps" in (await site.json(f"/api{base}/funnel", 400))["message"]
    page = await site.text(f"{base}/funnels?steps={quote('page > page')}&window=soon", 400)
    assert "is no time" in page
    assert "Nothing is recorded yet" in await site.text(f"{base}/funnels")
    assert "No paths yet" in await site.text(f"{base}/paths")


async def test_a_user_goes_on_in_another_session_on_another_device(site: Site) -> None:
    project = site.project()
    phone, desk = chunks.ident("phone"), chunks.ident("desk")
    # Anonymous at first: that history joins when the phone is named.
    visits: list[tuple[str, str, list[Fact], int]] = [
        ("first", phone, [page_view(url="https://shop.example/")], T0),
        (
            "second",
            phone,
            [page_view(url="https://shop.example/help"), Identify(10, "u1", "{}")],
            T0 + HOUR,
        ),
        (
            "third",
            desk,
            [page_view(url="https://shop.example/cart"), Identify(10, "u1", "{}")],
            T0 + 2 * HOUR,
        ),
    ]
    for name, visitor, facts, at in visits:
        await site.remember(project, name, facts, at, visitor=visitor)
    steps = quote("page(page=/) > page(page=/cart)")
    told = await site.json(f"/api/p/{project.id}/funnel?steps={steps}&per=user")
    assert [one["reached"] for one in told["steps"]] == [1, 1]
    told = await site.json(f"/api/p/{project.id}/funnel?steps={steps}")
    assert [one["reached"] for one in told["steps"]] == [1, 0]


async def test_clicks_are_steps_by_page_and_text(site: Site) -> None:
    project = site.project()
    facts: list[Fact] = [
        page_view(url="https://shop.example/cart"),
        click(100, text="Pay now"),
        click(200, text="Pay now"),
    ]
    await site.remember(project, "one", facts, T0)
    for steps, reached in (
        ('page > click(page=/cart, text*="pay") > click(text="Pay now")', [1, 1, 1]),
        ("page > click(page=/) > click", [1, 0, 0]),
        ("page > click x3", [1, 1, 1, 0]),
    ):
        told = await site.json(f"/api/p/{project.id}/funnel?steps={quote(steps)}")
        assert [one["reached"] for one in told["steps"]] == reached


async def test_paths_lead_to_their_sessions(site: Site) -> None:
    _, base = await shop(site)
    told = await site.json(f"/api{base}/paths?share=0")
    nodes = {(one["position"], one["name"]): one["paths"] for one in told["nodes"]}
    assert nodes == {
        (0, "/"): 3, (0, "/help"): 1, (1, "/cart"): 2, (1, "Left"): 2, (2, "/help"): 1, (2, "Left"): 1, (3, "Left"): 1,
    }  # fmt: skip
    page = await site.text(f"{base}/paths?page=/cart&direction=to")
    assert "Came in" in page
    behind = await site.text(f"{base}/paths/sessions?position=1&source=/cart&target=/help&share=0")
    assert chunks.ident("looker") in behind
    assert chunks.ident("buyer") not in behind
    assert "No path goes here" in await site.text(f"{base}/paths?page=/nowhere")


async def test_templates_are_suggested_taken_and_undone(site: Site) -> None:
    project = site.project()
    base = f"/p/{project.id}"
    for at in range(13):
        await visit(site, project, f"v{at}", "/", f"/product/{chr(97 + at) * 4}-lamp")
    page = await site.text(f"{base}/templates")
    assert "/product/:slug" in page
    assert "13 paths" in page
    steps = quote("page(page=/) > page(page=/product/:slug)")

    async def reached() -> list[int]:
        told = await site.json(f"/api{base}/funnel?steps={steps}")
        return [one["reached"] for one in told["steps"]]

    async def post(data: dict[str, str], status: int = 303) -> str:
        async with site.client.post(
            f"{base}/templates", data=data, headers=SAME_ORIGIN, allow_redirects=False
        ) as answer:
            assert answer.status == status
            return await answer.text()

    assert await reached() == [13, 0]
    await post({"add": "/product/:slug"})
    assert await reached() == [13, 13]
    paths = await site.json(f"/api{base}/paths")
    assert {one["name"] for one in paths["nodes"]} == {"/", "/product/:slug", "Left"}
    await post({"undo": "1"})
    assert await reached() == [13, 0]
    await post({"undo": "1"})
    assert "has a placeholder" in await post({"add": "/product"}, 400)


async def test_a_template_is_seen_before_it_holds_and_can_be_changed(site: Site) -> None:
    project = site.project()
    base = f"/p/{project.id}"
    for at in range(7):
        await visit(site, project, f"v{at}", "/", f"/product/{chr(97 + at) * 4}-lamp")
    seen = await site.text(f"{base}/templates?try={quote('product/:slug/')}")
    assert "takes 7 paths with 7 views together; then there are 2 pages" in seen
    assert "… and 2 more" in seen
    assert "None yet" in seen  # it does not hold
    assert "No path that was visited so far fits" in await site.text(f"{base}/templates?try=/a/:b")
    async with site.client.get(f"{base}/templates?try=/product") as answer:
        assert answer.status == 400
        assert "has a placeholder" in await answer.text()
    form = {"add": "/product/:slug"}
    async with site.client.post(f"{base}/templates", data=form, headers=SAME_ORIGIN) as answer:
        assert answer.status == 200
    asked = f"try={quote('/:kind/:slug')}&instead={quote('/product/:slug')}"
    seen = await site.text(f"{base}/templates?{asked}")
    assert "takes 7 paths" in seen
    assert "Use it instead" in seen
    form = {"add": "/:kind/:slug", "remove": "/product/:slug"}
    async with site.client.post(f"{base}/templates", data=form, headers=SAME_ORIGIN) as answer:
        kept = await answer.text()
    assert ">/:kind/:slug</code>" in kept
    assert "try=/product/%3Aslug" not in kept


async def test_a_template_filters_sessions_by_all_of_its_pages(site: Site) -> None:
    project = site.project()
    for name, page in {"mug": "/product/mug", "lamp": "/product/lamp", "other": "/cart"}.items():
        await visit(site, project, name, "/", page)
    base = f"/p/{project.id}"
    form = {"add": "/product/:slug"}
    async with site.client.post(f"{base}/templates", data=form, headers=SAME_ORIGIN) as answer:
        assert answer.status == 200
    for page, total in {"/product/:slug": 2, "/product/mug": 1, "/cart": 1, "/none": 0}.items():
        told = await site.json(f"/api{base}/sessions?page={quote(page)}")
        assert told["total"] == total, page
    text = await site.text(f"{base}/sessions")
    assert '<option value="/product/:slug">' in text
    assert '<option value="/product/mug">' not in text
    shown = await site.text(f"{base}/sessions?page=/product/mug")
    assert '<option value="/product/mug" selected>' in shown
