"""A page whose ids are made anew for each visit: moments, verdicts, forms, events and lists know its elements, too.

What went by an element's key, and so was split by visitor: problems (`index/found.py`), verdicts (`detect/find.py`),
lists of sessions with a moment somewhere (`index/moments.py`), what is usual of a form (`detect/usual.py`), forms and
their fields (`index/form_columns.py`), elements to name (`web/named_events.py`), steps of fields (`analysis/steps`),
labels (`web/problem_lines.py`), and heat of moments in fields (`index/page_moments.py`).
"""

import asyncio
import re
import time
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest

from footfall.projects import Project
from footfall.web.keys import DETECTOR
from footfall.wire.facts import Field, Reaction, Submit
from footfall.wire.schema import Input
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire.chunks import click, ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

BUY = "body>div:*@tent>button@buy"
FORM = "body>main>form"
MAIL, ZIP, CITY = (f"{FORM}>p:{at}>input@{name}" for at, name in enumerate("mzc", 2))
WORDS = ("amber", "birch", "cedar", "dune", "elm")
START = time.time_ns() // 1_000_000 - 3 * 86_400_000
"""What is usual of a form is learned from the last month."""
Name = Callable[[str, str], str]


def drifting(word: str, name: str) -> str:
    """Return an element's key on a page whose ids are made anew."""
    return f"#{word}-{name}"


def holding(word: str, name: str) -> str:
    """Return its key on one whose ids hold."""
    return f"#{name}"


def rage(key: str, plain: str) -> list["Fact"]:
    times = [1_000 + 200 * n for n in range(3)]
    clicks: list[Fact] = [click(t, key=key, plain=plain, text="Buy", stamp=t, nth=1) for t in times]
    return clicks + [Reaction(t + 7_000, t, key, "button", "nothing", -1, -1) for t in times]


def visit(t: int, keys: tuple[str, str], plains: tuple[str, str]) -> list["Fact"]:
    """A visit to a field of a form; keys, plains: of both."""
    (key, form), (plain, form_plain) = keys, plains
    return [
        Input(t, 7, key, "text", "focus", 0),
        Input(t + 4_000, 7, key, "text", "input", 1),
        Field(
            t + 4_500, 7, key, "text", 4_500, 4_000, -1, 1, 0, 1, 0, 0, False, "", form, plain, form_plain,
        ),
    ]  # fmt: skip


def facts_of(word: str, name: Name = drifting) -> list["Fact"]:
    """Someone rages at the button, and gives the form up at its second field."""
    return [
        page_view(),
        *rage(name(word, "buy"), BUY),
        *visit(20_000, (name(word, "mail"), name(word, "form")), (MAIL, FORM)),
        *visit(30_000, (name(word, "zip"), name(word, "form")), (ZIP, FORM)),
    ]


async def came(site: Site, project: Project, words: tuple[str, ...], name: Name = drifting) -> None:
    for number, word in enumerate(words):
        start = START + (len(word) + number) * 3_600_000
        await site.remember(project, word, facts_of(word, name), start, visitor=ident(word))
    await asyncio.to_thread(site.app[DETECTOR].catch_up)


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    await came(site, made, WORDS)
    return made


async def problems(site: Site, project: Project) -> dict[tuple[str, str], int]:
    told = await site.json(f"/api/p/{project.id}/problems")
    return {(one["kind"], one["element"]): one["visitors"] for one in told["problems"]}


async def sessions(site: Site, project: Project, query: str) -> int:
    told = await site.json(f"/api/p/{project.id}/sessions?{query}")
    total: int = told["total"]
    return total


