"""Columns as bytes and back: each in the narrowest integers that hold it, a constant in none at all."""

from collections.abc import Collection, Sequence
from itertools import compress
from typing import Any, Final, NamedTuple

import msgpack
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_WIDTHS: Final = (np.dtype("<u1"), np.dtype("<u2"), np.dtype("<u4"))
_WIDE: Final = np.dtype("<i8")
_FLOAT: Final = np.dtype("<f8")
_LOW: Final = int(np.iinfo(np.int32).min)
_HIGH: Final = int(np.iinfo(np.int32).max)
_MOST: Final = {dtype.str: int(np.iinfo(dtype).max) for dtype in _WIDTHS}


class Narrow(NamedTuple):
    """A column as it is stored: value = base + data[i]; without data it is `base` in every row."""

    dtype: str  # of the data, as NumPy writes it; "" for a constant
    base: int
    length: int
    data: bytes


def narrow(values: Array) -> Narrow:
    """Return a column of integers, booleans or floats as it is stored."""
    if values.dtype.kind == "f":
        return Narrow(_FLOAT.str, 0, len(values), values.astype(_FLOAT).tobytes())
    if not len(values):
        return Narrow("", 0, 0, b"")
    low, high = int(values.min()), int(values.max())
    if low == high:
        return Narrow("", low, len(values), b"")
    for dtype in _WIDTHS:
        if high - low <= np.iinfo(dtype).max:
            shifted = values.astype(np.int64, copy=False) - low
            return Narrow(dtype.str, low, len(values), shifted.astype(dtype).tobytes())
    return Narrow(_WIDE.str, 0, len(values), values.astype(_WIDE).tobytes())


def widen(stored: Narrow, rows: Array | None = None) -> Array:
    """Return what `narrow` was given, or these rows of it: float64, int32 where all values surely fit, else int64."""
    if stored.dtype and stored.dtype not in _MOST:
        data = np.frombuffer(stored.data, stored.dtype)
        return data if rows is None else data.take(rows)
    length = stored.length if rows is None else len(rows)
    found: Array = np.empty(length, np.int32 if fits_word(stored) else np.int64)
    write(stored, rows, found)
    return found


def fits_word(stored: Narrow) -> bool:
    """Tell whether all values surely fit into int32."""
    if stored.dtype and stored.dtype not in _MOST:
        return False
    return stored.base >= _LOW and stored.base + _MOST.get(stored.dtype, 0) <= _HIGH


def write(stored: Narrow, rows: Array | None, out: Array) -> None:
    """Write what `widen` would return into `out`, which is wide enough: in one pass, without an array in between."""
    if not stored.dtype:
        out[:] = stored.base
        return
    data = np.frombuffer(stored.data, stored.dtype)
    if rows is not None:
        data = data.take(rows)
    out[:] = data
    if stored.base:
        np.add(out, stored.base, out=out)


def pack(columns: dict[str, Narrow]) -> tuple[bytes, bytes]:
    """Return the directory of a pack and the data of its columns, one after the other."""
    directory: bytes = msgpack.packb(
        {name: [one.dtype, one.base, one.length, len(one.data)] for name, one in columns.items()}
    )
    return directory, b"".join(one.data for one in columns.values())


class Entry(NamedTuple):
    """Where a column lies in the data of its pack."""

    dtype: str
    base: int
    length: int
    place: int
    size: int


def unpack(directory: bytes, wanted: Collection[str] | None = None) -> dict[str, Entry]:
    """Return the columns of a pack by name: all, or those that are wanted."""
    entries, place = {}, 0
    for name, (dtype, base, length, size) in msgpack.unpackb(directory).items():
        if wanted is None or name in wanted:
            entries[name] = Entry(dtype, base, length, place, size)
            if wanted is not None and len(entries) == len(wanted):
                break  # a day of a page is a pack: this loop is most of what reading a small one costs
        place += size
    return entries


def together(packs: Sequence[tuple[bytes, bytes]], wanted: Collection[str]) -> dict[str, Array]:
    """Return what `widen` makes of columns of packs, one pack after the other; each a directory and all its data."""
    parts: dict[str, list[tuple[str, int, int, bytes]]] = {name: [] for name in wanted}
    for directory, data in packs:
        place = left = 0
        for name, (dtype, base, length, size) in msgpack.unpackb(directory).items():
            if name in parts:
                parts[name].append((dtype, base, length, data[place : place + size]))
                left += 1
                if left == len(parts):
                    break  # a day of a page is a pack: this loop is most of what reading small ones costs
            place += size
    return {name: _joined(some) for name, some in parts.items()}


def _joined(parts: list[tuple[str, int, int, bytes]]) -> Array:
    """Return a column of many small packs: in a few steps for all, as each step costs more than such a pack's data."""
    dtypes, bases, lengths, pieces = zip(*parts, strict=True)
    if _FLOAT.str in dtypes:
        return np.frombuffer(b"".join(pieces), _FLOAT)
    base = np.array(bases, np.int64)
    most = base + np.array([_MOST.get(one, 0) for one in dtypes])
    fits = _WIDE.str not in dtypes and base.min() >= _LOW and most.max() <= _HIGH
    found: Array = np.repeat(base.astype(np.int32) if fits else base, lengths)
    kinds = sorted(set(dtypes) - {""})
    of_pack = np.array([kinds.index(one) if one else -1 for one in dtypes])
    of_row = np.repeat(of_pack, lengths) if len(set(dtypes)) > 1 else None
    for at, kind in enumerate(kinds):
        data = np.frombuffer(b"".join(compress(pieces, of_pack == at)), kind)
        if of_row is None:
            found += data.astype(found.dtype)
        else:
            found[of_row == at] += data.astype(found.dtype)
    return found
