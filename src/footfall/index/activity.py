"""Active time as an algebra: spans of activity, merged in any order.

A span is a stretch in which no two neighbouring activities are more than CAP_MS apart. Merging spans of parts
gives the spans of the whole, however the activities were parted, so chunks may come late and in any order.
"""

from array import array
from collections.abc import Iterable
from typing import Final

CAP_MS: Final = 10_000
"""A gap between two activities counts as active time up to this (TERMS.md)."""

Span = tuple[int, int]


def spans(times: Iterable[int]) -> list[Span]:
    """Return the spans of activities at `times` (ms, in any order)."""
    return merge((time, time) for time in times)


def merge(parts: Iterable[Span]) -> list[Span]:
    """Return the spans of everything that lies in `parts`."""
    merged: list[Span] = []
    for start, end in sorted(parts):
        if merged and start - merged[-1][1] <= CAP_MS:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def active_ms(merged: list[Span]) -> int:
    """Return the active time of merged spans: what lies in them, and CAP_MS for each gap between them."""
    return sum(end - start for start, end in merged) + CAP_MS * max(0, len(merged) - 1)


def pack(merged: list[Span]) -> bytes:
    """Return spans as bytes: native 64-bit start and end of each."""
    return array("q", [time for span in merged for time in span]).tobytes()


def unpack(packed: bytes) -> list[Span]:
    """Return the spans that `pack` packed."""
    flat = array("q")
    flat.frombytes(packed)
    return list(zip(flat[::2], flat[1::2], strict=True))
