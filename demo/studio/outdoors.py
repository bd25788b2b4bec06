"""Models of what the shop sells for camp and for carrying."""

from __future__ import annotations

import numpy as np
from demo.studio.palette import (
    CLAY,
    CREAM,
    FOREST,
    INK,
    MIST,
    MOSS,
    OCHRE,
    PLUM,
    SAND,
    SKY,
    STEEL,
    WOOD,
    bands,
    doorway,
    grain,
    plain,
    spiral,
)
from demo.studio.render import Part
from demo.studio.solids import (
    Array,
    Solid,
    Vec,
    above,
    ball,
    bar,
    box,
    common,
    curve,
    cut,
    join,
    melt,
    mirrored,
    moved,
    ring,
    soft,
    spun,
    thrown,
    turned,
)


def _ridge(half_width: float, height: float, half_length: float) -> Solid:
    slope = np.hypot(half_width, height)
    ny, nx = half_width / slope, height / slope

    def distance(p: Vec) -> Array:
        roof = np.abs(p[0]) * nx + (p[1] - height) * ny
        return np.asarray(np.maximum(roof, np.abs(p[2]) - half_length), dtype=np.float32)

    return distance


def alm_tent() -> list[Part]:
    """Ridge tent with wooden poles and guy lines."""
    cloth = join(cut(_ridge(0.95, 1.15, 1.05), moved(_ridge(0.92, 1.11, 1.2), (0, 0, 0.14))))
    flap = common(
        _ridge(0.955, 1.155, 1.06), cut(box((0, 0, 1.0), (2, 4, 0.03)), _ridge(0.5, 1.1, 2))
    )
    poles = join(bar((0, 0, 1.02), (0, 1.3, 1.02), 0.03), bar((0, 0, -1.02), (0, 1.3, -1.02), 0.03))
    lines = mirrored(bar((0, 1.16, 1.02), (0.75, 0.0, 1.6), 0.008))
    rolls = mirrored(bar((0.53, 0.05, 1.06), (0.06, 1.02, 1.06), 0.045))
    mat = box((0, 0.05, 0.2), (0.6, 0.06, 0.75), 0.05)
    return [
        Part(cloth, plain(SAND, 0.04)), Part(flap, plain("#cfb886", 0.04)),
        Part(poles, grain(WOOD, "#7d5230")), Part(lines, plain(CREAM)),
        Part(rolls, plain(CLAY, 0.05)), Part(mat, plain(FOREST, 0.02)),
    ]  # fmt: skip


def dome_tent() -> list[Part]:
    """Dome of two crossed poles."""
    dome = ball((0, 0, 0), (1.15, 1.0, 1.15))
    hoop: Solid = common(ring((0, 0, 0), 1.17, 0.026), above(0.0))
    squashed: Solid = lambda p: hoop((p[0], p[1] / np.float32(0.87), p[2]))  # noqa: E731 (a solid)
    hoops = join(spun(squashed, "y", 45), spun(squashed, "y", -45))
    awning = common(spun(ball((0, 0.03, 0.12), (0.8, 0.98, 1.2)), "x", 0), above(0.0))
    return [
        Part(join(dome, awning), doorway(OCHRE, "#3a2c20", 0.42, 0.72)),
        Part(hoops, plain(INK, 0.3)),
        Part(ring((0, 0.02, 0), 1.13, 0.045, "y"), plain(FOREST)),
    ]


def lantern() -> list[Part]:
    """Storm lantern."""
    tank = turned(curve([(0.34, 0.0), (0.4, 0.06), (0.4, 0.2), (0.3, 0.3), (0.2, 0.34)]))
    glass = turned(curve([(0.2, 0.4), (0.29, 0.55), (0.29, 0.72), (0.2, 0.9)]))
    hood = turned(
        [(0.26, 0.92), (0.26, 0.98), (0.16, 1.08), (0.16, 1.16), (0.2, 1.2), (0.05, 1.24)]
    )
    frame = mirrored(
        join(
            bar((0.37, 0.2, 0), (0.37, 0.92, 0), 0.025), bar((0.37, 0.92, 0), (0.2, 1.0, 0), 0.025)
        )
    )
    handle = common(ring((0, 1.0, 0), 0.42, 0.018), above(1.0))
    return [
        Part(join(tank, hood, frame), plain(CLAY, 0.45)),
        Part(glass, plain("#ffd68a", 0.4, glow=0.75)),
        Part(join(ring((0, 0.38, 0), 0.2, 0.03, "y"), handle), plain(STEEL, 0.6)),
    ]


