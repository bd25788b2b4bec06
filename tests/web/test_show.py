"""Values as people read them."""

from hypothesis import given
from hypothesis import strategies as st

from footfall.web import show


def test_durations() -> None:
    told = [show.duration(ms) for ms in (-5, 0, 999, 59_400, 60_000, 185_000, 3_840_000)]
    assert told == ["0 s", "0 s", "1 s", "59 s", "1 min 00 s", "3 min 05 s", "1 h 04 min"]


def test_shares_never_round_to_nothing_or_all() -> None:
    told = [show.percent(share) for share in (0, 0.001, 0.01, 0.5, 0.994, 1)]
    assert told == ["0 %", "< 1 %", "1 %", "50 %", "> 99 %", "100 %"]


def test_counts_have_their_word() -> None:
    told = [show.counted(count, "session") for count in (0, 1, 2, 1_200)]
    assert told == ["0 sessions", "1 session", "2 sessions", "1,200 sessions"]
    assert [show.points(one) for one in (-2, -1, 0, 1)] == ["-2 points", "-1 point", "", "+1 point"]


def test_sizes() -> None:
    told = [show.size(count) for count in (0, 999, 1_500, 48_000, 3_200_000, 7 * 10**15)]
    assert told == ["0 B", "999 B", "1.5 KB", "48 KB", "3.2 MB", "7000.0 TB"]


@given(st.integers(-(2**62), 2**62))
def test_any_moment_can_be_written(ms: int) -> None:
    assert show.iso(ms).endswith("Z")
    assert show.utc(ms).endswith("UTC")


def test_moments() -> None:
    assert show.iso(1_700_000_000_123) == "2023-11-14T22:13:20.123Z"
    assert show.utc(1_700_000_000_123) == "14 Nov 2023, 22:13 UTC"
