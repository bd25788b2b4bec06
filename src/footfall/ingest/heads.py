"""The head of a chunk's request as browsers and proxies send it, read in one look. Pure, no I/O.

It is recognised or it is not: whatever is unusual in any way is left to a whole HTTP parser, from its first byte. So
nothing here decides what malformed heads mean, and no two parsers can read one request in two ways.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from multidict import CIMultiDict

from footfall.wire import schema

MAX_HEAD: Final = 8_000
"""Bytes; below what the parser allows for one line."""
_MAX_FIELDS: Final = 60
_REQUEST: Final = re.compile(
    rb"POST " + re.escape(schema.CHUNK_PATH.encode()) + rb"(?:\?token=([A-Za-z0-9_-]*))? HTTP/1\.1\r\n"
)  # fmt: skip
_LENGTHS: Final = (b"\r\nContent-Length: ", b"\r\ncontent-length: ")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_UNUSUAL: Final = (
    "Content-Length",  # a second one
    "Transfer-Encoding",
    "Content-Encoding",
    "Expect",
    "Upgrade",
    "Trailer",
)
_BODILESS: Final = re.compile(rb"(?i)content-length|transfer-encoding|upgrade")


class Head(NamedTuple):
    """A request for `schema.CHUNK_PATH`, framed by its length."""

    body_at: int  # where the body begins
    length: int  # the body's bytes: 1 to schema.MAX_CHUNK_BYTES
    token: str
    fields: bytes  # the other lines, of which `read_fields` makes sense


def read_head(data: bytes) -> Head | None:
    """Return the head that data begins with; None: it is not whole, or another kind of request."""
    request = _REQUEST.match(data)
    if request is None:
        return None
    begin = request.end() - 2  # with the line's end, as it stands before each field
    end = data.find(b"\r\n\r\n", begin, MAX_HEAD)
    if end < 0:
        return None
    at, width = _find_length(data, begin, end)
    stop = data.find(b"\r\n", at + width, end + 2)
    digits = data[at + width : stop]
    if at < 0 or not digits.isdigit() or len(digits) > 6:
        return None
    length = int(digits)
    if not 0 < length <= schema.MAX_CHUNK_BYTES:
        return None
    token = request[1]
    fields = data[begin:at] + data[stop:end]
    return Head(end + 4, length, token.decode() if token else "", fields)


def _find_length(data: bytes, begin: int, end: int) -> tuple[int, int]:
    """Return where the first length stands, -1 for none, and the bytes before its digits."""
    for name in _LENGTHS:
        at = data.find(name, begin, end)
        if at >= 0:
            return at, len(name)
    return -1, 0


def read_fields(fields: bytes) -> Mapping[str, str] | None:
    """Return the fields of a head, their names in any case; None: something in them is unusual."""
    read: CIMultiDict[str] = CIMultiDict()
    try:
        lines = fields.decode("ascii").split("\r\n")[1:]
    except UnicodeDecodeError:
        return None
    for line in lines:
        name, colon, value = line.partition(":")
        value = value.strip(" ")
        if not colon or not value.isprintable() or not _NAME.fullmatch(name):
            return None
        read.add(name, value)
    unusual = len(lines) > _MAX_FIELDS or any(name in read for name in _UNUSUAL)
    kept = read.get("Connection", "keep-alive").lower() == "keep-alive"
    return read if kept and not unusual else None


def is_bodiless(data: bytes) -> bool:
    """Tell whether data is one whole request without a body, so that what follows it begins another for certain.

    Whatever a parser makes of it: the empty line at its end ends any head.
    """
    return (
        data.startswith(b"GET ")
        and data.find(b"\r\n\r\n") == len(data) - 4
        and not _BODILESS.search(data)
    )
