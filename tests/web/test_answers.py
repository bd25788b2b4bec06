"""Tables as CSV: what a spreadsheet reads is what was meant."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from footfall.web.answers import csv_answer


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers())))
def test_cells_come_back_and_none_is_a_formula(rows: list[tuple[str, int]]) -> None:
    text = csv_answer("x.csv", ("name", "count"), rows).text
    assert text is not None
    header, *told = csv.reader(io.StringIO(text, newline=""))
    assert header == ["name", "count"]
    for (name, count), cells in zip(rows, told, strict=True):
        is_formula = name[:1] != "" and name[0] in "=+-@\t\r"
        assert cells == [f"'{name}" if is_formula else name, str(count)]
