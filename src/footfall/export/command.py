"""`footfall export`: a session as a file, read from the folder while a server may be running on it."""

import secrets
from collections.abc import Iterable
from pathlib import Path

from footfall.annotations import Annotations
from footfall.assets import Vault
from footfall.config import Config
from footfall.errors import ConfigError, NotFoundError, StorageError
from footfall.export.page import page_of
from footfall.export.recording import Recording, Stores, gather
from footfall.index import Index
from footfall.log import Reader
from footfall.projects import Projects


def find_recording(config: Config, session: str) -> Recording:
    """Return a session of whichever project has it. Blocking.

    Raises ConfigError when there is no such folder, NotFoundError, TooLargeError, StorageError.
    """
    folder = config.storage
    if not (folder / "index.db").exists():
        raise ConfigError(f"{folder} holds no recordings; name the folder with --storage.")
    index = Index(folder / "index.db")
    try:
        for project in Projects(folder / "settings.db").all():
            if index.session(project.id, session) is None:
                continue
            stores = Stores(
                index,
                Reader.of_folder(folder / "log"),
                Vault(folder / "assets", is_owner=False),
                Annotations(folder / "settings.db"),
            )
            return gather(stores, project.id, session, config.export_limit_mb * 1_000_000)
    finally:
        index.close()
    raise NotFoundError(f"There is no session {session}; its id is in the address of its replay.")


def export_page(config: Config, session: str, out: Path) -> int:
    """Write a session as a page; return its bytes. Blocking. Raises as `find_recording`."""
    return write_whole(out, page_of(find_recording(config, session)))


def write_whole(out: Path, pieces: Iterable[bytes]) -> int:
    """Write a file that is there whole or not at all; return its bytes. Raises StorageError."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with part.open("xb") as file:
            size = sum(file.write(piece) for piece in pieces)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{out} cannot be written: {error.strerror}.") from error
    return size
