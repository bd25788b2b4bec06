"""Records pages and replays them: a Footfall server, a site on another origin, a browser with both."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from aiohttp import web
from PIL import Image
from playwright.async_api import Browser, Page, Request, ViewportSize

from footfall.config import Config
from footfall.demo.run import PROJECT_ID, PROJECT_KEY, ensure_project
from footfall.index import ChunkRow
from footfall.web.app import create_app
from footfall.web.keys import INDEX
from footfall.web.serve import listening
from footfall.wire.schema import FLAG_KEYFRAME
from tests.browser.chromium import FLAGS, installed
from tests.browser.fidelity.feature import Feature
from tests.browser.fidelity.outline import KEEP_CLOSED_ROOTS, OUTLINE

SIZE: Final[ViewportSize] = {"width": 800, "height": 600}
_POLL_SECONDS: Final = 0.03
_PATIENCE_SECONDS: Final = 12.0
# The caret blinks, and what the player draws over the page is not the page's.
_STILL: Final = "* { caret-color: transparent !important }"
_NO_OVERLAY: Final = ".ff-overlay, .ff-pointer { visibility: hidden }"
# A tab that is hidden sends what it has; what the server then asks for is uploaded as ever.
_HIDE_AND_SHOW: Final = """() => {
  for (const state of ["hidden", "visible"]) {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }
  delete document.visibilityState;
}"""
_SETTLED: Final = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await Promise.all([...document.images].map((image) => image.complete || image.decode().catch(() => {})));
  await document.fonts.ready;
  await new Promise((done) => setTimeout(done, 250));
  await frame();
}"""


@dataclass(frozen=True)
class Look:
    """How a page looks at one moment."""

    outline: Any
    picture: bytes

    def difference(self, other: "Look") -> float:
        """Return the share of pixels whose colour differs by more than 24 of 255 in a channel."""
        one, two = (
            np.asarray(Image.open(io.BytesIO(look.picture)).convert("RGB"), int)
            for look in (self, other)
        )
        assert one.shape == two.shape
        return float((np.abs(one - two).max(axis=2) > 24).mean())


@dataclass
class Recorded:
    """A session that is all on the server, and how its page looked when the first recording of it was stopped."""

    session: str
    live: Look
    again: bool  # a second recording of the same page, begun with a new keyframe, follows the first


@dataclass
class Studio:
    """Everything that runs; `site` and `files` are what the recorded site serves."""

    app: web.Application
    origin: str
    browser: Browser
    site: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def script(self, options: Mapping[str, str]) -> str:
        settings = {"data-project": PROJECT_KEY, **options}
        attributes = " ".join(f'{name}="{value}"' for name, value in settings.items())
        return f'<script src="{self.origin}/footfall.js" {attributes}></script>'

    def put(self, feature: Feature) -> None:
        self.pages[f"/{feature.name}"] = feature.html.replace(
            "{script}", self.script(feature.options)
        )
        self.files.update(feature.files)

    def keyframes(self, session: str) -> int:
        return sum((row.flags & FLAG_KEYFRAME) != 0 for row in self.chunks(session))

    def chunks(self, session: str) -> list[ChunkRow]:
        return list(self.app[INDEX].chunks(PROJECT_ID, session))

    async def until_keyframe(self, page: Page, count: int) -> str:
        """Wait until that many keyframes have arrived; return the session's id."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                session: str = await page.evaluate("window.footfall?.session?.().session ?? ''")
                if session and await asyncio.to_thread(self.keyframes, session) >= count:
                    return session
                await asyncio.sleep(_POLL_SECONDS)

    async def record(self, feature: Feature) -> Recorded:
        """Load the page, let it act, look at it, stop; then record it once more from where it is."""
        self.put(feature)
        context = await self.browser.new_context(viewport=SIZE)
        try:
            await context.add_init_script(KEEP_CLOSED_ROOTS)
            page = await context.new_page()
            if feature.media:
                await page.emulate_media(**feature.media)  # type: ignore[arg-type] # its literals, as plain text
            busy = Uploads(page, self.origin)
            await page.goto(f"{self.site}/{feature.name}")
            session = await self.until_keyframe(page, 1)
            await page.evaluate(_SETTLED)
            if feature.act:
                await page.evaluate(f"async () => {{ {feature.act} }}")
            if feature.drive:
                await feature.drive(page)
            await page.evaluate(_SETTLED)
            live = await look(page)
            await page.evaluate(_HIDE_AND_SHOW)
            await busy.end()
            await page.evaluate("() => footfall.stop()")
            await busy.end()
            if feature.later:
                await page.evaluate("() => footfall.start()")
                await self.until_keyframe(page, 2)
                await page.wait_for_timeout(
                    feature.later_ms
                )  # the assets' names come after the keyframe
                await page.evaluate("() => footfall.stop()")
                await busy.end()
            return Recorded(session, live, feature.later)
        finally:
            await context.close()


class Uploads:
    """What a page is sending to the server."""

    def __init__(self, page: Page, origin: str) -> None:
        self._under_way: set[Request] = set()
        self._origin = origin
        page.on("request", self._begun)
        page.on("response", lambda response: self._under_way.discard(response.request))
        page.on("requestfailed", lambda request: self._under_way.discard(request))

    def _begun(self, request: Request) -> None:
        if request.url.startswith(self._origin):
            self._under_way.add(request)

    async def end(self) -> None:
        """Wait until nothing has been under way for a while."""
        quiet = waited = 0
        while quiet < 5:
            await asyncio.sleep(_POLL_SECONDS)
            quiet = 0 if self._under_way else quiet + 1
            waited += 1
            if waited * _POLL_SECONDS > _PATIENCE_SECONDS:
                pytest.fail(f"never sent: {[request.url for request in self._under_way]}")


async def look(page: Page) -> Look:
    """Look at a live page."""
    outline = await page.evaluate(f"() => ({OUTLINE})(document)")
    picture = await page.screenshot(style=_STILL)
    return Look(outline, picture)


@dataclass
class Replay:
    """A session's replay page, at actual size."""

    viewer: Page
    requests: list[str]

    async def seek(self, expression: str) -> Look:
        """Go to the time that a JavaScript expression gives, and look at the replayed page."""
        await self.viewer.evaluate(f"() => footfallPlayer.seek({expression})")
        await self.viewer.wait_for_timeout(350)
        outline = await self.viewer.evaluate(f"() => ({OUTLINE})(footfallPlayer.document())")
        shown = await self.viewer.locator(".ff-page").bounding_box()
        assert shown is not None
        return Look(outline, await self.viewer.screenshot(clip=shown, style=_NO_OVERLAY))

    async def before_second(self) -> Look:
        """Return how it looks at the end of the first of two recordings."""
        return await self.seek(
            "footfallPlayer.manifest().page_views[1].started - footfallPlayer.manifest().started - 1"
        )

    async def at_end(self) -> Look:
        return await self.seek("footfallPlayer.duration()")

    async def at_start(self) -> Look:
        return await self.seek("0")


