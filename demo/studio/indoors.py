"""Models of what the shop sells for the table and for the house."""

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
    check,
    grain,
    plain,
    speckled,
    stripes,
)
from demo.studio.render import Part
from demo.studio.solids import (
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
    spun,
    thrown,
    turned,
)


def enamel_mug() -> list[Part]:
    """Mug with a dark rim."""
    body = thrown(curve([(0.0, 0.05), (0.36, 0.05), (0.42, 0.1), (0.43, 0.75), (0.45, 0.8)]), 0.022)
    handle = cut(
        moved(ring((0, 0, 0), 0.2, 0.045), (0.5, 0.44, 0)), turned([(0.4, 0.0), (0.4, 0.9)])
    )
    drink = turned([(0.39, 0.5), (0.39, 0.62)], 0.01)
    return [
        Part(body, bands(CREAM, INK, (0.775,), 0.55)), Part(handle, plain(CREAM, 0.55)),
        Part(drink, plain("#4a2c1a", 0.5)),
    ]  # fmt: skip


def teapot() -> list[Part]:
    """Round pot with a wooden knob."""
    belly = turned(curve([(0.28, 0.0), (0.46, 0.16), (0.52, 0.38), (0.42, 0.62), (0.24, 0.72)]))
    spout = melt(
        0.1,
        bar((0.42, 0.34, 0), (0.7, 0.52, 0), 0.085),
        bar((0.7, 0.52, 0), (0.82, 0.72, 0), 0.055),
    )
    handle = cut(ring((-0.52, 0.42, 0), 0.24, 0.045), turned([(0.4, 0.0), (0.4, 0.9)]))
    lid = turned(curve([(0.25, 0.735), (0.2, 0.79), (0.06, 0.83)]))
    return [
        Part(melt(0.06, belly, spout), speckled(MIST, INK)), Part(handle, speckled(MIST, INK)),
        Part(lid, speckled(MIST, INK)), Part(ball((0, 0.9, 0), (0.07, 0.06, 0.07)), grain(WOOD, "#7d5230")),
    ]  # fmt: skip


def nesting_bowls() -> list[Part]:
    """Three bowls, one in the other."""
    parts = []
    for lift, size, code in ((0.0, 0.78, CLAY), (0.16, 0.62, SAND), (0.3, 0.47, FOREST)):
        line = curve([(0.0, 0.04), (0.4 * size, 0.05), (0.8 * size, 0.25), (size, 0.52)])
        parts.append(Part(moved(thrown(line, 0.026), (0, lift, 0)), plain(code, 0.45)))
    return parts


def pour_over() -> list[Part]:
    """Carafe with a wooden collar and a dripper."""
    flask = turned(curve([(0.32, 0.0), (0.42, 0.08), (0.38, 0.3), (0.2, 0.55), (0.17, 0.62)]))
    cone = thrown([(0.15, 0.66), (0.38, 1.06), (0.4, 1.08)], 0.024)
    paper = thrown([(0.14, 0.7), (0.35, 1.09)], 0.012)
    collar = turned([(0.2, 0.54), (0.22, 0.56), (0.22, 0.68), (0.2, 0.7)])
    cup = moved(
        thrown(curve([(0.0, 0.03), (0.17, 0.03), (0.21, 0.1), (0.22, 0.34)]), 0.02), (0.66, 0, 0.2)
    )
    coffee = moved(turned([(0.19, 0.2), (0.19, 0.26)], 0.01), (0.66, 0, 0.2))
    return [
        Part(flask, bands("#3a2418", "#c9d3d0", (0.3,), 0.7)), Part(cone, plain(CREAM, 0.5)),
        Part(paper, plain("#cdb38c", 0.02)), Part(collar, grain(WOOD, "#7d5230", 5)),
        Part(cup, plain(CREAM, 0.5)), Part(coffee, plain("#3a2418", 0.5)),
    ]  # fmt: skip


