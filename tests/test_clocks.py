"""Clocks against the zone files themselves, time by time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from footfall.clocks import DAY_MS, clock_of, known_zone

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
    "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "UTC", "Africa/Lagos", "Asia/Tehran",
)  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000
LATEST = 50_000 * DAY_MS - 1
BERLIN_SUMMER = 1_774_746_000_000  # 29 March 2026, 01:00 UTC: 2:00 becomes 3:00


def shown(zone: str, time: int) -> int:
    """Return what a clock of the zone shows, by the standard library."""
    there = (EPOCH + timedelta(milliseconds=time)).astimezone(ZoneInfo(zone))
    return (there.replace(tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(ZONES), st.integers(0, LATEST))
@example("Europe/Berlin", BERLIN_SUMMER)
@example("Europe/Berlin", BERLIN_SUMMER - 1)
def test_a_clock_shows_what_its_zone_says(zone: str, time: int) -> None:
    clock = clock_of(zone)
    assert clock.local(time) == shown(zone, time)
    assert clock.local(np.array([time, 0])).tolist() == [shown(zone, time), shown(zone, 0)]
    again = clock.utc(shown(zone, time))
    assert again <= time
    assert shown(zone, again) == shown(zone, time)  # what is shown twice is meant at first


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(ZONES), st.integers(1, 49_000))
@example("Asia/Beirut", 18_351)  # 29 March 2020: midnight is left out
@example("Pacific/Apia", 15_338)  # 30 December 2011 is left out
def test_days_follow_each_other_without_a_gap(zone: str, day: int) -> None:
    clock = clock_of(zone)
    start, end = clock.day_start(day), clock.day_start(day + 1)
    assert start <= end
    if end > start:
        assert clock.day(start) == clock.day(end - 1) == day
    assert clock.day(start - 1) < day <= clock.day(start)


def test_days_of_a_change_are_shorter_or_longer() -> None:
    clock = clock_of("Europe/Berlin")
    day = clock.day(BERLIN_SUMMER)
    assert clock.day_start(day + 1) - clock.day_start(day) == 23 * HOUR
    assert clock.utc(clock.local(BERLIN_SUMMER) - HOUR // 2) == BERLIN_SUMMER  # 2:30 is left out
    assert clock.earlier(BERLIN_SUMMER + 12 * HOUR, 7) == BERLIN_SUMMER + 13 * HOUR - 7 * DAY_MS


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", ""), ("0", ""), ("120", "120"), ("+60", ""), (" 60", ""), ("-99999", "-840"), ("99999", "840"),
        ("1.5", ""),
        ("Europe/Berlin", "Europe/Berlin"), ("Europe", ""), ("../../etc/passwd", ""), ("Mars/Base", ""),
        ("Europe/Berlin\0", ""), ("9" * 30, ""), ("UTC", ""), ("Etc/GMT+5", "Etc/GMT+5"), ("posixrules/x/y/z", ""),
    ],
)  # fmt: skip
def test_only_clocks_are_known(text: str, name: str) -> None:
    assert known_zone(text) == name
    assert clock_of(name).local(0) == clock_of(known_zone(text)).local(0)


def test_minutes_are_the_same_all_year() -> None:
    assert clock_of("-90").local(BERLIN_SUMMER) == BERLIN_SUMMER - 90 * 60_000
    assert clock_of("").day_start(-1) == -DAY_MS
    assert clock_of("840").utc(0) == -840 * 60_000
