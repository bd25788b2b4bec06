"""A scripted visitor's hands: the pointer moves in arcs, pauses to read, types letter by letter.

All chance comes from one seeded generator, so that a visitor does the same thing at every recording.
"""

import asyncio
import math
import random
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

WAIT_MS: Final = 4_000


@dataclass
class Person:
    """One visitor at one page."""

    page: Page
    shop: str  # origin
    chance: random.Random
    touch: bool
    pace: float = 1.0  # above 1: slower than most
    at: tuple[float, float] = field(default=(200.0, 300.0))

    async def open(self, path: str) -> None:
        """Go to a page by its address."""
        await self.page.goto(self.shop + path, wait_until="load")
        await self.pause(0.5, 1.1)

    async def pause(self, low: float, high: float) -> None:
        """Read for some seconds."""
        await asyncio.sleep(self.chance.uniform(low, high) * self.pace)

    async def look_at(self, target: Locator) -> tuple[float, float] | None:
        """Bring a thing into view and the pointer over it; return the point, or None if it cannot be seen."""
        try:
            await target.scroll_into_view_if_needed(timeout=WAIT_MS)
            box = await target.bounding_box(timeout=WAIT_MS)
        except PlaywrightTimeout:
            return None
        if box is None:
            return None
        point = (
            box["x"] + box["width"] * self.chance.triangular(0.15, 0.85, 0.5),
            box["y"] + box["height"] * self.chance.triangular(0.2, 0.8, 0.5),
        )
        await self.move(*point)
        return point

    async def move(self, x: float, y: float) -> None:
        """Move the pointer in a bent line that slows down at its end; a finger does not move."""
        if self.touch:
            self.at = (x, y)
            return
        from_x, from_y = self.at
        distance = math.hypot(x - from_x, y - from_y)
        steps = max(3, min(24, int(distance / 35)))
        bend = self.chance.uniform(-0.12, 0.12) * distance
        for step in range(1, steps + 1):
            done = math.sin(step / steps * math.pi / 2)
            away = math.sin(done * math.pi) * bend
            slope = math.atan2(y - from_y, x - from_x)
            await self.page.mouse.move(
                from_x + (x - from_x) * done - math.sin(slope) * away,
                from_y + (y - from_y) * done + math.cos(slope) * away,
            )
            await asyncio.sleep(self.chance.uniform(0.014, 0.03))
        self.at = (x, y)

    async def click(self, target: str | Locator, times: int = 1) -> bool:
        """Click or tap a thing; False when it is not there."""
        one = self.page.locator(target).first if isinstance(target, str) else target
        point = await self.look_at(one)
        if point is None:
            return False
        await self.pause(0.1, 0.4)
        for _ in range(times):
            await self._press(*point)
            await asyncio.sleep(self.chance.uniform(0.12, 0.3))
        await self.pause(0.3, 0.8)
        return True

    async def _press(self, x: float, y: float) -> None:
        x += self.chance.uniform(-3, 3)
        y += self.chance.uniform(-3, 3)
        if self.touch:
            await self.page.touchscreen.tap(x, y)
        else:
            await self.page.mouse.click(x, y, delay=self.chance.uniform(40, 110))

    async def write(self, target: str, text: str) -> bool:
        """Click into a field and type, at a person's speed."""
        if not await self.click(target):
            return False
        for letter in text:
            await self.page.keyboard.type(letter)
            await asyncio.sleep(self.chance.uniform(0.03, 0.14))
        await self.pause(0.2, 0.6)
        return True

    async def scroll(self, screens: float) -> None:
        """Scroll so many screens down (or up), in strokes with pauses."""
        size = self.page.viewport_size or {"width": 1280, "height": 720}
        left = abs(screens) * size["height"]
        while left > 0:
            stroke = min(left, self.chance.uniform(0.25, 0.6) * size["height"])
            for _ in range(4):
                await self.page.mouse.wheel(0, math.copysign(stroke / 4, screens))
                await asyncio.sleep(0.03)
            left -= stroke
            await self.pause(0.25, 0.9)

    async def rest(self) -> None:
        """Fidget a little where the pointer is."""
        for _ in range(self.chance.randint(1, 3)):
            x = self.at[0] + self.chance.uniform(-60, 60)
            y = self.at[1] + self.chance.uniform(-40, 40)
            await self.move(max(5, x), max(5, y))
            await self.pause(0.2, 0.7)
