"""The smallest TrueType font that browsers accept: its capital letters are squares, so that nobody mistakes it."""

import struct
from typing import Final

_UNITS: Final = 1000
_FIRST: Final = ord("A")
_LAST: Final = ord("Z")


def square_font() -> bytes:
    """Return a font in which A to Z are filled squares, three quarters of an em wide."""
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": _square(),
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            *(0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _UNITS, 0, 0, 0, 0, 700, 700, 0, 8, 2, 0, 0),
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH",
            0x10000,
            800,
            -200,
            0,
            750,
            *(0, 0, 700, 1, 0, 0, 0, 0, 0, 0, 0),
            2,
        ),
        b"hmtx": struct.pack(">HhHh", 750, 0, 750, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(_square()) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, *(0,) * 8),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    return _assembled(tables)


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    at = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for name, data in sorted(tables.items()):
        padded = data + b"\0" * (-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += name + struct.pack(">III", total, at + len(body), len(data))
        body += padded
    return head + directory + body


def _square() -> bytes:
    outline = struct.pack(">hhhhhHH", 1, 0, 0, 700, 700, 3, 0)
    flags = bytes([1, 1, 1, 1])
    xs = struct.pack(">hhhh", 0, 0, 700, 0)
    ys = struct.pack(">hhhh", 0, 700, 0, -700)
    data = outline + flags + xs + ys
    return data + b"\0" * (-len(data) % 4)


def _cmap() -> bytes:
    count = _LAST - _FIRST + 1
    # One segment whose glyph numbers stand in an array (all the square), and the last that the format wants.
    ends, starts = (_LAST, 0xFFFF), (_FIRST, 0xFFFF)
    body = struct.pack(">HHHH", 4, 4, 1, 0)
    body += struct.pack(">HH", *ends) + struct.pack(">H", 0) + struct.pack(">HH", *starts)
    body += struct.pack(">hh", 0, 1) + struct.pack(">HH", 4, 0) + struct.pack(">H", 1) * count
    table = struct.pack(">HHH", 4, len(body) + 6, 0) + body
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table


def _os2() -> bytes:
    numbers = struct.pack(">HhHHH", 3, 750, 400, 5, 0) + struct.pack(">10h", *(0,) * 10)
    family = struct.pack(">h", 0) + bytes(10)
    ranges = struct.pack(">IIII", 1, 0, 0, 0) + b"none"
    rest = struct.pack(">HHHhhhHHII", 0x40, _FIRST, _LAST, 800, -200, 0, 800, 200, 1, 0)
    return numbers + family + ranges + rest + struct.pack(">hhHHH", 500, 700, 0, 32, 1)
