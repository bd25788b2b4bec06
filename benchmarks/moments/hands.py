"""What a visitor's hands do: shared by the scenes."""

import asyncio
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from playwright.async_api import Page
from tests.browser.recorder_site import all_watches


class TooSlowError(AssertionError):
    """The machine was too slow for a scene to be what it says: it is played again."""


@dataclass
class Hands:
    """A visitor in a page of the shop; `chance` makes each visit its own."""

    page: Page
    origin: str
    chance: random.Random

    async def go(self, path: str) -> None:
        """Open a page of the shop, and wait for the whole recorder."""
        await self.page.goto(self.origin + path, wait_until="load")
        await self.settle()

    async def settle(self) -> None:
        """Wait until the recorder's second file is there and listens, and a moment more."""
        await all_watches(self.page)
        await self.page.wait_for_timeout(400)

    async def wait(self, low: float, high: float) -> None:
        """Do nothing for so many ms."""
        await self.page.wait_for_timeout(self.chance.uniform(low, high))

    @contextmanager
    def within(self, ms: float) -> Iterator[None]:
        """Raise TooSlowError where what is done takes longer."""
        began = monotonic()
        yield
        if (monotonic() - began) * 1_000 > ms:
            raise TooSlowError(f"took more than {ms} ms")

    async def add(self, html: str, script: str = "") -> None:
        """Put something at the top of the page's main part; the script gets it as `it`."""
        await self.page.evaluate(
            """([html, script]) => {
                const it = document.createElement("section");
                it.className = "wrap section";
                it.innerHTML = html;
                document.querySelector("main").prepend(it);
                globalThis.added = it;
            }""",
            [html, script],
        )
        await self.run(script)
        await self.page.evaluate("() => scrollTo(0, 0)")
        await self.wait(150, 300)

    async def run(self, script: str) -> None:
        """Run a script of the page's; what was added last is `it`."""
        await self.page.evaluate(f"() => {{ const it = globalThis.added; {script} }}")

    async def place(self, selector: str) -> tuple[float, float]:
        """Return the middle of an element, scrolled into view, in the window."""
        await self.page.locator(selector).first.scroll_into_view_if_needed()
        box = await self.page.locator(selector).first.bounding_box()
        assert box is not None, selector
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    async def press(self, selector: str, times: int = 1, gap: float = 180) -> None:
        """Click an element, at one place, several times."""
        x, y = await self.place(selector)
        await self.page.mouse.move(x - 40, y + 30)
        await self.page.mouse.move(x, y)
        for time in range(times):
            if time:
                await asyncio.sleep(gap * self.chance.uniform(0.8, 1.2) / 1000)
            with self.within(max(300, 900 - gap)):
                await self.page.mouse.click(x, y)
        await asyncio.sleep(0.15)

    async def tap(self, selector: str, times: int = 1, gap: float = 180) -> None:
        """Touch an element, at one place, several times."""
        x, y = await self.place(selector)
        for _ in range(times):
            with self.within(800):
                await self.page.touchscreen.tap(x, y)
            await asyncio.sleep(gap * self.chance.uniform(0.8, 1.2) / 1000)

    async def glide(self, x: float, y: float) -> None:
        """Move the pointer there from below, slower towards the end, as a hand does."""
        for left in (200, 120, 60, 25, 8, 0):
            await self.page.mouse.move(x - left, y + left)
            await asyncio.sleep(0.06)

    async def over(self, selector: str) -> None:
        """Glide over an element."""
        await self.glide(*await self.place(selector))

    async def along(self, points: Sequence[tuple[float, float]], ms: float = 55) -> None:
        """Move through points of the window, so many ms apart."""
        for x, y in points:
            await self.page.mouse.move(x, y)
            await asyncio.sleep(ms / 1000)

    async def type(self, selector: str, text: str) -> None:
        """Click a field and type into it."""
        await self.press(selector)
        await self.page.keyboard.type(text, delay=40)

    async def shake(self, radius: float = 80, step: float = 2.4) -> None:
        """Thrash the pointer about for more than a second, each point by so many radians from the last."""
        turns = [n * step + self.chance.uniform(-0.2, 0.2) for n in range(24)]
        with self.within(5_000):
            await self.along(
                [(640 + radius * math.cos(a), 400 + radius * math.sin(a)) for a in turns]
            )

    async def wheel(self, *ways: int) -> None:
        """Scroll by so many px, one after the other, each as a turn of the wheel."""
        await self.page.mouse.move(640, 400)
        for way in ways:
            for _ in range(4):
                await self.page.mouse.wheel(0, way / 4)
                await asyncio.sleep(0.08)
            await asyncio.sleep(0.35)

    async def show(self, selector: str) -> None:
        """Scroll an element into the middle of the window."""
        await self.page.locator(selector).first.evaluate(
            "one => one.scrollIntoView({ block: 'center' })"
        )
