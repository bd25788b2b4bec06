"""Backdrops: a studio sweep, a dawn in the hills, a table by a window. All seeded."""

from __future__ import annotations

import numpy as np
from demo.studio.render import Image, linear


def _grid(height: int, width: int) -> tuple[Image, Image]:
    v, u = np.meshgrid(
        (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij"
    )
    return v.astype(np.float32), u.astype(np.float32)


def _blend(share: Image, low: Image, high: Image) -> Image:
    return np.asarray(low * (1 - share[..., None]) + high * share[..., None], dtype=np.float32)


def _rgb(code: str) -> Image:
    return np.array(linear(code), dtype=np.float32)


def studio(height: int, width: int, tint: str) -> Image:
    """Seamless paper, lit from the upper left."""
    v, u = _grid(height, width)
    pool = np.exp(-(((u - 0.4) / 0.55) ** 2) - ((v - 0.42) / 0.6) ** 2)
    return np.asarray(_rgb(tint) * (0.74 + 0.34 * pool)[..., None], dtype=np.float32)


def _ridge_line(u: Image, rng: np.random.Generator, rough: float) -> Image:
    line = np.zeros_like(u)
    for octave in range(1, 8):
        size = 1 / octave ** (2.1 - rough)
        phase = rng.uniform(0, 2 * np.pi)
        line += np.float32(size) * np.sin(u * np.float32(octave * 3.1) + np.float32(phase))
    return line


def hills(height: int, width: int, horizon: float, seed: int) -> Image:
    """Layered hills in morning haze above a meadow that starts at `horizon` (share of height)."""
    rng = np.random.default_rng(seed)
    v, u = _grid(height, width)
    wide = u * (width / height)
    skies = (("#8fb3c4", "#f3d9b8"), ("#9aa9c9", "#f6cdb0"), ("#7fa7a8", "#f2e3c0"))
    top, low = skies[seed % 3]
    image = _blend(np.clip(v / horizon, 0, 1) ** 1.3, _rgb(top), _rgb(low))
    sun_x, sun_y = rng.uniform(0.15, 0.85) * width / height, horizon * 0.62
    away = np.hypot(wide - sun_x, v - sun_y)
    image += np.exp(-((away / 0.34) ** 2))[..., None] * _rgb("#ffcf96") * 0.35
    image = _blend(np.clip((0.05 - away) * 160, 0, 1), image, _rgb("#fff3da") * 1.15)
    layers = ("#a9b4b4", "#869a98", "#64807a", "#466358")
    for number, code in enumerate(layers):
        base = horizon * (0.72 + 0.085 * number)
        line = base - 0.055 * _ridge_line(wide * (1.2 + 0.5 * number), rng, 0.5 - 0.1 * number)
        inside = np.asarray(np.clip((v - line) * height * 0.7, 0, 1), dtype=np.float32)
        haze = np.asarray(np.clip((v - line) / 0.16, 0, 1) * 0.42, dtype=np.float32)
        hill = _blend(haze, _rgb(code), np.asarray(_rgb(low) * 0.85))
        image = _blend(inside, image, hill)
    meadow = _blend(np.clip((v - horizon) / (1 - horizon), 0, 1), _rgb("#a39f72"), _rgb("#6a7048"))
    glow = np.exp(-(((u - 0.42) / 0.5) ** 2))[..., None] * 0.3 + 0.9
    return _blend(np.clip((v - horizon) * height * 0.6, 0, 1), image, meadow * glow)


def room(height: int, width: int, edge: float, seed: int) -> Image:
    """A wall with the light of a window on it, above a table top that ends at `edge`."""
    v, u = _grid(height, width)
    walls = ("#d9cdbb", "#c3cbc4", "#d6bfae", "#bcc7cc")
    wall = _rgb(walls[seed % 4]) * (0.8 + 0.12 * (1 - v) + 0.08 * (1 - u))[..., None]
    slant = u + v * 0.32
    pane = np.zeros_like(u)
    for left in (0.24, 0.45):
        for top in (0.02, 0.25):
            inside = np.minimum(
                np.minimum(slant - left, left + 0.18 - slant),
                np.minimum(v + u * 0.12 - top, top + 0.2 - v - u * 0.12),
            )
            pane += np.clip(inside * 26 + 0.5, 0, 1)
    image = wall * (1 + 0.3 * pane[..., None] * np.array([1.0, 0.93, 0.78], dtype=np.float32))
    depth = np.clip((v - edge) / (1 - edge), 0, 1)
    boards = np.sin((u - 0.5) / (0.35 + depth) * 34 + np.sin(depth * 9) * 0.3)
    wood = _blend(depth, _rgb("#a87b52"), _rgb("#c1956a")) * (1 + 0.035 * boards)[..., None]
    image = _blend(np.clip((v - edge) * height * 0.5, 0, 1), image, wood)
    shade = np.exp(-(((v - edge) / 0.02) ** 2))[..., None] * 0.12
    return np.asarray(image * (1 - shade), dtype=np.float32)
