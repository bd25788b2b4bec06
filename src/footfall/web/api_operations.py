"""What the API offers, one line for each operation, in the shapes that `openapi.schema_of` reads."""

from dataclasses import dataclass
from typing import Any, Final

_FIGURES: Final = {
    "sessions": int, "visitors": int, "page_views": int, "bounced": int, "converted": int,
    "engagement": (float, None), "frustration": (float, None), "bounce_rate": (float, None),
    "conversion": (float, None), "views_each": (float, None),
}  # fmt: skip
_MOMENT: Final = {
    "kind": str, "time": int, "tab": str, "page_view": int, "page": str, "element": str, "grade": str,
    "version": int, "detail": {str: ...}, "dismissed": bool,
    "evidence": [{"fact": str, "time": int, "tab": str, "sequence": int, "ordinal": int}],
}  # fmt: skip
_SESSION: Final = {
    "session": str, "visitor": str, "started": int, "ended": int, "duration": int, "active": int,
    "page_views": int, "clicks": int, "device": str, "agent": str, "entry_page": str, "exit_page": str,
    "tabs": int, "starred": bool, "watched": bool, "frustration": float,
}  # fmt: skip
_ANNOTATIONS: Final = {
    "starred": bool, "watched": bool, "labels": [str], "known_labels": [str],
    "notes": [{str: ...}], "shares": [{str: ...}],
}  # fmt: skip
_VIDEO: Final = {"state": str, "share": float, "message": str}
_ERASED: Final = {"sessions": int, "done": bool}
_PROBLEM: Final = {
    "kind": str, "page": str, "element": str, "moments": int, "visitors": int, "others": int,
    "converted": (float, None), "converted_others": (float, None), "cost": float, "example": str, "time": int,
    "length": int, "trend": [int],
    "comparison": {
        "share_a": float, "share_b": float, "difference": float, "low": float, "high": float,
        "p": (float, None), "is_significant": bool,
    },
}  # fmt: skip
_OVERVIEW: Final = {
    "waiting": (int, None), "since": int, "until": int, "now": _FIGURES, "before": (_FIGURES, None),
    "trend": [
        {"start": int, "sessions": int, "before": (int, None), "visitors": int, "conversion": (float, None)}
    ],
    "hours": [[int]], "scroll_depth": {"now": (float, None), "before": (float, None)},
    "vitals": [{"name": str, "text": str, "value": str, "p75": float, "rating": str, "samples": int}],
    "releases": [{"name": str, "at": int}],
    "goals": [{"name": str, "goal": str, "problem": str, "sessions": int, "conversion": (float, None)}], "by": str,
    "groups": [{"name": str, "views": int, "exit_rate": (float, None), **_FIGURES}],
}  # fmt: skip
_PATHS: Final = {
    "paths": int, "visitors": int, "depth": int, "backwards": bool,
    "nodes": [{str: ...}], "edges": [{str: ...}],
}  # fmt: skip
_SPAN: Final = ("device", "time", "from", "to", "zone")


@dataclass(frozen=True)
class Operation:
    """An operation. query: parameters; answer, body: shapes; media: of an answer that is no JSON."""

    method: str
    path: str
    name: str
    summary: str
    answer: Any = None
    query: tuple[str, ...] = ()
    body: Any = None
    media: tuple[str, ...] = ()


_P: Final = "/api/p/{project}"
_S: Final = f"{_P}/sessions/{{session}}"
_L: Final = "/api/shared/{token}"
_BINARY: Final = ("application/octet-stream",)

