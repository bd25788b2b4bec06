"""Signed distances of simple solids, and ways to combine them.

A solid maps points to their distance from its surface, negative inside. y is up and the floor is
y = 0; lengths are in scene units, in which a product is about one or two tall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Vec: TypeAlias = tuple[Array, Array, Array]
Solid: TypeAlias = Callable[[Vec], Array]
Point: TypeAlias = tuple[float, float, float]
Axis: TypeAlias = Literal["x", "y", "z"]
Profile: TypeAlias = Sequence[tuple[float, float]]


def length(*parts: Array) -> Array:
    """Euclidean length of vectors given by their components."""
    total = parts[0] * parts[0]
    for part in parts[1:]:
        total = total + part * part
    return np.asarray(np.sqrt(total), dtype=np.float32)


def ball(centre: Point, radius: Point) -> Solid:
    """Ellipsoid (a bound of the distance, good enough to march)."""
    cx, cy, cz = centre
    rx, ry, rz = radius
    least = min(radius)

    def distance(p: Vec) -> Array:
        x, y, z = (p[0] - cx) / rx, (p[1] - cy) / ry, (p[2] - cz) / rz
        return (length(x, y, z) - 1) * least

    return distance


def box(centre: Point, half: Point, rounding: float = 0.02) -> Solid:
    """Rounded box: `half` are its half sides, rounding included."""
    hx, hy, hz = (side - rounding for side in half)

    def distance(p: Vec) -> Array:
        qx = np.abs(p[0] - centre[0]) - hx
        qy = np.abs(p[1] - centre[1]) - hy
        qz = np.abs(p[2] - centre[2]) - hz
        outside = length(np.maximum(qx, 0), np.maximum(qy, 0), np.maximum(qz, 0))
        inside = np.minimum(np.maximum(qx, np.maximum(qy, qz)), 0)
        return np.asarray(outside + inside - rounding, dtype=np.float32)

    return distance


def bar(start: Point, end: Point, radius: float) -> Solid:
    """Capsule from `start` to `end`."""
    bx, by, bz = (e - s for s, e in zip(start, end, strict=True))
    square = bx * bx + by * by + bz * bz

    def distance(p: Vec) -> Array:
        px, py, pz = p[0] - start[0], p[1] - start[1], p[2] - start[2]
        along = np.clip((px * bx + py * by + pz * bz) / square, 0, 1)
        return length(px - bx * along, py - by * along, pz - bz * along) - radius

    return distance


def ring(centre: Point, radius: float, thickness: float, axis: Axis = "z") -> Solid:
    """Torus around `axis`."""

    def distance(p: Vec) -> Array:
        x, y, z = p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]
        around, along = {"x": ((y, z), x), "y": ((x, z), y), "z": ((x, y), z)}[axis]
        return length(length(*around) - radius, along) - thickness

    return distance


def curve(points: Profile, steps: int = 4) -> list[tuple[float, float]]:
    """Catmull-Rom curve through the points, `steps` pieces between each pair."""
    knots = np.asarray([points[0], *points, points[-1]], dtype=float)
    out: list[tuple[float, float]] = []
    for i in range(1, len(knots) - 2):
        a, b, c, d = knots[i - 1 : i + 3]
        for t in np.arange(steps) / steps:
            at = 0.5 * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
            out.append((max(float(at[0]), 0.0), float(at[1])))
    return [*out, points[-1]]


def _to_segments(profile: Profile, r: Array, y: Array) -> Array:
    best = np.full(r.shape, np.inf, dtype=np.float32)
    for (ax, ay), (bx, by) in pairwise(profile):
        ex, ey = bx - ax, by - ay
        px, py = r - ax, y - ay
        along = np.clip((px * ex + py * ey) / max(ex * ex + ey * ey, 1e-9), 0, 1)
        best = np.minimum(best, (px - ex * along) ** 2 + (py - ey * along) ** 2)
    return np.sqrt(best)


def thrown(profile: Profile, wall: float) -> Solid:
    """Thin-walled vessel: the (radius, y) line turned around the y axis."""

    def distance(p: Vec) -> Array:
        return _to_segments(profile, length(p[0], p[2]), p[1]) - wall

    return distance


def turned(profile: Profile, rounding: float = 0.015) -> Solid:
    """Full body: the area between the (radius, y) line and the y axis, turned around it."""
    line = [(0.0, profile[0][1]), *profile, (0.0, profile[-1][1])]

    def distance(p: Vec) -> Array:
        r, y = length(p[0], p[2]), p[1]
        inside = np.zeros(r.shape, dtype=bool)
        for (ax, ay), (bx, by) in pairwise(line):
            if ay != by:
                crosses = (y >= min(ay, by)) & (y < max(ay, by))
                inside ^= crosses & (r < ax + (y - ay) * ((bx - ax) / (by - ay)))
        edge = _to_segments(line, r, y)
        return np.where(inside, -edge, edge) - np.float32(rounding)

    return distance


def moved(solid: Solid, by: Point) -> Solid:
    """Translate a solid."""
    return lambda p: solid((p[0] - by[0], p[1] - by[1], p[2] - by[2]))


def spun(solid: Solid, axis: Axis, degrees: float) -> Solid:
    """Rotate a solid around an axis through the origin."""
    c, s = float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))

    def distance(p: Vec) -> Array:
        x, y, z = p
        if axis == "x":
            return solid((x, c * y + s * z, c * z - s * y))
        if axis == "y":
            return solid((c * x - s * z, y, c * z + s * x))
        return solid((c * x + s * y, c * y - s * x, z))

    return distance


def mirrored(solid: Solid, axis: Axis = "x") -> Solid:
    """Keep the positive side of an axis and reflect it onto the other."""
    if axis == "x":
        return lambda p: solid((np.abs(p[0]), p[1], p[2]))
    if axis == "y":
        return lambda p: solid((p[0], np.abs(p[1]), p[2]))
    return lambda p: solid((p[0], p[1], np.abs(p[2])))


def join(*solids: Solid) -> Solid:
    """Union."""

    def distance(p: Vec) -> Array:
        best = solids[0](p)
        for solid in solids[1:]:
            best = np.minimum(best, solid(p))
        return best

    return distance


def melt(k: float, first: Solid, second: Solid) -> Solid:
    """Union with a fillet of about `k`."""

    def distance(p: Vec) -> Array:
        a, b = first(p), second(p)
        h = np.maximum(k - np.abs(a - b), 0) / k
        return np.asarray(np.minimum(a, b) - h * h * (k / 4), dtype=np.float32)

    return distance


def cut(body: Solid, tool: Solid) -> Solid:
    """What of `body` is outside `tool`."""
    return lambda p: np.maximum(body(p), -tool(p))


def common(first: Solid, second: Solid) -> Solid:
    """Intersection."""
    return lambda p: np.maximum(first(p), second(p))


def above(y: float) -> Solid:
    """Everything higher than `y`."""
    return lambda p: y - p[1]


def soft(solid: Solid, depth: float, pitch: float) -> Solid:
    """Give a surface shallow folds, as cloth has."""

    def distance(p: Vec) -> Array:
        folds = np.sin(p[0] * pitch + p[1] * pitch * 0.7) * np.sin(
            p[1] * pitch * 0.9 - p[2] * pitch
        )
        return np.asarray(solid(p) + folds * depth, dtype=np.float32)

    return distance
