"""Erasing over HTTP and beside a running server; retention."""

import asyncio
from pathlib import Path

import pytest

from footfall import cli
from footfall.annotations import Annotations
from footfall.erasure import Journal, Retention, expires
from footfall.errors import ConfigError
from footfall.projects import Project, Projects
from footfall.web import erasing
from footfall.web.app import INDEX, INGEST, LOG, PROJECTS
from footfall.web.keys import ANNOTATIONS, ERASER, JOURNAL
from footfall.wire.schema import CHUNK_PATH
from tests.web.conftest import SAME_ORIGIN, Open, Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, ident, page_view

DAY = 86_400_000


async def fill(site: Site) -> Project:
    project = site.project()
    for name in ("a", "b", "c"):
        visitor = ident("visitor-1" if name != "c" else "visitor-2")
        await site.record(
            project, name, [page_view(title=f"wombat-{name}"), click()], visitor=visitor
        )
    return project


def path(project: Project, session: str) -> str:
    return f"/api/p/{project.id}/sessions/{ident(session)}"


async def test_a_session_is_erased_and_stays_so(site: Site) -> None:
    project = await fill(site)
    async with site.client.delete(path(project, "a"), headers=SAME_ORIGIN) as answer:
        assert (answer.status, await answer.json()) == (200, {"sessions": 1, "done": True})
    await site.json(path(project, "a"), 404)
    await site.json(path(project, "b"))
    for sequence in (0, 1):  # the same again, and one that comes late
        body = chunks.chunk(
            [page_view()], project=project.key, session=ident("a"), sequence=sequence
        )
        async with site.client.post(f"{CHUNK_PATH}?token={site.tokens['a']}", data=body) as answer:
            assert answer.status == 410
            assert (await answer.json())["error"] == "erased"
    assert site.app[INGEST].counters.refused == {"erased": 2}
    assert {record.session for _, record in site.app[LOG].scan()} == {ident("b"), ident("c")}
    async with site.client.delete(path(project, "a"), headers=SAME_ORIGIN) as answer:
        assert answer.status == 404


async def test_a_session_that_is_not_in_memory_is_refused_too(open_site: Open) -> None:
    site = await open_site()
    project = await fill(site)
    await asyncio.to_thread(site.app[JOURNAL].begin, project.id, "session", [ident("new")])
    body = chunks.chunk([page_view()], project=project.key, session=ident("new"))
    async with site.client.post(CHUNK_PATH, data=body) as answer:
        assert answer.status == 410


async def test_all_of_a_visitor(site: Site) -> None:
    project = await fill(site)
    address = f"{path(project, 'a')}/visitor"
    async with site.client.delete(address, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 403
    async with site.client.delete(address, headers=SAME_ORIGIN) as answer:
        assert (await answer.json())["sessions"] == 2
    assert [row.session for row in site.app[INDEX].sessions(project.id)] == [ident("c")]


async def test_chunks_that_arrive_meanwhile_do_not_stay(site: Site) -> None:
    project = site.project()
    await site.record(project, "a", [page_view()])

    async def send(sequence: int) -> int:
        body = chunks.chunk(
            [click()],
            project=project.key,
            session=ident("a"),
            sequence=sequence,
            frames=b"x" * 9_000,
        )
        url = f"{CHUNK_PATH}?token={site.tokens['a']}"
        async with site.client.post(url, data=body) as answer:
            return answer.status

    async def erase() -> int:
        async with site.client.delete(path(project, "a"), headers=SAME_ORIGIN) as answer:
            return answer.status

    early = [asyncio.create_task(send(number)) for number in range(1, 100)]
    erased = asyncio.create_task(erase())
    late = [asyncio.create_task(send(number)) for number in range(100, 200)]
    assert await erased == 200
    assert set(await asyncio.gather(*early, *late)) <= {200, 410}
    assert await send(500) == 410
    assert list(site.app[LOG].scan()) == []
    assert site.app[INDEX].summary(project.id).chunks == 0


async def test_a_command_beside_the_server(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = await fill(site)
    common = ["--storage", str(tmp_path / "storage")]

    async def run(*arguments: str) -> tuple[int, str]:
        status = await asyncio.to_thread(cli.main, ["erase", *arguments, *common])
        told = capsys.readouterr()
        return status, told.out + told.err

    status, told = await run(project.id, "--visitor", ident("visitor-1"))
    assert status == 0
    assert "To go: 2 sessions of Shop with 2 page views" in told
    assert "say --yes" in told
    assert len(site.app[INDEX].sessions(project.id)) == 3
    status, told = await run(project.id, "--visitor", ident("visitor-1"), "--yes")
    assert (status, "It is erased." in told) == (0, True)
    assert [row.session for row in site.app[INDEX].sessions(project.id)] == [ident("c")]
    assert "nothing is erased" in (await run(project.id, "--session", ident("a"), "--yes"))[1]
    assert (await run("nothing", "--session", "x"))[0] == 1
    assert (await run(project.id, "--before", "yesterday"))[0] == 1
    assert (await run(project.id, "--user", "anna"))[0] == 0
    status, told = await run(project.id, "--before", "2100-01-01", "--yes")
    assert status == 0
    assert site.app[INDEX].sessions(project.id) == []


async def test_retention(site: Site) -> None:
    project = site.project()
    for name in ("old", "starred"):
        await site.remember(project, name, [page_view()], T0)
    await site.record(project, "new", [page_view()])
    site.app[ANNOTATIONS].star(project.id, ident("starred"), starred=True)
    assert erasing.begin_expired(site.app) == 0  # the first look
    async with site.client.post(
        f"/p/{project.id}/retention", data={"days": "0"}, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    assert "for ever" in await site.text(f"/p/{project.id}")
    assert erasing.begin_expired(site.app, is_sure=True) == 0
    async with site.client.post(
        f"/p/{project.id}/retention", data={"days": ""}, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    assert erasing.begin_expired(site.app) == 1
    for _ in range(200):
        if len(site.app[INDEX].sessions(project.id)) == 2:
            break
        await asyncio.sleep(0.05)
    left = {row.session for row in site.app[INDEX].sessions(project.id)}
    assert left == {ident("starred"), ident("new")}
    with pytest.raises(ConfigError):
        site.app[PROJECTS].set_retention(project.id, 10_000)


def test_a_mad_clock_empties_nothing(tmp_path: Path) -> None:

    project = Projects(tmp_path / "settings.db").create("Shop")
    Annotations(tmp_path / "settings.db")
    retention = Retention(Journal(tmp_path / "settings.db"))
    now = T0
    assert not retention.trusts(now)
    assert not retention.trusts(now + DAY // 2)
    assert retention.trusts(now + DAY)
    assert retention.trusts(now + 2 * DAY)
    assert not retention.trusts(now + 20_000 * DAY)  # mad
    assert retention.trusts(now + 3 * DAY)  # right again
    assert not retention.trusts(now + 30 * DAY)  # the server was off
    assert retention.trusts(now + 30 * DAY, is_sure=True)
    assert expires(project, 30, T0) == T0 + 30 * DAY
    assert expires(project, 0, T0) is None


async def test_what_a_command_began_is_done_by_the_server(site: Site) -> None:
    project = await fill(site)
    await asyncio.to_thread(site.app[JOURNAL].begin, project.id, "session", [ident("b")])
    for _ in range(200):
        if site.app[INDEX].session(project.id, ident("b")) is None:
            break
        await asyncio.sleep(0.05)
    assert len(site.app[INDEX].sessions(project.id)) == 2
    assert not await asyncio.to_thread(site.app[ERASER].run_next)
