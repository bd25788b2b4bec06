"""What is sent by hand, twice or broken: a sentence that says what to do, and a way back."""

from typing import Any

import pytest
from aiohttp import web

from footfall.web.keys import RELEASES
from tests.web.conftest import SAME_ORIGIN, Site

MULTIPART = {"Content-Type": "multipart/form-data; boundary=there"}
CHARSET = {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (MULTIPART, b"--elsewhere\r\n"),
        (CHARSET, b"name=a"),
        ({}, b"\xff\xfe{"),
        ({}, b"a" * 70_000),
    ],
    ids=["boundary", "charset", "bytes", "long"],
)
async def test_no_form_breaks_the_server(site: Site, headers: dict[str, str], body: bytes) -> None:
    project, asked = site.project(), 0
    for route in site.app.router.routes():
        resource = route.resource
        if route.method != "POST" or not isinstance(resource, web.Resource):
            continue
        path = resource.canonical
        if not path.startswith("/p/"):
            continue
        asked += 1
        names = {
            "project": project.id,
            "token": "1",
            "share": "1",
            "view": "1",
            "release": "1",
            "goal": "1",
        }
        async with site.client.post(
            path.format(**names),
            data=body,
            headers={**SAME_ORIGIN, **headers},
            allow_redirects=False,
        ) as answer:
            assert answer.status < 500, (path, await answer.text())
    assert asked > 15


@pytest.mark.parametrize(
    ("path", "form", "told", "back"),
    [
        ("/segments", {"name": "a", "steps": "page("}, "The steps cannot be read", "/segments"),
        ("/events/name", {"step": "click(", "name": "a"}, "The event cannot be read", "/events"),
        ("/views", {"name": " "}, "name is a text", "/sessions"),
        ("/goals", {"name": "", "counts": "page:/a"}, "name is a text", "/overview"),
        ("/goals", {"name": "a", "counts": "/a"}, "A goal is a page, an event", "/overview"),
        ("/releases", {"name": "a", "at": "soon"}, "is no time", "/overview"),
        ("/moments", {"name": "", "steps": "page"}, "name is a text", "/moments"),
        ("/retention", {"days": "x"}, "in a whole number", ""),
    ],
)
async def test_a_mistake_is_said_with_a_way_back(
    site: Site, path: str, form: dict[str, str], told: str, back: str
) -> None:
    base = f"/p/{site.project().id}"
    async with site.client.post(base + path, data=form, headers=SAME_ORIGIN) as answer:
        page = await answer.text()
    assert answer.status == 400
    assert told in page
    assert f'href="{base}{back}">Begin anew' in page
    assert "Back button" in page


async def test_a_form_that_is_sent_twice_is_taken_once(site: Site) -> None:
    project = site.project()
    base = f"/p/{project.id}"
    form: dict[str, Any] = {"name": "v2", "at": "2026-11-24T09:30", "zone": "0"}
    for _ in range(2):
        async with site.client.post(
            f"{base}/releases", data=form, headers=SAME_ORIGIN, allow_redirects=False
        ) as answer:
            assert answer.status == 303
    assert len(site.app[RELEASES].between(project.id, 0, 2**53)) == 1
    steps = {"name": "Cart", "steps": "page(page=/cart)"}
    for _ in range(2):
        async with site.client.post(
            f"{base}/segments", data=steps, headers=SAME_ORIGIN, allow_redirects=False
        ) as answer:
            assert answer.status == 303
    assert len((await site.json(f"/api{base}/segments"))["segments"]) == 1
