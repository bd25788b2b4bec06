"""A session as a file for people: an HTML page that plays it offline, and a video."""

from footfall.export.page import page_of
from footfall.export.recording import Recording, Stores, gather, size_of

__all__ = ["Recording", "Stores", "gather", "page_of", "size_of"]