OPERATIONS: Final = (
    Operation("GET", "/api/openapi.json", "openapi", "This document.", {str: ...}),
    Operation("POST", "/api/events", "sendEvents", "Events from the site's own server, by a token to send them.",
              {"stored": int, "refused": [{"index": int, "error": str, "message": str}]},
              body=[{str: ...}]),
    Operation("GET", f"{_P}/status", "status", "What has arrived until now.", {
        "first_chunk_at": (int, None), "last_chunk_at": (int, None), "sessions": int, "page_views": int,
        "clicks": int, "chunks": int, "waiting": (int, None),
    }),
    Operation("GET", f"{_P}/segments", "segments", "What each saved list of sessions comes to.",
              {"all": {str: ...},
               "segments": [{"id": int, "name": str, "problem": str, "share": (float, None), **_FIGURES}]},
              (*_SPAN, "goal")),
    Operation("GET", f"{_P}/releases", "releases", "Releases of the recorded site, oldest first.",
              answer={"releases": [{"id": int, "name": str, "at": int}]}),
    Operation("GET", f"{_P}/overview", "overview", "Figures of a time beside the time before.",
              _OVERVIEW, (*_SPAN, "goal", "by")),
    Operation("GET", f"{_P}/problems", "problems", "Moments by page, element and kind, the dearest first.",
              {"waiting": (int, None), "total": int, "problems": [_PROBLEM]},
              ("page", *_SPAN, "kind", "goal", "since", "limit")),
    Operation("GET", f"{_P}/moments", "moments", "Moments, the newest first.",
              {"waiting": (int, None), "total": int, "kinds": {str: int}, "moments": [{"session": str, **_MOMENT}]},
              ("kind", "page", "element", "session", "since", "until", "dismissed", "limit", "offset")),
    Operation("GET", f"{_P}/verdicts", "verdicts", "What is no problem where.",
              {"verdicts": [{"kind": str, "page": str, "element": str}]}),
    Operation("PUT", f"{_P}/verdicts", "setVerdict", "Say that a kind of moment is no problem there, or that it is.",
              {"sessions": int}, body={"kind": str, "page": str, "element": str, "problem": bool}),
    Operation("GET", f"{_P}/events", "events", "What happens and how often.", {
        "events": [{
            "name": str, "custom": bool, "named": bool, "recorded": str, "hidden": bool, "step": str,
            "events": int, "sessions": int, "last": (int, None),
            "trend": [int],
            "properties": [{"name": str, "events": int, "top": [[...]]}],
        }],
    }, _SPAN),
    Operation("GET", f"{_P}/forms", "forms", "Each form of the pages: who sends it, and what happens in each field.", {
        "starts": int, "completions": int, "completion_rate": (float, None),
        "beside": ({
            "starts": int, "completions": int, "completion_rate": (float, None), "difference": (float, None),
            "is_significant": bool,
        }, None),
        "trend": [{"start": int, "starts": int, "completions": int, "completion_rate": (float, None)}],
        "forms": [{
            "page": str, "form": str, "name": str, "views": int, "starts": int, "completions": int, "drops": int,
            "failed": int, "blank": int, "time": (float, None), "completion_rate": (float, None),
            "fields": [{
                "key": str, "label": str, "views": int, "starts": int, "hesitation": (float, None),
                "time": (float, None), "returns": int, "corrections": int, "errors": int, "blanks": int, "pastes": int,
                "autofills": int, "drops": int, "place": float,
            }],
        }],
    }, ("page", *_SPAN, "beside")),
    Operation("GET", f"{_P}/funnel", "funnel", "The figures of a funnel.", {str: ...}, ("steps", *_SPAN)),
    Operation("GET", f"{_P}/paths", "paths", "Where people go, as nodes and bands.", _PATHS,
              ("page", *_SPAN, "direction", "depth", "share")),
    Operation("GET", f"{_P}/sessions", "sessions", "Sessions, filtered and ordered.",
              {"total": int, "sessions": [_SESSION]},
              ("page", *_SPAN, "began", "goal", "converted", "bounced", "weekday", "hour", "moment", "sort",
               "limit", "offset")),
    Operation("GET", _S, "session", "All that is known of a session but its chunks.", {
        "project": str, "session": str, "visitor": str, "started": int, "ended": int, "device": str,
        "agent": str, "clock_offset": int, "live": bool,
        "tabs": [{"tab": str, "chunks": [{str: ...}], "gaps": [{str: ...}]}],
        "page_views": [{
            "tab": str, "number": int, "document": int, "url": str, "page": str, "title": str,
            "started": int, "ended": int, "width": int, "height": int, "clicks": int,
        }],
        "moments": [_MOMENT],
        "frustration": ({"score": float, "time": int, "parts": {str: float}}, None),
    }),
    Operation("DELETE", _S, "eraseSession", "Erase a session for good.", _ERASED),
    Operation("GET", f"{_S}/visitor", "visitor", "The visitor of a session, newest sessions first.", {
        "visitor": str, "device": str, "agent": str, "width": int, "height": int, "user": str,
        "properties": {str: ...}, "visitors": int, "count": int,
        "sessions": [{
            "session": str, "started": int, "duration": int, "clicks": int, "device": str, "agent": str,
            "journey": [str],
        }],
    }),
    Operation("DELETE", f"{_S}/visitor", "eraseVisitor", "Erase all sessions of a session's visitor.", _ERASED),
    Operation("GET", f"{_S}/chunks", "chunks", "Chunks as they were sent, each after its length (u32, little-endian).",
              query=("tab",), media=_BINARY),
    Operation("GET", f"{_S}/live", "live", "Server-sent events while the visit goes on.", media=("text/event-stream",)),
    Operation("GET", f"{_S}/download", "downloadSize", "How large the session is as one page.",
              {"bytes": int, "assets": int}),
    Operation("GET", f"{_S}/download.html", "download", "The session as one page that plays offline.",
              media=("text/html",)),
    Operation("GET", f"{_S}/video", "video", "How far the film is.", _VIDEO),
    Operation("POST", f"{_S}/video", "startVideo", "Begin to make a film.", _VIDEO, body={"format": str, "skip": bool}),
    Operation("DELETE", f"{_S}/video", "cancelVideo", "End it, and remove what was made.", {str: ...}),
    Operation("GET", f"{_S}/video/file", "videoFile", "The film.", media=("video/webm", "video/mp4")),
    Operation("GET", f"{_S}/annotations", "annotations", "What people added to a session.", _ANNOTATIONS),
    Operation("PUT", f"{_S}/star", "setStar", "Star it, or not: starred sessions outlive retention.", {str: ...},
              body={"starred": bool}),
    Operation("PUT", f"{_S}/watched", "setWatched", "Mark it as watched, or not.", {str: ...}, body={"watched": bool}),
    Operation("PUT", f"{_S}/labels", "setLabels", "Give it these labels and no others.", {str: ...},
              body={"labels": [str]}),
    Operation("POST", f"{_S}/notes", "addNote", "Write a note at a time.", {str: ...}, body={"time": int, "text": str}),
    Operation("DELETE", f"{_S}/notes/{{note}}", "removeNote", "Remove a note.", {str: ...}),
    Operation("POST", f"{_S}/shares", "addShare", "Make a link that shows this session to whoever has it.", {str: ...},
              body={"days": int}),
    Operation("DELETE", f"{_S}/shares/{{share}}", "revokeShare", "Withdraw a link.", {str: ...}),
    Operation("GET", f"{_P}/assets/{{sha256}}", "asset", "A stored style sheet, picture or font.", media=_BINARY),
    Operation("GET", f"{_P}/heatmap", "heatmapFacts", "How much there is, element keys, backdrops to choose from.", {
        "views": int, "clicks": int, "keys": [str], "renamed": [...], "drifting": [...], "states": [...],
        "backdrops": [{str: ...}],
    }, ("page", *_SPAN)),
    Operation("POST", f"{_P}/heatmap/{{kind}}", "heatmapDrawn", "A heatmap for element boxes, with its numbers.",
              {str: ...}, ("page", *_SPAN), body={str: ...}),
    Operation("POST", f"{_P}/heatmap.csv", "heatmapTable", "The element table for element boxes, as a form's answer.",
              query=("page", *_SPAN), media=("text/csv",)),
    Operation("GET", f"{_P}/heatmap.{{ending}}", "heatmapFile", "A heatmap as a picture, its numbers or its table.",
              query=("page", "kind", *_SPAN),
              media=("image/png", "image/webp", "image/svg+xml", "application/json", "text/csv")),
    Operation("GET", _L, "shared", "All that a share link tells of its session.", {str: ...}),
    Operation("GET", f"{_L}/chunks", "sharedChunks", "Its chunks, without who the visitor was.", query=("tab",),
              media=_BINARY),
    Operation("GET", f"{_L}/assets/{{sha256}}", "sharedAsset", "An asset that this session uses.", media=_BINARY),
    Operation("GET", f"{_L}/frame", "sharedFrame", "The document that the recorded page is rebuilt in.",
              media=("text/html",)),
)  # fmt: skip
