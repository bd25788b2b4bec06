"""The interpreter's and the C library's settings for a server that decodes all day and indexes in a thread beside."""

import ctypes
import gc
import sys
from contextlib import suppress
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""Numbers of glibc's malloc.h."""
_KEPT_BYTES: Final = 32 * 1024 * 1024
_MAPPED_BYTES: Final = 4 * 1024 * 1024


def tune() -> None:
    """Set the collector and the threads' turns, once everything that lives as long as the process is there."""
    gc.collect()
    gc.freeze()  # leave alone what lives as long as the process
    # Come less often: decoded facts are many small values that soon die by themselves. Seen to save 35 µs a chunk.
    gc.set_threshold(20_000, 10, 100)
    # The event loop and the log's thread get their turn back from the indexer after 1 ms instead of 5, several times
    # for each chunk: p99 of an acknowledgement was 50 to 63 ms, and 45 so, at the same CPU.
    sys.setswitchinterval(0.001)
    keep_freed_memory()


def keep_freed_memory() -> None:
    """Have glibc keep what a burst of bodies or a question has freed; where it is another library, nothing is done.

    By itself it gives the heap's end back to the kernel at once, and each page of the next body is a fault again: of a
    chunk of 60 KB that was 45 µs, and of most analyses' columns, 1 to 4 MB each, a third of the time. Larger blocks,
    for which NumPy asks for pages of 2 MB, are mapped apart and still go back at once.
    """
    with suppress(OSError, AttributeError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(_TRIM_THRESHOLD, _KEPT_BYTES)
        set_option(_MMAP_THRESHOLD, _MAPPED_BYTES)
