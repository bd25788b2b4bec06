"""Erasing from log and index: what is left is what an index made anew from what is left would say."""

from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.erasure.eraser import erase_records
from footfall.index import Filter
from footfall.index.erase import erase_sessions
from footfall.wire.schema import Asset, Fact
from tests.index.stage import Stage, staged
from tests.index.test_packs import Sent, _visits, everything, rows_of
from tests.wire.chunks import T0, chunk, ident, page_view


def erase(stage: Stage, *names: str) -> None:
    sessions = [ident(name) for name in names]
    stage.indexer.change(partial(erase_sessions, project="p", sessions=sessions))
    erase_records(stage.log, "p", sessions)


def uses(stage: Stage) -> list[tuple[bytes, str]]:
    rows = stage.indexer._connection.execute(
        "SELECT u.asset, s.session FROM asset_uses AS u JOIN sessions AS s ON s.number = u.session"
    )
    return sorted((asset.to_bytes(8, "big", signed=True), session) for asset, session in rows)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(_visits(), st.booleans(), st.integers(1, 3))
def test_the_rest_is_as_if_it_had_never_been(sent: list[Sent], is_packed: bool, count: int) -> None:
    gone = [f"session-{number}" for number in range(count)]
    shas = [bytes([number]) * 32 for number in range(3)]
    with staged() as stage, staged() as other:
        for number, (body, received) in enumerate(sent):
            facts: list[Fact] = [Asset(0, "r", shas[number % 3], "image/png", 10)]
            more = chunk(facts, session=ident(f"session-{number % 3}"), sequence=50 + number)
            stage.add(body, more, received_at=received)
            if is_packed:
                stage.indexer.compact()
        erase(stage, *gone)
        rest = stage.stored()
        assert {ident(name) for name in gone}.isdisjoint(
            {r[0] for r in rows_of(rest)[type(page_view())]}
        )
        for body, received in rest:
            other.add(body, received_at=received)
        assert everything(stage) == everything(other)
        mine, theirs = stage.dump(), other.dump()
        kept = mine.pop("assets")
        assert set(theirs.pop("assets")) <= set(kept)  # the vault's files go first
        assert mine == theirs
        assert uses(stage) == uses(other)
        every = Filter()
        assert stage.index.pages("p", every) == other.index.pages("p", every)
        assert stage.indexer.position == stage.log.end
        stage.add(chunk([page_view()], session=ident("after")), received_at=T0)
        assert stage.index.session("p", ident("after")) is not None
