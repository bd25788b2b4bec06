"""The index: derived from the log, rebuilt from it at will, asked by the pages."""

from footfall.index.apart import ApartIndexer
from footfall.index.indexer import Indexer
from footfall.index.pages import device_of, page_of
from footfall.index.read import Index
from footfall.index.rows import (
    BackdropRow,
    ChunkRow,
    Filter,
    GapRow,
    PageRow,
    PageViewRow,
    SessionRow,
    Summary,
)

__all__ = [
    "ApartIndexer",
    "BackdropRow",
    "ChunkRow",
    "Filter",
    "GapRow",
    "Index",
    "Indexer",
    "PageRow",
    "PageViewRow",
    "SessionRow",
    "Summary",
    "device_of",
    "page_of",
]
