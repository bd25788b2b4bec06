"""The wire format, version 1: the single source of truth.

`python -m footfall.wire.typescript` derives recorder-js/src/wire/wire.gen.ts from this file;
docs/wire-format.md explains it.

Rules for changes:
- A number, once given, is never given again. Fields are only appended, always with a default.
- A reader ignores fields it does not know and facts of kinds it does not know.
- `VERSION` goes up only when an old reader would misunderstand a new chunk.
- Facts 11 and above stand in facts.py beside this file.
- In a fact, the order of the fields is their order on the wire; `t` is milliseconds after the chunk's `base_time`.
"""

from typing import Final, NamedTuple

from footfall.wire.facts import (
    Console,
    Event,
    Excerpt,
    Exposure,
    Failure,
    Field,
    Gesture,
    Hover,
    Identify,
    Invalid,
    Keys,
    Link,
    LongTasks,
    Media,
    Network,
    PageName,
    Reaction,
    Request,
    Submit,
    Vital,
)

VERSION: Final = 1
MAGIC: Final = "footfall"

# Limits. Each is enforced on the way in, and kept by the recorder on the way out.
MAX_CHUNK_BYTES: Final = 64 * 1024
"""A request body. keepalive and sendBeacon share 64 KiB a page (Fetch standard, HTTP-network-or-cache fetch)."""
TARGET_CHUNK_BYTES: Final = 48 * 1024
"""What the recorder stays under, so that two small chunks still fit the keepalive budget."""
MAX_PART_BYTES: Final = 8 * 1024 * 1024
"""One part, inflated (TRUST 1)."""
MAX_FACTS_BYTES: Final = 1024 * 1024
"""The facts part, inflated: the only part that the server decodes."""
MAX_VALUES: Final = 200_000
MAX_STRING: Final = 4096
"""Characters of any one string in the facts."""
MAX_POINTS: Final = 5_000
"""Length of one column of a pointer or scroll fact."""
MAX_ASSET_BYTES: Final = 5 * 1024 * 1024
ID_PATTERN: Final = "^[A-Za-z0-9_-]{16,64}$"
"""Project keys, visitors, sessions and tabs (TRUST 5). JavaScript and Python read it alike."""

CHUNK_PATH: Final = "/ingest/v1/chunk"
ASSET_PATH: Final = "/ingest/v1/asset"
SERVER_TAB: Final = "server-"
"""The tabs of chunks that the site's own server told begin so (docs/events.md). They are no part of the visit:
their times are after the fact, and there is nothing to see in them."""
POLICY_PATH: Final = "/ingest/v1/policy"

# Thresholds that the recorder applies (TERMS.md).
SESSION_IDLE_MS: Final = 30 * 60 * 1000
SESSION_MAX_MS: Final = 24 * 60 * 60 * 1000
IDLE_MS: Final = 5 * 60 * 1000
FLUSH_MS: Final = 5_000
REACTION_MS: Final = 7_000
HESITATION_MS: Final = 3_000
"""A stay of the pointer so long over what looks interactive is told with the element's label."""
HOVER_MS: Final = 300
"""Shorter ones are passing by: a pointer that crosses a row of links would tell of each."""
POINTER_SAMPLE_MS: Final = 50
SCROLL_SAMPLE_MS: Final = 100

PLAIN: Final = 0
DEFLATE_RAW: Final = 1
"""Encodings of a part: as it is, or RFC 1951 without a wrapper (`CompressionStream('deflate-raw')`)."""

FLAG_KEYFRAME: Final = 1
"""The frames begin with the first (or only) part of a keyframe."""
FLAG_KEYFRAME_PART: Final = 2
"""The frames continue a keyframe that an earlier chunk began."""
FLAG_LAST: Final = 4
"""The document was being left when this chunk was made."""


class Header(NamedTuple):
    """What every chunk says of itself. A chunk is the msgpack array [MAGIC, VERSION, *Header, checksum].

    The checksum, which older recorders leave out, is the CRC-32 of all bytes before the content of `frames`,
    written as a uint 32 (5 bytes).
    """

    project: str
    session: str
    tab: str
    sequence: int  # from 0, per (session, tab)
    visitor: str
    document: int  # number of the document load within the tab, from 1; node ids belong to it
    page_view: int  # number of the page view within the tab that the chunk begins in, from 1
    url: str  # of that page view, without query and fragment unless allowed
    base_time: int  # ms since 1970 by the visitor's clock; all t in the chunk count from it
    sent_at: int  # ms since 1970 by the visitor's clock, when the chunk was sealed
    flags: int
    facts_encoding: int
    facts: bytes
    frames_encoding: int
    frames: bytes


