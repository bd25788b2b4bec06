"""How many bytes of bodies may be in memory at once: past that, senders are asked to come again."""

from typing import Final

from footfall.errors import StorageError

MAX_CHUNK_BYTES: Final = 32 * 1024 * 1024
"""Of chunks, from their first byte to their answer."""
MAX_ASSET_BYTES: Final = 16 * 1024 * 1024
"""Of assets: three large ones, so that they never take the place of chunks."""


class Busy(StorageError):  # noqa: N818 # a state of the server, not a fault of it
    """More is being received than memory should hold; the sender keeps what it has and tries again."""


class Budget:
    """Bytes that are held now, and the most that may be."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.held = 0
        """Bytes that are held now."""

    def hold(self, size: int) -> None:
        """Count bytes as held. Raises Busy, and counts nothing, when they would be too many."""
        if self.held + size > self._limit:
            raise Busy("More is being received than fits into memory.")
        self.held += size

    def free(self, size: int) -> None:
        """Count bytes as gone."""
        self.held -= size
