"""What a file is, told from its first bytes; what it is said to be counts for nothing.

The list is of what a replay shows: images, style sheets, fonts, media. HTML and scripts cannot be told from a
style sheet for certain, so any text is served as `text/css`, which no browser runs (`nosniff` besides).
"""

import re
from typing import Final

SNIFF_BYTES: Final = 1024

_STARTS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"true", "font/ttf"),
    (b"OTTO", "font/otf"),
    (b"ttcf", "font/collection"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
_BRANDS: Final[dict[bytes, str]] = {b"avif": "image/avif", b"avis": "image/avif"}
_MP4_BRANDS: Final = (b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"M4A", b"dash", b"3gp", b"qt")
_SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def sniff(head: bytes) -> str | None:
    """Return the MIME type of a file that begins with `head` (SNIFF_BYTES or all of it), or None: not allowed."""
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _BRANDS.get(brand) or ("video/mp4" if brand.startswith(_MP4_BRANDS) else None)
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    return _sniff_text(head)


def _sniff_text(head: bytes) -> str | None:
    if not head or _CONTROL.search(head):
        return None
    try:
        # The head may end inside a character.
        head.decode() if len(head) < SNIFF_BYTES else head[:SNIFF_BYTES].decode(errors="ignore")
    except UnicodeDecodeError:
        return None
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"WEBVTT"):
        return "text/vtt"
    if text[:4].lower() in (b"<svg", b"<?xm", b"<!--", b"<!do") and _SVG.search(text):
        return "image/svg+xml"
    return "text/css"
