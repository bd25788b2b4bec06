"""Goals that are templates, segments and steps: counted as plain loops count them, wherever conversion is."""

import asyncio
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.async_api import Page, expect

from footfall.index import Filter
from footfall.projects import Project, Projects
from footfall.web.books import books_in
from footfall.web.common import now_ms
from footfall.web.keys import DETECTOR, PAGE_RULES, VIEWS
from footfall.web.session_filter import GoalError, goal_of
from footfall.wire.facts import Event
from tests.detect.test_detector import presses
from tests.index.stage import staged
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import T0, chunk, ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

DAY = 86_400_000
STEPS = "page(page=/cart) > event(name=paid)"
GOALS = {
    "page:/product/:slug": {"a", "b"},
    "segment:Phones": {"b", "c"},
    "segment:Cart, then paid": {"a"},
    "segment:Phones that paid": {"c"},
    "segment:Landed on a product": {"b"},
    f"steps:{STEPS}": {"a"},
    "page:/cart": {"a", "c"},
}
"""And who of `project` reaches each."""


def seen(at: int, page: str, width: int = 1280) -> "Fact":
    return page_view(at * 1_000, number=at + 1, url=f"https://shop.example{page}", width=width)


@pytest.fixture
async def project(site: Site) -> Project:
    """Four sessions of yesterday, with a rage click each: one buys, one looks, one pays before the cart, one leaves."""
    made, start = site.project(), now_ms() - DAY
    paid = Event(5_000, "paid", "{}")
    visits: dict[str, list[Fact]] = {
        "a": [seen(0, "/"), seen(1, "/product/tea"), seen(2, "/cart"), paid],
        "b": [seen(0, "/product/cup", 400), seen(1, "/", 400)],
        "c": [seen(0, "/", 400), Event(500, "paid", "{}"), seen(1, "/cart", 400)],
        "d": [seen(0, "/")],
    }
    for name, facts in visits.items():
        visitor = ident(f"visitor-{name}")
        facts += [one._replace(t=one.t + 9_000) for one in presses(3)]
        await site.remember(made, name, facts, start, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    site.app[PAGE_RULES].change(made.id, add=["/product/:slug"])
    for segment, query in (
        ("Phones", "device=mobile&time=today"),  # of any time, as a goal
        ("Cart, then paid", urlencode({"steps": STEPS})),
        ("Phones that paid", "device=mobile&steps=event(name%3Dpaid)"),
        ("Landed on a product", "entry=/product/cup"),
    ):
        site.app[VIEWS].save(made.id, segment, query)
    return made


async def test_every_place_counts_the_same(site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    for goal, names in GOALS.items():
        asked = quote(goal)
        told = await site.json(f"/api{base}/overview?goal={asked}")
        assert told["now"]["converted"] == len(names), goal
        for converted, wanted in (("yes", names), ("no", set("abcd") - names)):
            link = f"/api{base}/sessions?goal={asked}&converted={converted}"
            found = {one["session"].rstrip("-") for one in (await site.json(link))["sessions"]}
            assert found == wanted, goal
        problems = (await site.json(f"/api{base}/problems?goal={asked}&page=/"))["problems"]
        [rage] = [one for one in problems if one["kind"] == "rage"]
        # Those whose last page it was met it there; all four saw it.
        met = [rage["visitors"] * rage["converted"], rage["others"] * rage["converted_others"]]
        assert [round(one) for one in met] == [len(names & {"b", "d"}), len(names & {"a", "c"})], (
            goal
        )
        segments = await site.json(f"/api{base}/segments?goal={asked}")
        assert segments["all"]["converted"] == len(names), goal
        heat = await site.json(f"/api{base}/heatmap?page=/&goal={asked}&converted=yes")
        assert heat["views"] == len(names), goal
        for page in ("overview", "problems", "segments"):
            text = unescape(await site.text(f"{base}/{page}?goal={asked}"))
            assert f'<option value="{goal}" selected>' in text, (page, goal)
        digest = unescape(await site.text(f"{base}/digest.html?goal={asked}"))
        assert f"{len(names) * 25} %" in digest.split("Conversion: ")[1].split("</b>")[0], goal


async def test_a_goal_is_tried_and_then_kept(page: Page, site: Site, project: Project) -> None:
    await page.goto(at(site, f"/p/{project.id}/overview?device=mobile"))
    goals = page.get_by_role("region", name="Goals")
    await goals.get_by_text("Keep a goal").click()
    await goals.get_by_label("What counts").select_option("segment:Phones that paid")
    await goals.get_by_role("button", name="Preview").click()
    tried = goals.get_by_role("status")
    await expect(tried).to_contain_text("1 session of this time would have reached it, 50 % of all")
    assert "device=mobile" in page.url
    assert await judged(page) == []
    await tried.get_by_role("link", name="1 session").click()
    await expect(page.locator("[data-session]")).to_have_count(1)
    await expect(page.get_by_role("list", name="Filters that hold")).to_contain_text(
        "Segment Phones that paid"
    )
    await page.go_back()
    await goals.get_by_label("Or steps, instead").fill("page(page=/cart) >")
    await goals.get_by_role("button", name="Preview").click()
    await expect(tried).to_contain_text("cannot be counted")
    await goals.get_by_label("Or steps, instead").fill(STEPS)
    await goals.get_by_label("Name").fill("Bought")
    await goals.get_by_role("button", name="Preview").click()
    await expect(tried).to_contain_text("no session of this time would have reached it")
    await goals.get_by_role("button", name="Keep").click()
    await expect(goals.get_by_role("row", name="Bought")).to_contain_text("0 %")
    await page.get_by_label("Device").select_option("")
    await expect(goals.get_by_role("row", name="Bought")).to_contain_text("25 %")
    await page.get_by_label("Goal", exact=True).select_option(label="Bought")
    await page.wait_for_url("**goal=steps*")
    await expect(page.get_by_role("heading", name="Conversion")).to_be_visible()


async def test_a_goal_that_is_gone_says_so(page: Page, site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    form = {"name": "Phoned", "counts": "segment:Phones"}
    async with site.client.post(
        f"{base}/goals", data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    [phones] = [one for one in site.app[VIEWS].all(project.id) if one.name == "Phones"]
    site.app[VIEWS].save(project.id, "Came by phone", "goal=segment:Phones&converted=yes")
    site.app[VIEWS].remove(project.id, phones.id)
    gone = "The goal “Segment Phones” cannot be counted: there is no segment of this name any more."
    told = await site.json(f"/api{base}/overview")
    assert [(one["name"], one["problem"], one["conversion"]) for one in told["goals"]] == [
        ("Phoned", gone, None)
    ]
    for path in ("overview", "problems", "segments"):
        assert gone in await site.text(f"{base}/{path}?goal=segment:Phones"), path
        answer_json = await site.json(f"/api{base}/{path}?goal=segment:Phones", 400)
        assert answer_json["message"] == gone
    for path in ("sessions?converted=yes&", "digest.html?"):
        assert gone in await site.text(f"{base}/{path}goal=segment:Phones", 400), path
    segments = {one["name"]: one for one in (await site.json(f"/api{base}/segments"))["segments"]}
    assert (segments["Came by phone"]["problem"], segments["Came by phone"]["sessions"]) == (
        gone,
        0,
    )
    assert segments["Phones that paid"]["problem"] == ""
    for goal, why in (
        ("segment:Came by phone", "The goal “Segment Came by phone” cannot be counted. " + gone),
        ("page:/product/:id", "there is no such page template any more"),
        ("steps:page >", "The goal “page >” cannot be counted"),
    ):
        assert why in unescape(await site.text(f"{base}/overview?goal={quote(goal)}"))
        form = {"name": "x", "counts": goal}
        async with site.client.post(f"{base}/goals", data=form, headers=SAME_ORIGIN) as answer:
            assert answer.status == 400
            assert why in unescape(await answer.text())
    await page.goto(at(site, f"{base}/overview?goal=segment:Phones"))
    await expect(page.get_by_role("alert")).to_contain_text(gone)
    await expect(page.get_by_role("row", name="Phoned")).to_contain_text(gone)
    assert await judged(page) == []


def test_a_segment_that_asks_for_itself_is_no_goal(tmp_path: Path) -> None:
    settings = tmp_path / "settings.db"
    project = Projects(settings).create("One").id
    with staged() as stage:
        books = books_in(settings, stage.index)
        books.views.save(project, "A", "goal=segment:B&converted=no")
        books.views.save(project, "B", "goal=segment:A&converted=yes")
        with pytest.raises(GoalError, match="it asks for itself"):
            goal_of(books, project, "segment:A")


Did = list[tuple[str, int]]
"""What one did: a page or an event, and how many ms after what came before."""
done = st.lists(
    st.tuples(st.sampled_from(("/a", "/p/x", "/p/y", "/q", "paid", "left")), st.integers(0, 2)), min_size=1, max_size=8
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(done, st.booleans()), min_size=1, max_size=6))
def test_goals_are_reached_when_plain_loops_say(visits: list[tuple[Did, bool]]) -> None:
    """By session and ms, each as often as it was; a segment's other conditions leave sessions out."""
    expected: dict[str, list[tuple[str, int]]] = {
        "page:/p/:slug": [],
        "event:paid": [],
        "steps:page(page=/p/:slug) > event(name=paid)": [],
        "segment:Paid by phone": [],
        "segment:Phones": [],
    }
    with TemporaryDirectory() as folder, staged() as stage:
        for number, (did, is_phone) in enumerate(visits):
            name, width = f"session-{number}", 400 if is_phone else 1280
            facts: list[Fact] = [seen(0, "/start", width)]
            time, has_seen = 0, False
            for at_number, (what, gap) in enumerate(did):
                time += gap
                if what.startswith("/"):
                    url = f"https://shop.example{what}"
                    facts.append(page_view(time, number=at_number + 2, url=url, width=width))
                else:
                    facts.append(Event(time, what, "{}"))
                has_seen |= what.startswith("/p/")
                expected["page:/p/:slug"] += [(name, time)] * what.startswith("/p/")
                expected["event:paid"] += [(name, time)] * (what == "paid")
                expected["segment:Paid by phone"] += [(name, time)] * (what == "paid" and is_phone)
                steps = has_seen and what == "paid"
                expected["steps:page(page=/p/:slug) > event(name=paid)"] += [(name, time)] * steps
            expected["segment:Phones"] += [(name, time)] * is_phone
            visitor = ident(f"visitor-{number}")
            stage.add(
                chunk(facts, session=ident(name), visitor=visitor, sent_at=T0 + 1_000),
                received_at=T0 + 1_000,
            )
        settings_db = Path(folder) / "settings.db"
        Projects(settings_db)
        books = books_in(settings_db, stage.index)
        books.page_rules.change("p", add=["/p/:slug"])
        books.views.save("p", "Phones", "device=mobile")
        books.views.save("p", "Paid by phone", "device=mobile&steps=event(name%3Dpaid)")
        names = {row.number: row.session for row in stage.index.sessions("p", Filter(), 100)}
        for text, wanted in expected.items():
            goal = goal_of(books, "p", text)
            assert goal is not None
            with stage.index.facts("p") as shot:
                told = goal.reached(shot)
            found = [
                (names[session].rstrip("-"), time - T0)
                for session, time in zip(
                    told["session"].tolist(), told["time"].tolist(), strict=True
                )
            ]
            assert sorted(found) == sorted(wanted), text
