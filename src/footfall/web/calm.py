"""The garbage collector of a server that decodes all day."""

import gc


def calm_collector() -> None:
    """Let the garbage collector leave alone what lives as long as the process, and come less often.

    Decoded facts are many small values that soon die by themselves: seen to save 35 µs of CPU a chunk.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 100)
