"""The builder's rows: every text of steps goes through them unchanged; moving and removing."""

from dataclasses import replace

from hypothesis import given

from footfall.analysis.steps import Sequence, parse, write
from footfall.web.funnel_form import Compared, Row, change, read_rows, rows_of, steps_of
from tests.analysis.test_steps import sequences


@given(sequences())
def test_steps_go_through_the_form_unchanged(sequence: Sequence) -> None:
    plain = replace(sequence, within=None, per="session")
    assert parse(steps_of(rows_of(write(plain)))) == plain
    assert parse(steps_of(rows_of(write(plain), timed=True))) == plain


def test_a_time_is_a_field_where_the_form_has_one() -> None:
    text = "page > click within 5m"
    assert rows_of(text)[1] == Row(text="click within 5m")
    assert rows_of(text, timed=True)[1] == Row("click", soon="5m")
    assert steps_of([Row("page"), Row("click", soon="soon")]) == "page > click within soon"


def test_a_range_that_cannot_be_read_stays_for_the_page_to_refuse() -> None:
    dear = Compared("property", "between", "cheap", "price")
    assert steps_of([Row("event", (dear,), times=2)]) == 'event("price":"cheap") x2'
    named = Compared("name", "is", "paid")
    assert steps_of([Row("event", (named, dear))]) == 'event(name=paid, "price":"cheap")'


def test_a_step_may_have_several_conditions() -> None:
    text = 'click(text*="Add to cart", page!=/help, price:10..50) > page'
    [clicked, seen] = rows_of(text)
    assert [one.value for one in clicked.conditions] == ["Add to cart", "/help", "10..50"]
    assert seen.conditions == (Compared(),)
    assert steps_of([clicked, seen]) == text
    assert change([clicked, seen], "drop-0-1")[0].conditions == (
        clicked.conditions[0],
        clicked.conditions[2],
    )
    assert change([clicked, seen], "drop-1-0") == [clicked, seen]
    for nonsense in ("drop-2-0", "drop-0-3", "drop-0", "drop", "drop-x-y"):
        assert change([clicked, seen], nonsense) == [clicked, seen]


def test_lines_of_a_form_that_begin_with_and_belong_to_the_row_before() -> None:
    told = {
        "kind": ["and", "click", "and", "and", "page"],
        "field": ["text", "page", "text", "name", "page"],
        "operator": ["is"] * 5,
        "value": ["lost", "/cart", "Pay", " ", "/thanks"],
    }
    first, second = read_rows(told)
    assert [one.value for one in first.conditions] == ["/cart", "Pay"]
    assert [one.value for one in second.conditions] == ["/thanks"]


def test_rows_are_moved_and_removed() -> None:
    rows = [Row(kind) for kind in ("page", "click", "event")]
    assert change(rows, "up-1") == [rows[1], rows[0], rows[2]]
    assert change(rows, "down-1") == [rows[0], rows[2], rows[1]]
    assert change(rows, "remove-0") == rows[1:]
    for nonsense in ("up-0", "down-2", "remove-3", "remove", "up-x", "", "other-1"):
        assert change(rows, nonsense) == rows


def test_columns_that_are_missing_are_empty() -> None:
    told = {"kind": ["page", "nonsense"], "times": ["3", "0"], "row": [""]}
    first, second = read_rows(told)
    assert (first.kind, first.times, first.conditions) == ("page", 3, (Compared("", "", ""),))
    assert (second.kind, second.times) == ("", 1)
