"""What the player asks: manifest, chunks, assets; and that one project never sees another's."""

import hashlib
import re
import struct
from io import BytesIO

import pytest
from aiohttp import ClientError
from PIL import Image

from footfall.errors import StorageError
from footfall.web.app import INDEX, LOG, VAULT
from footfall.wire.schema import FLAG_KEYFRAME, Asset
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, page_view, pointer

URL = "https://shop.example/"


def framed(parts: list[bytes]) -> bytes:
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


async def test_manifest_and_chunks_are_what_was_sent(site: Site) -> None:
    project = site.project()
    sent = {
        0: await site.record(
            project, "a", [page_view(), click()], flags=FLAG_KEYFRAME, frames=b"first"
        ),
        1: await site.record(project, "a", [pointer(0, (0, 50))], sequence=1, frames=b"second"),
        3: await site.record(project, "a", [click(0)], sequence=3, base_time=T0 + 9_000),
    }
    base = f"/api/p/{project.id}/sessions/{chunks.ident('a')}"
    told = await site.json(base)
    assert (told["project"], told["session"]) == (project.id, chunks.ident("a"))
    assert told["visitor"] == chunks.ident("visitor-a")
    (tab,) = told["tabs"]
    assert [(one["sequence"], one["bytes"]) for one in tab["chunks"]] == [
        (number, len(body)) for number, body in sent.items()
    ]
    assert tab["chunks"][0]["flags"] == FLAG_KEYFRAME
    assert [(gap["after"], gap["before"], gap["reason"]) for gap in tab["gaps"]] == [
        (1, 3, "missing")
    ]
    (view,) = told["page_views"]
    assert (view["url"], view["title"], view["clicks"], view["page"]) == (URL, "Shop", 2, "/")

    stream = f"{base}/chunks?tab={chunks.ident('tab-a')}"
    async with site.client.get(stream) as answer:
        assert answer.content_type == "application/octet-stream"
        assert await answer.read() == framed(list(sent.values()))
    async with site.client.get(f"{stream}&from=1&to=2") as answer:
        assert await answer.read() == framed([sent[1]])
    async with site.client.get(f"{base}/chunks?tab=none") as answer:
        assert await answer.read() == b""


async def test_many_chunks_are_streamed_in_order(site: Site) -> None:
    project = site.project()
    sent = [
        await site.record(project, "a", [page_view()], sequence=number, frames=bytes([number]) * 99)
        for number in range(40)
    ]
    path = f"/api/p/{project.id}/sessions/{chunks.ident('a')}/chunks?tab={chunks.ident('tab-a')}"
    async with site.client.get(path) as answer:
        assert await answer.read() == framed(sent)


async def test_a_damaged_chunk_is_left_out(site: Site) -> None:
    project = site.project()
    first = await site.record(project, "a", [page_view()])
    await site.record(project, "a", [click()], sequence=1)
    row = site.app[INDEX].chunks(project.id, chunks.ident("a"))[1]
    (segment,) = (site.app[LOG]._path).glob("*.seg")
    content = bytearray(segment.read_bytes())
    content[row.position.offset + row.position.length - 1] ^= 0xFF
    segment.write_bytes(content)
    path = f"/api/p/{project.id}/sessions/{chunks.ident('a')}/chunks?tab={chunks.ident('tab-a')}"
    async with site.client.get(path) as answer:
        assert await answer.read() == framed([first])


