# ruff: noqa: E501 - pages and scripts read best as they are written
"""Pixels that come from files, replayed from the vault: pictures of every kind of address, backgrounds, web fonts."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image

from tests.browser.fidelity.feature import Feature, page
from tests.browser.fidelity.font import square_font


def _png(colour: str, size: int = 24) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, "PNG")
    return out.getvalue()


FILES: Final = {
    "/pix/red.png": ("image/png", _png("red")),
    "/pix/green.png": ("image/png", _png("green")),
    "/pix/blue.png": ("image/png", _png("blue", 48)),
    "/pix/gold.png": ("image/png", _png("gold")),
    "/pix/late.png": ("image/png", _png("purple")),
    "/pix/framed.png": ("image/png", _png("olive")),
    "/pix/framed.css": ("text/css", b"body { margin: 4px; background: wheat }"),
    "/pix/frame": (
        "text/html",
        b"<!doctype html><link rel=stylesheet href=framed.css><img src=framed.png>",
    ),
    "/pix/squares.ttf": ("font/ttf", square_font()),
    "/pix/shapes.svg": (
        "image/svg+xml",
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="9" height="9" fill="teal"/></svg>',
    ),
    "/pix/look.css": (
        "text/css",
        b"@font-face { font-family: squares; src: url(squares.ttf) format('truetype') }"
        b".font { font: 30px squares, monospace } .bg { background: url('gold.png') repeat-x, #eee; height: 30px }"
        b"li { list-style-image: url(red.png) } .before::before { content: url(green.png) }"
        b".mask { mask: url(shapes.svg) 0 0 / 20px; background: navy; height: 20px }"
        b".border { border: 8px solid; border-image: url(blue.png) 8 round }"
        b".set { background: image-set('red.png' 1x, url(blue.png) 2x); height: 20px }",
    ),
}

BODY: Final = """<img src="/pix/red.png" alt="red"><img srcset="/pix/gold.png 2x" alt="dense"><img srcset="/pix/blue.png 48w" sizes="96px" alt="wide"><img srcset="/pix/green.png 1x, /pix/gold.png 3x" alt="green" width="24">
<picture><source media="(max-width: 100px)" srcset="/pix/red.png"><source media="(min-width: 200px)" srcset="/pix/blue.png">
<img src="/pix/red.png" alt="blue"></picture><img src="/pix/none.png" alt="broken" width="60" height="20">
<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='20' height='20'%3E%3Crect width='20' height='20' fill='orange'/%3E%3C/svg%3E" alt="">
<img id="blob" alt="blob"><svg width="40" height="24"><image href="/pix/gold.png" width="24" height="24"/></svg>
<input type="image" src="/pix/green.png" alt="go"><p class="font">ABC squares</p><p class="bg">background</p><ul><li>bullet</ul>
<p class="before">before</p><p class="mask"></p><p class="border">border</p><p class="set"></p>
<p style="background: url(/pix/red.png) no-repeat; padding-left: 30px">inline style</p><table background="/pix/gold.png"><tr><td>old</table>
<iframe src="/pix/frame" width="100" height="50"></iframe>"""

ACT: Final = """
const draw = document.createElement("canvas");
draw.width = draw.height = 20;
const pen = draw.getContext("2d");
pen.fillStyle = "magenta"; pen.fillRect(0, 0, 20, 20);
const blob = await new Promise((done) => draw.toBlob(done));
document.querySelector("#blob").src = URL.createObjectURL(blob);
const late = new Image();
late.src = "/pix/late.png"; late.alt = "late";
await late.decode();
document.body.prepend(late);
document.querySelector("img[alt=red]").src = "/pix/blue.png";
"""

FEATURES: Final[Sequence[Feature]] = (
    Feature(
        "pictures", page(BODY, '<link rel="stylesheet" href="/pix/look.css">'), ACT, files=FILES
    ),
)
