"""Make every picture and the film of the demo shop: `python -m demo.make_assets`.

The products are small 3D models (demo/studio), lit and photographed in three views each. Seeded:
the same code writes the same pictures. Takes some minutes; `--only SLUG` renders one product,
`--sheet FILE` a quick contact sheet, `--film` and `--scenes` just those.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image as Pictures

from demo.studio import backdrops, indoors, outdoors
from demo.studio.render import Camera, Image, Part, horizon_row, linear, render

STATIC = Path(__file__).parent / "shop" / "static"
SIZE = 720
SUPERSAMPLE = 1.5
QUALITY = 76
FILM_FRAMES, FILM_RATE = 72, 24

OUTDOOR = {
    "alm-tent": (outdoors.alm_tent(), "#c9cdb6"),
    "kuppel-dome-tent": (outdoors.dome_tent(), "#b9c7c4"),
    "storm-lantern": (outdoors.lantern(), "#cbbfae"),
    "roll-mat": (outdoors.roll_mat(), "#d8cbb4"),
    "fold-stool": (outdoors.camp_stool(), "#d3c8b6"),
    "cool-box": (outdoors.cool_box(), "#d9b9a2"),
    "steig-rolltop": (outdoors.rolltop(), "#c6cab4"),
    "tal-daypack": (outdoors.daypack(), "#b5c3c5"),
    "weekender-duffel": (outdoors.duffel(), "#d5c3bb"),
    "market-tote": (outdoors.tote(), "#d9c6a4"),
    "quell-bottle": (outdoors.bottle(), "#d8d0c0"),
    "dry-bag": (outdoors.dry_bag(), "#a9bcc0"),
}
INDOOR = {
    "enamel-mug": (indoors.enamel_mug(), "#b7c2b4"),
    "kanne-teapot": (indoors.teapot(), "#dacdb8"),
    "nesting-bowls": (indoors.nesting_bowls(), "#d4cabb"),
    "pour-over-set": (indoors.pour_over(), "#c3a98f"),
    "serving-board": (indoors.serving_board(), "#b4bfb6"),
    "plate-stack": (indoors.plate_stack(), "#cfc3b2"),
    "pilz-lamp": (indoors.mushroom_lamp(), "#a8b3a6"),
    "kegel-desk-lamp": (indoors.desk_lamp(), "#d8c7a8"),
    "wool-blanket": (indoors.blankets(), "#cfc6ba"),
    "linen-cushion": (indoors.cushion(), "#d2c7b5"),
    "harz-candle": (indoors.candle(), "#cbb5ac"),
    "twig-vase": (indoors.vase(), "#c2c8bd"),
}
FRONT = Camera(azimuth=26, elevation=16, fill=0.74)
TURNED = Camera(azimuth=-52, elevation=27, fill=0.98, shift=(0.03, 0.0))
SCENE = Camera(azimuth=14, elevation=7, fill=0.68, shift=(0.0, 0.11), lens=30)
# The ball around a flat or guyed thing is mostly empty, so it may fill more of the picture.
CLOSER = {"alm-tent": 1.4, "serving-board": 1.25, "kuppel-dome-tent": 1.2, "harz-candle": 1.1}


def views(slug: str, size: int) -> list[Image]:
    """Return the three photographs of a product: on paper, closer, and where it is used."""
    outside = slug in OUTDOOR
    parts, tint = (OUTDOOR if outside else INDOOR)[slug]
    number = list(OUTDOOR if outside else INDOOR).index(slug)
    row = horizon_row(SCENE)
    front, turned, used = (
        replace(view, fill=view.fill * CLOSER.get(slug, 1.0)) for view in (FRONT, TURNED, SCENE)
    )
    scene = (
        backdrops.hills(size, size, row + 0.02, number)
        if outside
        else backdrops.room(size, size, row + 0.16, number)
    )
    warm = linear(tint)
    return [
        render(parts, front, backdrops.studio(size, size, tint), warm),
        render(parts, turned, backdrops.studio(size, size, _deeper(tint)), warm),
        render(parts, used, scene, (0.3, 0.3, 0.2) if outside else (0.45, 0.33, 0.22)),
    ]


def _deeper(tint: str) -> str:
    """Return the same hue, somewhat darker and fuller."""
    r, g, b = (int(tint[i : i + 2], 16) for i in (1, 3, 5))
    mean = (r + g + b) / 3
    return "#" + "".join(
        f"{round(min(255, max(0, (mean + (v - mean) * 1.7) * 0.84))):02x}" for v in (r, g, b)
    )


def to_picture(image: Image, size: tuple[int, int]) -> Pictures.Image:
    """Tone-map linear light, dither against banding, scale down to (width, height)."""
    toned = np.where(image > 0.75, 0.75 + 0.25 * np.tanh((image - 0.75) / 0.5), image)
    srgb = np.where(
        toned <= 0.0031308, toned * 12.92, 1.055 * np.maximum(toned, 1e-6) ** (1 / 2.4) - 0.055
    )
    noise = np.random.default_rng(7).uniform(-0.5, 0.5, image.shape[:2])[..., None]
    pixels = np.clip(srgb * 255 + noise, 0, 255).round().astype(np.uint8)
    return Pictures.fromarray(pixels).resize(size, Pictures.Resampling.LANCZOS)


def save(image: Image, name: str, size: tuple[int, int], quality: int = QUALITY) -> None:
    """Write a WebP into the shop's images."""
    target = STATIC / "images" / f"{name}.webp"
    target.parent.mkdir(parents=True, exist_ok=True)
    to_picture(image, size).save(target, quality=quality, method=6)


