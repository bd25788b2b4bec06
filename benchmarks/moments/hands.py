"""What a visitor's hands do: shared by the scenes."""

import asyncio
import math
import random
from dataclasses import dataclass

from playwright.async_api import Page


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
        """Wait until the recorder's second file is there and listens."""
        await self.page.wait_for_timeout(1_500)

    async def wait(self, low: float, high: float) -> None:
        """Do nothing for so many ms."""
        await self.page.wait_for_timeout(self.chance.uniform(low, high))

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
        if script:
            await self.page.evaluate(f"() => {{ const it = globalThis.added; {script} }}")
        await self.page.evaluate("() => scrollTo(0, 0)")
        await self.wait(150, 300)

    async def press(self, selector: str, times: int = 1, gap: float = 180) -> None:
        """Click an element, at one place, several times."""
        await self.page.locator(selector).first.scroll_into_view_if_needed()
        box = await self.page.locator(selector).first.bounding_box()
        assert box is not None, selector
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self.page.mouse.move(x - 40, y + 30)
        await self.page.mouse.move(x, y)
        for _ in range(times):
            await self.page.mouse.click(x, y)
            await asyncio.sleep(gap * self.chance.uniform(0.8, 1.2) / 1000)

    async def glide(self, x: float, y: float) -> None:
        """Move the pointer there from below, slower towards the end, as a hand does."""
        for left in (200, 120, 60, 25, 8, 0):
            await self.page.mouse.move(x - left, y + left)
            await asyncio.sleep(0.06)

    async def type(self, selector: str, text: str) -> None:
        """Click a field and type into it."""
        await self.press(selector)
        await self.page.keyboard.type(text, delay=40)

    async def shake(self) -> None:
        """Thrash the pointer about for more than a second."""
        x, y = 640, 400
        for step in range(24):
            angle = step * 2.4 + self.chance.uniform(-0.2, 0.2)
            await self.page.mouse.move(x + 80 * math.cos(angle), y + 80 * math.sin(angle))
            await asyncio.sleep(0.055)

    async def wheel(self, *ways: int) -> None:
        """Scroll by so many px, one after the other, each as a turn of the wheel."""
        await self.page.mouse.move(640, 400)
        for way in ways:
            for _ in range(4):
                await self.page.mouse.wheel(0, way / 4)
                await asyncio.sleep(0.08)
            await asyncio.sleep(0.35)
