"""A recorded page for heatmaps: a button, a link and a form field, at places that are known."""

from itertools import chain
from typing import Final

import msgpack

from footfall.wire.schema import FRAME_OPS, NODE_TYPES

BUTTON: Final = (40, 300, 120, 50)
LINK: Final = (200, 300, 160, 40)
FIELD: Final = (40, 500, 200, 40)
HEIGHT: Final = 2000
_STYLE: Final = (
    "position:absolute;left:{}px;top:{}px;width:{}px;height:{}px;padding:0;border:0;margin:0"
)


def element(tag: str, attributes: dict[str, str], *children: list[object]) -> list[object]:
    """Return an element as the frames have it."""
    flat = list(chain.from_iterable(attributes.items()))
    inner = list(chain.from_iterable(children))
    return [NODE_TYPES["Element"], tag, len(attributes), *flat, *inner, NODE_TYPES["End"]]


def keyframe(url: str, width: int) -> bytes:
    """Return frames of the page in a window of a width in CSS px."""
    text = NODE_TYPES["Text"]
    body = element(
        "body",
        {"style": f"margin:0;height:{HEIGHT}px;background:#fff"},
        element("button", {"id": "buy", "style": _STYLE.format(*BUTTON)}, [text, "Buy"]),
        element("a", {"id": "more", "style": _STYLE.format(*LINK)}, [text, "More"]),
        element("input", {"id": "mail", "style": _STYLE.format(*FIELD)}),
    )
    html = element("html", {}, element("head", {}), body)
    document = [NODE_TYPES["Doctype"], "html", "", "", *html]
    operations = [
        *(FRAME_OPS["Keyframe"], 0, width, 800, False, url),
        *(NODE_TYPES["Document"], *document, NODE_TYPES["End"]),
        FRAME_OPS["KeyframeEnd"],
    ]
    return b"".join(msgpack.packb(value) for value in operations)
