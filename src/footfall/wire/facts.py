"""Part of the schema: facts of what people do and meet beside clicks, pointer, scroll and inputs.

The rules of schema.py hold here too; it gives each its number.
"""

from typing import NamedTuple


class Gesture(NamedTuple):
    """A double click, a context menu, or what fingers did from the first down to the last up."""

    t: int  # when it ended
    node: int
    key: str
    action: str  # "double", "menu", "tap", "press" (held for half a second), "swipe", "pinch"; older recorders: "hover"
    pointer: str  # as in Click
    page_x: int  # where it began, CSS px from the document's top left
    page_y: int
    dx: int  # how far the first finger went, CSS px of the viewport
    dy: int
    duration: int  # ms
    scale: (
        int  # per cent: the distance of two fingers at the end by that at the beginning; 100 else
    )
    text: str = ""  # of "hover", which Hover has taken the place of: the element's label, masked


class Keys(NamedTuple):
    """How many keys were pressed in a field, or outside of fields; never which, but for some that write nothing."""

    t: int  # of the last
    node: int  # of the field; 0 outside
    key: str  # element key of the field; "" outside
    span: int  # ms from the first to the last
    presses: int  # all of them; held keys and modifiers alone do not count
    enter: int
    escape: int
    tab: int
    backspace: int
    arrows: int


class Field(NamedTuple):
    """A visit to a form field, told when it ends. Of a secret field only its times are told."""

    t: int  # when it ended
    node: int
    key: str
    field: str  # as in Input
    duration: int  # ms of focus
    first: int  # ms from the focus to the first change; -1: none
    pause: int  # the longest time between two changes, ms; -1: there were not two
    edits: int  # changes; this and what follows: -1 where it must not be told
    before: int  # characters at the focus
    after: int  # characters at the end
    removed: int  # characters that were taken away, all in all
    pasted: int  # characters that were pasted
    autofilled: bool
    invalid: str  # the first constraint that it does not meet, as in Invalid; "": valid
    form: str = "?"  # element key of its form; "": it is in none; "?": older recorders do not tell
    plain: str = ""  # the key without ids, as in Click; "": `key` has none, or not told
    form_plain: str = ""  # the same of `form`


class Submit(NamedTuple):
    """A form was submitted, or a script took that over."""

    t: int
    node: int
    key: str
    submitter: int  # node of the button; 0: none
    submitter_key: str
    text: str  # its label, masked
    method: str  # "get", "post", "dialog"
    url: str  # where to, cleaned as links are
    prevented: bool  # a script took it over, or stopped it


class Invalid(NamedTuple):
    """A field did not meet a constraint when its form was to be submitted. The message is never here."""

    t: int
    node: int
    key: str
    field: str
    flag: str  # the first that is set in its ValidityState: "valueMissing", "typeMismatch" ...


class Excerpt(NamedTuple):
    """Text was selected, copied, cut or pasted; never which."""

    t: int
    node: int
    key: str
    action: str  # "select", "copy", "cut", "paste"
    length: int  # characters; -1 where it must not be told


class Link(NamedTuple):
    """A link that leads out of the page's site, or to a file, was followed."""

    t: int
    node: int
    key: str
    action: str  # "download", "outbound", "contact" (mailto:, tel:)
    url: str  # cleaned
    type: str  # ending of the file's name, "" where there is none
    text: str  # label, masked


class Media(NamedTuple):
    """A video or an audio was played, paused, moved."""

    t: int
    node: int
    key: str
    media: str  # "video", "audio"
    action: str  # "play", "pause", "seek", "ended", "rate", "volume", "error"
    position: int  # ms
    duration: int  # ms; -1: not known, or without end
    amount: int  # seek: ms where it was before; rate and volume: per cent (0: muted); error: MediaError.code


