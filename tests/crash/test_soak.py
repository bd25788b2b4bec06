"""The short form of `python -m benchmarks.soak`: recorded visitors, repeats, retries and restarts."""

from pathlib import Path

from benchmarks.soak import soak


async def test_a_soak_with_restarts_loses_and_doubles_nothing(tmp_path: Path) -> None:
    outcome = await soak(tmp_path, 3, rate=300, restarts=2, visitors=24)
    assert outcome.is_clean, outcome
    assert outcome.stored_twice == 0
    assert outcome.acknowledged > 50