def roll_mat() -> list[Part]:
    """Rolled sleeping mat with two straps."""
    roll = spun(moved(turned([(0.34, -0.8), (0.34, 0.8)], 0.02), (0, 0, 0)), "z", 90)
    lying = moved(roll, (0, 0.36, 0))
    straps = mirrored(ring((0.45, 0.36, 0), 0.355, 0.024, "x"))
    wide = mirrored(ring((0.5, 0.36, 0), 0.355, 0.024, "x"))
    buckles = mirrored(box((0.475, 0.42, 0.37), (0.06, 0.07, 0.03), 0.015))
    pillow = soft(box((-0.1, 0.83, -0.02), (0.5, 0.13, 0.28), 0.12), 0.006, 11)
    return [
        Part(lying, spiral(MOSS, "#4d5733", (0.36, 0.0), 0.075)),
        Part(join(straps, wide), plain(INK)), Part(buckles, plain(OCHRE, 0.4)),
        Part(pillow, plain(CREAM, 0.02)),
    ]  # fmt: skip


def camp_stool() -> list[Part]:
    """Folding stool."""
    leg = join(
        bar((-0.5, 0.03, 0.4), (0.46, 0.86, 0.4), 0.035),
        bar((0.5, 0.03, 0.34), (-0.46, 0.86, 0.34), 0.035),
    )
    rails = join(
        mirrored(bar((0.46, 0.86, -0.46), (0.46, 0.86, 0.46), 0.038)),
        mirrored(bar((0.5, 0.04, -0.4), (0.5, 0.04, 0.4), 0.03)),
    )
    sag = cut(box((0, 0.84, 0), (0.5, 0.05, 0.42), 0.03), ball((0, 1.2, 0), (0.9, 0.37, 3)))
    return [
        Part(join(mirrored(leg, "z"), rails), grain(WOOD, "#7d5230")),
        Part(sag, plain(FOREST, 0.03)),
        Part(mirrored(box((0.46, 0.86, 0), (0.05, 0.05, 0.425), 0.04)), plain("#294438", 0.03)),
    ]  # fmt: skip


def cool_box() -> list[Part]:
    """Insulated box with a bail handle."""
    body = box((0, 0.36, 0), (0.72, 0.36, 0.46), 0.09)
    lid = box((0, 0.82, 0), (0.75, 0.12, 0.49), 0.08)
    grip = join(
        mirrored(bar((0.77, 0.74, 0), (0.6, 1.14, 0), 0.03)),
        bar((-0.6, 1.14, 0), (0.6, 1.14, 0), 0.036),
    )
    latch = mirrored(box((0.34, 0.7, 0.5), (0.07, 0.1, 0.035), 0.02))
    badge = box((0, 0.36, 0.46), (0.2, 0.09, 0.012), 0.008)
    return [
        Part(body, plain(MIST, 0.3)), Part(lid, plain(CREAM, 0.3)), Part(grip, plain(STEEL, 0.6)),
        Part(latch, plain(INK, 0.3)), Part(badge, plain(CLAY, 0.2)),
    ]  # fmt: skip


def rolltop() -> list[Part]:
    """Roll-top backpack."""
    bag = soft(
        melt(
            0.12,
            box((0, 0.62, 0), (0.46, 0.6, 0.27), 0.14),
            box((0, 0.25, 0.14), (0.42, 0.24, 0.2), 0.12),
        ),
        0.004,
        9,
    )
    roll = join(
        bar((-0.38, 1.27, 0), (0.38, 1.27, 0), 0.1), box((0, 1.19, 0), (0.42, 0.1, 0.09), 0.05)
    )
    strap = join(
        box((0, 0.78, 0.29), (0.045, 0.5, 0.014), 0.01),
        box((0, 1.28, 0.09), (0.045, 0.1, 0.035), 0.02),
    )
    buckle = box((0, 0.86, 0.315), (0.075, 0.06, 0.025), 0.015)
    shoulder = mirrored(
        common(spun(ring((0, 0, 0), 0.5, 0.04, "x"), "y", 8), box((0, 0, -0.6), (1, 1, 0.6), 0))
    )
    straps = moved(mirrored(moved(shoulder, (0.2, 0, 0))), (0, 0.68, -0.16))
    pocket = mirrored(bar((0.48, 0.12, 0), (0.48, 0.5, 0), 0.1))
    return [
        Part(bag, plain(FOREST, 0.06)), Part(roll, plain("#27443a", 0.06)),
        Part(join(strap, straps), plain(SAND, 0.05)), Part(buckle, plain(CLAY, 0.4)),
        Part(pocket, plain("#3d6252", 0.05)),
    ]  # fmt: skip


def daypack() -> list[Part]:
    """Small pack with a front pocket."""
    bag = melt(
        0.1, box((0, 0.52, 0), (0.46, 0.52, 0.26), 0.24), ball((0, 0.85, 0), (0.44, 0.32, 0.27))
    )
    pocket = box((0, 0.36, 0.24), (0.34, 0.27, 0.12), 0.1)
    zips = join(
        box((0, 0.66, 0.285), (0.34, 0.012, 0.05), 0.01),
        box((0, 0.5, 0.355), (0.26, 0.01, 0.02), 0.008),
    )
    handle = common(ring((0, 1.14, -0.05), 0.13, 0.028), above(1.12))
    tab = join(
        bar((0.34, 0.66, 0.33), (0.36, 0.55, 0.36), 0.016),
        bar((0.24, 0.5, 0.38), (0.25, 0.42, 0.385), 0.014),
    )
    patch = box((-0.16, 0.32, 0.362), (0.09, 0.06, 0.008), 0.006)
    return [
        Part(bag, plain(CLAY, 0.06)), Part(pocket, plain("#ad5230", 0.06)),
        Part(zips, plain(INK, 0.2)), Part(join(handle, tab), plain(SAND)),
        Part(patch, plain(CREAM)),
    ]  # fmt: skip


