"""Stars, labels, notes and share links: what is kept, what is refused, and what a link shows and does not."""

import json
from typing import Any

import pytest

from footfall.annotations import Shares
from footfall.projects import Project
from footfall.settings import database
from footfall.web.keys import CONFIG, SHARES
from footfall.wire.schema import FLAG_KEYFRAME, Asset, Fact
from tests.web.conftest import SAME_ORIGIN, Open, Site
from tests.wire.chunks import T0, ident, page_view

PASSWORD = "correct horse battery"
DIGEST = bytes(range(32))


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    for number in range(3):
        facts: list[Fact] = [page_view(), Asset(1, "ref", DIGEST, "text/css", 3)]
        await site.remember(made, f"s{number}", facts, T0 + number * 60_000, flags=FLAG_KEYFRAME)
    return made


def api(project: Project, session: str = "s1") -> str:
    return f"/api/p/{project.id}/sessions/{ident(session)}"


async def send(site: Site, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    async with site.client.request(method, path, data=data, headers=SAME_ORIGIN) as answer:
        assert answer.status == status, f"{path}: {answer.status} {await answer.text()}"
        return await answer.json()


async def test_what_is_added_is_kept_with_the_session(site: Site, project: Project) -> None:
    base = api(project)
    assert await site.json(f"{base}/annotations") == {
        "starred": False, "watched": False, "labels": [], "known_labels": [], "notes": [], "shares": [],
    }  # fmt: skip
    await send(site, "PUT", f"{base}/star", {"starred": True})
    await send(site, "PUT", f"{base}/star", {"starred": True})
    labels = ["checkout  bug", "Ask Ann", "CHECKOUT bug", "<b>"]
    told = await send(site, "PUT", f"{base}/labels", {"labels": labels})
    assert told["labels"] == ["<b>", "Ask Ann", "checkout bug"]
    await send(site, "POST", f"{base}/notes", {"time": 9000, "text": "late"})
    told = await send(site, "POST", f"{base}/notes", {"time": 100, "text": " two\nlines "})
    assert [(note["time"], note["text"]) for note in told["notes"]] == [
        (100, "two\nlines"),
        (9000, "late"),
    ]
    assert told["starred"]
    path = f"{base}/notes/{told['notes'][0]['id']}"
    await send(site, "DELETE", f"{api(project, 's0')}/notes/{told['notes'][0]['id']}", status=404)
    assert len((await send(site, "DELETE", path))["notes"]) == 1
    await send(site, "DELETE", path, status=404)
    await send(site, "PUT", f"{base}/star", {"starred": False})
    other = await site.json(f"{api(project, 's0')}/annotations")
    assert (other["labels"], other["known_labels"]) == ([], told["labels"])
    assert not (await site.json(f"{base}/annotations"))["starred"]


async def test_a_label_known_in_the_project_keeps_its_spelling(
    site: Site, project: Project
) -> None:
    await send(site, "PUT", f"{api(project)}/labels", {"labels": ["Bug"]})
    told = await send(site, "PUT", f"{api(project, 's0')}/labels", {"labels": ["bug"]})
    assert told["known_labels"] == ["Bug"]


@pytest.mark.parametrize(
    ("method", "end", "body"),
    [
        ("PUT", "star", {"starred": 1}),
        ("PUT", "star", "not json"),
        ("PUT", "star", b"\xff"),
        ("PUT", "star", "[" * 100_000),
        ("PUT", "star", []),
        ("PUT", "labels", {"labels": "bug"}),
        ("PUT", "labels", {"labels": [1]}),
        ("PUT", "labels", {"labels": [" "]}),
        ("PUT", "labels", {"labels": ["x" * 41]}),
        ("PUT", "labels", {"labels": ["a\u0000b"]}),
        ("PUT", "labels", '{"labels": ["\\ud800"]}'),
        ("PUT", "labels", {"labels": [str(number) for number in range(21)]}),
        ("POST", "notes", {"time": 1}),
        ("POST", "notes", {"time": True, "text": "x"}),
        ("POST", "notes", {"time": 1.5, "text": "x"}),
        ("POST", "notes", {"time": -1, "text": "x"}),
        ("POST", "notes", {"time": 10**400, "text": "x"}),
        ("POST", "notes", {"time": 1, "text": "  "}),
        ("POST", "notes", {"time": 1, "text": "x" * 2001}),
        ("POST", "notes", '{"time": 1, "text": "\\ud800"}'),
        ("POST", "shares", {"days": 0}),
        ("POST", "shares", {"days": 366}),
        ("POST", "shares", {"days": "7"}),
        ("POST", "shares", {}),
    ],
)
async def test_what_makes_no_sense_is_refused(
    site: Site, project: Project, method: str, end: str, body: Any
) -> None:
    told = await send(site, method, f"{api(project)}/{end}", body, status=400)
    assert told["message"].endswith((".", "}."))
    before = await site.json(f"{api(project)}/annotations")
    assert before["notes"] == before["shares"] == before["labels"] == []


async def test_another_projects_session_is_none(site: Site, project: Project) -> None:
    other = site.project("Other")
    await send(site, "PUT", f"{api(other)}/star", {"starred": True}, status=404)
    await site.json(f"{api(other)}/annotations", 404)
    note = (await send(site, "POST", f"{api(project)}/notes", {"time": 1, "text": "x"}))["notes"]
    await send(site, "DELETE", f"{api(other)}/notes/{note[0]['id']}", status=404)


async def test_another_site_cannot_write(site: Site, project: Project) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    for method, end in (("PUT", "star"), ("POST", "shares"), ("DELETE", "notes/1")):
        async with site.client.request(
            method, f"{api(project)}/{end}", data='{"days":7,"starred":true}', headers=headers
        ) as answer:
            assert answer.status == 403
    told = await site.json(f"{api(project)}/annotations")
    assert (told["starred"], told["shares"]) == (False, [])


async def test_the_list_is_filtered_by_star_and_label(site: Site, project: Project) -> None:
    for session in ("s0", "s1"):
        await send(site, "PUT", f"{api(project, session)}/star", {"starred": True})
    for session in ("s1", "s2"):
        await send(site, "PUT", f"{api(project, session)}/labels", {"labels": ["Bug & co"]})

    async def listed(query: str) -> list[str]:
        found = await site.json(f"/api/p/{project.id}/sessions{query}")
        assert found["total"] == len(found["sessions"])
        return [one["session"] for one in found["sessions"]]

    assert await listed("") == [ident("s2"), ident("s1"), ident("s0")]
    assert await listed("?starred=1") == [ident("s1"), ident("s0")]
    assert await listed("?label=Bug+%26+co") == [ident("s2"), ident("s1")]
    assert await listed("?starred=1&label=Bug+%26+co") == [ident("s1")]
    assert await listed("?label=none") == []
    text = await site.text(f"/p/{project.id}/sessions?label=Bug+%26+co")
    assert '<option value="Bug &amp; co" selected>' in text
    assert text.count('<span class="label">Bug &amp; co</span>') == 2
    assert text.count("row-star") == 1
    assert "No session matches" in await site.text(f"/p/{project.id}/sessions?label=gone")


async def test_a_link_shows_one_replay_and_nothing_else(open_site: Open) -> None:
    site = await open_site(password=PASSWORD)
    project = site.project()
    for session in ("s1", "s2"):
        facts: list[Fact] = [page_view(), Asset(1, "ref", DIGEST, "text/css", 3)]
        await site.remember(project, session, facts, T0, flags=FLAG_KEYFRAME)
    share = site.app[SHARES].create(project.id, ident("s1"), 7)
    base = f"/api/shared/{share.token}"
    page = await site.text(f"/shared/{share.token}")
    assert share.token in page
    assert not any(name in page for name in ("/p/", project.name + "<", ident("s2"), "/sessions"))
    manifest = await site.json(base)
    assert manifest["session"] == ident("s1")
    assert not {"visitor", "project"} & set(manifest)
    tab = manifest["tabs"][0]["tab"]
    async with site.client.get(f"{base}/chunks?tab={tab}") as answer:
        assert answer.status == 200
        assert len(await answer.read()) > 10
    async with site.client.get(f"{base}/frame") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert f"{base}/assets/" in policy
        assert "/api/p/" not in policy
        assert "sandbox allow-same-origin" in policy
    await site.json(f"{base}/assets/{'0' * 64}", 404)
    # What the link does not open:
    for path in (api(project), f"{api(project)}/annotations", f"{api(project, 's2')}/chunks"):
        await site.json(path, 401)
    for path in (f"/p/{project.id}/sessions", "/frame", "/projects"):
        await site.text(path, 303)
    async with site.client.post(base, headers=SAME_ORIGIN) as answer:
        assert answer.status == 405


async def test_a_link_ends_when_its_time_is_over_or_it_is_withdrawn(
    site: Site, project: Project
) -> None:
    base = api(project)
    await send(site, "POST", f"{base}/shares", {"days": 1})
    told = await send(site, "POST", f"{base}/shares", {"days": 7})
    newest, oldest = told["shares"]
    assert newest["expires"] - newest["created"] == 7 * 86_400_000
    assert newest["path"] != oldest["path"]
    for share in (newest, oldest):
        assert "Shared" in await site.text(share["path"])
    await send(site, "DELETE", f"{api(project, 's0')}/shares/{newest['id']}", status=404)
    told = await send(site, "DELETE", f"{base}/shares/{newest['id']}")
    assert [share["id"] for share in told["shares"]] == [oldest["id"]]
    with database(site.app[CONFIG].storage / "settings.db") as db:
        db.execute("UPDATE shares SET expires = 1 WHERE id = ?", [oldest["id"]])
    for path in (newest["path"], oldest["path"], "/shared/" + "A" * 32):
        assert "not good any more" in await site.text(path, 404)
        for end in ("", "/chunks", "/frame", f"/assets/{DIGEST.hex()}"):
            await site.json(f"/api{path}{end}", 404)
    assert (await site.json(f"{base}/annotations"))["shares"] == []


async def test_links_and_notes_outlive_the_server(site: Site, project: Project) -> None:
    told = await send(site, "POST", f"{api(project)}/shares", {"days": 7})
    token = told["shares"][0]["path"].removeprefix("/shared/")
    assert Shares(site.app[CONFIG].storage / "settings.db").find(token).session == ident("s1")