async def post(site: Site, path: str, **form: str) -> None:
    async with site.client.post(
        path, data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        assert answer.status == 303, await answer.text()


async def test_what_troubles_all_at_one_element_is_one_problem(
    site: Site, project: Project
) -> None:
    assert await problems(site, project) == {
        ("rage", BUY): 5, ("dead", BUY): 5, ("form_abandon", ZIP): 5,
    }  # fmt: skip
    page = await site.text(f"/p/{project.id}/problems")
    assert page.count("“Buy”") == 2
    assert f"at={quote(BUY, safe='')}".replace("%2A", "*") in page.replace("%2A", "*")
    csv = await site.text(f"/p/{project.id}/problems.csv")
    assert csv.count("\n") == 4


async def test_where_ids_hold_problems_go_by_them(site: Site) -> None:
    made = site.project()
    await came(site, made, WORDS, holding)
    told = await problems(site, made)
    assert told == {("rage", "#buy"): 5, ("dead", "#buy"): 5, ("form_abandon", "#zip"): 5}


async def test_too_few_visitors_teach_nothing(site: Site) -> None:
    made = site.project()
    await came(site, made, WORDS[:3])
    told = await problems(site, made)
    assert {element for kind, element in told if kind == "rage"} == {
        drifting(word, "buy") for word in WORDS[:3]
    }
    # The fourth does, and what was found before goes by it, too.
    await came(site, made, ("fir",))
    assert ("rage", BUY, 4) in {
        (*place, count) for place, count in (await problems(site, made)).items()
    }


async def test_who_met_it_is_found(site: Site, project: Project) -> None:
    for kind, plain, word in (("rage", BUY, "buy"), ("field_drop", ZIP, "zip")):
        at = f"moment={kind}&where=/&at="
        assert await sessions(site, project, at + quote(plain)) == 5
        assert await sessions(site, project, at + quote(drifting("elm", word))) == 1
        assert await sessions(site, project, at + quote(MAIL)) == 0


async def test_a_verdict_holds_for_who_comes_next(site: Site, project: Project) -> None:
    path = f"/p/{project.id}/problems"
    for kind, element in (("rage", BUY), ("form_abandon", ZIP)):
        await post(site, path, kind=kind, page="/", element=element, holds="1")
    assert await problems(site, project) == {("dead", BUY): 5}
    await came(site, project, ("fir",))
    assert await problems(site, project) == {("dead", BUY): 6}
    told = await site.json(f"/api/p/{project.id}/moments?kind=rage&dismissed=1")
    assert told["total"] == 6
    await post(site, path, kind="rage", page="/", element=BUY, holds="")
    assert await problems(site, project) == {("dead", BUY): 6, ("rage", BUY): 6}


async def test_a_verdict_on_what_one_met_is_on_what_all_met(site: Site, project: Project) -> None:
    """As it is given below a replay; and it is taken back below another."""
    for holds, dismissed, word in (("1", 5, "elm"), ("", 0, "amber")):
        form = {"kind": "rage", "page": "/", "element": drifting(word, "buy"), "holds": holds}
        await post(site, f"/p/{project.id}/problems", **form)
        told = await site.json(f"/api/p/{project.id}/moments?kind=rage&dismissed=1")
        assert sum(moment["dismissed"] for moment in told["moments"]) == dismissed
        kept = await site.json(f"/api/p/{project.id}/verdicts")
        assert [one["element"] for one in kept["verdicts"]] == [BUY] * bool(dismissed)


async def test_a_verdict_that_was_given_before_its_id_is_learned_of_holds_then(site: Site) -> None:
    made = site.project()
    await came(site, made, WORDS[:2])
    path = f"/p/{made.id}/problems"
    for kind in ("rage", "dead"):
        await post(site, path, kind=kind, page="/", element=drifting("amber", "buy"), holds="1")
    assert ("rage", drifting("birch", "buy")) in await problems(site, made)
    await came(site, made, WORDS[2:])
    assert await problems(site, made) == {("form_abandon", ZIP): 5}
    await post(site, path, kind="rage", page="/", element=BUY, holds="")
    assert await problems(site, made) == {("form_abandon", ZIP): 5, ("rage", BUY): 5}


async def test_a_form_is_one_and_each_of_its_fields(site: Site, project: Project) -> None:
    # One sends it: the submit goes by the form's key.
    keys = (drifting("fir", "city"), drifting("fir", "form"))
    facts = [
        *facts_of("fir"),
        *visit(40_000, keys, (CITY, FORM)),
        Submit(50_000, 8, keys[1], 0, "", "", "post", "/sent", False),
    ]
    await site.remember(project, "fir", facts, START, visitor=ident("fir"))
    told = await site.json(f"/api/p/{project.id}/forms?page=/")
    [form] = told["forms"]
    assert (form["form"], form["starts"], form["completions"]) == (FORM, 6, 1)
    assert [(one["key"], one["views"], one["drops"]) for one in form["fields"]] == [
        (MAIL, 6, 0), (ZIP, 6, 5), (CITY, 1, 0),
    ]  # fmt: skip
    behind = await site.text(f"/p/{project.id}/forms/sessions?page=/&form={quote(FORM)}&did=drops")
    assert all(ident(word) in behind for word in WORDS)
    assert ident("fir") not in behind


async def test_what_a_form_says_meanwhile_makes_no_other_of_it(site: Site) -> None:
    """Sent in vain, it says what is wrong; each comes back to the field, and gives up there."""
    made = site.project()
    for number, word in enumerate(WORDS):
        keys = (drifting(word, "mail"), drifting(word, "form"))
        facts: list[Fact] = [
            page_view(),
            *visit(20_000, keys, (MAIL, FORM)),
            *visit(30_000, keys, (f"{MAIL}wrong", f"{FORM}@wrong{number % 2}")),
        ]
        await site.remember(made, word, facts, START + number * 3_600_000, visitor=ident(word))
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    [form] = (await site.json(f"/api/p/{made.id}/forms?page=/"))["forms"]
    assert (form["form"], form["starts"]) == (FORM, 5)
    assert [(one["key"], one["returns"]) for one in form["fields"]] == [(MAIL, 5)]
    assert await problems(site, made) == {("form_abandon", MAIL): 5}


async def test_two_forms_of_a_page_are_sent_each_by_itself(site: Site) -> None:
    made = site.project()
    other = "body>footer>form"
    for number, word in enumerate(WORDS):
        name = drifting(word, "letter")
        facts = [
            *facts_of(word),
            *visit(40_000, (drifting(word, "news"), name), (f"{other}>input@n", other)),
            Submit(50_000, 8, name, 0, "", "", "post", "/sent", False),
        ]
        await site.remember(made, word, facts, START + number * 3_600_000, visitor=ident(word))
    told = await site.json(f"/api/p/{made.id}/forms?page=/")
    assert {one["form"]: (one["starts"], one["completions"]) for one in told["forms"]} == {
        FORM: (5, 0), other: (5, 5),
    }  # fmt: skip


async def test_a_search_stays_one_though_only_its_id_says_so(site: Site) -> None:
    made = site.project()
    for number, word in enumerate(WORDS):
        keys = (f"#{word}-search", drifting(word, "form"))
        facts = [page_view(), *visit(20_000, keys, (MAIL, FORM))]
        await site.remember(made, word, facts, START + number * 3_600_000, visitor=ident(word))
    assert (await site.json(f"/api/p/{made.id}/forms?page=/"))["forms"] == []


async def test_the_last_step_is_that_of_all_who_fill_a_form_in(site: Site) -> None:
    """Who sends it goes through four fields; to give it up at the second is no last step, at the fourth it is."""
    made = site.project()
    for number, word in enumerate(WORDS):
        facts: list[Fact] = [page_view()]
        last = 4 if word != "elm" else 2
        for at in range(last):
            plain = f"{FORM}>p:{at + 2}>input@f{at}"
            keys = (drifting(word, f"f{at}"), drifting(word, "form"))
            facts += visit(20_000 + 10_000 * at, keys, (plain, FORM))
        await site.remember(made, word, facts, START + number * 3_600_000, visitor=ident(word))
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    told = await site.json(f"/api/p/{made.id}/moments?kind=last_step")
    assert {one["session"] for one in told["moments"]} == {ident(word) for word in WORDS[:4]}


async def offered(site: Site, project: Project) -> list[tuple[str, int]]:
    """Return the steps that are offered to be named, with how many clicked."""
    page = await site.text(f"/p/{project.id}/events?clicks=1")
    rows = re.findall(r'(\d+)</td><td><a href="[^"]*step=([^#"]+)#name"', page)
    return [(unquote(unescape(step)), int(count)) for count, step in rows]


async def test_an_element_is_offered_once_and_named_for_all(site: Site, project: Project) -> None:
    [(step, count)] = await offered(site, project)
    assert (step, count) == (f'click(page=/, element="{BUY}")', 5)
    await post(site, f"/p/{project.id}/events/name", step=step, name="Wants it")
    await came(site, project, ("fir",))
    told = await site.json(f"/api/p/{project.id}/events")
    [line] = [one for one in told["events"] if one["name"] == "Wants it"]
    assert (line["events"], line["sessions"]) == (18, 6)


async def test_elements_of_other_pages_teach_nothing_of_this(site: Site) -> None:
    """Each page's button has an id, which holds, where only who came twice could tell of all together."""
    made = site.project()
    for number, word in enumerate(WORDS):
        facts: list[Fact] = [
            page_view(url=f"https://shop.example/{word}"),
            click(1_000, key=f"#{word}", plain=BUY),
        ]
        await site.remember(made, word, facts, START + number * 60_000, visitor=ident(word))
    assert sorted(step for step, _ in await offered(site, made)) == [
        f"click(page=/{word}, element=#{word})" for word in WORDS
    ]


async def test_steps_of_fields_go_by_either_key(site: Site, project: Project) -> None:
    for key, count in ((ZIP, 5), (drifting("elm", "zip"), 1)):
        step = quote(f'field(element="{key}")')
        assert await sessions(site, project, f"steps={step}") == count


async def test_heat_of_fields_lies_on_the_field(site: Site, project: Project) -> None:
    facts = await site.json(f"/api/p/{project.id}/heatmap?page=/&kind=hesitation")
    assert {MAIL, ZIP} <= set(facts["keys"])
    body = {
        "width": 1280, "height": 3000, "boxes": {MAIL: [80, 180, 40, 40]}, "drifting": facts["drifting"],
    }  # fmt: skip
    async with site.client.post(
        f"/api/p/{project.id}/heatmap/hesitation?page=/", json=body, headers=SAME_ORIGIN
    ) as answer:
        told: dict[str, Any] = await answer.json()
    assert told["by_element"] == 5