class PageView(NamedTuple):
    """A page view begins. Facts after it in the chunk belong to it."""

    t: int
    number: int
    url: str
    referrer: str
    title: str
    cause: (
        str  # "load", "history", "restore" (from the back/forward cache) or "page" (begun by hand)
    )
    width: int  # viewport, CSS px
    height: int
    screen_width: int
    screen_height: int
    pixel_ratio: float
    touch: bool
    document_width: int
    document_height: int
    dark: bool = False  # prefers a dark colour scheme


class Click(NamedTuple):
    """A trusted click."""

    t: int
    node: int  # id in the frames, 0 when unknown
    key: str  # stable element key
    place_x: int  # place inside the element's box, 0..10000 from its left edge
    place_y: int
    page_x: int  # CSS px from the document's top left
    page_y: int
    document_width: int
    document_height: int
    button: int  # as in PointerEvent.button
    pointer: str  # "mouse", "touch", "pen" or ""
    fixed: bool  # the element does not scroll with the page (position fixed, or sticky while stuck)
    containers: str  # element keys of the scroll containers around it, innermost first, joined by a line feed
    text: str  # label, masked as the page's text is
    stamp: int = 0  # the event's own time, ms in its document: a Reaction names the click by it
    nth: int = 0  # which click of a double or triple click; 0 by keyboard
    modifiers: int = 0  # 1 shift, 2 control, 4 alt, 8 meta, added up
    state: str = ""
    """Element keys of what was open then (dialog, popover, menu), joined by a line feed."""
    hover: int = -1
    """Ms that the pointer had been over what one clicks here; -1: by no pointer, or not told."""
    plain: str = ""
    """The key without ids and attributes, where `key` has one: they may be made anew for each visit."""
    state_plain: str = ""
    """`state` with plain keys for those of its keys that have one; "": none has."""


class Pointer(NamedTuple):
    """A stretch of the pointer's path, as columns of one length; each value is the difference to the one before."""

    t: int  # of the first point
    pointer: str
    times: tuple[int, ...]  # ms; the first is 0
    xs: tuple[int, ...]  # viewport, CSS px; the first is absolute
    ys: tuple[int, ...]
    edge: str = "?"  # that it left the window by then: "top", "right", "bottom", "left"; "": it did not; "?": not told
    speed: int = 0  # px/s at which it left, outward
    held: bool = False  # a button was down all the while: drawing, dragging, selecting


class Scroll(NamedTuple):
    """A stretch of scrolling of one container, as columns like Pointer's."""

    t: int
    node: int  # id in the frames; 0 is the window
    key: str  # element key of the container, "" for the window
    content_width: int
    content_height: int
    times: tuple[int, ...]
    xs: tuple[int, ...]
    ys: tuple[int, ...]


class Input(NamedTuple):
    """Something happened to a form field. Its value is never here."""

    t: int
    node: int
    key: str
    field: str  # "text", "password", "select", "checkbox", "radio", "range", "file", "textarea", "editable" ...
    action: str  # "focus", "input", "change", "blur", "submit", "autofill"
    length: int  # characters after it; -1 where even that must not be told


class Viewport(NamedTuple):
    """The window was resized, zoomed or turned."""

    t: int
    width: int
    height: int
    pixel_ratio: float
    document_width: int
    document_height: int


class Visibility(NamedTuple):
    """The tab was shown, hidden, focused or left."""

    t: int
    visible: bool
    focused: bool


class PageHide(NamedTuple):
    """The document is being left."""

    t: int
    cached: bool  # into the back/forward cache
    document_width: int
    document_height: int


