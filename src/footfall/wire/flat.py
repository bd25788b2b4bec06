"""Counting what msgpack would build, before it builds it (TRUST 2).

Facts are flat: an array holds integers, never another array. msgpack's own limits hold for one array; it makes each at
its declared length, as deep as it goes (1024 levels of 5 000 are 42 MB for 3 KB of input), and a tuple of one takes 48
times its byte. So where the bytes could hide more than a little of that, they are walked first.
"""

import re
from typing import Final

from footfall.errors import WireError
from footfall.wire import schema

_HARMLESS_SLOTS: Final = 500_000
"""Slots of arrays, declared all at once, that msgpack may make: 4 MB."""
_HARMLESS_BYTES: Final = 1_200
"""So few that they cannot declare more: a long array takes 3 of them, and declares no more than all."""
_HARMLESS_ARRAYS: Final = 50_000
"""Short arrays that it may make: some 8 MB at the most."""
_NO_SHORT_ARRAY: Final = bytes(byte for byte in range(256) if not 0x90 <= byte <= 0x9F)
_INTEGERS: Final = re.compile(
    rb"(?:[\x00-\x7f\xe0-\xff]|[\xcc\xd0].|[\xcd\xd1]..|[\xce\xd2].{4}|[\xcf\xd3].{8})", re.DOTALL
)
_WIDTHS: Final = (
    dict.fromkeys((192, 194, 195), 1)
    | {0xCA: 5, 0xCB: 9}
    | {0xA0 + length: 1 + length for length in range(32)}
)
"""Bytes that a value takes which is no integer, by its first byte."""
_LENGTHS: Final = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
"""Bytes of the length that follows the first byte of a text or of bytes."""


def check_flat(data: bytes) -> None:
    """Refuse facts of which msgpack would build more than the limits allow. Raises WireError: `bad_facts`, `too_many`.

    What goes by is not right for that: it is only small enough to be built and looked at.
    """
    if _is_harmless(data):
        return
    at, count, end = 0, 0, len(data)
    integer = _INTEGERS.match
    while at < end:
        count += 1
        if count > schema.MAX_VALUES:
            raise WireError("too_many", f"A chunk holds at most {schema.MAX_VALUES} values.")
        found = integer(data, at)
        if found is not None:
            at = found.end()
        elif 0x90 <= data[at] <= 0x9F or data[at] in (0xDC, 0xDD):
            at = _after_array(data, at)
        else:
            at = _after(data, at)


def _is_harmless(data: bytes) -> bool:
    """Tell whether msgpack can build little of these bytes, whatever they mean."""
    if len(data) <= _HARMLESS_BYTES:
        return True
    long_arrays = data.count(b"\xdc") + data.count(b"\xdd")
    if long_arrays * min(len(data), schema.MAX_POINTS) > _HARMLESS_SLOTS:
        return False
    if len(data) <= _HARMLESS_ARRAYS:
        return True
    return len(data.translate(None, _NO_SHORT_ARRAY)) <= _HARMLESS_ARRAYS


def _after_array(data: bytes, at: int) -> int:
    """Return the place after an array of integers."""
    first = data[at]
    if first <= 0x9F:
        length, at = first - 0x90, at + 1
    else:
        width = 2 if first == 0xDC else 4
        length, at = int.from_bytes(data[at + 1 : at + 1 + width], "big"), at + 1 + width
    if length > min(schema.MAX_POINTS, len(data) - at):
        raise WireError("bad_facts", "An array is longer than it may be, or than what is there.")
    for _ in range(length):
        found = _INTEGERS.match(data, at)
        if found is None:
            raise WireError("bad_facts", "An array holds integers alone.")
        at = found.end()
    return at


def _after(data: bytes, at: int) -> int:
    """Return the place after a value that is neither an integer nor an array."""
    first = data[at]
    width = _WIDTHS.get(first)
    if width is None:
        size = _LENGTHS.get(first)
        if size is None:
            raise WireError("bad_facts", "Facts hold no maps and no extensions.")
        width = 1 + size + int.from_bytes(data[at + 1 : at + 1 + size], "big")
    return at + width
