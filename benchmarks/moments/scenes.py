"""What a scene is: what a visitor does, and the kinds of moments that a person would say are in it.

Those with none are look-alikes: what the rules must not take for a moment. The labels come from TERMS.md and from what
the scene does; nobody asks the rules.
"""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from benchmarks.moments.hands import Hands

Act = Callable[[Hands], Awaitable[None]]


class Scene(NamedTuple):
    """A visit."""

    name: str
    kinds: frozenset[str]
    act: Act
    touch: bool = False
    width: int = 1_280
    any_media: bool = False  # the shop's policy would not let sounds in that a scene makes


SCENES: Final[list[Scene]] = []


def scene(
    *kinds: str, touch: bool = False, width: int = 1_280, any_media: bool = False
) -> Callable[[Act], Act]:
    """Note a scene by its function's name."""

    def note(act: Act) -> Act:
        name = act.__name__.lstrip("_")
        SCENES.append(Scene(name, frozenset(kinds), act, touch, width, any_media))
        return act

    return note


BUTTON: Final = (
    '<button class="button" id="tried" type="button">Show the offer</button><p id="said">.</p>'
)
ANSWER: Final = "document.querySelector('#said').textContent += 'x';"


def on(event: str, work: str) -> str:
    """Return a script by which the button that is tried does something."""
    return f"it.querySelector('#tried').addEventListener('{event}', (event) => {{ {work} }});"


def on_click(work: str) -> str:
    """Return a script by which a click of it does something."""
    return on("click", work)


def later(ms: int, work: str) -> str:
    """Return a script that does something after so many ms."""
    return f"setTimeout(() => {{ {work} }}, {ms});"
