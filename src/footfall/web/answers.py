"""Answers that are not pages."""

import json
from typing import Any

from aiohttp import web


def json_answer(value: Any, status: int = 200) -> web.Response:
    """Answer with JSON. NaN and infinity, which are not JSON, raise ValueError rather than leave."""
    return web.Response(
        text=json.dumps(value, allow_nan=False, separators=(",", ":")),
        status=status,
        content_type="application/json",
    )
