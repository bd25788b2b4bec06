"""What a project says of how all its pages are recorded, whatever their script tags say: it can only record less.

Kept in settings.db as JSON and read by recorders. Its version is a digest, "" for the policy that says nothing;
every answer to a chunk carries it, so that a recorder that knows another asks anew.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

from footfall.errors import ConfigError

MAX_RULES: Final = 50
MAX_RULE: Final = 200
"""Characters of one selector or pattern."""
POLICY_MASKS: Final = ("", "balanced", "strict")
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True)
class Policy:
    """What holds for every page of a project."""

    paused: bool = False
    """Nothing is recorded, and nothing stored of what is sent all the same."""
    sample: int = 100
    """Percent of the sessions that are recorded, at most."""
    mask: str = ""
    """One of POLICY_MASKS: pages are masked so at least; "": as their tags say."""
    mask_selectors: tuple[str, ...] = ()
    """CSS selectors of elements whose text is masked."""
    block_selectors: tuple[str, ...] = ()
    """CSS selectors of elements that are left out."""
    exclude: tuple[str, ...] = ()
    """Patterns of pages that are not recorded, as data-exclude has them."""

    @cached_property
    def version(self) -> str:
        """Return what tells this policy from others."""
        if self == NO_POLICY:
            return ""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:_VERSION_DIGITS]

    def to_json(self) -> str:
        """Return the one JSON of it."""
        return json.dumps(asdict(self), sort_keys=True)

    def for_recorders(self) -> dict[str, Any]:
        """Return what recorders are told, as recorder-js/src/recorder/policy.ts reads it."""
        if not self.version:
            return {"version": ""}
        return {
            "version": self.version,
            "paused": self.paused,
            "sample": self.sample / 100,
            "mask": self.mask,
            "maskSelector": ", ".join(self.mask_selectors),
            "blockSelector": ", ".join(self.block_selectors),
            "exclude": list(self.exclude),
        }


NO_POLICY: Final = Policy()


def from_json(text: str) -> Policy:
    """Return the policy that `to_json` wrote; "": the one that says nothing."""
    if not text:
        return NO_POLICY
    values: dict[str, Any] = json.loads(text)
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Policy(**{**values, **lists})


def checked(policy: Policy) -> Policy:
    """Return a policy with its rules trimmed, each once. Raises ConfigError for one that cannot be followed."""
    if not 1 <= policy.sample <= 100:
        raise ConfigError("1 to 100 percent of the sessions can be recorded; pause for none.")
    if policy.mask not in POLICY_MASKS:
        raise ConfigError("A policy masks as the pages say, or balanced or strict at least.")
    return Policy(
        paused=policy.paused,
        sample=policy.sample,
        mask=policy.mask,
        mask_selectors=tuple(map(_checked_selector, _rules(policy.mask_selectors))),
        block_selectors=tuple(map(_checked_selector, _rules(policy.block_selectors))),
        exclude=tuple(map(_checked_page, _rules(policy.exclude))),
    )


def _rules(written: Sequence[str]) -> list[str]:
    rules = list(dict.fromkeys(text for text in map(str.strip, written) if text))
    if len(rules) > MAX_RULES:
        raise ConfigError(f"At most {MAX_RULES} rules of a kind, one a line.")
    for rule in rules:
        if len(rule) > MAX_RULE or not rule.isprintable():
            raise ConfigError(f"A rule has at most {MAX_RULE} plain characters: {rule[:40]!r}.")
    return rules


def _checked_selector(rule: str) -> str:
    """Refuse what would reach beyond its own line; the browser says the rest (setup.ts)."""
    if "/*" in rule:  # one that is not closed would hide the selectors that follow it
        raise ConfigError(f"{rule!r} is no CSS selector: write it without comments.")
    pairs = {")": "(", "]": "["}
    opened: list[str] = []
    quote = ""
    for sign in rule:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([":
            opened.append(sign)
        elif sign in pairs and (not opened or opened.pop() != pairs[sign]):
            raise ConfigError(f"{rule!r} is no CSS selector: {sign} closes nothing.")
    if quote or opened:
        raise ConfigError(f"{rule!r} is no CSS selector: something in it is not closed.")
    if any(sign in rule for sign in "{};\\") or rule[-1] in ",>+~" or rule[0] == ",":
        raise ConfigError(f"{rule!r} is no CSS selector; write one a line, as .price or #total.")
    return rule


def _checked_page(rule: str) -> str:
    if any(sign.isspace() or sign == "," for sign in rule):
        raise ConfigError(f"{rule!r} is no pattern of pages; write one a line, as /admin/*.")
    return rule
