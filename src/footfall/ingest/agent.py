"""The coarse name of a browser: family, major version, system and (where told) country, so that it is no fingerprint.

Linear and total.
"""

import re
from functools import lru_cache
from typing import Final

MAX_AGENT: Final = 512
"""Characters of a User-Agent header that are looked at."""

# The first that is found counts: most browsers name those that they are like, after themselves or before.
_BROWSERS: Final = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d{1,4})")),
    ("Opera", re.compile(r"OPR/(\d{1,4})")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d{1,4})")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"(?:Chrome|Chromium|CriOS|HeadlessChrome)/(\d{1,4})")),
    ("Safari", re.compile(r"Version/(\d{1,4})[^ ]{0,12} (?:Mobile/\w{1,12} )?Safari/")),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_NOWHERE: Final = frozenset({"XX", "ZZ", "T1"})
"""What proxies say of an address whose country they do not know, or that is Tor's."""


def coarse_agent(header: str, country: str = "") -> str:
    """Return a text like "Chrome 156 · Linux", or "Chrome 156 · Linux · DE", for a User-Agent header."""
    agent = _coarse(header[:MAX_AGENT])
    return f"{agent} · {country}" if country else agent


def country_code(written: str) -> str:
    """Return the ISO 3166-1 code of two letters that a proxy wrote, in capitals; "" when it is none."""
    code = written[:8].strip().upper()
    return code if _COUNTRY.fullmatch(code) and code not in _NOWHERE else ""


@lru_cache(maxsize=1024)
def _coarse(text: str) -> str:
    browser = "Other"
    for name, pattern in _BROWSERS:
        found = pattern.search(text)
        if found:
            browser = f"{name} {found[1]}"
            break
    system = next((name for mark, name in _SYSTEMS if mark in text), "Other")
    return f"{browser} · {system}"