class Failure(NamedTuple):
    """An uncaught error, a rejection that nobody handled, or a resource that did not load."""

    t: int
    cause: str  # "error", "rejection", "resource"
    name: str  # class of the error, or tag of the resource
    message: str  # masked as the page's text is, without what was typed into fields
    url: str  # of the script or the resource, cleaned
    line: int
    column: int
    stack: str  # "url:line:column" of at most 10 callers, joined by line feeds; "" when told before
    times: int  # how often, since it was told last
    ago: int  # ms before t that it happened (the last, where there are many)


class Request(NamedTuple):
    """A request by fetch or XMLHttpRequest failed."""

    t: int  # when it ended; it began `duration` before
    api: str  # "fetch", "xhr"
    method: str
    url: str  # cleaned
    status: int  # 0: there was no answer
    cause: str  # "status" (400 and above), "network", "aborted", "timeout"
    duration: int  # ms
    times: int  # how often it failed so, since it was told last


class Vital(NamedTuple):
    """A web vital of this document; a later one of the same name and cause takes the place of an earlier."""

    t: int
    name: str  # "LCP", "INP", "CLS", "FCP", "TTFB"
    value: float  # ms; of CLS the score
    cause: str  # "load", or "restore" from the back/forward cache
    node: int  # the element that it is about; 0: none, or gone
    key: str
    detail: str  # of INP the kind of event


class LongTasks(NamedTuple):
    """Tasks of more than 50 ms, as a sum."""

    t: int  # when the last was heard of
    span: int  # ms since the first of them began
    tasks: int
    total: int  # ms
    longest: int  # ms


class Reaction(NamedTuple):
    """What a click caused: the first thing from its pointerdown to 7 s after it.

    Older recorders counted from the pointerdown.
    """

    t: int  # when it was told
    stamp: int  # of the Click
    key: str  # of the Click
    target: str  # "link", "button", "field", "label", "editable", "media", "canvas", "pointer" (by its cursor), ""
    effect: str  # docs/wire-format.md names them; "nothing"; "" where the recording ended before
    delay: int  # ms from the click to it, 0 before the click; -1: none
    elsewhere: int  # likewise of the first mutation that was not near, before the effect; -1: none


class Identify(NamedTuple):
    """The site told who the visitor is; holds for the whole session."""

    t: int
    user: str  # the site's own id, an e-mail address masked
    properties: (
        str  # flat JSON object of strings, numbers, booleans and nulls; texts masked as the page is
    )


class Event(NamedTuple):
    """Something happened that the site gave a name."""

    t: int
    name: str
    properties: str  # as in Identify


class PageName(NamedTuple):
    """The page view that has just begun is called this by the site."""

    t: int
    name: str


class Console(NamedTuple):
    """The page wrote to the console (opt-in)."""

    t: int  # of the first, where it was repeated
    level: str  # "log", "info", "warn", "error", "debug"
    text: str  # its arguments in short, masked as the page's text is, without what stands in fields
    repeats: int  # how often it was written within a second, 1 or more


class Network(NamedTuple):
    """A request of the page is over (opt-in). Never a body, never a header."""

    t: int  # when that was told
    method: str  # "" when not known
    url: str  # cleaned as the page's is
    status: int  # 0: failed, or not told by the browser
    type: str  # who asked: "fetch", "xmlhttprequest", "img", "script", "css" ...
    age: int  # ms from its start to t
    duration: int  # ms
    sent: int  # bytes of the request's body; -1 when not known
    received: int  # bytes over the network, headers included; 0 from a cache, or not told
    size: int  # bytes of the decoded body; 0 when not told


class Hover(NamedTuple):
    """The pointer stayed for HOVER_MS or longer over something that one clicks, having been moved there."""

    t: int  # when it ended: the pointer left, something scrolled, or the page was left
    node: int
    key: str
    pointer: str  # "mouse", "pen"
    duration: int  # ms
    clicks: int  # in it; 0: it went on without one
    text: str  # the element's label, masked as the page's text is; "" of a stay shorter than HESITATION_MS


class Exposure(NamedTuple):
    """A marked zone (data-footfall-zone) was in the viewport: its middle, or enough to fill half of it."""

    t: int  # when it ended, or was told of
    zone: str  # its name
    duration: int  # ms
