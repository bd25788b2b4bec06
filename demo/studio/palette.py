"""The shop's colours and the surface patterns made from them."""

from __future__ import annotations

import numpy as np
from demo.studio.render import Colour, Material, Paint, linear
from demo.studio.solids import Array, Vec, length

FOREST, MOSS, CLAY, SAND = "#2f4f41", "#7f8a58", "#c4623a", "#d8c39a"
CREAM, INK, MIST, OCHRE = "#efe6d6", "#262f34", "#8ba6b3", "#d99a35"
PLUM, WOOD, STEEL, SKY = "#74424f", "#b9834f", "#a9afb0", "#5f8aa0"


def plain(code: str, gloss: float = 0.12, glow: float = 0.0) -> Material:
    """One colour."""
    return Material(linear(code), gloss, glow=glow)


def _mix(choice: Array, low: Colour, high: Colour) -> Array:
    share = np.clip(choice, 0, 1)[:, None]
    mixed = np.array(low) * (1 - share) + np.array(high) * share
    return mixed.astype(np.float32)


def painted(paint: Paint, gloss: float = 0.12) -> Material:
    """Colour by place."""
    return Material((0.0, 0.0, 0.0), gloss, paint)


def bands(low: str, high: str, edges: tuple[float, ...], gloss: float = 0.15) -> Material:
    """Two colours that take turns at heights `edges`, the lowest being `low`."""

    def paint(p: Vec) -> Array:
        count = sum(
            (np.clip((p[1] - edge) * 120, 0, 1) * sign)
            for edge, sign in zip(edges, (1, -1) * len(edges), strict=False)
        )
        return _mix(np.asarray(count, dtype=np.float32), linear(low), linear(high))

    return painted(paint, gloss)


def stripes(ground: str, line: str, pitch: float, share: float) -> Material:
    """Stripes across x, as woven cloth has them."""

    def paint(p: Vec) -> Array:
        phase = np.abs(((p[0] / pitch) % 1) - 0.5)
        return _mix((phase - 0.5 + share / 2) * 60, linear(ground), linear(line))

    return painted(paint, 0.0)


def check(ground: str, line: str, pitch: float) -> Material:
    """Gingham across x and y."""

    def paint(p: Vec) -> Array:
        across = (np.abs(((p[0] / pitch) % 1) - 0.5) < 0.25).astype(np.float32)
        along = (np.abs(((p[1] / pitch) % 1) - 0.5) < 0.25).astype(np.float32)
        return _mix((across + along) / 2, linear(ground), linear(line))

    return painted(paint, 0.0)


def grain(light: str, dark: str, pitch: float = 9.0) -> Material:
    """Wood."""

    def paint(p: Vec) -> Array:
        wave = p[2] * pitch + np.sin(p[0] * 2.3 + p[1] * 3) * 0.9 + np.sin(p[0] * 7.1) * 0.12
        line = (0.5 + 0.5 * np.sin(wave * 2.2)) ** 3
        return _mix(line * 0.55, linear(light), linear(dark))

    return painted(paint, 0.1)


def spiral(light: str, dark: str, centre: tuple[float, float], pitch: float) -> Material:
    """The end of a roll whose axis is x: `centre` is its (y, z)."""

    def paint(p: Vec) -> Array:
        y, z = p[1] - centre[0], p[2] - centre[1]
        turn = np.arctan2(y, z) / (2 * np.pi)
        phase = np.abs((length(y, z) / pitch + turn) % 1 - 0.5)
        return _mix((phase - 0.36) * 14, linear(light), linear(dark))

    return painted(paint, 0.05)


def doorway(cloth: str, inside: str, half_width: float, height: float) -> Material:
    """Tent cloth whose front (z > 0.9 of nothing else) shows a pointed opening."""

    def paint(p: Vec) -> Array:
        edge = half_width * (1 - p[1] / height)
        open_part = (np.abs(p[0]) < edge) & (p[2] > 0.3) & (p[1] < height)
        return _mix(open_part.astype(np.float32), linear(cloth), linear(inside))

    return painted(paint, 0.05)


def speckled(ground: str, dot: str) -> Material:
    """Stoneware glaze."""

    def paint(p: Vec) -> Array:
        noise = np.sin(p[0] * 61 + 3 * np.sin(p[1] * 47)) * np.sin(
            p[1] * 53 + 2 * np.sin(p[2] * 59)
        )
        noise = noise * np.sin(p[2] * 67 + 2 * np.sin(p[0] * 43))
        return _mix((noise - 0.62) * 8, linear(ground), linear(dot))

    return painted(paint, 0.35)
