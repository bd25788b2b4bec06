"""Ingest: chunks and assets from visitors' browsers, checked and made durable."""

from footfall.ingest.address import Proxies
from footfall.ingest.guard import Guard
from footfall.ingest.ingest import Counters, Ingest, Sender
from footfall.ingest.rate import Rate
from footfall.ingest.receipts import Receipts
from footfall.ingest.routes import create_routes
from footfall.ingest.shortcut import Shortcut

__all__ = [
    "Counters",
    "Guard",
    "Ingest",
    "Proxies",
    "Rate",
    "Receipts",
    "Sender",
    "Shortcut",
    "create_routes",
]
