"""Sphere-trace a product and light it like a small photo studio.

Pure functions from a model, a camera and a backdrop to an RGB image; nothing random.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from demo.studio.solids import Array, Solid, Vec, length
from numpy.typing import NDArray

Colour: TypeAlias = tuple[float, float, float]
Paint: TypeAlias = Callable[[Vec], Array]
Image: TypeAlias = NDArray[np.float32]

KEY_LIGHT = np.array([-0.55, 0.78, 0.52]) / np.linalg.norm([-0.55, 0.78, 0.52])
MARCH_STEPS = 70
SHADOW_STEPS = 22
ROWS_AT_ONCE = 24  # keeps the working arrays in the processor's cache


@dataclass(frozen=True)
class Material:
    """How a part looks: linear colour (or paint by place), gloss 0..1, own light."""

    colour: Colour
    gloss: float = 0.15
    paint: Paint | None = None
    glow: float = 0.0


@dataclass(frozen=True)
class Part:
    """A solid of one material."""

    solid: Solid
    material: Material


@dataclass(frozen=True)
class Camera:
    """Orbit in degrees, `fill` is the share of the picture that the product takes."""

    azimuth: float
    elevation: float
    fill: float = 0.62
    shift: tuple[float, float] = (0.0, 0.0)  # of the picture's width and height, right and down
    lens: float = 26.0  # vertical field of view in degrees


@dataclass(frozen=True)
class Bounds:
    """Ball around a product."""

    centre: tuple[float, float, float]
    radius: float


def linear(code: str) -> Colour:
    """Turn '#rrggbb' into linear light."""
    values = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return (r, g, b)


def nearest(parts: list[Part], p: Vec) -> Array:
    """Distance from each point to the product."""
    best = parts[0].solid(p)
    for part in parts[1:]:
        best = np.minimum(best, part.solid(p))
    return best


def bounds_of(parts: list[Part]) -> Bounds:
    """Measure the product on a coarse grid."""
    xs = np.linspace(-2, 2, 49, dtype=np.float32)
    ys = np.linspace(0, 3, 37, dtype=np.float32)
    x, y, z = (a.ravel() for a in np.meshgrid(xs, ys, xs, indexing="ij"))
    inside = nearest(parts, (x, y, z)) < 0.04
    corners = [(float(a[inside].min()), float(a[inside].max())) for a in (x, y, z)]
    cx, cy, cz = ((low + high) / 2 for low, high in corners)
    away = length(x[inside] - cx, y[inside] - cy, z[inside] - cz)
    return Bounds((cx, cy, cz), float(away.max()))


def horizon_row(camera: Camera) -> float:
    """Row of the horizon as a share of the picture's height (0 is the top edge)."""
    up = np.tan(np.radians(camera.elevation)) / np.tan(np.radians(camera.lens / 2))
    return float(0.5 - up / 2 + camera.shift[1])


def render(parts: list[Part], camera: Camera, backdrop: Image, ambient: Colour) -> Image:
    """Picture of the product on a floor that has the backdrop's colours; linear RGB.

    `backdrop` is (height, width, 3); `ambient` is the tint of the light from the surroundings.
    """
    height, width = backdrop.shape[:2]
    bounds = bounds_of(parts)
    eye, axes = _camera_frame(camera, bounds)
    out = backdrop.copy()
    tan = np.tan(np.radians(camera.lens / 2))
    for top in range(0, height, ROWS_AT_ONCE):
        rows = np.arange(top, min(top + ROWS_AT_ONCE, height))
        v, u = np.meshgrid((rows + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
        sx = (2 * (u - camera.shift[0]) - 1) * tan * width / height
        sy = (1 - 2 * (v - camera.shift[1])) * tan
        rays = sx[..., None] * axes[0] + sy[..., None] * axes[1] + axes[2]
        rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
        block = out[rows[0] : rows[-1] + 1].reshape(-1, 3)
        _shade_block(parts, bounds, eye, rays.reshape(-1, 3).astype(np.float32), (block, ambient))
    return out


def _camera_frame(camera: Camera, bounds: Bounds) -> tuple[Image, Image]:
    azimuth, elevation = np.radians(camera.azimuth), np.radians(camera.elevation)
    away = bounds.radius / camera.fill / np.tan(np.radians(camera.lens / 2))
    back = np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ]
    )
    right = np.cross([0, 1, 0], back)
    right /= np.linalg.norm(right)
    eye = (np.array(bounds.centre) + back * away).astype(np.float32)
    return eye, np.stack([right, np.cross(back, right), -back]).astype(np.float32)


