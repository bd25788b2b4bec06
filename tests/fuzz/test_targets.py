"""The fuzzing targets themselves, tried briefly: on any bytes, and on golden chunks with a part changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import seeds
from tests.fuzz.targets import TARGETS

_SEEDS = {name: seeds(name) for name in TARGETS}


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds(name: str) -> None:
    for seed in _SEEDS[name]:
        TARGETS[name](seed)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(TARGETS)), st.data(), st.binary(max_size=60))
def test_no_bytes_break_a_decoder(name: str, data: st.DataObject, junk: bytes) -> None:
    TARGETS[name](junk)
    seed = data.draw(st.sampled_from(_SEEDS[name]))
    at = data.draw(st.integers(0, len(seed)))
    TARGETS[name](seed[:at] + junk + seed[at + len(junk) :])
    TARGETS[name](seed[:at])
