"""Who the visitor of a session is, and the journey over the visitor's sessions."""

import sqlite3
from pathlib import Path

from footfall.index.tables import open_for_writing
from footfall.wire.facts import Identify
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, page_view

SAME = chunks.ident("visitor-same")


async def test_a_visitor_has_sessions_a_name_and_a_journey(site: Site) -> None:
    project, other = site.project(), site.project("Other")
    named = Identify(10, "u-1", '{"plan":"free"}')
    renamed = Identify(20, "u-1", '{"plan":"pro","seats":3}')
    await site.record(project, "a", [page_view(), click(), named], visitor=SAME)
    later = T0 + 3_600_000
    await site.record(
        project, "b", [page_view(), renamed], visitor=SAME, base_time=later, sent_at=later
    )
    await site.record(project, "c", [page_view()])
    await site.record(other, "d", [page_view()], visitor=SAME)

    told = await site.json(f"/api/p/{project.id}/sessions/{chunks.ident('a')}/visitor")
    assert (told["visitor"], told["count"]) == (SAME, 2)
    assert [one["session"] for one in told["sessions"]] == [chunks.ident("b"), chunks.ident("a")]
    assert [(one["clicks"], one["journey"]) for one in told["sessions"]] == [(0, ["/"]), (1, ["/"])]
    assert (told["user"], told["properties"]) == ("u-1", {"plan": "pro", "seats": 3})

    alone = await site.json(f"/api/p/{project.id}/sessions/{chunks.ident('c')}/visitor")
    assert (alone["count"], alone["user"], alone["properties"]) == (1, "", {})
    await site.json(f"/api/p/{other.id}/sessions/{chunks.ident('a')}/visitor", status=404)


async def test_a_user_is_joined_over_browsers(site: Site) -> None:
    project = site.project()
    phone, desk = chunks.ident("visitor-phone"), chunks.ident("visitor-desk")
    await site.record(project, "before", [page_view()], visitor=phone)
    for session, visitor, user in (("p", phone, "ann"), ("d", desk, "ann"), ("x", SAME, "ben")):
        await site.record(project, session, [page_view(), Identify(9, user, "{}")], visitor=visitor)
    told = await site.json(f"/api/p/{project.id}/sessions/{chunks.ident('d')}/visitor")
    assert {one["session"] for one in told["sessions"]} == set(
        map(chunks.ident, ("before", "p", "d"))
    )
    assert (told["visitor"], told["visitors"], told["count"]) == (desk, 2, 3)


async def test_properties_that_are_no_object_are_nothing(site: Site) -> None:
    project = site.project()
    await site.record(project, "a", [page_view(), Identify(10, "u", "[1")])
    told = await site.json(f"/api/p/{project.id}/sessions/{chunks.ident('a')}/visitor")
    assert (told["user"], told["properties"]) == ("u", {})


def test_an_index_from_before_gets_the_order_by_visitor(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    name = "sessions_project_visitor_started_number"
    with open_for_writing(path) as connection:
        connection.execute(f"DROP INDEX {name}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '5%'")
    connection.close()
    connection = open_for_writing(path)
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall()
    connection.close()
    assert len(found) == 1
    assert isinstance(connection, sqlite3.Connection)