def _ball_hit(origin: Image, rays: Image, bounds: Bounds, grow: float) -> tuple[Array, Array]:
    """Entry and exit distances of rays through the bounding ball; entry > exit where they miss."""
    offset = origin - np.array(bounds.centre, dtype=np.float32)
    b = (offset * rays).sum(axis=-1)
    c = (offset * offset).sum(axis=-1) - (bounds.radius * grow) ** 2
    root = b * b - c
    half = np.sqrt(np.maximum(root, 0))
    near, far = np.maximum(-b - half, 0), -b + half
    return np.where(root > 0, near, 1.0), np.where(root > 0, far, 0.0)


def _split(points: Image) -> Vec:
    x, y, z = (np.ascontiguousarray(points[:, i]) for i in range(3))
    return x, y, z


def _march(parts: list[Part], origin: Image, rays: Image, bounds: Bounds) -> Array:
    """Distance along each ray to the product; infinity where it misses."""
    near, far = _ball_hit(origin, rays, bounds, 1.08)
    hit = np.full(len(rays), np.inf, dtype=np.float32)
    live = np.flatnonzero(near < far)
    t = near[live]
    for _ in range(MARCH_STEPS):
        if not len(live):
            break
        d = nearest(parts, _split(origin + rays[live] * t[:, None]))
        done = d < 0.0012
        hit[live[done]] = t[done]
        t = t + d * 0.85
        keep = ~done & (t < far[live])
        live, t = live[keep], t[keep]
    return hit


def _shadow(parts: list[Part], points: Image, bounds: Bounds) -> Array:
    """Share of the key light that reaches each point, soft-edged."""
    light = KEY_LIGHT.astype(np.float32)
    near, far = _ball_hit(points, np.broadcast_to(light, points.shape), bounds, 1.5)
    lit = np.ones(len(points), dtype=np.float32)
    live = np.flatnonzero(near < far)
    t = near[live] + 0.03
    for _ in range(SHADOW_STEPS):
        if not len(live):
            break
        d = nearest(parts, _split(points[live] + light * t[:, None]))
        lit[live] = np.minimum(lit[live], np.maximum(d, 0) * 7 / np.maximum(t, 0.05))
        t = t + np.clip(d, 0.02, 0.2)
        keep = (t < far[live]) & (lit[live] > 0.01)
        live, t = live[keep], t[keep]
    return lit * lit * (3 - 2 * lit)


def _openness(parts: list[Part], points: Image, normals: Image, reach: float) -> Array:
    """Ambient occlusion: 1 in the open, less in corners."""
    shade = np.zeros(len(points), dtype=np.float32)
    weight = 1.0
    for step in (0.12, 0.3, 0.6, 1.0):
        away = np.float32(step * reach)
        d = nearest(parts, _split(points + normals * away))
        shade += weight * np.maximum(away - d, 0) / away
        weight *= 0.6
    return np.asarray(np.clip(1 - 0.48 * shade, 0.05, 1), dtype=np.float32)


def _normals(parts: list[Part], points: Image) -> Image:
    total = np.zeros_like(points)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        k = np.array(corner, dtype=np.float32)
        total += k * nearest(parts, _split(points + k * np.float32(0.0015)))[:, None]
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-6))


