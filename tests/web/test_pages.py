"""Every page: there, with its headers, without inline scripts, with what was recorded and nothing else."""

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from footfall.projects import Project
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, page_view, scroll

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

DAY = 86_400_000
NASTY = "\"><script>alert(1)</script>' onload=x {{ 7*7 }}"


class Inline(HTMLParser):
    """Collects what a page may not have: inline scripts, event handlers, links that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.in_script = tag == "script"
        if tag == "script" and "src" not in values:
            self.found.append("script")
        self.found += [name for name in values if name.startswith("on")]
        self.found += [
            value for value in values.values() if value and value.startswith("javascript:")
        ]

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.found.append(data)

    def handle_endtag(self, _tag: str) -> None:
        self.in_script = False


async def visit(
    site: Site, project: Project, session: str, start: int, path: str, **view: int
) -> None:
    url = f"https://shop.example{path}"
    facts: list[Fact] = [
        page_view(url=url, title=f"Title of {path}", **view),
        click(100),
        scroll(200, (0, 500)),
    ]
    await site.remember(project, session, facts, start, url=url)


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project("Shop")
    await visit(site, made, "one", T0, "/")
    await visit(site, made, "two", T0 + DAY, "/cart", width=400)
    await visit(site, made, "three", T0 + 2 * DAY, "/item/12345")
    return made


PAGES = ("sessions", "pages", "setup", "heatmap", "replay", "projects")


def path_of(page: str, project: Project) -> str:
    return {
        "setup": f"/p/{project.id}",
        "heatmap": f"/p/{project.id}/heatmap?page=%2Fcart&device=mobile",
        "replay": f"/p/{project.id}/sessions/{chunks.ident('two')}",
        "projects": "/projects",
    }.get(page, f"/p/{project.id}/{page}")


@pytest.mark.parametrize("page", PAGES)
async def test_page_has_its_headers_and_runs_nothing_inline(
    site: Site, project: Project, page: str
) -> None:
    async with site.client.get(path_of(page, project), allow_redirects=False) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        policy = answer.headers["Content-Security-Policy"]
        for part in (
            "default-src 'none'",
            "script-src 'self';",
            "frame-src 'self';",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ):
            assert part in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        parser = Inline()
        parser.feed(await answer.text())
        assert parser.found == []


async def test_sessions_are_listed_newest_first_with_their_facts(
    site: Site, project: Project
) -> None:
    text = await site.text(f"/p/{project.id}/sessions")
    assert re.findall(r'data-session="(\w+)-', text) == ["three", "two", "one"]
    assert "1–3 of 3 sessions" in text
    assert "/item/:id" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("page=/cart", ["two"]),
        ("device=mobile", ["two"]),
        ("device=desktop", ["three", "one"]),
        ("from=2023-11-15&to=2023-11-15", ["two"]),  # T0 is 2023-11-14 22:13 UTC
        ("from=2023-11-15&to=2023-11-15&zone=120", ["one"]),
        ("page=/cart&device=desktop", []),
        ("time=today", []),
        ("device=fridge", ["three", "two", "one"]),
    ],
)
async def test_filters(site: Site, project: Project, query: str, expected: list[str]) -> None:
    text = await site.text(f"/p/{project.id}/sessions?{query}")
    assert re.findall(r'data-session="(\w+)-', text) == expected
    listed = await site.json(f"/api/p/{project.id}/sessions?{query}")
    assert [one["session"].strip("-") for one in listed["sessions"]] == expected
    assert listed["total"] == len(expected)


async def test_the_list_is_paged(
    site: Site, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footfall.web.sessions.PAGE_ROWS", 2)
    first = await site.text(f"/p/{project.id}/sessions")
    assert "1–2 of 3" in first
    assert 'href="?offset=2"' in first
    second = await site.text(f"/p/{project.id}/sessions?offset=2")
    assert "3–3 of 3" in second
    assert re.findall(r'data-session="(\w+)-', second) == ["one"]
    assert 'href="?"' in second


async def test_empty_states_say_what_to_do(site: Site) -> None:
    project = site.project("Empty")
    base = f"/p/{project.id}"
    assert "No sessions yet" in await site.text(f"{base}/sessions")
    assert "No session matches" in await site.text(f"{base}/sessions?device=tablet")
    assert "No pages yet" in await site.text(f"{base}/pages")
    assert "No heatmaps yet" in await site.text(f"{base}/heatmap")
    assert "Waiting for the first chunk" in await site.text(base)


async def test_pages_table(site: Site, project: Project) -> None:
    text = await site.text(f"/p/{project.id}/pages")
    assert text.count('<td class="grow p-page">') == 3
    assert "43 %" in text  # (500 + 800) / 3000
    assert "heatmap?page=%2Fcart&amp;kind=click" in text


async def test_replay_leads_to_its_neighbours(site: Site, project: Project) -> None:
    base = f"/p/{project.id}/sessions"
    text = await site.text(f"{base}/{chunks.ident('two')}")
    assert f'href="{base}/{chunks.ident("three")}"' in text
    assert f'href="{base}/{chunks.ident("one")}"' in text
    assert f'data-session="{chunks.ident("two")}"' in text
    newest = await site.text(f"{base}/{chunks.ident('three')}")
    assert newest.count('aria-disabled="true"') == 1


async def test_setup_shows_the_line_to_paste(site: Site) -> None:
    project = site.project("Strict", mask="strict", origins=("https://shop.example",))
    text = await site.text(f"/p/{project.id}")
    origin = f"http://127.0.0.1:{site.client.port}"
    escaped = (
        f"&lt;script async src=&#34;{origin}/footfall.js&#34; data-project=&#34;{project.key}&#34;"
        " data-mask=&#34;strict&#34;&gt;&lt;/script&gt;"
    )
    assert escaped in text
    assert "https://shop.example" in text
    assert "Any website" not in text


async def test_heatmap_goes_to_the_most_viewed_page_and_commonest_device(
    site: Site, project: Project
) -> None:
    await visit(site, project, "four", T0 + 3 * DAY, "/cart", width=500)
    await visit(site, project, "five", T0 + 3 * DAY, "/cart", width=420)
    base = f"/p/{project.id}/heatmap"
    async with site.client.get(base, allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == f"{base}?kind=click&page=/cart"
    async with site.client.get(f"{base}?page=/cart&kind=scroll", allow_redirects=False) as answer:
        location = answer.headers["Location"]
        assert location == f"{base}?page=/cart&kind=scroll&device=mobile"
    assert 'data-kind="scroll"' in await site.text(location)
    assert "All 3" in await site.text(f"{base}?page=/cart&device=")


async def test_start_leads_to_the_project_looked_at_last(site: Site) -> None:
    async with site.client.get("/", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/projects"
    first, second = site.project("First"), site.project("Second")
    await site.text(f"/p/{first.id}/sessions")
    async with site.client.get("/", allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/p/{first.id}/overview"
    await site.text(f"/p/{second.id}/overview")
    async with site.client.get("/", allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/p/{second.id}/overview"


async def test_hostile_names_are_shown_as_text(site: Site) -> None:
    project = site.project(NASTY[:80])
    url = f"https://shop.example/{NASTY}"
    view = page_view(url=url, title=NASTY, referrer=NASTY)
    await site.record(project, "nasty", [view, click(key=NASTY, text=NASTY)], url=url)
    for path in (
        "/projects",
        f"/p/{project.id}",
        f"/p/{project.id}/sessions",
        f"/p/{project.id}/pages",
        f"/p/{project.id}/sessions/{chunks.ident('nasty')}",
        f"/p/{project.id}/heatmap?device=&page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        f"/p/{project.id}/sessions?page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ):
        text = await site.text(path)
        parser = Inline()
        parser.feed(text)
        assert parser.found == [], path
        assert "<script>" not in text
        told = text.replace("{{ 7*7 }}", "").replace(project.key, "")  # a key is of chance
        assert "49" not in re.sub(r"\d{3,}|:\d\d", "", told)
