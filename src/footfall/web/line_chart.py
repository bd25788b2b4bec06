"""A chart of lines over time, as the page's script draws it (recorder-js/src/pages/line-chart.ts). Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Line:
    """What is told of each time; None: nothing was there to tell of."""

    name: str
    values: Sequence[float | None]
    faint: bool = False  # drawn thin and dashed: what the others are seen beside


@dataclass(frozen=True)
class Mark:
    """Something that happened at a time, ms since 1970."""

    at: int
    name: str


@dataclass(frozen=True)
class LineChart:
    """Lines over the same times, each time with a link to what is behind it."""

    times: Sequence[int]  # ms since 1970, rising
    lines: Sequence[Line]
    links: Sequence[str] = ()  # query strings of the sessions behind each time; "": none
    marks: Sequence[Mark] = ()
    share: bool = False  # whether the values are shares of 1

    def json(self) -> str:
        """Return it as the script reads it."""
        return json.dumps(asdict(self), separators=(",", ":"), allow_nan=False)
