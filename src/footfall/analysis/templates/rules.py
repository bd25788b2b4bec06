"""Rules for pages: one function, path to template, for everything that groups pages."""

import re
from collections.abc import Iterable
from typing import Final

from footfall.errors import FootfallError

MAX_RULES: Final = 500
_MAX_LENGTH: Final = 512
_PLACEHOLDER: Final = re.compile(r":[a-z][a-z0-9_]{0,30}")
_SEGMENT: Final = re.compile(r"[^\x00-\x20\x7f/?#]+")


class RuleError(FootfallError):
    """A rule that makes no sense; the message says why."""


class Rules:
    """Templates as `/product/:slug`: a segment that begins with `:` stands for any one segment.

    Of several that fit a path, the one with a word where the others have a placeholder, from the left, is taken.
    """

    def __init__(self, templates: Iterable[str] = ()) -> None:
        self.templates = tuple(templates)
        self._by_length: dict[int, list[tuple[str, ...]]] = {}
        for template in self.templates:
            parts = tuple(template.split("/"))
            self._by_length.setdefault(len(parts), []).append(parts)
        for some in self._by_length.values():
            some.sort(key=lambda parts: ([part.startswith(":") for part in parts], parts))
        self._known: dict[str, str] = {}

    def template_of(self, path: str) -> str:
        """Return the page template of a path; the path itself where no rule fits."""
        found = self._known.get(path)
        if found is None:
            found = self._find(path)
            if len(self._known) < 100_000:
                self._known[path] = found
        return found

    def _find(self, path: str) -> str:
        parts = path.split("/")
        for rule in self._by_length.get(len(parts), ()):
            if all(
                (want.startswith(":") and part) or want == part
                for want, part in zip(rule, parts, strict=True)
            ):
                return "/".join(rule)
        return path


def checked_rule(written: str) -> str:
    """Return a rule as it is kept. Raises RuleError."""
    rule = "/" + written.strip().strip("/")
    parts = rule[1:].split("/")
    if len(rule) > _MAX_LENGTH:
        raise RuleError(f"A template has at most {_MAX_LENGTH} characters.")
    if not any(part.startswith(":") for part in parts):
        raise RuleError("A template has a placeholder, as in /product/:slug.")
    for part in parts:
        pattern = _PLACEHOLDER if part.startswith(":") else _SEGMENT
        if not pattern.fullmatch(part):
            raise RuleError(
                f"“{part[:40]}” cannot stand between slashes; a placeholder is written as :slug."
            )
    return rule
