"""What the keys of many clicks tell of the page: which elements change their names and stay in their place.

A key's last name (a digest after "@") must be found on the backdrop, or else the click is not put on that element:
lists are sorted anew, and feeds go on. A button that is called "Follow" and then "Following" would be lost by that.
It shows in the keys: one place, several names, and none of these anywhere else.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

_LAST_NAME: Final = re.compile(r"^(.*[> ])([^@> ]+?)(:\d+)?@(\w+)((?:>[^@> ]+)*)$")
_ITEM: Final = frozenset(
    ("li", "tr", "option", "article", "section", "fieldset", "figure", "dt", "dd")
)
_MIN_NAMES: Final = 2


def renamed_keys(keys: Iterable[str]) -> set[str]:
    """Return the keys whose element may be told by its place alone, as only its name differs from time to time.

    Items of lists are never among them, nor elements with others of their tag beside them that were clicked.
    """
    read = [(key, found.groups()) for key in keys if (found := _LAST_NAME.match(key))]
    names: dict[tuple[str, ...], set[str]] = defaultdict(set)
    places: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    beside: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, (before, tag, place, name, _) in read:
        where = (before, tag, place or "")
        names[where].add(name)
        places[tag, name].add(where)
        beside[before, tag].add(place or "")
    return {
        key
        for key, (before, tag, place, _, _) in read
        if tag not in _ITEM
        and len(beside[before, tag]) == 1
        and len(names[before, tag, place or ""]) >= _MIN_NAMES
        and all(len(places[tag, name]) == 1 for name in names[before, tag, place or ""])
    }