def duffel() -> list[Part]:
    """Weekender bag."""
    bag = soft(
        moved(
            spun(
                turned(
                    curve([(0.34, -0.78), (0.41, -0.68), (0.42, 0.0), (0.41, 0.68), (0.34, 0.78)]),
                    0.03,
                ),
                "z",
                90,
            ),
            (0, 0.42, 0),
        ),
        0.006,
        8,
    )
    belts = mirrored(join(*(ring((x, 0.42, 0), 0.435, 0.022, "x") for x in (0.29, 0.325, 0.36))))
    arch = common(ring((0, 0.7, 0), 0.325, 0.03), above(0.72))
    handles = join(
        moved(spun(arch, "x", 12), (0, 0.04, 0.1)), moved(spun(arch, "x", -12), (0, 0.04, -0.1))
    )
    wrap = box((0, 1.03, 0), (0.09, 0.05, 0.14), 0.04)
    ends = mirrored(ring((0.72, 0.42, 0), 0.4, 0.03, "x"))
    return [
        Part(bag, plain(PLUM, 0.05)), Part(join(belts, handles), plain(WOOD, 0.2)),
        Part(wrap, plain("#8f5f35", 0.2)), Part(ends, plain("#5c333e")),
    ]  # fmt: skip


def tote() -> list[Part]:
    """Canvas bag with rope handles."""
    shell = cut(
        box((0, 0.5, 0), (0.56, 0.5, 0.2), 0.08), box((0, 0.95, 0), (0.53, 0.5, 0.165), 0.06)
    )
    rope = common(ring((0, 0.9, 0), 0.27, 0.03), above(0.9))
    ropes = mirrored(moved(rope, (0, 0.04, 0.19)), "z")
    knots = mirrored(mirrored(ball((0.27, 0.9, 0.22), (0.05, 0.05, 0.04)), "x"), "z")
    leaves = join(
        *(bar((x, 0.85, -0.02), (x * 1.7, 1.22 - abs(x), 0.02), 0.07) for x in (-0.22, 0.0, 0.2))
    )
    return [
        Part(soft(shell, 0.004, 10), bands(FOREST, CREAM, (0.36,), 0.02)),
        Part(join(ropes, knots), plain(SAND)), Part(leaves, plain(MOSS, 0.05)),
    ]  # fmt: skip


def bottle() -> list[Part]:
    """Insulated bottle."""
    body = turned(
        curve([(0.27, 0.0), (0.29, 0.04), (0.29, 0.8), (0.27, 0.92), (0.17, 1.05), (0.16, 1.1)])
    )
    cap = turned([(0.17, 1.13), (0.19, 1.15), (0.19, 1.28), (0.17, 1.31)])
    loop = common(ring((0, 1.3, 0), 0.13, 0.025), above(1.3))
    return [
        Part(body, bands(SKY, CREAM, (0.3, 0.36), 0.4)), Part(cap, grain(WOOD, "#7d5230")),
        Part(loop, plain(INK)), Part(ring((0, 1.115, 0), 0.165, 0.016, "y"), plain(STEEL, 0.7)),
    ]  # fmt: skip


def dry_bag() -> list[Part]:
    """Roll-down waterproof sack."""
    body = soft(
        turned(curve([(0.36, 0.0), (0.4, 0.06), (0.4, 0.75), (0.34, 0.92), (0.2, 1.04)]), 0.02),
        0.006,
        9,
    )
    fold = join(
        box((0, 1.1, 0), (0.34, 0.09, 0.07), 0.05), bar((-0.3, 1.2, 0), (0.3, 1.2, 0), 0.075)
    )
    loop = common(ring((0, 1.2, 0), 0.32, 0.026), above(1.2))
    buckle = box((0, 1.52, 0), (0.1, 0.05, 0.04), 0.02)
    badge = common(ring((0, 0.5, 0), 0.41, 0.012, "y"), box((0, 0.5, 0.5), (2, 1, 0.5)))
    return [
        Part(body, bands(OCHRE, "#b97c22", (0.14,), 0.3)), Part(fold, plain("#b97c22", 0.3)),
        Part(join(loop, badge), plain(INK)), Part(buckle, plain(INK, 0.4)),
        Part(thrown([(0.41, 0.8), (0.405, 0.82)], 0.012), plain(CREAM)),
    ]  # fmt: skip
