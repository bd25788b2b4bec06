"""Which rules the paths themselves suggest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MANY: Final = 12
"""Different values at one place of a path from which on it is taken to vary: more than a menu has entries.
Own; a site's sections are rarely more, its products and articles rarely fewer."""
_LEVEL: Final = 0.5
"""One value with more than this share of the views is a page of its own, not one of many alike."""
_ID: Final = re.compile(r":id|[0-9]+|[0-9]{4}-[0-9]{2}(-[0-9]{2})?|[A-Za-z]{0,4}[-_]?[0-9]{3,}")


@dataclass(frozen=True)
class Suggestion:
    """A template that many paths have in common."""

    template: str
    pages: int  # different paths that it takes together
    views: int
    examples: tuple[str, ...]  # the most viewed, up to three


def learn(views: Mapping[str, int], many: int = MANY) -> list[Suggestion]:
    """Suggest templates for paths by their views; those that take most pages together first.

    From the left, the values of a segment behind one and the same beginning are looked at: numbers and ids are one
    placeholder, and so are values of which there are many, none of them with most of the views.
    """
    rows = [(tuple(path.split("/")[1:]), path) for path in views if path.startswith("/")]
    found: dict[str, list[str]] = {}
    _split((), rows, views, many, found)
    made = []
    for template, paths in found.items():
        if len(paths) < 2 or all(path == template for path in paths):
            continue
        paths.sort(key=lambda path: (-views[path], path))
        total = sum(views[path] for path in paths)
        made.append(Suggestion(template, len(paths), total, tuple(paths[:3])))
    return sorted(made, key=lambda one: (-one.pages, one.template))


Row = tuple[tuple[str, ...], str]


def _split(
    before: tuple[str, ...],
    rows: list[Row],
    views: Mapping[str, int],
    many: int,
    found: dict[str, list[str]],
) -> None:
    """Go through all paths with the same beginning, segment by segment. Without recursion beyond a path's length."""
    waiting: list[tuple[tuple[str, ...], list[Row]]] = [(before, rows)]
    while waiting:
        begin, some = waiting.pop()
        at = len(begin)
        ended = [path for parts, path in some if len(parts) == at]
        if ended and any(part.startswith(":") for part in begin):
            found.setdefault("/" + "/".join(begin), []).extend(ended)
        values: dict[str, list[Row]] = {}
        for row in some:
            if len(row[0]) > at:
                values.setdefault(row[0][at], []).append(row)
        for name, group in _grouped(values, at, views, many).items():
            waiting.append(((*begin, name), group))


def _grouped(
    values: dict[str, list[Row]], at: int, views: Mapping[str, int], many: int
) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    words: dict[str, list[Row]] = {}
    for value, rows in values.items():
        if _ID.fullmatch(value):
            groups.setdefault(":id", []).extend(rows)
        else:
            words[value] = rows
    counts = {value: sum(views[path] for _, path in rows) for value, rows in words.items()}
    total = sum(counts.values())
    level = {value for value, count in counts.items() if count <= _LEVEL * total}
    # The first segment is the site's own menu: it varies only where there are far more.
    if len(level) >= (many if at else 4 * many):
        for value in level:
            groups.setdefault(":slug", []).extend(words.pop(value))
    return {**groups, **words}
