"""What is done on the page while it is recorded; pages/workloads.js has the part that runs in it."""

from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import Page


def _scripted(name: str, amount: int) -> Callable[[Page], Awaitable[int]]:
    async def work(page: Page) -> int:
        return int(await page.evaluate(f"() => workloads.{name}({amount})"))

    return work


async def _pointer(page: Page) -> int:
    await page.evaluate("() => workloads.pointer()")
    for step in range(100):
        await page.mouse.move(20 + step * 37 % 1100, 20 + step * 23 % 340)
    return 0


async def _typing(page: Page) -> int:
    await page.evaluate("() => workloads.typing()")
    await page.keyboard.type("The delivery should come on a Tuesday, please. " * 2)
    await page.focus("#area")
    await page.keyboard.type("A longer text, with\nsome lines, for a review of the sofa. " * 2)
    return 0


WORKLOADS: Final = {
    "table churn": _scripted("table", 3),
    "innerHTML storm": _scripted("storm", 90),
    "attribute animation": _scripted("animation", 90),
    "virtual scroll": _scripted("virtual", 90),
    "pointer storm": _pointer,
    "typing": _typing,
}
