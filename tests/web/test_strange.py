"""Chunks that are right by the letter and strange all the same: stored, and no page trips over them."""

import re
from typing import Any

import pytest
from aiohttp import web

from footfall.web.common import now_ms
from footfall.wire.facts import Identify
from footfall.wire.schema import SESSION_MAX_MS, Fact, State
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import click, page_view, pointer, scroll

_MOST = 2**53
_TEXT = "\u202e\u0000\ufeff\U0001f600<script>'\"&\r\n" * 100


@pytest.mark.parametrize(
    "header",
    [
        {"base_time": 0, "sent_at": 0},
        {"base_time": _MOST, "sent_at": _MOST},
        {"base_time": _MOST, "sent_at": 0},
        {"base_time": 0, "sent_at": _MOST},
        {"sequence": 2**31 - 1, "document": 2**31 - 1, "page_view": 2**31 - 1, "flags": 2**31 - 1},
        {"document": 0, "page_view": 0},
        {"url": ""},
        {"url": "http://["},
        {"url": "javascript:alert(1)"},
        {"url": "x" * 4096},
        {"url": _TEXT[:4000]},
        {"session": "-" * 16, "tab": "_" * 64, "visitor": "0" * 16},
        {"frames": b"\xff" * 1000, "flags": 1},
    ],
    ids=lambda header: " ".join(header),
)
async def test_pages_show_strange_headers(site: Site, header: dict[str, Any]) -> None:
    project = site.project()
    session = header.pop("session", chunks.ident("a"))
    facts: list[Fact] = [page_view(title=_TEXT), click(), scroll(0, (0, 100))]
    await site.record(project, session, facts, **(_now() | header))
    await _look(site, project.id, session)


@pytest.mark.parametrize("value", [_MOST, -_MOST, 0, -1], ids=str)
async def test_pages_show_strange_numbers(site: Site, value: int) -> None:
    project = site.project()
    late = 2 * SESSION_MAX_MS - 1
    size = {"width": value, "height": value, "document_width": value, "document_height": value}
    facts: list[Fact] = [
        page_view(late, number=value, pixel_ratio=float(value), screen_width=value, **size),
        click(late, node=value, page_x=value, page_y=value, button=value, document_width=value),
        click(document_height=value, stamp=value, nth=value, modifiers=value),
        pointer(late, (value, value, value)),
        scroll(late, (value, value), (value, value)),
        State(0, _TEXT, _TEXT, value),
    ]
    session = chunks.ident("a")
    await site.record(project, session, facts, **_now())
    await site.record(project, session, [Identify(0, "u", "{}"), *facts], sequence=1, **_now())
    await _look(site, project.id, session)


def _now() -> dict[str, int]:
    """Return times that every page looks at without being asked to."""
    now = now_ms()
    return {"base_time": now - 5_000, "sent_at": now}


async def _look(site: Site, project: str, session: str) -> None:
    """Ask for every page and answer that tells of a project, and of a session in it."""
    names = {"project": project, "session": session, "ending": "json"}
    asked = 0
    for route in site.app.router.routes():
        resource = route.resource
        if route.method != "GET" or not isinstance(resource, web.DynamicResource):
            continue
        path = resource.canonical
        if "{project}" not in path or not set(_names(path)) <= set(names):
            continue
        asked += 1
        for query in ("", "?page=/&path=/", "?sequences=0"):
            async with site.client.get(
                path.format(**names) + query, allow_redirects=False
            ) as answer:
                assert answer.status < 500, await answer.text()
    assert asked >= 8


def _names(path: str) -> list[str]:
    return re.findall(r"\{(\w+)", path)
