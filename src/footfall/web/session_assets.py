"""Which assets a session uses, read from its own chunks: what whoever has a link to it may load, and no more.

The index knows the assets of a project alone; a shared session is rare and read once, so nothing is kept for all.
"""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from footfall.errors import CorruptError, WireError
from footfall.log import Log, Position
from footfall.web.keys import INDEX, LOG
from footfall.wire import codec, schema

_LOG: Final = logging.getLogger("footfall.web")
_MAX_SESSIONS: Final = 50
"""Sessions whose assets are remembered: a digest is 32 bytes, and a session has some hundred."""


@dataclass
class _Read:
    positions: set[Position] = field(default_factory=set)
    digests: set[bytes] = field(default_factory=set)


class SessionAssets:
    """What has been read; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: OrderedDict[tuple[str, str], _Read] = OrderedDict()

    def holds(self, request: web.Request, project: str, session: str, sha256: str) -> bool:
        """Tell whether a chunk of the session names the asset (hex). Blocking. Raises StorageError."""
        digest = bytes.fromhex(sha256)
        with self._lock:
            known = self._sessions.setdefault((project, session), _Read())
            self._sessions.move_to_end((project, session))
            if len(self._sessions) > _MAX_SESSIONS:
                self._sessions.popitem(last=False)
            if digest not in known.digests:
                rows = request.app[INDEX].chunks(project, session)
                _read(request.app[LOG], known, [row.position for row in rows])
            return digest in known.digests


SESSION_ASSETS: Final = web.AppKey("session_assets", SessionAssets)


def uses(request: web.Request, project: str, session: str) -> bool:
    """Tell whether the session uses the asset that the path names. Blocking. Raises StorageError."""
    sha256 = request.match_info["sha256"]
    return request.app[SESSION_ASSETS].holds(request, project, session, sha256)


def _read(log: Log, known: _Read, positions: list[Position]) -> None:
    for position in positions:
        if position in known.positions:
            continue
        known.positions.add(position)
        try:
            header = codec.decode_chunk(log.read(position).chunk)
            facts = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
            told = codec.decode_facts(facts)
        except (CorruptError, WireError) as error:
            _LOG.error("a chunk is damaged, its assets are not shared: %s", error)
            continue
        known.digests.update(fact.sha256 for fact in told if isinstance(fact, schema.Asset))
