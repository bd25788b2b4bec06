"""Answers that are not pages."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from aiohttp import web

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the begin of a formula."""


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> web.Response:
    """Answer with a table to be kept as `name`. A text that looks like a formula gets an apostrophe before it."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(header)
    table.writerows([_cell(value) for value in row] for row in rows)
    return web.Response(
        text=out.getvalue(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def json_answer(value: Any, status: int = 200) -> web.Response:
    """Answer with JSON. NaN and infinity, which are not JSON, raise ValueError rather than leave."""
    return web.Response(
        text=json.dumps(value, allow_nan=False, separators=(",", ":")),
        status=status,
        content_type="application/json",
    )
