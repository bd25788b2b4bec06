"""What the overview counts, from chunks to figures, against loops over every millisecond of what visitors did."""

import statistics
from collections import Counter
from itertools import count
from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.analysis.metrics import exits, totals
from footfall.web.overview_data import Data, Span, gather
from footfall.wire.schema import Fact, Visibility
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view

PAGES = "abc"
DAY = 86_400_000
SPAN = Span(T0 - DAY, T0 + DAY, None)
LAST_MS = 9
"""Of a page view, when its last fact is."""


class Seen(NamedTuple):
    """A page view as it was: in which tab, when it began, of which page, and how its visibility changed (ms, seen)."""

    tab: int
    start: int
    page: str
    changes: tuple[tuple[int, bool], ...]


class Visit(NamedTuple):
    visitor: int
    skew: int  # ms by which the visitor's clock is behind
    seen: tuple[Seen, ...]


seen = st.builds(
    Seen,
    st.integers(0, 1),
    st.integers(0, 12),
    st.sampled_from(PAGES),
    st.lists(st.tuples(st.integers(0, LAST_MS), st.booleans()), max_size=3).map(
        lambda some: tuple(sorted(some, key=lambda one: one[0]))
    ),
)
visits = st.builds(
    Visit,
    st.integers(0, 1),
    st.sampled_from((0, 3_600_000, -90_000)),
    st.lists(seen, min_size=1, max_size=4).map(tuple),
)


def bodies(number: int, visit: Visit) -> list[tuple[bytes, int]]:
    """The chunks of a visit, one for each page view, and when each was received."""
    numbers = {0: count(1), 1: count(1)}
    made = []
    # A tab's views come one after the other. Of two tabs no views begin together: one's begin in even ms.
    for one in sorted(visit.seen, key=lambda one: one.start):
        view = next(numbers[one.tab])
        url = f"https://shop.example/{one.page}"
        base = started(number, one) - visit.skew
        facts: list[Fact] = [page_view(number=view, url=url)]
        facts += [Visibility(time, shown, shown) for time, shown in one.changes]
        body = chunk(
            [*facts, click(t=LAST_MS)], session=ident(f"s{number}"), visitor=ident(f"v{visit.visitor}"),
            tab=ident(f"t{one.tab}"), sequence=view - 1, document=view, page_view=view, url=url, base_time=base,
            sent_at=base + 100,
        )  # fmt: skip
        made.append((body, base + 100 + visit.skew))
    return made


def started(number: int, one: Seen) -> int:
    return T0 + number * 1_000 + 2 * one.start + one.tab


def engaged(one: Seen) -> int:
    """In how many ms of the view it was seen; it is until something else is told."""
    return sum(
        [True, *(shown for time, shown in one.changes if time <= at)][-1] for at in range(LAST_MS)
    )


def in_order(visit: Visit) -> list[Seen]:
    """The views as they began; of a tab's that began together the one that was told first."""
    return sorted(visit.seen, key=lambda one: 2 * one.start + one.tab)


def check(data: Data, sent: list[Visit]) -> None:
    told = totals(data.now)
    assert told.sessions == len(sent)
    assert told.visitors == len({one.visitor for one in sent})
    assert told.page_views == sum(len(one.seen) for one in sent)
    assert told.bounced == sum(len(one.seen) < 2 for one in sent)
    times = [sum(map(engaged, one.seen)) for one in sent]
    assert told.engagement == (statistics.median(times) if times else None)
    assert sorted(data.now.engaged.tolist()) == sorted(times)
    entry, names = data.groups["entry"]
    assert Counter(names[at] for at in entry.tolist()) == Counter(
        f"/{in_order(one)[0].page}" for one in sent
    )
    pages = data.pages
    left = exits(pages.page, pages.visit, pages.started, len(pages.names))
    ended = Counter({name: n for name, n in zip(pages.names, left.tolist(), strict=True) if n})
    assert ended == Counter(f"/{in_order(one)[-1].page}" for one in sent)
    views = np.bincount(pages.page, minlength=len(pages.names)).tolist()
    assert dict(zip(pages.names, views, strict=True)) == Counter(
        f"/{view.page}" for one in sent for view in one.seen
    )


def send(stage: Stage, chunks: list[tuple[bytes, int]], packed_at: int) -> None:
    for at, (body, received_at) in enumerate(chunks):
        stage.add(body, received_at=received_at)
        if at == packed_at:
            stage.indexer.compact()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(visits, max_size=3), st.data())
def test_figures_equal_what_visitors_did(sent: list[Visit], data: st.DataObject) -> None:
    chunks = [one for number, visit in enumerate(sent) for one in bodies(number, visit)]
    # Late, in any order, some of them twice; packed after any of them, or never.
    again = data.draw(st.lists(st.sampled_from(chunks), max_size=2)) if chunks else []
    arrived = data.draw(st.permutations([*chunks, *again]))
    with staged() as stage:
        send(stage, arrived, data.draw(st.integers(-1, len(arrived))))
        check(gather(stage.index, "p", SPAN, None), sent)


def test_of_page_views_that_begin_together_one_tells_landing_page_and_source() -> None:
    """That of the first tab, whichever of the two has come further in its chunks."""
    for sequences in ((5, 0), (0, 5)):
        with staged() as stage:
            for name, sequence in zip("ab", sequences, strict=True):
                url = f"https://shop.example/{name}"
                facts = [page_view(url=url, referrer=f"https://{name}.example/")]
                body = chunk(facts, tab=ident(name), sequence=sequence, url=url)
                stage.add(body, received_at=T0 + 100)
            data = gather(stage.index, "p", SPAN, None)
        told = {
            what: [data.groups[what][1][at] for at in data.groups[what][0].tolist()]
            for what in ("entry", "source")
        }
        [page], [source] = told["entry"], told["source"]
        assert source == f"{page.removeprefix('/')}.example", sequences
