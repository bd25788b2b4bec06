"""Generated histories: several tabs, clocks that are off, ties within a millisecond, chunks sent twice."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from footfall.analysis.steps import Part

LETTERS = "abcd"


@dataclass(frozen=True, order=True)
class Happened:
    """An event as the index tells it; ordered as TERMS.md says."""

    owner: int
    time: int
    tab: int
    sequence: int
    ordinal: int
    letter: str
    kind: int = 0


@st.composite
def histories(
    draw: Any, *, owners: int = 3, most: int = 14, span: int = 12, kinds: int = 1
) -> list[Happened]:
    """Some owners' events, in any order of arrival. Few different times: ties and ends of windows are met often."""
    found: dict[tuple[int, int, int, int], Happened] = {}
    for owner in range(draw(st.integers(1, owners))):
        offset = draw(st.integers(-3, 3))  # a clock that is off, as the server has corrected it
        for _ in range(draw(st.integers(0, most))):
            tab, sequence = draw(st.integers(0, 2)), draw(st.integers(0, 3))
            ordinal = draw(st.integers(0, 2))
            time = 1_000 + offset + draw(st.integers(0, span))
            letter, kind = draw(st.sampled_from(LETTERS)), draw(st.integers(0, kinds - 1))
            # The same place in the same chunk is the same event: a chunk sent again is stored once.
            found.setdefault(
                (owner, tab, sequence, ordinal),
                Happened(owner, time, tab, sequence, ordinal, letter, kind),
            )
    arrived: list[Happened] = draw(st.permutations(list(found.values())))
    return arrived


def parts(events: list[Happened], letters: list[str], kinds: list[int]) -> list[Part]:
    """The events as columns, a part for each kind; filter i means the events of letters[i] and kinds[i]."""
    found = []
    for kind in sorted({one.kind for one in events}):
        mine = [one for one in events if one.kind == kind]
        masks = [
            [one.letter in wanted and kind == number for one in mine]
            for wanted, number in zip(letters, kinds, strict=True)
        ]
        columns = np.array(
            [
                [one.owner, one.time, one.tab, one.sequence, one.ordinal, ord(one.letter)]
                for one in mine
            ],
            np.int64,
        ).T
        owner, time, tab, sequence, ordinal, page = columns
        found.append(
            Part(
                owner, owner, time, tab, sequence, ordinal, page,
                np.array(masks, np.bool_).reshape(len(letters), len(mine)), kind,
            )
        )  # fmt: skip
    return found