def _shade_block(
    parts: list[Part], bounds: Bounds, eye: Image, rays: Image, target: tuple[Image, Colour]
) -> None:
    block, ambient = target
    hit = _march(parts, eye, rays, bounds)
    with np.errstate(divide="ignore"):
        to_floor = np.where(rays[:, 1] < -1e-4, -eye[1] / rays[:, 1], np.inf)
    floor = np.flatnonzero(np.isfinite(to_floor) & (to_floor <= hit))
    body = np.flatnonzero(np.isfinite(hit) & (hit < to_floor))
    if len(floor):
        block[floor] *= _floor_light(parts, bounds, eye + rays[floor] * to_floor[floor, None])
    if len(body):
        points = eye + rays[body] * hit[body, None]
        block[body] = _body_colour(parts, bounds, (points, rays[body]), ambient)


def _floor_light(parts: list[Part], bounds: Bounds, points: Image) -> Image:
    """Factor by which the product darkens the floor."""
    light = np.ones((len(points), 3), dtype=np.float32)
    from_centre = np.hypot(points[:, 0] - bounds.centre[0], points[:, 2] - bounds.centre[2])
    close = np.flatnonzero(from_centre < bounds.radius * 5)
    if not len(close):
        return light
    up = np.broadcast_to(np.array([0, 1, 0], dtype=np.float32), (len(close), 3))
    lit = _shadow(parts, points[close], bounds)
    open_sky = _openness(parts, points[close], up, bounds.radius * 0.5)
    shade = (0.48 + 0.52 * lit) * (0.35 + 0.65 * open_sky)
    # Shadows outdoors and in bright rooms are cool rather than grey.
    light[close] = shade[:, None] ** np.array([1.06, 1.0, 0.92], dtype=np.float32)
    return light


def _body_colour(
    parts: list[Part], bounds: Bounds, seen: tuple[Image, Image], ambient: Colour
) -> Image:
    points, rays = seen
    p = _split(points)
    distances = np.stack([part.solid(p) for part in parts])
    owner = distances.argmin(axis=0)
    colour = np.zeros_like(points)
    gloss = np.zeros(len(points), dtype=np.float32)
    glow = np.zeros(len(points), dtype=np.float32)
    for number, part in enumerate(parts):
        mine = owner == number
        if not mine.any():
            continue
        paint = part.material.paint
        some = (p[0][mine], p[1][mine], p[2][mine])
        colour[mine] = part.material.colour if paint is None else paint(some)
        gloss[mine], glow[mine] = part.material.gloss, part.material.glow
    normals = _normals(parts, points)
    facing = normals @ KEY_LIGHT.astype(np.float32)
    lit = _shadow(parts, points + normals * np.float32(0.01), bounds)
    open_sky = _openness(parts, points, normals, bounds.radius * 0.35)
    key = np.clip(facing * 0.86 + 0.14, 0, 1) * lit
    sky = (0.55 + 0.45 * normals[:, 1]) * open_sky
    fill = np.clip(normals @ np.array([0.8, 0.1, 0.45], dtype=np.float32), 0, 1) * open_sky
    bounce = np.clip(-normals[:, 1] * 0.5 + 0.4, 0, 1) * open_sky
    tint = np.array(ambient, dtype=np.float32)
    light = (
        key[:, None] * np.array([1.4, 1.3, 1.17], dtype=np.float32)
        + sky[:, None] * np.array([0.5, 0.54, 0.6], dtype=np.float32)
        + fill[:, None] * 0.2
        + bounce[:, None] * tint * 0.42
    )
    half = KEY_LIGHT.astype(np.float32) - rays
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    shine = np.clip((normals * half).sum(axis=1), 0, 1)
    spot = shine ** (12 + 110 * gloss) * gloss * lit * 0.9
    edge = (1 - np.clip(-(normals * rays).sum(axis=1), 0, 1)) ** 4 * (0.1 + 0.45 * gloss) * open_sky
    out = colour * light + (spot + edge * 0.6)[:, None] + colour * glow[:, None]
    return np.asarray(out, dtype=np.float32)
