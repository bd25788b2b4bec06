"""A session as one file: it plays from the disk, asks nobody for anything, and does not tell who it was."""

import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect

from footfall import cli
from footfall.export import recording
from footfall.export.recording import embedded
from footfall.wire.codec import decode_chunk
from footfall.wire.nameless import NOBODY, nameless
from tests.browser.test_player import until
from tests.export.recorded import SESSION, USER, record_shop
from tests.web.conftest import Open, Site
from tests.wire import chunks
from tests.wire.chunks import page_view


def api(project: str, session: str = SESSION) -> str:
    return f"/api/p/{project}/sessions/{session}"


def test_a_chunk_loses_its_names_and_nothing_else() -> None:
    body = chunks.chunk([page_view()], frames=b"frames")
    bare, facts = nameless(body)
    before, after = decode_chunk(body), decode_chunk(bare)
    assert facts == [page_view()]
    assert after == before._replace(project=NOBODY, visitor=NOBODY)


@pytest.mark.parametrize("size", range(7))
def test_the_size_is_that_of_base64(size: int) -> None:
    assert embedded(size) == len(base64.b64encode(bytes(size)))


async def test_it_does_not_tell_who_it_was(site: Site) -> None:
    project = await record_shop(site)
    text = await site.text(f"{api(project.id)}/download.html")
    size = await site.json(f"{api(project.id)}/download")
    assert 0.5 < len(text) / size["bytes"] < 2
    parts = [base64.b64decode(found) for found in re.findall(r"<script type[^>]*>([^<]*)<", text)]
    assert len(parts) == 2 + 2 + 2
    whole = b"".join(parts) + b"".join(_facts(part) for part in parts) + text.encode()
    assert b"Look" in whole
    assert b"https://shop.example/" in whole
    for secret in (project.key, chunks.ident("visitor-a"), USER):
        assert secret.encode() not in whole


def _facts(part: bytes) -> bytes:
    try:
        return repr(nameless(part)[1]).encode()
    except Exception:  # noqa: BLE001 # it is no chunk
        return b""


async def test_it_is_a_file_and_no_page_of_ours(site: Site) -> None:
    project = await record_shop(site)
    async with site.client.get(f"{api(project.id)}/download.html") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    other = site.project("Other")
    await site.text(f"{api(other.id)}/download.html", 404)


async def test_too_large_is_said_before(open_site: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    site = await open_site(export_limit_mb=1)
    project = await record_shop(site)
    monkeypatch.setattr(recording, "size_of", lambda _: 3_000_000)
    for path in ("download", "download.html"):
        text = await site.text(f"{api(project.id)}/{path}", 400)
        assert "more than the 1 MB allowed" in text


@pytest.fixture
async def canary() -> AsyncIterator[tuple[str, list[str]]]:
    """A server that nothing may ask, and what it was asked."""
    heard: list[str] = []

    async def sing(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", sing)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/")).rstrip("/"), heard
    await server.close()


async def test_it_plays_from_the_disk_and_asks_nobody(
    site: Site,
    browser: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    canary: tuple[str, list[str]],
) -> None:
    origin, heard = canary
    await record_shop(site, origin)
    file = tmp_path / "replay.html"
    storage = str(tmp_path / "storage")
    assert cli.main(["export", SESSION, "-o", str(file), "--storage", storage]) == 0
    assert "offline" in capsys.readouterr().out

    context = await browser.new_context(viewport={"width": 1000, "height": 700})
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    await page.goto(file.as_uri())
    await until(page, "footfallPlayer.progress().loaded === 2")
    assert complaints == []  # what Playwright itself tries in the frame later is one
    shown = page.frame_locator(".ff-stage iframe")
    await expect(shown.locator("p")).to_have_text("first")
    await expect(shown.locator("p")).to_have_css("color", "rgb(1, 2, 3)")
    drawn = "image => image.complete && image.naturalWidth"
    assert await shown.locator("#dot").evaluate(drawn) == 1
    await expect(page.locator("#notes")).to_contain_text("Look </script> here")
    await page.get_by_role("button", name="Go to 0:19").click()
    await page.keyboard.press("End")
    await expect(shown.locator("p")).to_have_text("second")
    await expect(page.locator(".ff-stage iframe")).to_have_attribute("sandbox", "allow-same-origin")
    outside = [url for url in asked if not url.startswith((file.as_uri(), "blob:", "data:"))]
    assert (outside, heard) == ([], [])
    await context.close()


def test_what_cannot_be_exported_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["export", SESSION, "--storage", str(tmp_path)]) == 1
    assert "name the folder with --storage" in capsys.readouterr().err


async def test_an_unknown_session_and_a_bad_place_are_said(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await record_shop(site)
    storage = str(tmp_path / "storage")
    assert cli.main(["export", "x" * 16, "--storage", storage]) == 1
    assert "its id is in the address" in capsys.readouterr().err
    bad = str(tmp_path / "none" / "replay.html")
    assert cli.main(["export", SESSION, "-o", bad, "--storage", storage]) == 1
    assert "cannot be written" in capsys.readouterr().err
