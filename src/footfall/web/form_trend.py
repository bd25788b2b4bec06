"""Forms over time: how many attempts were begun in each part of it, and how many of these were sent. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from footfall.analysis.forms import Attempts, over_time
from footfall.clocks import Clock
from footfall.web.line_chart import Line, LineChart
from footfall.web.overview_show import parts_of


@dataclass(frozen=True)
class Part:
    """A part of the time: a day or an hour, or several days together."""

    start: int  # ms since 1970
    end: int  # likewise, no more in it
    starts: int  # attempts begun in it
    completions: int  # of these, sent

    @property
    def began(self) -> str:
        """Both ends of it as addresses have them."""
        return f"{self.start}-{self.end - 1}"

    @property
    def completion_rate(self) -> float | None:
        """Return completions ÷ starts."""
        return self.completions / self.starts if self.starts else None


@dataclass(frozen=True)
class Trend:
    """Forms over time, as charts."""

    parts: tuple[Part, ...]
    counts: LineChart
    rate: LineChart  # of the parts in which anybody began


def parts_over_time(
    tried: Iterable[Attempts], since: int | None, last: int, clock: Clock
) -> tuple[Part, ...]:
    """Return the parts of the time from `since` (None: from the first attempt on) to `last`, ms since 1970."""
    some = list(tried)
    begun = np.concatenate([np.empty(0, np.int64), *(one.begun for one in some)])
    sent = np.concatenate([np.empty(0, np.bool_), *(one.sent for one in some)])
    first = int(begun.min(initial=last)) if since is None else since
    edges = parts_of(min(first, last), last, clock).edges
    return tuple(
        Part(edges[at], edges[at + 1], starts, completions)
        for at, (starts, completions) in enumerate(over_time(begun, sent, edges))
    )


def trend(parts: tuple[Part, ...], behind: str) -> Trend:
    """Return what is drawn of these parts; behind: query string of the sessions, up to what `did` is."""
    begun = [one for one in parts if one.starts]
    links = {one.start: f"{behind}starts&began={one.began}" for one in begun}
    counts = [
        Line("Sent", [one.completions for one in parts]),
        Line("Begun", [one.starts for one in parts], faint=True),
    ]
    times = [one.start for one in parts]
    return Trend(
        parts,
        LineChart(times, counts, [links.get(at, "") for at in times]),
        LineChart(
            list(links),
            [Line("Completion", [one.completion_rate for one in begun])],
            list(links.values()),
            share=True,
        ),
    )
