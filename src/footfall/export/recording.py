"""What of a session goes into a file: without who the visitor was, and without the project's key."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from footfall.annotations import Annotations, Note
from footfall.assets import Vault
from footfall.errors import CorruptError, FootfallError, NotFoundError, WireError
from footfall.index import Index, SessionRow
from footfall.index.manifest import is_told, manifest_of
from footfall.log import Reader
from footfall.wire.nameless import nameless
from footfall.wire.schema import Asset, Fact

_LEFT_OUT: Final = ("project", "visitor")


class TooLargeError(FootfallError):
    """A session that does not fit into a file of the size allowed."""


@dataclass(frozen=True)
class Stores:
    """Where a session is read from."""

    index: Index
    log: Reader
    vault: Vault
    annotations: Annotations


@dataclass(frozen=True)
class File:
    """An asset."""

    sha256: str  # hex
    kind: str  # MIME type
    path: Path


@dataclass(frozen=True)
class Recording:
    """A session, ready to be written."""

    row: SessionRow
    manifest: dict[str, Any]
    chunks: list[tuple[str, int, bytes]]  # tab, sequence, body; lost and damaged ones are left out
    assets: list[File]
    notes: list[Note]


def gather(stores: Stores, project: str, session: str, limit: int) -> Recording:
    """Return a session of a project. Blocking.

    `limit`: bytes of chunks and assets as they are embedded. Raises NotFoundError, TooLargeError, StorageError.
    """
    row = stores.index.session(project, session)
    if row is None:
        raise NotFoundError("There is no such session in this project. It may have been erased.")
    _check(embedded(row.bytes), limit)
    whole = manifest_of(stores.index, project, row)
    chunks: list[tuple[str, int, bytes]] = []
    named: dict[str, None] = {}
    for tab, sequence, body, facts in _chunks(stores, project, session):
        chunks.append((tab, sequence, body))
        named.update((fact.sha256.hex(), None) for fact in facts if type(fact) is Asset)
    manifest = {name: value for name, value in whole.items() if name not in _LEFT_OUT}
    assets = list(_assets(stores, project, named))
    recording = Recording(row, manifest, chunks, assets, stores.annotations.notes(project, session))
    _check(size_of(recording), limit)
    return recording


def size_of(recording: Recording) -> int:
    """Return how many bytes chunks and assets take in a page."""
    chunks = sum(embedded(len(body)) for _, _, body in recording.chunks)
    return chunks + sum(embedded(file.path.stat().st_size) for file in recording.assets)


def embedded(size: int) -> int:
    """Return how many characters of base64 so many bytes are."""
    return (size + 2) // 3 * 4


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise TooLargeError(
            f"This session is {size / 1e6:,.0f} MB as a file, more than the {limit / 1e6:,.0f} MB allowed. "
            "Set FOOTFALL_EXPORT_LIMIT_MB higher, or share a link to the replay."
        )


def _chunks(
    stores: Stores, project: str, session: str
) -> Iterator[tuple[str, int, bytes, list[Fact]]]:
    for row in stores.index.chunks(project, session):
        if is_told(row):
            continue  # the site's own server may tell what is not for whoever gets the file
        try:
            body, facts = nameless(stores.log.read(row.position).chunk)
        except (CorruptError, WireError):
            continue  # as in a replay: a gap
        yield row.tab, row.sequence, body, facts


def _assets(stores: Stores, project: str, named: dict[str, None]) -> Iterator[File]:
    for sha in named:
        if not sha or not stores.index.has_asset(project, sha):
            continue
        try:
            path, kind = stores.vault.open(sha)
        except NotFoundError:
            continue  # it never came, or is not kept any more
        yield File(sha, kind, path)
