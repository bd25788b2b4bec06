"""A whole server side without pages: storage in a folder, ingest over HTTP. Also run as a process by the crash test.

python -m tests.ingest.server FOLDER KEY SEGMENT_BYTES   prints its port, then serves until it is killed
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from footfall.assets import Vault
from footfall.index import Index, Indexer
from footfall.ingest import Guard, Ingest, Rate, Receipts, create_routes
from footfall.log import Log
from footfall.projects import Projects


class Server:
    """Everything that stands behind /ingest, composed as web/app.py does it."""

    def __init__(
        self,
        folder: Path,
        rate: Rate | None = None,
        max_receipts: int = 1_000,
        segment_bytes: int = 64 * 1024 * 1024,
    ) -> None:
        self.projects = Projects(folder / "settings.db")
        self.log = Log(folder / "log", segment_bytes=segment_bytes)
        self.vault = Vault(folder / "assets")
        self.index = Index(folder / "index.db")
        self.indexer = Indexer(self.log, self.index)
        self.indexer.start()
        self.receipts = Receipts(
            self.index.receipts, lambda: self.indexer.position, max_receipts=max_receipts
        )
        self.ingest = Ingest(
            self.projects, self.log, self.vault, self.receipts, self.indexer.wake,
            rate=rate or Rate(1e9, 1e9),
        )  # fmt: skip
        self.app = web.Application()
        self.guard = Guard()
        self.app.add_routes(create_routes(self.ingest, self.guard))

    def stored(self) -> list[bytes]:
        """Return the chunks in the log."""
        return [record.chunk for _, record in self.log.scan()]

    def close(self) -> None:
        self.indexer.stop()
        self.index.close()
        self.log.close()


async def main(folder: str, key: str, segment_bytes: str) -> None:
    server = Server(Path(folder), segment_bytes=int(segment_bytes))
    server.projects.ensure(id="p", name="P", key=key)
    runner = web.AppRunner(server.app, auto_decompress=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:4]))