class State(NamedTuple):
    """The recorder changed its state; what is not recorded is said here."""

    t: int
    # "started", "idle", "paused", "excluded", "resumed", "stopped", "failed", "dropped", "missing" (a part); and
    # what holds for the session: "consent" (reason: the answer, amount: when, ms since 1970), "sampled" (reason:
    # "share" or the rule that kept it, amount: the share in ten-thousandths); and "budget", what is recorded from here
    # on because more would cost the page too much (reason: "full", "sampled", "frozen", "facts" or "off", amount: ms of
    # the main thread that were taken in a second; told again when a session begins)
    state: str
    reason: str
    amount: int  # of whatever the reason names: errors, chunks


class Asset(NamedTuple):
    """A URL of the page and its content: frames name the URL by `ref`, the vault the content by `sha256`."""

    t: int
    ref: str  # base-36 digest of the absolute URL, as in "ff:ref" in the frames
    sha256: bytes  # 32 bytes; empty when the content could not be had
    type: str  # MIME type
    size: int
    reason: str = ""  # why it could not be had: "cors", "size", "type", "status", "network"


Fact = (
    PageView
    | Click
    | Pointer
    | Scroll
    | Input
    | Viewport
    | Visibility
    | PageHide
    | State
    | Asset
    | Gesture
    | Keys
    | Field
    | Submit
    | Invalid
    | Excerpt
    | Link
    | Media
    | Failure
    | Request
    | Vital
    | LongTasks
    | Reaction
    | Identify
    | Event
    | PageName
    | Console
    | Network
    | Hover
    | Exposure
)

FACT_KINDS: Final[dict[int, type[Fact]]] = {
    1: PageView,
    2: Click,
    3: Pointer,
    4: Scroll,
    5: Input,
    6: Viewport,
    7: Visibility,
    8: PageHide,
    9: State,
    10: Asset,
    11: Gesture,
    12: Keys,
    13: Field,
    14: Submit,
    15: Invalid,
    16: Excerpt,
    17: Link,
    18: Media,
    19: Failure,
    20: Request,
    21: Vital,
    22: LongTasks,
    23: Reaction,
    25: Identify,
    26: Event,
    27: PageName,
    30: Console,
    31: Network,
    32: Hover,
    33: Exposure,
}

FRAME_OPS: Final[dict[str, int]] = {
    # The operations of the frames; docs/wire-format.md gives their operands.
    "Keyframe": 1,
    "KeyframeEnd": 2,
    "Time": 3,
    "Remove": 4,
    "Insert": 5,
    "Attribute": 6,
    "Text": 7,
    "TextPatch": 8,
    "Value": 9,
    "Checked": 10,
    "Selected": 11,
    "Adopted": 12,
    "Css": 13,
    "ScrollTo": 14,
    "Modal": 15,
    "Mark": 16,
    "Environment": 17,
    "Selection": 18,
    "Popover": 19,
    "Media": 20,
    "Numbers": 36,
    "NumbersBy": 37,
    "Rules": 24,
    "Adopt": 25,
    "SheetMedia": 26,
    "Animate": 27,
    "Motion": 28,
    "SvgTime": 29,
    "Digest": 38,
}

MARKS: Final = "hover active focus focus-visible target fullscreen"
"""What a Mark says of an element, by its place in this list: the pseudo-class that matches."""

MEDIA_FEATURES: Final = (
    "prefers-color-scheme:dark prefers-reduced-motion:reduce prefers-contrast:more prefers-contrast:less "
    "prefers-contrast:custom forced-colors:active inverted-colors:inverted prefers-reduced-transparency:reduce "
    "prefers-reduced-data:reduce hover:hover any-hover:hover pointer:fine pointer:coarse any-pointer:fine "
    "any-pointer:coarse display-mode:standalone display-mode:fullscreen dynamic-range:high color-gamut:p3 "
    "color-gamut:rec2020 scripting:enabled"
)
"""Bit by bit, from the lowest: the media features that an Environment operation says to hold. Only appended to."""

NODE_TYPES: Final[dict[str, int]] = {
    # The first value of a node in a keyframe or an insertion; End closes the innermost open node or list.
    "End": 0,
    "Element": 1,
    "Known": 2,
    "Text": 3,
    "Svg": 4,
    "MathMl": 5,
    "Comment": 8,
    "Document": 9,
    "Doctype": 10,
    "ShadowRoot": 11,
    "Frame": 12,
}

MAX_INTERNED_BYTES: Final = 128
"""A string of the frames whose UTF-8 form is at most this long gets the chunk's next string number."""
