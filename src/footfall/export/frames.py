"""Which moments of a session a film shows. Pure; times in ms from the session's start."""

from collections.abc import Sequence
from typing import Final

LEAD_MS: Final = 700
"""Shown before and after what is skipped, as the player does."""


def frame_times(
    duration: float, rests: Sequence[tuple[float, float]], fps: int, *, skip: bool
) -> list[float]:
    """Return the time of each frame, ascending; the first is 0.

    `rests`: stretches of inactivity as (start, end), ascending and apart; `skip` leaves them out but for LEAD_MS.
    """
    left_out = [
        (start + LEAD_MS, end - LEAD_MS)
        for start, end in rests
        if skip and end - start > 2 * LEAD_MS
    ]
    times: list[float] = []
    step, time = 1000 / fps, 0.0
    while time <= duration:
        while left_out and time >= left_out[0][1]:
            left_out.pop(0)
        if left_out and time > left_out[0][0]:
            time = left_out[0][1]
            continue
        times.append(time)
        time += step
    return times
