"""The API as an OpenAPI 3.1 document: what can be asked, with what, and what is answered.

`api_operations.py` says it in short; a test holds it against the routes, and real answers against it.
"""

import json
from functools import cache
from typing import Any, Final

from aiohttp import web

from footfall import __version__
from footfall.web.api_operations import OPERATIONS, Operation

Schema = dict[str, Any]
PARAMETERS: Final[dict[str, tuple[str, Schema]]] = {
    "project": ("A project's id, as in its pages' addresses.", {"type": "string"}),
    "session": ("A session's id.", {"type": "string"}),
    "note": ("A note's number.", {"type": "integer"}),
    "share": ("A share link's number.", {"type": "integer"}),
    "token": ("What a share link ends with.", {"type": "string"}),
    "sha256": ("Of an asset's bytes, in hexadecimal.", {"type": "string"}),
    "kind": ("The kind asked for.", {"type": "string"}),
    "ending": ("The form of the answer.", {"enum": ["png", "webp", "svg", "json", "csv"]}),
    "page": ("A page template.", {"type": "string"}),
    "device": ("A device class.", {"enum": ["desktop", "tablet", "mobile"]}),
    "time": ("A period.", {"enum": ["today", "7d", "30d", "all", "custom"]}),
    "from": ("The first day, with time=custom.", {"type": "string", "format": "date"}),
    "to": ("The last day, with time=custom.", {"type": "string", "format": "date"}),
    "bounced": ("yes, or no for engaged sessions.", {"enum": ["yes", "no"]}),
    "began": (
        "When they began: the first and the last ms since 1970, as in 1764547200000-1764633599999.",
        {"type": "string", "pattern": "^[0-9]+-[0-9]+$"},
    ),
    "beside": (
        "Another time to compare with, likewise.",
        {"type": "string", "pattern": "^[0-9]+-[0-9]+$"},
    ),
    "converted": ("yes: that reached the goal; no: that did not.", {"enum": ["yes", "no"]}),
    "weekday": (
        "Of the session's start.",
        {"enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
    ),
    "hour": ("Likewise.", {"type": "integer", "minimum": 0, "maximum": 23}),
    "zone": (
        "The clock by which days begin: an IANA zone, or minutes ahead of UTC.",
        {"type": "string"},
    ),
    "limit": ("Rows at most.", {"type": "integer", "minimum": 1, "maximum": 500}),
    "offset": ("Rows left out before the first.", {"type": "integer", "minimum": 0}),
    "since": ("At or after, ms since 1970.", {"type": "integer"}),
    "until": ("At or before, ms since 1970.", {"type": "integer"}),
    "goal": (
        "What counts as conversion: page:PAGE (or a page template), event:NAME, segment:NAME of a kept segment, or"
        " steps:STEPS, as docs/steps.md has them. What cannot be counted is a 400 that says why.",
        {
            "type": "string",
            "maxLength": 2048,
            "examples": ["page:/thanks", "steps:page(page=/cart) > event(name=paid)"],
        },
    ),
    "by": ("What figures are broken down by.", {"enum": ["page", "entry", "source", "device"]}),
    "element": ("An element key.", {"type": "string"}),
    "dismissed": ("1: those too that are no problem.", {"enum": ["1"]}),
    "moment": ("A kind of moment that the sessions have.", {"type": "string"}),
    "sort": ("How sessions are ordered.", {"enum": ["recent", "frustration", "length"]}),
    "steps": ("Steps, as docs/steps.md has them.", {"type": "string"}),
    "direction": ("to: what comes before the page.", {"enum": ["to"]}),
    "depth": ("Steps of the paths.", {"type": "integer", "minimum": 2, "maximum": 10}),
    "share_of": ("Per cent of paths that a band has at least.", {"type": "integer"}),
    "tab": ("A tab of the session.", {"type": "string"}),
}
"""What path and query parameters mean, everywhere."""
ERROR: Final[Schema] = {
    "type": "object",
    "required": ["error", "message"],
    "properties": {
        "error": {"type": "string", "description": "A word that stays the same."},
        "message": {"type": "string", "description": "What is wrong, and what to do."},
    },
}
_TYPES: Final = {int: "integer", float: "number", str: "string", bool: "boolean", None: "null"}


def schema_of(shape: Any) -> Schema:
    """Return the JSON schema of a shape: a type, [item], {name: shape}, a tuple of alternatives, None, ... for any."""
    if shape is ...:
        return {}
    if isinstance(shape, tuple):
        return {"anyOf": [schema_of(one) for one in shape]}
    if isinstance(shape, list):
        return {"type": "array", "items": schema_of(shape[0])}
    if isinstance(shape, dict):
        return _object(shape)
    return {"type": _TYPES[shape]}


def _object(shape: Schema) -> Schema:
    """Return the schema of an object; {str: shape} is one of any names."""
    names: list[Any] = list(shape)
    if names == [str]:
        return {"type": "object", "additionalProperties": schema_of(shape[names[0]])}
    return {
        "type": "object",
        "required": names,
        "properties": {name: schema_of(one) for name, one in shape.items()},
        "additionalProperties": False,
    }


@cache
def document() -> Schema:
    """Return the whole document."""
    paths: dict[str, Schema] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Footfall",
            "version": __version__,
            "description": "Where a password is set: a token of the set-up page reads, a login's cookie may do all.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


async def openapi_json(request: web.Request) -> web.StreamResponse:
    """GET /api/openapi.json: this document."""
    return web.Response(text=json.dumps(document(), indent=1), content_type="application/json")


def _operation(one: Operation) -> Schema:
    within = [name.strip("{}") for name in one.path.split("/") if name.startswith("{")]
    if "{ending}" in one.path:
        within.append("ending")
    told: Schema = {
        "summary": one.summary,
        "operationId": one.name,
        "parameters": [
            *(_parameter(name, "path") for name in within),
            *(_parameter(name, "query") for name in one.query),
        ],
        "responses": {
            "200": {"description": "As asked.", "content": _content(one)},
            "default": {
                "description": "It was not done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }
    if one.body is not None:
        told["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema_of(one.body)}},
        }
    return told


def _content(one: Operation) -> Schema:
    if one.answer is None:
        return {kind: {} for kind in one.media}
    return {"application/json": {"schema": schema_of(one.answer)}}


def _parameter(name: str, place: str) -> Schema:
    meaning, schema = PARAMETERS["share_of" if name == "share" and place == "query" else name]
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": meaning,
        "schema": schema,
    }
