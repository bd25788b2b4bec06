"""The interpreter's settings for a server that decodes all day and indexes in a thread beside."""

import gc
import sys


def tune() -> None:
    """Set the collector and the threads' turns, once everything that lives as long as the process is there."""
    gc.collect()
    gc.freeze()  # leave alone what lives as long as the process
    # Come less often: decoded facts are many small values that soon die by themselves. Seen to save 35 µs a chunk.
    gc.set_threshold(20_000, 10, 100)
    # The event loop and the log's thread get their turn back from the indexer after 1 ms instead of 5, several times
    # for each chunk: p99 of an acknowledgement was 50 to 63 ms, and 45 so, at the same CPU.
    sys.setswitchinterval(0.001)
