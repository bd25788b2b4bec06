"""What happens to a chunk and to an asset between the request's body and the disk. No HTTP here.

The facts are decoded to refuse what the index could not read. Few enough, they go along to the index, which then
need not read the disk; many are dropped at once: held, they would fill the memory and busy the garbage collector.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from footfall.assets import Vault
from footfall.errors import WireError
from footfall.ingest import token as tokens
from footfall.ingest.rate import Buckets, Rate
from footfall.ingest.receipts import Receipts, SessionReceipts
from footfall.log import Log, Record, digest
from footfall.projects import Project, Projects
from footfall.wire import codec, schema
from footfall.wire.reading import Reading
from footfall.wire.schema import Asset, Header

MAX_NEED: Final = 256
"""Assets asked for in one answer."""
_INLINE_DEFLATED: Final = 4 * 1024
_INLINE_FACTS: Final = 16 * 1024
"""Facts up to this many bytes are decoded on the event loop; it costs less than a change of thread."""

_log = logging.getLogger("footfall.ingest")


class Sender(NamedTuple):
    """What a request says besides its body."""

    origin: str | None
    agent: str  # coarse, see agent.py
    token: str = ""


@dataclass
class Counters:
    """What ingest has done since the start."""

    chunks: int = 0
    chunk_bytes: int = 0
    repeats: int = 0
    assets: int = 0
    asset_bytes: int = 0
    opted_out: int = 0  # Global Privacy Control
    unavailable: int = 0  # 503s: our fault, the sender tries again
    refused: dict[str, int] = field(default_factory=dict)  # by code


class Limited(WireError):  # noqa: N818 # a state of the sender's, not a fault
    """A project sends more than it may; `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("rate", "This project sends more than it may.", 429)
        self.retry_after = retry_after


class Ingest:
    """Takes chunks and assets in. One for each event loop."""

    def __init__(
        self,
        projects: Projects,
        log: Log,
        vault: Vault,
        receipts: Receipts,
        on_append: Callable[[], None] | None = None,
        *,
        rate: Rate = Rate(),  # noqa: B008 # frozen
    ) -> None:
        """Compose; `on_append` is called after each stored chunk (it wakes the indexer)."""
        self.counters = Counters()
        self._projects = projects
        self._log = log
        self._vault = vault
        self._receipts = receipts
        self._on_append = on_append
        self._buckets = Buckets(rate)
        self._in_vault: set[str] = set()

    async def chunk(self, body: bytes, sender: Sender) -> dict[str, Any]:
        """Store a chunk and return the answer, once it is durable. Raises WireError, StorageError."""
        header = codec.decode_chunk(body)
        project = self._project(header.project, sender.origin)
        reading, hashes = await read_facts(header, body)
        return await self._keep(project, reading, hashes, body, sender)

    async def keep(
        self, reading: Reading, hashes: list[str], body: bytes, sender: Sender
    ) -> dict[str, Any]:
        """Store a chunk that another process has read; as `chunk` does."""
        project = self._project(reading.header.project, sender.origin)
        return await self._keep(project, reading, hashes, body, sender)

    async def _keep(
        self, project: Project, reading: Reading, hashes: list[str], body: bytes, sender: Sender
    ) -> dict[str, Any]:
        session = reading.header.session
        receipts = self._receipts.known(project.id, session)
        if receipts is None:
            receipts = await self._receipts.of(project.id, session)
        if not receipts.token:
            receipts.token = tokens.sign(self._projects.secret(), project.id, session)
        await self._store(project, reading, body, sender, receipts)
        return {
            "token": receipts.token,
            "need": await self._missing(hashes) if hashes else [],
        }

    async def asset(self, key: str, sha: str, data: bytes, sender: Sender) -> None:
        """Keep an asset. Raises WireError, StorageError."""
        self._project(key, sender.origin)
        await asyncio.to_thread(self._vault.put, sha, data)
        self.counters.assets += 1
        self.counters.asset_bytes += len(data)

    def _project(self, key: str, origin: str | None) -> Project:
        project = self._projects.by_key(key)
        if project is None:
            raise WireError("project", "No project has this key.", 403)
        # Beacons and fetches carry an Origin; a program that is no browser is not kept out by one.
        if origin is not None and not project.allows(origin):
            raise WireError("origin", "This project does not take recordings from here.", 403)
        wait = self._buckets.take(project.id)
        if wait:
            raise Limited(wait)
        return project

    async def _store(
        self,
        project: Project,
        reading: Reading,
        body: bytes,
        sender: Sender,
        receipts: SessionReceipts,
    ) -> None:
        """Append the chunk unless it is there. Between looking and noting nothing is awaited, so it happens once."""
        name = (reading.header.tab, reading.header.sequence)
        stored = receipts.digests.get(name)
        if stored is None:
            _check_new(sender, receipts)
            now = time.time_ns() // 1_000_000
            record = Record(project.id, now, sender.agent, body)
            is_small = reading.facts_bytes <= _INLINE_FACTS
            handed_on = reading if reading.facts and is_small else None
            append = self._log.append(record, handed_on)
            receipts.add(name, reading.digest, append)
            await append
            self.counters.chunks += 1
            self.counters.chunk_bytes += len(body)
            if self._on_append is not None:
                self._on_append()
        elif stored == reading.digest:
            pending = receipts.pending.get(name)
            if pending is not None:
                await pending
            self.counters.repeats += 1
        else:
            _log.warning("another chunk under a taken name: project %s", project.id)
            raise WireError("conflict", "Another chunk has this session, tab and number.", 409)

    async def _missing(self, hashes: list[str]) -> list[str]:
        unsure = [sha for sha in hashes if sha not in self._in_vault]
        if not unsure:
            return []
        there = await asyncio.to_thread(lambda: [sha for sha in unsure if self._vault.has(sha)])
        if len(self._in_vault) > 100_000:
            self._in_vault.clear()
        self._in_vault.update(there)
        return [sha for sha in unsure if sha not in self._in_vault]


def _check_new(sender: Sender, receipts: SessionReceipts) -> None:
    if receipts.is_known and not tokens.is_same(sender.token, receipts.token):
        raise WireError("token", "The token of this session is missing or wrong.", 403)
    if receipts.is_full:
        raise WireError("session_full", "This session has as many chunks as one may.", 403)


async def read_facts(header: Header, body: bytes) -> tuple[Reading, list[str]]:
    """Check the parts; return what the chunk says and the hashes of its assets, each once. Raises WireError."""
    if header.frames_encoding not in (schema.PLAIN, schema.DEFLATE_RAW):
        raise WireError("encoding", f"Encoding {header.frames_encoding} is not known.")
    part, encoding = header.facts, header.facts_encoding
    if encoding != schema.PLAIN and len(part) > _INLINE_DEFLATED:
        return await asyncio.to_thread(_read_part, header, body)
    facts = codec.inflate(part, encoding, schema.MAX_FACTS_BYTES)
    if len(facts) > _INLINE_FACTS:
        return await asyncio.to_thread(_read_inflated, header, body, facts)
    return _read_inflated(header, body, facts)


def _read_part(header: Header, body: bytes) -> tuple[Reading, list[str]]:
    facts = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
    return _read_inflated(header, body, facts)


def _read_inflated(header: Header, body: bytes, part: bytes) -> tuple[Reading, list[str]]:
    facts = codec.decode_facts(part)
    hashes = {
        fact.sha256.hex(): None
        for fact in facts
        if type(fact) is Asset and fact.sha256 and fact.size <= schema.MAX_ASSET_BYTES
    }
    bare = header._replace(frames=b"")
    return Reading(bare, facts, digest(body), len(part), len(body)), list(hashes)[:MAX_NEED]
