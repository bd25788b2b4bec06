"""A picture of a recorded page at one moment, at its full height, made by Chromium without any network."""

import asyncio
import importlib.util
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from footfall.errors import ConfigError, FootfallError
from footfall.export.page import still_page_of
from footfall.export.recording import Recording
from footfall.export.video import find_chromium

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

_ADDRESS: Final = "http://still.invalid/"
"""Of no host: the page comes from memory. A frame in a file would have no document that can be measured."""
_STRIP: Final = 4_096
"""Rows of a screenshot; the pieces are joined."""
_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Place:
    """Which moment of which page of a recording; as BackdropPlace of backdrop.ts."""

    tab: str
    document: int
    sequence: int
    width: int  # CSS px to lay the page out in
    time: int  # ms since 1970


def why_not() -> str:
    """Return what this computer lacks for such a picture; "": nothing."""
    has_playwright = importlib.util.find_spec("playwright") is not None
    if find_chromium() is not None and has_playwright:
        return ""
    return "no Chromium" if has_playwright else "no Python package playwright"


async def still(
    recording: Recording, place: Place, keys: Sequence[str] = (), renamed: Sequence[str] = ()
) -> tuple[Image.Image, dict[str, Any]]:
    """Return the picture, RGB, and what a heatmap's viewer tells of the page: {width, height, boxes, sights}.

    keys: of elements whose boxes are told; renamed: those of them that stand for another's name.
    Raises ConfigError where it cannot be made, FootfallError when that failed.
    """
    from playwright.async_api import Error, async_playwright

    lacking, chromium = why_not(), find_chromium()
    if lacking or chromium is None:
        raise ConfigError(f"A picture of the page needs Chromium and playwright: {lacking}.")
    asked = {"place": vars(place), "keys": list(keys), "renamed": list(renamed)}
    body = b"".join(await asyncio.to_thread(lambda: list(still_page_of(recording, asked))))

    async def answer(route: "Route") -> None:
        if route.request.url == _ADDRESS:
            await route.fulfill(body=body, content_type="text/html; charset=utf-8")
        else:
            await route.abort()

    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
            try:
                viewport = {"width": place.width, "height": 800}
                context = await browser.new_context(viewport=viewport)  # type: ignore[arg-type] # its TypedDict
                page = await context.new_page()
                await page.route("**/*", answer)
                await page.goto(_ADDRESS)
                async with asyncio.timeout(_WITHIN_S):
                    told: dict[str, Any] = await page.evaluate("window.footfallStill")
                return await _picture(page, place.width, int(told["height"])), told
            finally:
                await browser.close()
    except TimeoutError as error:
        raise FootfallError("The page did not open in time.") from error
    except Error as error:
        raise FootfallError(f"Chromium failed: {error.message.splitlines()[0]}") from error


async def _picture(page: "Page", width: int, height: int) -> Image.Image:
    whole = Image.new("RGB", (width, height), "white")
    for top in range(0, height, _STRIP):
        rows = min(_STRIP, height - top)
        piece = await page.screenshot(
            full_page=True, clip={"x": 0, "y": top, "width": width, "height": rows}
        )
        with Image.open(io.BytesIO(piece), formats=["PNG"]) as strip:
            whole.paste(strip.convert("RGB"), (0, top))
    return whole
