"""Pages and device classes: pure, linear and total on any string (TRUST 13)."""

import re
from functools import lru_cache
from typing import Final

MAX_PAGE: Final = 512
"""Characters of a page template."""
MOBILE_MAX_WIDTH: Final = 480
TABLET_MAX_WIDTH: Final = 1024

_ID: Final = re.compile(
    r"\d+"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{12,}"
    r"|(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_]{20,}"
)
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f]+")


@lru_cache(maxsize=1024)
def page_of(url: str) -> str:
    """Return the page (TERMS.md) of a URL: its path, with what looks like an id replaced by `:id`."""
    _, separator, rest = url.partition("://")
    if separator:
        slash = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
        path = rest[slash:]
    else:
        path = url
    path = path.partition("?")[0].partition("#")[0]
    segments = [
        ":id" if _ID.fullmatch(segment) else _UNSEEN.sub("", segment)
        for segment in path[: 4 * MAX_PAGE].split("/")
    ]
    page = "/" + "/".join(segments).strip("/")
    return page[:MAX_PAGE]


def device_of(width: int) -> str:
    """Return the device class of a window's width in CSS px; "unknown" when it is not known (0)."""
    if width <= 0:
        return "unknown"
    if width <= MOBILE_MAX_WIDTH:
        return "mobile"
    return "tablet" if width <= TABLET_MAX_WIDTH else "desktop"


def browser_of(agent: str) -> str:
    """Return the browser of an agent as the index has it ("Chrome 156 · Linux"), without its version."""
    words = agent.partition(" · ")[0].split(" ")
    return " ".join(words[:-1] if words[-1].isdecimal() else words)


def country_of(agent: str) -> str:
    """Return the country of an agent as the index has it ("Chrome 156 · Linux · DE"); "" when it is not known."""
    parts = agent.split(" · ")
    return parts[2] if len(parts) > 2 else ""
