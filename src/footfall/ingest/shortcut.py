"""The shortest way of a chunk through HTTP: the one request that comes thousands of times a second.

A parser that knows all of HTTP, its request, its stream and its response cost as much as all else that becomes of a
chunk. What they and the middlewares would do for a chunk is done here; what is answered is the same, but for Date and
Server. web/chunk_connection.py has the connection's part of it.
"""

from typing import NamedTuple

from aiohttp import hdrs

from footfall.ingest.agent import coarse_agent
from footfall.ingest.answers import Told, refused, stored
from footfall.ingest.guard import Guard
from footfall.ingest.heads import read_fields
from footfall.ingest.ingest import Ingest, Sender


class Asker(NamedTuple):
    """What the fields of a request's head say. The same for all that comes from one page."""

    origin: str | None
    agent: str
    network: str
    refuses_tracking: bool
    opts_out: bool  # Global Privacy Control


class Shortcut:
    """What takes chunks that came the short way; one for each server."""

    def __init__(self, ingest: Ingest, guard: Guard) -> None:
        self._ingest = ingest
        self._guard = guard

    def asker(self, fields: bytes, peer: str | None) -> Asker | None:
        """Return who asks; None where that wants more care than is taken here."""
        headers = read_fields(fields)
        if headers is None:
            return None
        return Asker(
            headers.get(hdrs.ORIGIN),
            coarse_agent(
                headers.get(hdrs.USER_AGENT, ""), self._guard.country(peer, headers)
            ),
            self._guard.network(peer, headers),
            headers.get("DNT") == "1",
            headers.get("Sec-GPC") == "1",
        )  # fmt: skip

    def hold(self, size: int) -> None:
        """Count bytes of a body as held in memory. Raises Busy."""
        self._guard.chunks.hold(size)

    def free(self, size: int) -> None:
        """Count bytes as gone."""
        self._guard.chunks.free(size)

    async def answer(self, asker: Asker, token: str, body: bytes) -> bytes:
        """Take a chunk, whose bytes are held, and return the whole answer; then they are free."""
        try:
            told = await self._take(asker, token, body)
        except Exception as error:  # noqa: BLE001 # the last to catch: whatever goes by gets no answer
            told = refused(self._ingest.counters, self._guard, error)
        finally:
            self._guard.chunks.free(len(body))
        return told.raw(asker.origin)

    async def _take(self, asker: Asker, token: str, body: bytes) -> Told:
        limited = self._guard.limit(asker.network)
        if limited is not None:
            return refused(self._ingest.counters, self._guard, limited)
        if asker.opts_out:
            self._ingest.counters.opted_out += 1
            return stored(None)
        sender = Sender(asker.origin, asker.agent, token, asker.refuses_tracking, asker.network)
        return stored(await self._ingest.chunk(body, sender))
