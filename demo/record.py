"""Makes the bundled recordings: scripted visitors in the demo shop, real Chromium, the real recorder.

    python -m demo.record [--seed 7] [--only STORY]

Starts Footfall on an empty folder and the shop beside it, lets the visitors come a few at a time (which takes some
minutes: they read and type like people), and writes demo/recordings/. Runs with one seed make the same visits;
times and ids differ.
"""

import argparse
import asyncio
import contextlib
import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from playwright.async_api import Browser, async_playwright
from tests.browser.chromium import FLAGS, installed

from demo.person import Person
from demo.visits import STORIES, Visit
from footfall import resources
from footfall.config import Config
from footfall.demo import bundle
from footfall.demo.run import PROJECT_KEY, ensure_project
from footfall.demo.shop import create_shop
from footfall.web.app import create_app
from footfall.web.keys import LOG
from footfall.web.serve import listening

AT_ONCE: Final = 4
SHOP_PORT: Final = 8001  # as in `footfall demo`: it stands in the recorded addresses
MAX_BYTES: Final = 3 * 1024 * 1024
TARGET: Final = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Device:
    """What a visitor holds."""

    width: int
    height: int
    touch: bool = False
    ratio: float = 1


DEVICES: Final = (
    (Device(1440, 900), 10),
    (Device(1920, 1080), 5),
    (Device(1280, 720), 7),
    (Device(820, 1180, touch=True, ratio=2), 5),
    (Device(390, 844, touch=True, ratio=3), 9),
    (Device(360, 740, touch=True, ratio=3), 4),
)


@dataclass(frozen=True)
class Visitor:
    """Who comes, with what, for what."""

    number: int
    seed: int
    device: Device
    visit: Visit
    dark: bool


def visitors(seed: int) -> list[Visitor]:
    """Draw the visitors, every story with the devices of the whole."""
    chance = random.Random(seed)
    stories = [story for story, count in STORIES for _ in range(count)]
    devices = [device for device, count in DEVICES for _ in range(count)]
    chance.shuffle(devices)
    drawn = [
        Visitor(
            number,
            chance.randrange(2**32),
            devices[number % len(devices)],
            story,
            chance.random() < 0.2,
        )
        for number, story in enumerate(stories)
    ]
    chance.shuffle(drawn)
    return drawn


@contextlib.asynccontextmanager
async def servers() -> AsyncIterator[tuple[web.Application, str, Path]]:
    """Serve an empty Footfall and the shop; yield the application, the shop's origin, the data folder."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(storage=Path(folder), port=0))
        async with listening(app, "127.0.0.1", 0) as origin:
            shop = create_shop(resources.shop(), origin, PROJECT_KEY)
            async with listening(shop, "127.0.0.1", SHOP_PORT) as shop_origin:
                ensure_project(app, shop_origin)
                yield app, shop_origin, Path(folder)


async def come(browser: Browser, shop: str, visitor: Visitor) -> None:
    """Let one visitor live their story."""
    device = visitor.device
    options: dict[str, Any] = {
        "viewport": {"width": device.width, "height": device.height},
        "device_scale_factor": device.ratio,
        "has_touch": device.touch,
        "is_mobile": device.touch,
        "color_scheme": "dark" if visitor.dark else "light",
        "locale": "en-GB",
    }
    context = await browser.new_context(**options)
    page = await context.new_page()
    chance = random.Random(visitor.seed)
    person = Person(page, shop, chance, device.touch, pace=chance.uniform(0.8, 1.3))
    await visitor.visit(person)
    await page.goto("about:blank")  # leaves, so that the last chunk goes
    await asyncio.sleep(0.5)
    await context.close()
    print(
        f"{visitor.number:>3} {visitor.visit.__name__:<24}{device.width}×{device.height}",
        flush=True,
    )


async def record(seed: int, only: str | None) -> None:
    """Record everyone and write the bundle."""
    chosen = [one for one in visitors(seed) if only in (None, one.visit.__name__)]
    async with servers() as (app, shop, folder), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=installed(), args=list(FLAGS))
        places = asyncio.Semaphore(AT_ONCE)

        async def in_turn(visitor: Visitor) -> None:
            async with places:
                await come(browser, shop, visitor)

        await asyncio.gather(*map(in_turn, chosen))
        await browser.close()
        write(app, folder)


def write(app: web.Application, folder: Path) -> None:
    """Write what the log and the vault now hold to demo/recordings/."""
    shutil.rmtree(TARGET, ignore_errors=True)
    (TARGET / "assets").mkdir(parents=True)
    records = [record for _position, record in app[LOG].scan()]
    total = bundle.write(TARGET, records)
    known = {sha for sha, _content in bundle.assets(TARGET, resources.shop())}
    for path in sorted((folder / "assets").glob("??/*")):
        content = path.read_bytes()
        name = sha256(content).hexdigest()
        if name not in known:
            total += (TARGET / "assets" / name).write_bytes(content)
    print(f"{len(records)} chunks; {total} bytes in {TARGET}")
    if total > MAX_BYTES:
        raise SystemExit(
            f"More than {MAX_BYTES} bytes: the bundle is too large for the repository."
        )


def main() -> None:
    """Read the arguments and record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=[story.__name__ for story, _count in STORIES])
    options = parser.parse_args()
    asyncio.run(record(options.seed, options.only))


if __name__ == "__main__":
    main()
