"""The element table as rows of values, and as CSV."""

import csv
import io
from typing import Final

from footfall.web.heat_kinds import ElementRow

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
COLUMNS: Final = (
    "key", "text", "clicks", "views_with_click", "click_rate", "click_rate_low", "click_rate_high", "recurrence",
    "exposure_rate", "attractiveness", "float_ms", "hesitation_ms", "sessions", "converted_later",
    "conversion_low", "conversion_high",
)  # fmt: skip


def elements_csv(rows: list[ElementRow]) -> str:
    """Return the element table as CSV; cells that a spreadsheet would run get an apostrophe (TRUST 25)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(
            f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
            for cell in cells_of(row)
        )
    return out.getvalue()


def cells_of(row: ElementRow) -> tuple[str | float | None, ...]:
    """Return a row's values, in the order of COLUMNS."""
    zone = row.zone
    numbers = (
        zone.clicks, zone.views_with_click, zone.click_rate, zone.low, zone.high, zone.recurrence, zone.exposure,
        zone.attractiveness, zone.float_ms, zone.hesitation_ms, row.sessions, row.converted, row.low, row.high,
    )  # fmt: skip
    return (
        row.key,
        row.text,
        *(round(one, 5) if isinstance(one, float) else one for one in numbers),
    )