def make_scenes() -> None:
    """Write the wide pictures of the home page and the journal."""
    sizes = {"hero": (1600, 900), "journal-1": (960, 640), "journal-2": (960, 640)}
    models: dict[str, tuple[list[Part], Camera, int]] = {
        "hero": (outdoors.alm_tent(), Camera(34, 6, 0.38, (0.2, 0.16), 30), 1),
        "journal-1": (outdoors.dome_tent(), Camera(-24, 6, 0.34, (-0.16, 0.16), 30), 3),
        "journal-2": (outdoors.lantern(), Camera(20, 7, 0.42, (0.14, 0.12), 30), 5),
    }
    for name, (width, height) in sizes.items():
        parts, camera, seed = models[name]
        hill = backdrops.hills(height, width, horizon_row(camera) + 0.02, seed)
        save(render(parts, camera, hill, (0.3, 0.3, 0.2)), name, (width, height), 80)
    for number, (horizon, seed) in enumerate(((0.72, 10), (0.6, 17), (0.8, 12), (0.66, 22)), 3):
        save(backdrops.hills(640, 960, horizon, seed), f"journal-{number}", (960, 640), 70)


def make_film() -> None:
    """Write the turntable film of the roll-top pack and its poster."""
    width, height = 640, 360
    parts, tint = OUTDOOR["steig-rolltop"]
    with tempfile.TemporaryDirectory() as folder:
        for frame in range(FILM_FRAMES):
            camera = replace(FRONT, azimuth=360 * frame / FILM_FRAMES + 26, fill=0.8)
            paper = backdrops.studio(height * 3 // 2, width * 3 // 2, tint)
            picture = to_picture(render(parts, camera, paper, linear(tint)), (width, height))
            picture.save(Path(folder) / f"{frame:03}.png")
            if frame == 0:
                picture.save(STATIC / "images" / "film-poster.webp", quality=QUALITY, method=6)
        target = STATIC / "video" / "rolltop.webm"
        target.parent.mkdir(parents=True, exist_ok=True)
        command = ["ffmpeg", "-y", "-loglevel", "error", "-framerate", str(FILM_RATE)]
        command += ["-i", f"{folder}/%03d.png", "-c:v", "libvpx-vp9", "-b:v", "0", "-crf", "36"]
        command += ["-pix_fmt", "yuv420p", "-g", "24", "-threads", "1", "-fflags", "+bitexact"]
        subprocess.run([*command, "-flags:v", "+bitexact", str(target)], check=True)


def make_sheet(target: Path, slugs: list[str], size: int) -> None:
    """Write a contact sheet to look at: one row for each product."""
    sheet = Pictures.new("RGB", (6 * size, size * ((len(slugs) + 1) // 2)))
    for number, slug in enumerate(slugs):
        for column, image in enumerate(views(slug, size)):
            place = ((number % 2 * 3 + column) * size, number // 2 * size)
            sheet.paste(to_picture(image, (size, size)), place)
    sheet.save(target)


def main() -> None:
    """Parse the arguments and make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--film", action="store_true")
    parser.add_argument("--scenes", action="store_true")
    options = parser.parse_args()
    slugs = options.only or [*OUTDOOR, *INDOOR]
    if options.sheet:
        make_sheet(options.sheet, slugs, 240)
        return
    everything = not (options.film or options.scenes or options.only)
    if options.scenes or everything:
        make_scenes()
    if options.film or everything:
        make_film()
    if options.only or everything:
        for slug in slugs:
            for number, image in enumerate(views(slug, round(SIZE * SUPERSAMPLE)), 1):
                save(image, f"{slug}-{number}", (SIZE, SIZE))
            print(slug)


if __name__ == "__main__":
    main()