async def test_a_disk_that_fails_midway_breaks_the_answer_off(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = site.project()
    await site.record(project, "a", [page_view()])

    def fail(_position: object) -> None:
        raise StorageError("The disk is gone.")

    monkeypatch.setattr(site.app[LOG], "read", fail)
    path = f"/api/p/{project.id}/sessions/{chunks.ident('a')}/chunks?tab={chunks.ident('tab-a')}"
    with pytest.raises(ClientError):
        async with site.client.get(path) as answer:
            await answer.read()


async def test_a_session_is_not_found_in_another_project(site: Site) -> None:
    ours, other = site.project("Ours"), site.project("Other")
    await site.record(ours, "a", [page_view(), click()])
    session = chunks.ident("a")
    for path in (
        f"/p/{other.id}/sessions/{session}",
        f"/api/p/{other.id}/sessions/{session}",
        f"/api/p/{other.id}/sessions/{session}/chunks?tab={chunks.ident('tab-a')}",
        "/p/no-such-project/sessions",
        "/api/p/no-such-project/status",
    ):
        text = await site.text(path, 404)
        assert "Shop" not in text
    assert (await site.json(f"/api/p/{other.id}/sessions"))["total"] == 0
    assert (await site.json(f"/api/p/{other.id}/heatmap?page=/"))["clicks"] == 0
    assert (await site.json(f"/api/p/{other.id}/status"))["first_chunk_at"] is None


async def test_assets_are_inert_kept_for_ever_and_each_projects_own(site: Site) -> None:
    ours, other = site.project("Ours"), site.project("Other")
    data = BytesIO()
    Image.new("RGB", (2, 2)).save(data, "PNG")
    content = data.getvalue()
    sha = hashlib.sha256(content)
    site.app[VAULT].put(sha.hexdigest(), content)
    asset = Asset(0, "ref", sha.digest(), "image/png", len(content))
    await site.record(ours, "a", [page_view(), asset])
    async with site.client.get(f"/api/p/{ours.id}/assets/{sha.hexdigest()}") as answer:
        assert answer.status == 200
        assert await answer.read() == content
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        )
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    await site.text(f"/api/p/{other.id}/assets/{sha.hexdigest()}", 404)
    await site.text(f"/api/p/{ours.id}/assets/{'0' * 64}", 404)


async def test_status_tells_when_the_first_chunk_came(site: Site) -> None:
    project = site.project()
    path = f"/api/p/{project.id}/status"
    assert (await site.json(path))["first_chunk_at"] is None
    await site.record(project, "a", [page_view(), click()])
    told = await site.json(path)
    assert told["first_chunk_at"] > T0
    assert (told["sessions"], told["page_views"], told["clicks"], told["chunks"]) == (1, 1, 1, 1)


async def test_health_tells_how_far_the_index_is(site: Site) -> None:
    project = site.project()
    await site.record(project, "a", [page_view()])
    told = await site.json("/healthz")
    assert told["ok"] is True
    assert told["counters"]["chunks"] == 1
    assert told["index"]["is_behind"] is False
    assert told["log"]["offset"] == told["index"]["offset"]


async def test_a_replay_link_made_by_the_recorder_is_found(site: Site) -> None:
    """The recorder knows the project's key and no id; the key opens nothing that a session elsewhere has."""
    project, other = site.project(), site.project("Other")
    session = chunks.ident("a")
    await site.record(project, "a", [page_view()], flags=FLAG_KEYFRAME, frames=b"first")
    async with site.client.get(f"/p/{project.key}/sessions/{session}?t=1500") as answer:
        assert answer.status == 200
        assert f'data-project="{project.id}"' in await answer.text()
    async with site.client.get(f"/p/{other.key}/sessions/{session}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/footfall.mjs", "/footfall.d.mts"])
async def test_the_module_and_its_types_are_for_any_site(site: Site, path: str) -> None:
    async with site.client.get(path, headers={"Host": "stats.example"}) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.content_type == "text/javascript"
        assert "start" in await answer.text()


@pytest.mark.parametrize("path", ["/footfall.js", "/footfall-console.js?v=1234"])
async def test_the_recorder_and_its_parts_are_for_any_site(site: Site, path: str) -> None:
    async with site.client.get(path, headers={"Host": "stats.example"}) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.content_type == "text/javascript"
        tag = answer.headers["ETag"]
    async with site.client.get(path, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304


async def test_a_part_that_is_asked_for_by_its_build_is_kept_for_good(site: Site) -> None:
    async with site.client.get("/footfall-more.js") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        found = re.search(r'export const build="(\w{8})"', await answer.text())
    assert found
    async with site.client.get("/footfall.js") as answer:
        assert found[1] in await answer.text(), "the core asks for parts of its own build"
    async with site.client.get(f"/footfall-more.js?v={found[1]}") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    async with site.client.get("/footfall-none.js") as answer:
        assert answer.status == 404