def serving_board() -> list[Part]:
    """Oak board, with a loaf of pears to show its size."""
    board = cut(
        melt(
            0.14,
            box((0, 0.06, 0), (0.72, 0.05, 0.42), 0.04),
            box((0.9, 0.06, 0), (0.26, 0.05, 0.11), 0.04),
        ),
        moved(turned([(0.045, -0.2), (0.045, 0.4)], 0.005), (1.04, 0, 0)),
    )
    pear = melt(0.2, ball((0, 0.25, 0), (0.2, 0.19, 0.2)), ball((0.02, 0.5, 0), (0.1, 0.14, 0.1)))
    stalk = bar((0.02, 0.6, 0), (0.07, 0.74, 0.01), 0.014)
    lying = moved(spun(spun(moved(pear, (0, -0.25, 0)), "x", 78), "y", -40), (0.08, 0.29, 0.06))
    wedge = common(ball((0, 0, 0), (0.26, 0.2, 0.26)), box((0.2, 0, 0.2), (0.2, 0.15, 0.2), 0.01))
    return [
        Part(board, grain("#c99863", "#8d5c31", 12)),
        Part(moved(pear, (-0.36, 0.04, -0.06)), plain(MOSS, 0.25)), Part(lying, plain(OCHRE, 0.25)),
        Part(moved(stalk, (-0.36, 0.04, -0.06)), plain("#5a3d22")),
        Part(moved(wedge, (0.36, 0.25, -0.24)), plain(CREAM, 0.1)),
    ]  # fmt: skip


def plate_stack() -> list[Part]:
    """Stack of stoneware plates."""
    parts = []
    codes = ((SAND, WOOD), (SKY, INK), (CREAM, WOOD), (CLAY, INK), (CREAM, WOOD))
    for number, (ground, dot) in enumerate(codes):
        size = 0.8 - 0.17 * (number > 2)
        line = curve([(0.0, 0.04), (0.5 * size, 0.04), (0.82 * size, 0.06), (size, 0.15)])
        parts.append(
            Part(moved(thrown(line, 0.024), (0, number * 0.085, 0)), speckled(ground, dot))
        )
    return parts


def mushroom_lamp() -> list[Part]:
    """Small table lamp."""
    foot = turned(curve([(0.3, 0.0), (0.3, 0.04), (0.14, 0.14), (0.11, 0.4), (0.14, 0.62)]))
    shade = thrown(
        curve([(0.56, 0.6), (0.55, 0.68), (0.44, 0.92), (0.22, 1.05), (0.0, 1.08)]), 0.022
    )
    bulb = ball((0, 0.7, 0), (0.15, 0.15, 0.15))
    return [
        Part(foot, plain(CLAY, 0.45)), Part(shade, plain("#f0cfa6", 0.35, glow=0.22)),
        Part(bulb, plain("#fff0c8", 0.1, glow=1.2)),
    ]  # fmt: skip


def desk_lamp() -> list[Part]:
    """Jointed lamp with a cone shade."""
    base = turned([(0.36, 0.0), (0.36, 0.05), (0.33, 0.07)])
    arm = join(
        bar((0, 0.06, 0), (-0.24, 0.72, 0), 0.026), bar((-0.24, 0.72, 0), (0.3, 1.2, 0), 0.026)
    )
    joints = join(
        ball((-0.24, 0.72, 0), (0.06, 0.06, 0.06)), ball((0.3, 1.2, 0), (0.06, 0.06, 0.06))
    )
    shade = spun(thrown([(0.36, -0.42), (0.12, 0.0), (0.1, 0.1), (0.0, 0.12)], 0.02), "z", 24)
    bulb = spun(ball((0, -0.24, 0), (0.12, 0.12, 0.12)), "z", 24)
    return [
        Part(join(base, moved(shade, (0.36, 1.16, 0))), plain(FOREST, 0.4)),
        Part(arm, plain(STEEL, 0.6)), Part(joints, plain(OCHRE, 0.6)),
        Part(moved(bulb, (0.36, 1.16, 0)), plain("#fff0c8", 0.1, glow=1.2)),
    ]  # fmt: skip


