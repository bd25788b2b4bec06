"""What happens to a chunk and to an asset between the request's body and the disk. No HTTP here.

The facts are decoded to refuse what the index could not read, and dropped at once: held, they would fill the memory
and busy the garbage collector. Their compressed part goes along to the index, which then need not read the disk.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from footfall.assets import Vault, check_hash
from footfall.errors import WireError
from footfall.ingest import token as tokens
from footfall.ingest.rate import Buckets, Rate
from footfall.ingest.receipts import Receipts, SessionReceipts
from footfall.log import Log, Record, digest
from footfall.projects import Project, Projects
from footfall.wire import codec, schema
from footfall.wire.reading import Reading
from footfall.wire.schema import Asset, Header, State

MAX_NEED: Final = 256
"""Assets asked for in one answer."""
_INLINE_DEFLATED: Final = 4 * 1024
_INLINE_FACTS: Final = 16 * 1024
"""Facts up to this many bytes are decoded on the event loop; it costs less than a change of thread."""

_decoder: Final = ThreadPoolExecutor(1, "footfall-decode")
"""One thread for large facts: decoding holds the interpreter's lock, and each at work takes some 20 MB at worst."""
_keeper: Final = ThreadPoolExecutor(2, "footfall-assets")
"""For assets, each of which waits for the disk: any number of them leaves the other threads to the chunks."""

_log = logging.getLogger("footfall.ingest")


class Sender(NamedTuple):
    """What a request says besides its body."""

    origin: str | None
    agent: str  # coarse, see agent.py
    token: str = ""
    refuses_tracking: bool = False  # Do Not Track
    network: str = ""  # see address.py; for rates alone, it is not stored


@dataclass
class Counters:
    """What ingest has done since the start."""

    chunks: int = 0
    chunk_bytes: int = 0
    repeats: int = 0
    assets: int = 0
    asset_bytes: int = 0
    opted_out: int = 0  # Global Privacy Control, Do Not Track
    paused: int = 0  # sent to a project that stores nothing just now
    unavailable: int = 0  # 503s: our fault, the sender tries again
    refused: dict[str, int] = field(default_factory=dict)  # by code


class Limited(WireError):  # noqa: N818 # a state of the sender's, not a fault
    """A project, or a network, sends more than it may; `retry_after` in seconds."""

    def __init__(
        self,
        retry_after: int,
        code: str = "rate",
        text: str = "This project sends more than it may.",
    ) -> None:
        super().__init__(code, text, 429)
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

    async def chunk(self, body: bytes, sender: Sender) -> dict[str, Any] | None:
        """Store a chunk and return the answer, once it is durable; None: the visitor refuses to be recorded.

        Raises WireError, StorageError.
        """
        header = codec.decode_chunk(body)
        project = self._project(header.project, sender.origin)
        if sender.refuses_tracking and project.honours_dnt:
            self.counters.opted_out += 1
            return None
        if project.policy.paused:
            return self._pass_over(project)
        reading, hashes = await read_facts(header, body)
        return await self._keep(project, reading, hashes, body, sender)

    async def keep(
        self, reading: Reading, hashes: list[str], body: bytes, sender: Sender
    ) -> dict[str, Any] | None:
        """Store a chunk that another process has read, whose facts stayed there; as `chunk` does."""
        project = self._project(reading.header.project, sender.origin)
        if sender.refuses_tracking and project.honours_dnt:
            self.counters.opted_out += 1
            return None
        if project.policy.paused:
            return self._pass_over(project)
        return await self._keep(project, reading, hashes, body, sender)

    def _pass_over(self, project: Project) -> dict[str, Any]:
        """Answer a chunk of a paused project: it is done with, though nothing is stored of it."""
        self.counters.paused += 1
        return {"token": "", "need": [], "policy": project.policy.version}

    async def _keep(
        self, project: Project, reading: Reading, hashes: list[str], body: bytes, sender: Sender
    ) -> dict[str, Any]:
        session = reading.header.session
        receipts = self._receipts.known(project.id, session)
        if receipts is None:
            receipts = await self._receipts.of(project.id, session)
        if not receipts.token:
            receipts.token = tokens.sign(self._projects.secret(), project.id, session)
        if project.needs_consent and not (receipts.is_known or reading.facts):
            reading, _ = await read_facts(codec.decode_chunk(body), body)  # they stayed in a worker
        await self._store(project, reading, body, sender, receipts)
        need = await self._missing(project, hashes) if hashes else []
        answer = {"token": receipts.token, "need": need}
        version = project.policy.version
        return {**answer, "policy": version} if version else answer

    def policy(self, key: str, origin: str | None) -> dict[str, Any]:
        """Return what a project says of how its pages are recorded. Raises WireError."""
        return self._project(key, origin).policy.for_recorders()

    def check_asset(self, key: str, sha: str) -> None:
        """Refuse an asset whose body need not be read: of no project, or without a hash. Raises WireError."""
        if self._projects.by_key(key) is None:
            raise WireError("project", self._projects.why_not(key), 403)
        check_hash(sha)

    async def asset(self, key: str, sha: str, data: bytes, sender: Sender) -> dict[str, Any] | None:
        """Keep an asset; None: the visitor refuses to be recorded. Raises WireError, StorageError."""
        project = self._project(key, sender.origin)
        if sender.refuses_tracking and project.honours_dnt:
            self.counters.opted_out += 1
            return None
        if project.policy.paused:
            self.counters.paused += 1
            return {}
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(_keeper, self._vault.put, sha, data, project.id)
        self.counters.assets += 1
        self.counters.asset_bytes += len(data)
        return {}

    def _project(self, key: str, origin: str | None) -> Project:
        project = self._projects.by_key(key)
        if project is None:
            raise WireError("project", self._projects.why_not(key), 403)
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
            if project.needs_consent and not receipts.is_known:
                _check_consent(reading)
            now = time.time_ns() // 1_000_000
            record = Record(project.id, now, sender.agent, body, reading.header.session)
            handed_on = _without_facts(reading) if reading.facts else None
            append = self._log.append(record, handed_on)
            receipts.add(name, reading.digest, append)
            await append
            self.counters.chunks += 1
            self.counters.chunk_bytes += len(body)
            if self._on_append is not None:
                self._on_append()
        elif stored == reading.digest:
            pending = receipts.pending_of(name)
            if pending is not None:
                await pending
            self.counters.repeats += 1
        else:
            raise WireError("conflict", "Another chunk has this session, tab and number.", 409)

    async def close_sessions(self, project: str, sessions: list[str]) -> None:
        """Refuse what comes of erased sessions; return when what was under way is in the log."""
        await self._receipts.close(project, sessions)

    async def forget_assets(self) -> None:
        """Look anew whether assets are there: some are about to be deleted."""
        self._in_vault.clear()

    async def _missing(self, project: Project, hashes: list[str]) -> list[str]:
        if self._vault.is_full(project.id):
            return []
        unsure = [sha for sha in hashes if sha not in self._in_vault]
        if not unsure:
            return []
        there = await asyncio.to_thread(lambda: [sha for sha in unsure if self._vault.has(sha)])
        if len(self._in_vault) > 100_000:
            self._in_vault.clear()
        self._in_vault.update(there)
        return [sha for sha in unsure if sha not in self._in_vault]


