"""A page whose ids are made anew for each visit, through the API: its elements are one each, and are found again."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from footfall.detect import keys
from footfall.projects import Project
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire.chunks import T0, click, ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

PLAIN = "body>div:*@tent>button@buy"
BODY = {"width": 1280, "height": 3000, "boxes": {PLAIN: [80, 180, 40, 40]}, "drifting": [PLAIN]}
WORDS = ("amber", "birch", "cedar", "dune", "elm")


@pytest.fixture
async def project(site: Site) -> Project:
    """Five visitors, for each of whom the button has another id; the menu's is the same."""
    made = site.project()
    for number, word in enumerate(WORDS):
        facts: list[Fact] = [
            page_view(),
            click(1_000, key=f"#{word}", plain=PLAIN, text="=Buy"),
            click(2_000, key="#menu>a@home", plain="body>nav>a@home", text="=Home"),
        ]
        visitor = ident(f"visitor-{word}")
        await site.remember(made, f"s{number}", facts, T0 + number * 60_000, visitor=visitor)
    return made


async def told(
    site: Site, project: Project, kind: str, body: dict[str, Any], query: str = ""
) -> Any:
    path = f"/api/p/{project.id}/heatmap/{kind}?page=/{query}"
    async with site.client.post(path, json=body, headers=SAME_ORIGIN) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_the_viewer_is_told_what_to_look_for(site: Site, project: Project) -> None:
    facts = await site.json(f"/api/p/{project.id}/heatmap?page=/")
    assert facts["keys"] == ["#menu>a@home", PLAIN]
    assert facts["drifting"] == [PLAIN]


async def test_of_many_clicks_some_are_learned_from(
    site: Site, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LEARNED_FROM", 5)  # of ten: those of the button by turns
    facts = await site.json(f"/api/p/{project.id}/heatmap?page=/")
    assert facts["keys"] == ["#menu>a@home", PLAIN]
    monkeypatch.setattr(keys, "LEARNED_FROM", 2)  # fewer visitors than it takes
    facts = await site.json(f"/api/p/{project.id}/heatmap?page=/")
    assert len(facts["keys"]) == 6


async def test_clicks_lie_on_the_element_and_are_one_row(site: Site, project: Project) -> None:
    drawn = await told(site, project, "click", BODY)
    assert (drawn["by_element"], drawn["scaled"], drawn["not_placed"]) == (5, 5, 0)
    expected = [("#menu>a@home", "=Home", 5), (PLAIN, "=Buy", 5)]
    assert sorted((one["key"], one["text"], one["clicks"]) for one in drawn["elements"]) == expected
    first = await told(site, project, "click", BODY, "&clicks=first")
    assert (first["clicks"], first["by_element"]) == (5, 5)
    # Whoever tells no drifting keys has asked an older page: ids are trusted, and none is there.
    older = await told(site, project, "click", {**BODY, "drifting": []})
    assert older["by_element"] == 0


async def test_tables_and_files_have_one_row_too(site: Site, project: Project) -> None:
    for kind in ("elements", "conversion"):
        lines = (await told(site, project, kind, BODY, "&goal=event:bought"))["elements"]
        assert {(one["key"], one["clicks"], one["sessions"]) for one in lines} == {
            ("#menu>a@home", 5, 5), (PLAIN, 5, 5),
        }  # fmt: skip
    api = f"/api/p/{project.id}/heatmap"
    numbers = await site.json(f"{api}.json?page=/&kind=click")
    assert {one["key"]: one["clicks"] for one in numbers["elements"]} == {
        "#menu>a@home": 5,
        PLAIN: 5,
    }
    assert (await site.text(f"{api}.csv?page=/")).count("\n") == 3


async def test_what_nothing_tells_apart_is_not_looked_for(site: Site) -> None:
    """Counted ids: the fourth picture of a list may be any other on the page that is drawn upon."""
    made = site.project()
    for number, word in enumerate(WORDS):
        facts: list[Fact] = [
            page_view(),
            click(1_000, key=f"#w{number + 3}", plain=PLAIN),
            click(2_000, key="#w4", plain=f"body>ul>li:{number + 2}@>img"),
            click(3_000, key="#logo", plain="body>ul>li:9@>img"),
        ]
        await site.remember(made, word, facts, T0 + number * 60_000, visitor=ident(word))
    facts_told = await site.json(f"/api/p/{made.id}/heatmap?page=/")
    assert facts_told["keys"] == ["#logo", PLAIN]
    drawn = await told(site, made, "click", BODY)
    assert (drawn["by_element"], drawn["clicks"]) == (5, 15)


@pytest.mark.parametrize(("words", "layers"), [(WORDS, 1), (WORDS[:3], 3)])
async def test_what_was_open_is_one_layer(site: Site, words: tuple[str, ...], layers: int) -> None:
    """A dialog; at the same time a part that has no id was unfolded."""
    made = site.project()
    plain = "body>div:3\nbody>main>h2@more"
    for number, word in enumerate(words):
        state = f"#{word}-cart\nbody>main>h2@more"
        facts: list[Fact] = [
            page_view(),
            click(1_000, key=f"#{word}", plain=PLAIN, text="=Buy"),
            click(2_000, key=f"#{word}", plain=PLAIN, state=state, state_plain=plain),
        ]
        await site.remember(made, word, facts, T0 + number * 60_000, visitor=ident(word))
    states = (await site.json(f"/api/p/{made.id}/heatmap?page=/"))["states"]
    assert [one["clicks"] for one in states] == [len(words) // layers] * layers
    if layers > 1:
        return
    assert [one["state"] for one in states] == [plain]
    one = "#amber-cart\nbody>main>h2@more"
    drawn_in: dict[str | None, int] = {plain: 5, "": 5, one: 1, None: 10}
    for opened, clicks in drawn_in.items():
        for query in ("", "&clicks=first", "&device=desktop"):
            drawn = await told(site, made, "click", {**BODY, "state": opened}, query)
            expected = clicks if query != "&clicks=first" else {"": 5, None: 5}.get(opened, 0)
            assert drawn["by_element"] == expected, (opened, query)
    # Someone meets the same dialog without an id.
    facts = [page_view(), click(2_000, key="#fir", plain=PLAIN, state=plain)]
    await site.remember(made, "fir", facts, T0, visitor=ident("fir"))
    states = (await site.json(f"/api/p/{made.id}/heatmap?page=/"))["states"]
    assert [(one["state"], one["clicks"]) for one in states] == [(plain, 6)]


async def test_confetti_lies_on_the_element(site: Site, project: Project) -> None:
    # On a page of another device class, clicks on what is not there are left out.
    drawn = await told(site, project, "confetti", {**BODY, "width": 390})
    assert (drawn["clicks"], drawn["drawn"]) == (10, 5)


async def test_who_clicked_is_found_by_either_key(site: Site, project: Project) -> None:
    base = f"/api/p/{project.id}/sessions"
    assert (await site.json(f"{base}?element={quote(PLAIN)}"))["total"] == 5
    assert (await site.json(f"{base}?element=%23amber"))["total"] == 1


@pytest.mark.parametrize("drifting", ["x", [1], {}])
async def test_what_drifts_must_be_a_list_of_keys(
    site: Site, project: Project, drifting: object
) -> None:
    path = f"/api/p/{project.id}/heatmap/click?page=/"
    body = {**BODY, "drifting": drifting}
    async with site.client.post(path, json=body, headers=SAME_ORIGIN) as answer:
        assert answer.status == 400
