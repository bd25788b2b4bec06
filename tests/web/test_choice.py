"""Filters in the address: total on whatever stands there, and back to the same."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.web.choice import Choice, read_choice
from footfall.web.session_choice import read_session_choice

NOW = 1_700_000_000_000  # 2023-11-14 22:13:20 UTC
HOUR = 3_600_000
MIDNIGHT = 1_699_920_000_000

NAMES = ["page", "device", "time", "from", "to", "zone", "offset"]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["mobile", "today", "custom", "7d", "2023-11-14", "0001-01-01", "9999-12-31"]),
    st.integers().map(str),
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_query_is_read_and_comes_back_the_same(query: dict[str, str]) -> None:
    choice = read_choice(query)
    found = choice.filter(NOW)
    again = read_choice(dict(parse_qsl(choice.query().removeprefix("?"))))
    assert vars(again.filter(NOW)) == vars(found)
    assert again.offset == choice.offset


def test_days_begin_in_the_viewers_zone() -> None:
    assert read_choice({"time": "today"}).filter(NOW).since == MIDNIGHT
    assert read_choice({"time": "today", "zone": "120"}).filter(NOW).since == MIDNIGHT + 22 * HOUR
    assert read_choice({"time": "7d"}).filter(NOW).since == MIDNIGHT - 6 * 24 * HOUR
    assert read_choice({"time": "today"}).filter(NOW).until is None


def test_a_last_day_is_meant_whole() -> None:
    found = read_choice({"from": "2023-11-14", "to": "2023-11-14", "zone": "-60"}).filter(NOW)
    assert found.since == MIDNIGHT + HOUR
    assert found.until == MIDNIGHT + 25 * HOUR - 1


def test_changes_keep_the_rest() -> None:
    choice = Choice(page="/a b", device="mobile", period="7d")
    assert choice.query(device="", offset=50) == "?page=%2Fa+b&time=7d&offset=50"
    assert Choice().query() == ""


@given(
    st.dictionaries(
        st.sampled_from(
            [*NAMES, "did", "event", "text", "error", "user", "property", "value", "moment",
             "browser", "country", "longer", "shorter", "watched", "sort", "starred", "label", "t",
             "weekday", "hour", "bounced"]
        ),
        st.one_of(VALUES, st.sampled_from(["click", "no", "yes", "length", "1", " a ", "DE", "mon"])),
    )
)  # fmt: skip
def test_any_list_is_read_and_comes_back_and_every_chip_takes_one_filter_away(
    query: dict[str, str],
) -> None:
    asked = read_session_choice(query)
    again = read_session_choice(dict(parse_qsl(asked.query().removeprefix("?"))))
    assert again == asked
    chips = asked.chips()
    assert bool(chips) == asked.is_narrow
    for chip in chips:
        assert chip.text
        without = read_session_choice(dict(parse_qsl(chip.without.removeprefix("?"))))
        assert len(without.chips()) == len(chips) - 1
        assert without.order is asked.order


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", "12\u00a0€ a\u200bmonth"),
        ("event", "two\nlines"),
        ("source", f"{'s' * 60}.{'t' * 60}.{'u' * 60}.{'v' * 60}.example"),
        ("entry", f"/{'long/' * 150}"),
        ("steps", 'click(text="12\u00a0€") > ' * 150 + "page"),
        ("value", "v" * 500),
    ],
)
def test_whatever_was_recorded_can_be_asked_for(name: str, value: str) -> None:
    asked = read_session_choice({"property": "plan", name: value})
    assert asked.values()[name] == value


def test_what_links_name_is_taken_as_it_is_and_what_people_type_without_blanks() -> None:
    told = {
        "moment": "dead",
        "where": " /a ",
        "at": " #b ",
        "goal": "event: c ",
        "converted": "yes",
    }
    assert read_session_choice(told).values() == told
    assert read_session_choice({"event": " paid "}).values() == {"event": "paid"}
