"""The load generator's patched chunks are what a server takes."""

from benchmarks import ingest, load

from footfall.wire import codec


def test_a_patched_chunk_is_one_of_that_session() -> None:
    body = ingest.bodies(10_000)
    mark = "session-000000-000000-000000"
    for sequence in (0, 3):
        template = load.template(body(mark, sequence, 5), mark.encode())
        session = "session-000001-000002-000003"
        header = codec.decode_chunk(load.patched(template, session.encode()))
        assert (header.session, header.sequence, header.project) == (
            session,
            sequence,
            ingest.key(5),
        )
        assert len(header.frames) > 5_000 or sequence == 0
