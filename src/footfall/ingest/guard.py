"""What is asked before a body is read: who sends too much, and whether there is memory for it."""

import logging
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

from footfall.errors import StorageError
from footfall.ingest.address import Proxies
from footfall.ingest.budget import MAX_ASSET_BYTES, MAX_CHUNK_BYTES, Budget
from footfall.ingest.ingest import Limited
from footfall.ingest.rate import Buckets, Rate

_QUIET_S: Final = 5.0
"""A fault that goes on is logged this often; the counters count every one."""

_log = logging.getLogger("footfall.ingest")


class Guard:
    """The door of ingest, one for each event loop."""

    def __init__(
        self,
        rate: Rate | None = None,
        proxies: Proxies | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Allow each network `rate` (None: any), found behind `proxies`."""
        self.chunks = Budget(MAX_CHUNK_BYTES)
        self.assets = Budget(MAX_ASSET_BYTES)
        self._buckets = None if rate is None else Buckets(rate, clock)
        self._proxies = proxies or Proxies()
        self._clock = clock
        self._reported = -_QUIET_S

    def network(self, peer: str | None, headers: Mapping[str, str]) -> str:
        """Return the network that a sender counts for; "" where none is known or any may send as it likes."""
        return "" if self._buckets is None else self._proxies.network(peer, headers)

    def country(self, peer: str | None, headers: Mapping[str, str]) -> str:
        """Return the sender's country as a proxy of ours says it, "" when none does."""
        return self._proxies.country(peer, headers)

    def limit(self, network: str) -> Limited | None:
        """Count a request of a network; return its refusal when there are too many."""
        if self._buckets is None or not network:
            return None
        wait = self._buckets.take(network)
        return (
            Limited(wait, "address_rate", "More comes from this network than may.")
            if wait
            else None
        )

    def report(self, error: StorageError) -> None:
        """Log a fault of ours; a flood of them costs no flood of lines."""
        now = self._clock()
        if now - self._reported >= _QUIET_S:
            self._reported = now
            _log.error("requests cannot be served: %s", error)
