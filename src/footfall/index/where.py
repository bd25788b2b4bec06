"""Filters as SQL: conditions from a fixed list, values bound (TRUST 15)."""

import json
from collections.abc import Iterator
from typing import Final

from footfall.index import moments
from footfall.index.rows import Filter

Values = dict[str, str | int | float | bytes]

_VIEWED: Final = (
    "session IN (SELECT v.session FROM page_views v WHERE v.project = :project"
    " AND v.page IN (SELECT value FROM json_each(:viewed)))"
)
_FEW: Final = 5_000
"""Up to so many numbers each session is looked up; beyond, the list is walked through and compared."""


def session_where(project: str, chosen: Filter) -> tuple[str, Values]:
    """Return the condition on `sessions` and its values."""
    conditions, values = _common("sessions", project, chosen)
    if _few(chosen):
        conditions[0] = f"+{conditions[0]}"  # without the project's indexes: by number alone
    if chosen.page is not None:
        conditions.append(
            "session IN (SELECT v.session FROM page_views v"
            " WHERE v.project = :project AND v.page = :page)"
        )
        values["page"] = chosen.page
    for condition, name, found in _listed(chosen):
        # As one value, since SQLite limits how many there are.
        conditions.append(condition)
        values[name] = json.dumps(found)
    for condition, name, value in (
        ("entry_page = :entry", "entry", chosen.entry),
        ("agent >= :browser || ' ' AND agent < :browser || '!'", "browser", chosen.browser),
        ("agent LIKE '% · % · ' || :country", "country", chosen.country),
        ("ended - started >= :shortest", "shortest", chosen.shortest),
        ("ended - started <= :longest", "longest", chosen.longest),
        (moments.WITH_KIND, "moment", chosen.moment),
    ):
        if value is not None:
            conditions.append(condition)
            values[name] = value
    if chosen.moment is not None and chosen.moment_at is not None:
        conditions.append(moments.WITH_KIND_AT)
        values["moment_page"], values["moment_element"] = chosen.moment_at
    return " AND ".join(conditions), values


def _few(chosen: Filter) -> bool:
    return chosen.numbers is not None and len(chosen.numbers) <= _FEW


def _listed(chosen: Filter) -> Iterator[tuple[str, str, list[str] | list[int]]]:
    """Yield the condition, name and values of each list of sessions."""
    among = "IN (SELECT value FROM json_each(:{}))".format
    if chosen.viewed is not None:
        yield _VIEWED, "viewed", sorted(chosen.viewed)
    if chosen.sessions is not None:
        yield f"session {among('sessions')}", "sessions", sorted(chosen.sessions)
    if chosen.without:
        yield f"session NOT {among('without')}", "without", sorted(chosen.without)
    if chosen.numbers is not None:
        number = "number" if _few(chosen) else "+number"  # +: without its index
        yield f"{number} {among('numbers')}", "numbers", chosen.numbers.tolist()


def view_where(project: str, chosen: Filter) -> tuple[str, Values]:
    """Return the condition on `page_views` and its values."""
    conditions, values = _common("page_views", project, chosen)
    if chosen.page is not None:
        conditions.append("page_views.page = :page")
        values["page"] = chosen.page
    if chosen.pages:
        conditions.append("page_views.page IN (SELECT value FROM json_each(:pages))")
        values["pages"] = json.dumps(chosen.pages)
    return " AND ".join(conditions), values


def _common(table: str, project: str, chosen: Filter) -> tuple[list[str], Values]:
    conditions = [f"{table}.project = :project"]
    values: Values = {"project": project}
    for condition, name, value in (
        (f"{table}.device = :device", "device", chosen.device),
        (f"{table}.started >= :since", "since", chosen.since),
        (f"{table}.started <= :until", "until", chosen.until),
    ):
        if value is not None:
            conditions.append(condition)
            values[name] = value
    return conditions, values
