"""Columns of some rows of packs, made wide at the end and at once: each value is written once, where it stays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from footfall.index.packs.layout import Array, Narrow, fits_word, widen, write

_WORD: Final = np.dtype(np.int32)
_LOW, _HIGH = int(np.iinfo(_WORD).min), int(np.iinfo(_WORD).max)


@dataclass(frozen=True, eq=False)
class Cut:
    """Rows of columns. rows: which of those that are stored are meant (None: all); arrays hold no others."""

    columns: Mapping[str, Narrow | Array]
    rows: Array | None
    length: int  # rows that are meant

    def wide(self, names: Iterable[str]) -> dict[str, Array]:
        """Return columns as arrays."""
        told = ((name, self.columns[name]) for name in names)
        return {
            name: widen(column, self.rows) if isinstance(column, Narrow) else column
            for name, column in told
        }

    def is_word(self, name: str) -> bool:
        """Tell whether all values of a column surely fit into int32."""
        column = self.columns[name]
        if isinstance(column, Narrow):
            return fits_word(column)
        if column.dtype.kind == "f":
            return False
        return not len(column) or (int(column.min()) >= _LOW and int(column.max()) <= _HIGH)

    def is_float(self, name: str) -> bool:
        """Tell whether a column holds floats."""
        column = self.columns[name]
        dtype = np.dtype(column.dtype or _WORD) if isinstance(column, Narrow) else column.dtype
        return dtype.kind == "f"

    def write(self, name: str, out: Array) -> None:
        """Write the values of a column."""
        column = self.columns[name]
        if isinstance(column, Narrow):
            write(column, self.rows, out)
        else:
            out[:] = column


def cut(columns: Mapping[str, Narrow | Array], rows: Array | None) -> Cut:
    """Return rows of columns, of whatever form; None: all."""
    if rows is None:
        some = next(iter(columns.values()))
        return Cut(columns, None, some.length if isinstance(some, Narrow) else len(some))
    chosen = {
        name: one if isinstance(one, Narrow) else one.take(rows) for name, one in columns.items()
    }
    return Cut(chosen, rows, len(rows))


def joined(cuts: Sequence[Cut], names: Sequence[str]) -> dict[str, Array]:
    """Return the columns of all cuts, one after the other: float64, int32 where all values surely fit, else int64.

    Those of 4 bytes lie in one block, which the kernel gives in large pages: each apart, a column of a million rows
    costs a thousand page faults.
    """
    cuts = [one for one in cuts if one.length]
    size = sum(one.length for one in cuts)
    words = [name for name in names if all(one.is_word(name) for one in cuts)]
    block = np.empty((len(words), size), _WORD)
    found: dict[str, Array] = dict(zip(words, block, strict=True))
    for name in names:
        if name not in found:
            is_float = all(one.is_float(name) for one in cuts)
            found[name] = np.empty(size, np.float64 if is_float else np.int64)
        start = 0
        for one in cuts:
            one.write(name, found[name][start : start + one.length])
            start += one.length
    return found
