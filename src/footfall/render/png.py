"""Levels and a palette to a PNG with one byte a pixel."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from footfall.render.colour import Palette

# Above 3 zlib searches harder for matches: twice the time for a tenth fewer bytes.
_COMPRESS_LEVEL = 3


def palette_png(levels: NDArray[np.uint8], palette: Palette) -> bytes:
    """Encode `levels`, (height, width), as a palette PNG with tRNS."""
    image = Image.fromarray(np.ascontiguousarray(levels))
    image.putpalette(palette.rgb.tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", transparency=palette.alpha.tobytes(), compress_level=_COMPRESS_LEVEL)
    return out.getvalue()
