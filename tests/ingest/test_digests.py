"""Digests of a session's chunks, however they come and go."""

from hypothesis import given
from hypothesis import strategies as st

from footfall.ingest.digests import Digests

_NAMES = st.tuples(st.sampled_from(["one tab", "another"]), st.integers(0, 6) | st.just(2**31 - 1))
_DIGESTS = st.binary(min_size=16, max_size=16) | st.sampled_from([b"", b"of older servers" * 2])


@given(st.lists(st.tuples(_NAMES, st.none() | _DIGESTS), max_size=40))
def test_they_are_a_dictionary(steps: list[tuple[tuple[str, int], bytes | None]]) -> None:
    """None: the name is removed, be it there or not. A name that is there is not added again, as ingest does."""
    digests, model = Digests(), dict[tuple[str, int], bytes]()
    for name, digest in steps:
        if digest is None:
            digests.remove(name)
            model.pop(name, None)
        elif name not in model:
            digests.add(name, digest)
            model[name] = digest
        assert len(digests) == len(model)
        for asked in {name for name, _ in steps}:
            assert digests.get(asked) == model.get(asked)
    again = Digests(model.items())
    assert {name: again.get(name) for name in model} == model
    digests.clear()
    assert (len(digests), [digests.get(name) for name in model]) == (0, [None] * len(model))
