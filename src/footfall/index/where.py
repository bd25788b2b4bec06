"""Filters as SQL: conditions from a fixed list, values bound (TRUST 15)."""

import json

from footfall.index.rows import Filter

Values = dict[str, str | int | bytes]


def session_where(project: str, chosen: Filter) -> tuple[str, Values]:
    """Return the condition on `sessions` and its values."""
    conditions, values = _common("sessions", project, chosen)
    if chosen.page is not None:
        conditions.append(
            "session IN (SELECT v.session FROM page_views v"
            " WHERE v.project = :project AND v.page = :page)"
        )
        values["page"] = chosen.page
    if chosen.sessions is not None:
        # As one value, since SQLite limits how many there are.
        conditions.append("session IN (SELECT value FROM json_each(:sessions))")
        values["sessions"] = json.dumps(sorted(chosen.sessions))
    return " AND ".join(conditions), values


def view_where(project: str, chosen: Filter) -> tuple[str, Values]:
    """Return the condition on `page_views` and its values."""
    conditions, values = _common("page_views", project, chosen)
    if chosen.page is not None:
        conditions.append("page_views.page = :page")
        values["page"] = chosen.page
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
