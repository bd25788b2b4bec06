"""The index: derived from the log, rebuilt from it at will, asked by the pages."""

from footfall.index.apart import AnyIndexer, ApartIndexer
from footfall.index.found import MomentRow
from footfall.index.indexer import Indexer
from footfall.index.pages import device_of, page_of
from footfall.index.read import Index
from footfall.index.rows import (
    BackdropRow,
    ChunkRow,
    Filter,
    GapRow,
    Order,
    PageRow,
    PageViewRow,
    SessionRow,
    Summary,
)

__all__ = [
    "AnyIndexer",
    "ApartIndexer",
    "BackdropRow",
    "ChunkRow",
    "Filter",
    "GapRow",
    "Index",
    "Indexer",
    "MomentRow",
    "Order",
    "PageRow",
    "PageViewRow",
    "SessionRow",
    "Summary",
    "device_of",
    "page_of",
]
