"""What ingest answers, before it is an answer of aiohttp's or plain bytes: both ways of a chunk say the same."""

import json
import logging
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from aiohttp import hdrs

from footfall.errors import StorageError, WireError
from footfall.ingest.guard import Guard
from footfall.ingest.ingest import Counters, Limited

RETRY_AFTER_S: Final = 5
"""When to come again after a 503."""

_log = logging.getLogger("footfall.ingest")


class Told(NamedTuple):
    """An answer."""

    status: int
    value: dict[str, Any] | None = None
    """None: no body, as nothing was stored and the visitor wishes so."""
    retry_after: int = 0  # seconds; 0: it says nothing of that

    def headers(self, origin: str | None) -> dict[str, str]:
        """Return the headers for who asked from `origin`, without those of the body."""
        headers = dict(_for_origin(origin))
        if self.retry_after:
            headers[hdrs.RETRY_AFTER] = str(self.retry_after)
        return headers

    def text(self) -> str:
        """Return the body as JSON."""
        value = self.value
        if value is not None and value.keys() == _STORED and not value["need"]:  # nearly all are
            return f'{{"token": "{value["token"]}", "need": []}}'  # URL-safe, see token.py
        return "" if value is None else json.dumps(value, allow_nan=False)

    def raw(self, origin: str | None) -> bytes:
        """Return the whole answer for a connection that stays open; `origin` is printable ASCII."""
        head = _raw_head(self.status, self.value is not None, origin)
        retry = f"{hdrs.RETRY_AFTER}: {self.retry_after}\r\n" if self.retry_after else ""
        if self.value is None:
            return f"{head}{retry}\r\n".encode("ascii")
        body = self.text()
        return f"{head}{retry}Content-Length: {len(body)}\r\n\r\n{body}".encode("ascii")


def stored(value: dict[str, Any] | None) -> Told:
    """Return the answer to what was taken; None: the visitor refuses to be recorded."""
    return Told(HTTPStatus.NO_CONTENT if value is None else HTTPStatus.OK, value)


def refused(counters: Counters, guard: Guard, error: Exception) -> Told:
    """Count a refusal, or a fault of ours, and return its answer."""
    if isinstance(error, WireError):
        counters.refused[error.code] = counters.refused.get(error.code, 0) + 1
        # The counters tell; a line for each would be a flood's own echo.
        _log.debug("refused: %s", error.code)
        wait = error.retry_after if isinstance(error, Limited) else 0
        return Told(error.status, {"error": error.code, "message": str(error)}, wait)
    if isinstance(error, StorageError):
        counters.unavailable += 1
        guard.report(error)
        text = {"error": "unavailable", "message": "Nothing can be stored now. Try again."}
        return Told(HTTPStatus.SERVICE_UNAVAILABLE, text, RETRY_AFTER_S)
    _log.error("a request met a fault of ours", exc_info=error)
    text = {"error": "internal", "message": "Something went wrong here."}
    return Told(HTTPStatus.INTERNAL_SERVER_ERROR, text)


@lru_cache(maxsize=1024)
def _for_origin(origin: str | None) -> Mapping[str, str]:
    """Return what every answer says; the asking origin may read it, whatever it is."""
    headers: dict[str, str] = {
        hdrs.VARY: "Origin",
        hdrs.CACHE_CONTROL: "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if origin is not None:
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
    return headers


@lru_cache(maxsize=1024)
def _raw_head(status: int, has_body: bool, origin: str | None) -> str:
    lines = [f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}"]
    if has_body:
        lines.append(f"{hdrs.CONTENT_TYPE}: application/json; charset=utf-8")
    lines += (f"{name}: {value}" for name, value in _for_origin(origin).items())
    return "".join(f"{line}\r\n" for line in lines)


_STORED: Final = {"token", "need"}
