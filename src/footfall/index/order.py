"""Orders of a list of sessions as SQL, and one's place in it: texts of ours alone."""

from collections.abc import Mapping
from typing import Final

from footfall.index.moments import SCORED
from footfall.index.rows import Order, SessionRow
from footfall.index.where import Values

_KEYS: Final = {
    Order.RECENT: "started",
    Order.LENGTH: "ended - started",
    Order.FRUSTRATION: "frustration",
}


def source(order: Order) -> str:
    """Return what to select from: `sessions`, with the column that the order takes."""
    return SCORED if order is Order.FRUSTRATION else "sessions"


def order_by(order: Order, *, back: bool = False) -> str:
    """Return the terms of ORDER BY: total, so that pages of a list neither repeat nor miss anything."""
    down, up = ("ASC", "DESC") if back else ("DESC", "ASC")
    first = "" if order is Order.RECENT else f"{_KEYS[order]} {down}, "
    return f"{first}started {down}, session {up}"


def beside(order: Order, *, back: bool) -> str:
    """Return the condition on what comes before (`back`) or after a place in the list."""
    less, more = (">", "<") if back else ("<", ">")
    newer = f"(started {less} :place_started OR started = :place_started AND session {more} :place_session)"
    if order is Order.RECENT:
        # The first half lets the index on `started` begin at the place.
        return f"started {less}= :place_started AND {newer}"
    key = f"({_KEYS[order]})"
    return f"({key} {less} :place_value OR {key} = :place_value AND {newer})"


def place_of(order: Order, row: SessionRow, scores: Mapping[str, float]) -> Values:
    """Return the values that `beside` compares with."""
    value = row.duration if order is Order.LENGTH else scores.get(row.session, 0)
    return {"place_started": row.started, "place_session": row.session, "place_value": value}
