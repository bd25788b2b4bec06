"""The list of pages, counted from packs of days, against a plain count of the page views."""

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.index import Filter, PageRow, PageViewRow, viewdays
from footfall.index.viewcolumns import view_columns
from footfall.index.viewdays import visitor_code
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view, scroll

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

HOUR = 3_600_000
SESSIONS = [ident(f"session-{number}") for number in range(4)]


@st.composite
def _chunks(draw: st.DrawFn) -> list[tuple[bytes, int]]:
    made = []
    for sequence in range(draw(st.integers(1, 12))):
        at = T0 + draw(st.integers(0, 60)) * HOUR
        number = draw(st.integers(1, 3))
        facts: list[Fact] = [
            page_view(
                number=number,
                url=f"https://x/{draw(st.sampled_from('abc'))}",
                width=draw(st.sampled_from([390, 1280])),
                height=draw(st.sampled_from([0, 500, 800])),
            ),
            *[click()] * draw(st.integers(0, 2)),
            *[scroll(10, (draw(st.integers(0, 2_000)),))] * draw(st.integers(0, 1)),
        ]
        body = chunk(
            facts,
            session=draw(st.sampled_from(SESSIONS)),
            sequence=sequence,
            base_time=at,
            sent_at=at,
        )
        made.append((body, at + draw(st.sampled_from([0, 7 * HOUR]))))
    return made


def expect(views: list[tuple[str, PageViewRow]], chosen: Filter) -> list[PageRow]:
    by_page: dict[str, list[tuple[str, PageViewRow]]] = {}
    for session, view in views:
        if (
            chosen.page in (None, view.page)
            and chosen.device in (None, view.device)
            and (chosen.since is None or view.started >= chosen.since)
            and (chosen.until is None or view.started <= chosen.until)
        ):
            by_page.setdefault(view.page, []).append((session, view))
    rows = []
    for page, found in by_page.items():
        shares = [v.depth / v.document_height for _, v in found if v.height and v.document_height]
        rows.append(
            PageRow(
                page=page,
                views=len(found),
                sessions=len({session for session, _ in found}),
                clicks=sum(view.clicks for _, view in found),
                median_depth_share=median(shares) if shares else None,
                last_seen=max(view.started for _, view in found),
                devices=dict(Counter(view.device for _, view in found)),
            )
        )
    return sorted(rows, key=lambda row: (-row.views, row.page))


def check(stage: Stage, chosen: Filter) -> None:
    views = [(name, view) for name in SESSIONS for view in stage.index.page_views("p", name)]
    assert stage.index.pages("p", chosen) == expect(views, chosen)
    found = stage.index.summary("p")
    assert found.page_views == len(views)
    assert found.clicks == sum(view.clicks for _, view in views)
    assert found.sessions == stage.index.session_count("p")
    lost = "SELECT COUNT(*) FROM view_columns WHERE pack NOT IN (SELECT id FROM view_days)"
    assert stage.indexer._connection.execute(lost).fetchone()[0] == 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    _chunks(),
    st.sampled_from([None, "desktop", "mobile", "tablet"]),
    st.one_of(st.none(), st.integers(0, 60)),
    st.one_of(st.none(), st.integers(0, 60)),
    st.booleans(),
)
def test_pages_are_counted_right_whatever_is_packed(
    chunks: list[tuple[bytes, int]], device: str | None, since: int | None, until: int | None, apart: bool
) -> None:  # fmt: skip
    chosen = Filter(
        device=device,
        since=None if since is None else T0 + since * HOUR,
        until=None if until is None else T0 + until * HOUR,
    )
    with staged() as stage, pytest.MonkeyPatch.context() as changed:
        if apart:  # as days of many views lie
            changed.setattr(viewdays, "INLINE_BYTES", -1)
        for number, (body, received) in enumerate(chunks):
            stage.add(body, received_at=received)
            if number % 3 == 1:
                stage.indexer.compact()
                check(stage, chosen)
        check(stage, Filter())
        check(stage, chosen)
        check(stage, Filter(page="/a", device=device))
        stage.indexer.reindex()
        check(stage, chosen)


def test_a_closed_day_is_read_from_its_pack(stage: Stage) -> None:
    for day in range(3):
        at = T0 + day * 24 * HOUR
        stage.add(
            chunk([page_view()], session=SESSIONS[day], base_time=at, sent_at=at), received_at=at
        )
    stage.indexer.compact()
    packed = "SELECT COUNT(*) FROM view_days"
    assert stage.indexer._connection.execute(packed).fetchone()[0] == 2
    assert stage.index.pages("p")[0].sessions == 3
    stage.add(
        chunk([click()], session=SESSIONS[0], sequence=1, base_time=T0, sent_at=T0), received_at=T0
    )
    assert stage.indexer._connection.execute(packed).fetchone()[0] == 1
    assert stage.index.pages("p")[0].clicks == 1


def test_a_first_chunk_that_comes_late_names_the_visitor_of_every_day() -> None:
    """A visit over midnight, its days packed: whose it is, the chunk that comes last tells."""
    day = 24 * HOUR
    midnight = T0 // day * day + day

    def sent(sequence: int, at: int, visitor: str, session: str = SESSIONS[0]) -> bytes:
        seen = [page_view(number=sequence + 1)]
        return chunk(
            seen,
            session=session,
            sequence=sequence,
            visitor=ident(visitor),
            base_time=at,
            sent_at=at,
        )

    with staged() as stage:
        times = [midnight - 2 * HOUR, midnight - HOUR, midnight + HOUR]
        others = sent(0, midnight + 2 * day, "other", SESSIONS[1])  # the newest day is never packed
        stage.add(sent(1, times[1], "second"), received_at=times[1])
        stage.add(sent(2, times[2], "second"), received_at=times[2])
        stage.add(others, received_at=midnight + 2 * day)
        stage.indexer._fold.make_view_days(10)
        stage.add(sent(0, times[0], "first"), received_at=times[0])
        with stage.index.facts("p") as shot:
            told = view_columns(shot, Filter(), ("started", "visitor"))
        by_time = dict(zip(told["started"].tolist(), told["visitor"].tolist(), strict=True))
        assert [by_time[time] for time in times] == [visitor_code(ident("first"))] * 3