@asynccontextmanager
async def replaying(studio: Studio, session: str) -> AsyncIterator[Replay]:
    """Open a session's replay, all of it loaded and paused."""
    context = await studio.browser.new_context(viewport={"width": 1500, "height": 1000})
    try:
        await context.add_init_script(KEEP_CLOSED_ROOTS)
        viewer = await context.new_page()
        requests: list[str] = []
        context.on("request", lambda request: requests.append(request.url))
        await viewer.goto(f"{studio.origin}/p/{PROJECT_ID}/sessions/{session}")
        await until(viewer, "window.footfallPlayer?.firstFrameMs() > 0")
        await viewer.evaluate("footfallPlayer.pause(); footfallPlayer.setFit(false)")
        await until(viewer, "(({ loaded, total }) => loaded === total)(footfallPlayer.progress())")
        yield Replay(viewer, requests)
    finally:
        await context.close()


async def until(page: Page, expression: str) -> None:
    """Wait until it is true. Playwright's own waiting needs eval, which the policies forbid."""
    for _ in range(300):
        if await page.evaluate(expression):
            return
        await asyncio.sleep(_POLL_SECONDS)
    pytest.fail(f"never true: {expression}")


STUDIO: Final = web.AppKey("studio", Studio)


async def _serve(request: web.Request) -> web.Response:
    studio = request.app[STUDIO]
    if request.path in studio.files:
        content_type, data = studio.files[request.path]
        return web.Response(body=data, content_type=content_type)
    html = studio.pages.get(request.path)
    if html is None:
        return web.Response(status=404)
    return web.Response(text=html, content_type="text/html")


def site_app(studio: Studio) -> web.Application:
    """Return the recorded site: whatever the studio's pages and files are at the time."""
    site = web.Application()
    site[STUDIO] = studio
    site.router.add_get("/{path:.*}", _serve)
    return site


@asynccontextmanager
async def open_studio(storage: Path, browser: Browser) -> AsyncIterator[Studio]:
    """Start everything but the site. Its browser has scroll bars that take room."""
    visible = await browser.browser_type.launch(
        executable_path=installed(),
        args=list(FLAGS),
        ignore_default_args=["--hide-scrollbars"],
    )
    try:
        app = create_app(Config(storage=storage, port=0))
        async with listening(app, "127.0.0.1", 0) as origin:
            yield Studio(app, origin, visible)
    finally:
        await visible.close()


@asynccontextmanager
async def serving(studio: Studio) -> AsyncIterator[None]:
    """Serve the site inside the `async with`."""
    async with listening(site_app(studio), "127.0.0.1", 0) as site:
        studio.site = site
        ensure_project(studio.app, site)
        yield
