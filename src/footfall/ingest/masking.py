"""What a server tells of a visit, masked as the project's recordings are: privacy.ts does the same in the browser.

Every repetition is bounded, so that no text makes these slow.
"""

import json
import re
from typing import Any, Final

_EMAIL: Final = re.compile(r"[\w.%+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_DIGITS: Final = re.compile(r"\d(?:[\s().+/-]{0,3}\d){6,64}")
MAX_NAME: Final = 200
MAX_PROPERTIES: Final = 50
MAX_VALUE: Final = 500
MAX_JSON: Final = 4_000
"""As in named.ts; the last counts characters."""

Plain = str | int | float | bool | None


def mask_text(text: str, mask: str) -> str:
    """Return a text as a project's mask mode shows it: "open", "balanced" or "strict"."""
    if mask == "open":
        return text
    if mask == "strict":
        return _veil(text)
    return _DIGITS.sub(lambda one: _veil(one[0]), _EMAIL.sub(lambda one: _veil(one[0]), text))


def mask_name(name: str, mask: str) -> str:
    """Return a name: chosen by the site's authors, so that only what has an @ in it is masked."""
    text = name[:MAX_NAME]
    return mask_text(text, "open" if mask == "open" else "balanced") if "@" in text else text


def mask_properties(properties: dict[str, Any], mask: str) -> str:
    """Return properties as a flat JSON object. What is too much or no plain value is left out."""
    kept: dict[str, Plain] = {}
    length = 2
    for name, value in list(properties.items())[:MAX_PROPERTIES]:
        if not isinstance(value, (str, int, float, bool, type(None))):
            continue
        told, shown = mask_name(name, mask), _masked(value, mask)
        part = len(json.dumps(told, ensure_ascii=False)) + len(
            json.dumps(shown, ensure_ascii=False)
        )
        if length + part + 1 >= MAX_JSON:
            continue
        length += part + 2
        kept[told] = shown
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _masked(value: Plain, mask: str) -> Plain:
    if value is None or isinstance(value, bool):
        return value
    text = str(value)[:MAX_VALUE]
    shown = mask_text(text, mask)
    return value if shown == text and not isinstance(value, str) else shown


def _veil(text: str) -> str:
    return "".join(
        "0" if one.isnumeric() else "X" if one.isupper() else "x" if one.isalpha() else one
        for one in text
    )
