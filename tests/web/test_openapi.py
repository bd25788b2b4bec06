"""The OpenAPI document against the routes, both ways, and real answers against the document."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import quote

from footfall.demo.run import ensure_project, load_recordings
from footfall.web.api_operations import OPERATIONS
from footfall.web.keys import DETECTOR, INDEX
from footfall.web.openapi import document, schema_of
from tests.web.conftest import Site

_KINDS = {
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def wrong(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """Return where a value is not what a schema says; the part of JSON Schema that `schema_of` uses."""
    if "anyOf" in schema:
        tries = [wrong(value, one, at) for one in schema["anyOf"]]
        return min(tries, key=len)
    kind = schema.get("type")
    if kind is None:
        return []
    is_other = isinstance(value, bool) and kind in ("integer", "number")
    if is_other or not isinstance(value, _KINDS[kind]):  # type: ignore[arg-type] # types or tuples
        return [f"{at} is {json.dumps(value)[:60]}, not {kind}"]
    if kind == "array":
        return [w for n, one in enumerate(value) for w in wrong(one, schema["items"], f"{at}[{n}]")]
    if kind != "object":
        return []
    known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
    found = [f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value]
    for name, one in value.items():
        if name not in known and more is False:
            found.append(f"{at}.{name} is not told")
        else:
            found += wrong(one, known.get(name, more), f"{at}.{name}")
    return found


def test_the_checker_finds_what_is_wrong() -> None:
    schema = schema_of({"a": [int], "b": (str, None), "c": {str: float}})
    assert wrong({"a": [1], "b": None, "c": {"x": 1.5}}, schema) == []
    others: list[dict[str, Any]] = [
        {"a": [1.5], "b": None, "c": {}},
        {"a": [], "b": 1, "c": {}},
        {"a": [], "b": "", "c": {"x": "y"}},
        {"a": [True], "b": "", "c": {}},
        {"a": [], "b": ""},
        {"a": [], "b": "", "c": {}, "d": 1},
    ]
    for value in others:
        assert len(wrong(value, schema)) == 1, value


def test_every_route_is_told_and_nothing_else(site: Site) -> None:
    routes = {
        (route.method, route.resource.canonical)
        for route in site.app.router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith("/api/")
        and route.method != "HEAD"
    }
    assert {(one.method, one.path) for one in OPERATIONS} == routes
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS)


async def test_the_document_is_served_and_whole(site: Site) -> None:
    told = await site.json("/api/openapi.json")
    assert told == json.loads(json.dumps(document()))
    assert told["openapi"] == "3.1.0"
    for path, item in told["paths"].items():
        for method, one in item.items():
            names = [p["name"] for p in one["parameters"] if p["in"] == "path"]
            assert names == re.findall(r"{(\w+)}", path), (method, path)
            assert one["summary"].endswith(".")
            assert one["responses"]["200"]["content"]


async def test_real_answers_fit(site: Site) -> None:
    origin = str(site.client.make_url("/")).rstrip("/")
    project = ensure_project(site.app, origin)
    await load_recordings(site.app, project)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    sessions = site.app[INDEX].sessions(project.id)
    said = {"kind": "rage", "page": "/x", "element": "#x", "problem": False}
    headers = {"Sec-Fetch-Site": "same-origin"}
    url = f"/api/p/{project.id}/verdicts"
    async with site.client.put(url, json=said, headers=headers) as answer:
        assert wrong(await answer.json(), _answer("setVerdict")) == []
    queries = {
        "overview": ("", "goal=page:/thanks&by=device", "time=all&by=source", "time=today"),
        "problems": ("", "goal=page:/thanks&kind=rage"),
        "funnel": (f"steps={quote('page(page=/) > page(page=/cart)')}",),
        "heatmapFacts": ("page=/",),
        "sessions": ("", "sort=frustration&limit=2", "moment=rage"),
    }
    asked = 0
    for one in OPERATIONS:
        if one.method != "GET" or one.answer is None or one.path.startswith("/api/shared"):
            continue
        for row in sessions[:5] if "{session}" in one.path else sessions[:1]:
            path = one.path.format(project=project.id, session=row.session)
            for query in queries.get(one.name, ("",)):
                told = await site.json(f"{path}?{query}")
                assert wrong(told, schema_of(one.answer)) == [], (one.name, query)
                asked += 1
    assert asked > 30


async def test_refusals_are_as_told(site: Site) -> None:
    error = document()["components"]["schemas"]["Error"]
    for path in ("/api/p/none/status", "/api/p/none/sessions/x", "/api/shared/none", "/api/none"):
        async with site.client.get(path) as answer:
            assert answer.status in (400, 404)
            assert wrong(await answer.json(), error) == [], path


def _answer(name: str) -> dict[str, Any]:
    [one] = [one for one in OPERATIONS if one.name == name]
    return schema_of(one.answer)
