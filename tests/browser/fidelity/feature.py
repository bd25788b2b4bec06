"""What a page of the suite is: its HTML, what happens on it, and what else its server has."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from playwright.async_api import Page


@dataclass(frozen=True)
class Feature:
    """One page with something to be replayed exactly.

    `html` is the whole document; `{script}` in it is replaced by the recorder's script tag. `act` is the body of an
    async JavaScript function that runs once the first keyframe has arrived; `drive` does the same with real input.
    """

    name: str
    html: str
    act: str = ""
    drive: Callable[[Page], Awaitable[None]] | None = None
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    later: bool = True  # whether a recording that starts after it all must show the same
    later_ms: int = 300  # what such a recording still has to tell after its keyframe
    allowed: float = 0.0005  # share of pixels that may differ
    options: Mapping[str, str] = field(default_factory=dict)  # of the recorder's script tag
    media: Mapping[str, str] = field(default_factory=dict)  # as Playwright's emulate_media takes it


def page(body: str, head: str = "") -> str:
    """Return a document in standards mode around a body."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{{script}}<title>t</title>'
        f"<style>body {{ margin: 8px; font: 16px/1.4 sans-serif }}</style>{head}</head><body>{body}</body></html>"
    )