def blankets() -> list[Part]:
    """Three folded blankets."""
    parts = []
    looks = (
        stripes(FOREST, "#3f6a57", 0.09, 0.5),
        stripes(CREAM, CLAY, 0.42, 0.3),
        stripes(OCHRE, "#c38626", 0.07, 0.5),
    )
    for number, look in enumerate(looks):
        y, wide = 0.17 + number * 0.31, 0.72 - number * 0.03
        fold = join(
            box((0, y - 0.07, 0), (wide, 0.09, 0.5), 0.085),
            box((0, y + 0.07, 0.01), (wide, 0.09, 0.5), 0.085),
        )
        parts.append(Part(spun(fold, "y", (0, 4, -3)[number]), look))
    fringe = join(
        *(bar((x, 0.43, 0.5), (x + 0.01, 0.3, 0.54), 0.016) for x in np.linspace(-0.6, 0.6, 15))
    )
    return [*parts, Part(fringe, plain(CREAM))]


def cushion() -> list[Part]:
    """Two linen cushions, one leaning on the other."""
    pad = join(
        common(ball((0, 0.5, 0), (0.74, 0.74, 0.3)), box((0, 0.5, 0), (0.53, 0.53, 0.4), 0.08))
    )
    small = common(
        ball((0, 0.36, 0), (0.52, 0.52, 0.22)), box((0, 0.36, 0), (0.37, 0.37, 0.3), 0.06)
    )
    leaning = moved(spun(small, "x", -14), (0.3, 0.02, 0.42))
    return [
        Part(spun(pad, "x", -10), check(CREAM, SKY, 0.2)), Part(leaning, plain(CLAY, 0.0)),
        Part(mirrored(bar((0.48, -0.01, 0.0), (0.5, 0.06, 0.02), 0.02)), plain(SKY)),
    ]  # fmt: skip


def candle() -> list[Part]:
    """Candle in a stoneware pot, and a small one beside it."""
    pot = thrown(curve([(0.0, 0.05), (0.3, 0.05), (0.36, 0.12), (0.36, 0.56)]), 0.026)
    wax = turned([(0.33, 0.3), (0.33, 0.46)], 0.01)
    flame = melt(
        0.08, ball((0, 0.62, 0), (0.055, 0.09, 0.055)), ball((0, 0.73, 0), (0.02, 0.09, 0.02))
    )
    tin = moved(turned([(0.22, 0.0), (0.22, 0.2)], 0.015), (0.58, 0, 0.3))
    lid = moved(turned([(0.235, 0.22), (0.235, 0.27)], 0.012), (0.58, 0, 0.3))
    return [
        Part(pot, speckled(PLUM, INK)), Part(wax, plain("#f6e6c4", 0.2, glow=0.25)),
        Part(bar((0, 0.45, 0), (0, 0.56, 0), 0.012), plain(INK)),
        Part(flame, plain("#ffc766", 0.0, glow=1.6)),
        Part(tin, plain(CREAM, 0.3)), Part(lid, plain(STEEL, 0.7)),
    ]  # fmt: skip


def vase() -> list[Part]:
    """Vase with three twigs."""
    pot = thrown(
        curve([(0.0, 0.04), (0.22, 0.04), (0.36, 0.24), (0.32, 0.5), (0.13, 0.72), (0.15, 0.84)]),
        0.024,
    )
    twigs, leaves = [], []
    for lean, high, turn in ((-0.34, 1.5, 0.06), (0.05, 1.66, -0.1), (0.36, 1.4, 0.12)):
        twigs.append(bar((0, 0.3, 0), (lean, high, turn), 0.014))
        for place in np.linspace(0.55, 1.0, 6):
            x, y, z = lean * place, 0.3 + (high - 0.3) * place, turn * place
            side = 0.1 if round(place * 11) % 2 else -0.1
            leaf = spun(ball((0, 0, 0), (0.1, 0.045, 0.06)), "z", 35 if side > 0 else 145)
            leaves.append(moved(leaf, (x + side * 0.8, y + 0.05, z)))
    return [
        Part(pot, bands(CREAM, "#d9c7ad", (0.3,), 0.3)), Part(join(*twigs), plain("#6b4a2e")),
        Part(join(*leaves), plain(MOSS, 0.1)),
    ]  # fmt: skip
