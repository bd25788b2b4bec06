"""A recording as one HTML page that plays by itself: opened from a disk, with no network and no server.

The player, the styles, chunks, assets and notes lie in it. Its policy lets one script run, by its hash, and nothing be
loaded but what the page makes itself (data: and blob:); the frame in which the recorded page is rebuilt inherits it.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from footfall import resources
from footfall.errors import NotFoundError
from footfall.export.recording import Recording

_STYLES: Final = (
    "footfall.css",
    "parts.css",
    "player.css",
    "player-panels.css",
    "player-controls.css",
    "annotations.css",
)
_SCRIPT: Final = "build/offline.js"
_STILL_SCRIPT: Final = "build/still.js"
_POLICY: Final = (
    "default-src 'none'; script-src '{hash}'; style-src 'unsafe-inline'; img-src data: blob:;"
    " font-src data: blob:; media-src data: blob:; connect-src data: blob:; form-action 'none';"
    " base-uri 'none'"
)


def page_of(recording: Recording) -> Iterator[bytes]:
    """Yield the page, piece by piece. Blocking. Raises NotFoundError when the scripts are not built, OSError."""
    script = _script(_SCRIPT)
    styles = "\n".join((resources.static() / name).read_text("utf-8") for name in _STYLES)
    began = datetime.fromtimestamp(recording.row.started / 1000, UTC)
    title = escape(f"Replay of {began:%Y-%m-%d %H:%M} UTC · Footfall")
    yield _head(script, title, styles)
    yield (
        f'<main class="shared" id="main"><h1 class="visually-hidden">{title}</h1>'
        '<div id="player"></div><div class="annotations" id="notes"></div></main>\n'
    ).encode()
    yield _block({"data-name": "manifest"}, _json(recording.manifest))
    notes = [{"time": note.time, "text": note.text} for note in recording.notes]
    yield _block({"data-name": "notes"}, _json(notes))
    yield from _recorded(recording)
    yield _end(script)


def still_page_of(recording: Recording, asked: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a page that shows one moment at the page's full height, and nothing else; as `page_of`.

    asked: what still.ts takes, the place, and the keys of elements whose boxes are to be told.
    """
    script = _script(_STILL_SCRIPT)
    yield _head(script, "A recorded page", "body{margin:0}iframe{display:block;border:0}")
    yield f'<iframe id="still" data-asked="{escape(_json(asked).decode())}"></iframe>\n'.encode()
    yield _block({"data-name": "manifest"}, _json(recording.manifest))
    yield from _recorded(recording)
    yield _end(script)


def _head(script: str, title: str, styles: str) -> bytes:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(hash=f"sha256-{digest}")}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>\n{styles}</style>\n</head>\n<body>\n"
    ).encode()


def _recorded(recording: Recording) -> Iterator[bytes]:
    for tab, sequence, body in recording.chunks:
        yield _block({"data-tab": tab, "data-sequence": str(sequence)}, body)
    for file in recording.assets:
        yield _block({"data-asset": file.sha256, "data-type": file.kind}, file.path.read_bytes())


def _end(script: str) -> bytes:
    return f"<script>{script}</script>\n</body>\n</html>\n".encode()


def _script(name: str) -> str:
    path = resources.static() / name
    if not path.is_file():
        raise NotFoundError("The offline player has not been built: run `make build`.")
    # In a script of HTML this would end it; in JavaScript both are the same.
    return path.read_text("utf-8").replace("</script", "<\\/script").replace("<!--", "<\\x21--")


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def _block(attributes: dict[str, str], content: bytes) -> bytes:
    """Return an inert element with these bytes: of no type that any browser runs, and of letters that end nothing."""
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return b'<script type="text/plain"%s>%s</script>\n' % (
        told.encode(),
        base64.b64encode(content),
    )
