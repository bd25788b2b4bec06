"""Columns of many packs put together into one."""

from collections.abc import Mapping, Sequence

import numpy as np

from footfall.index.packs.layout import Array

_WORD = np.dtype(np.uint32)


def joined(
    parts: Sequence[Mapping[str, Array]], kinds: Mapping[str, type[np.generic]]
) -> dict[str, Array]:
    """Return the columns named in `kinds`, of those dtypes, with the rows of all parts one after the other.

    Those of 4 bytes an entry lie in one block, which the kernel gives in pages of 2 MB (NumPy asks it to, from 4 MB
    on): each apart, a million rows cost a thousand page faults a column, and six times as long.
    """
    size = sum(len(next(iter(part.values()))) for part in parts)
    words = [name for name, kind in kinds.items() if np.dtype(kind).itemsize == _WORD.itemsize]
    block = np.empty((len(words), size), _WORD)
    rows = dict(zip(words, block, strict=True))
    found: dict[str, Array] = {}
    for name, kind in kinds.items():
        out = rows[name].view(kind) if name in rows else np.empty(size, kind)
        columns = [np.empty(0, kind), *(part[name] for part in parts)]
        found[name] = np.concatenate(columns, out=out, casting="same_kind")
    return found