def _without_facts(reading: Reading) -> Reading:
    """Return what the index takes of a chunk: it reads the facts of many at once, from their compressed part."""
    header, size = reading.header, reading.chunk_bytes
    return Reading(header, [], reading.digest, reading.facts_bytes, size)


def _check_new(sender: Sender, receipts: SessionReceipts) -> None:
    if receipts.is_known and not tokens.is_same(sender.token, receipts.token):
        raise WireError("token", "The token of this session is missing or wrong.", 403)
    if receipts.is_erased:
        raise WireError("erased", "This session was erased.", 410)
    if receipts.is_full:
        raise WireError("session_full", "This session has as many chunks as one may.", 403)


def _check_consent(reading: Reading) -> None:
    """Refuse a session's first chunk without consent; 425, as another tab's may be on its way with it."""
    if not any(
        type(fact) is State and fact.state == "consent" and fact.reason == "granted"
        for fact in reading.facts
    ):
        raise WireError("consent", "This project stores nothing before the visitor's consent.", 425)


async def _in_decoder(
    read: Callable[..., tuple[Reading, list[str]]], *values: object
) -> tuple[Reading, list[str]]:
    return await asyncio.get_running_loop().run_in_executor(_decoder, read, *values)


async def read_facts(header: Header, body: bytes) -> tuple[Reading, list[str]]:
    """Check the parts; return what the chunk says and the hashes of its assets, each once. Raises WireError."""
    if header.frames_encoding not in (schema.PLAIN, schema.DEFLATE_RAW):
        raise WireError("encoding", f"Encoding {header.frames_encoding} is not known.")
    part, encoding = header.facts, header.facts_encoding
    if encoding != schema.PLAIN and len(part) > _INLINE_DEFLATED:
        return await _in_decoder(_read_part, header, body)
    facts = codec.inflate(part, encoding, schema.MAX_FACTS_BYTES)
    if len(facts) > _INLINE_FACTS:
        return await _in_decoder(_read_inflated, header, body, facts)
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
    bare = Header(*header[:-1], b"")
    return Reading(bare, facts, digest(body), len(part), len(body)), list(hashes)[:MAX_NEED]
