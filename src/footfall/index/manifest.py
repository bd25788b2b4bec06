"""What the player is told of a session: everything but its chunks. Times in ms since 1970, corrected."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from footfall.index.read import Index
from footfall.index.rows import ChunkRow, GapRow, PageViewRow, SessionRow
from footfall.wire.schema import SERVER_TAB


def manifest_of(index: Index, project: str, row: SessionRow) -> dict[str, Any]:
    """Return all that is known of a session but its chunks. Blocking. Raises StorageError."""
    chunks = [one for one in index.chunks(project, row.session) if not is_told(one)]
    return {
        "project": project,
        "session": row.session,
        "visitor": row.visitor,
        "started": row.started,
        # The page may have gone on changing after the last thing that its visitor did.
        "ended": max([row.ended, *(chunk.end for chunk in chunks)]),
        "device": row.device,
        "agent": row.agent,
        "clock_offset": row.clock_offset,
        "tabs": tabs_of(chunks, index.gaps(project, row.session)),
        "page_views": [view_of(view) for view in index.page_views(project, row.session)],
    }


def is_told(chunk: ChunkRow) -> bool:
    """Tell whether the site's server told a chunk; such a tab shows nothing."""
    return chunk.tab.startswith(SERVER_TAB)


def tabs_of(chunk_rows: Sequence[ChunkRow], gap_rows: Sequence[GapRow]) -> list[dict[str, Any]]:
    """Return what the manifest says of each tab; the chunks in order of tab and sequence."""
    gaps: dict[str, list[dict[str, Any]]] = {}
    for gap in gap_rows:
        told = {"after": gap.after, "before": gap.before, "start": gap.start, "end": gap.end}
        gaps.setdefault(gap.tab, []).append({**told, "reason": "missing"})
    return [
        {"tab": tab, "chunks": [_chunk(row) for row in rows], "gaps": gaps.get(tab, [])}
        for tab, rows in groupby(chunk_rows, key=lambda row: row.tab)
        if not tab.startswith(SERVER_TAB)
    ]


def _chunk(row: ChunkRow) -> dict[str, Any]:
    return {
        "sequence": row.sequence,
        "document": row.document,
        "page_view": row.page_view,
        "start": row.start,
        "end": row.end,
        "flags": row.flags,
        "bytes": row.bytes,
        "url": row.url,
    }


def view_of(view: PageViewRow) -> dict[str, Any]:
    """Return what the manifest says of a page view."""
    return {
        "tab": view.tab,
        "number": view.number,
        "document": view.document,
        "url": view.url,
        "page": view.page,
        "title": view.title,
        "started": view.started,
        "ended": view.ended,
        "width": view.width,
        "height": view.height,
        "clicks": view.clicks,
    }
