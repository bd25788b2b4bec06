"""Where the index is written: in a thread, or in a process of its own as with `footfall serve --workers N`.

python -m footfall.web.indexing LOG INDEX    (folder and file)
"""

import os
import sys
from pathlib import Path

from footfall.config import load
from footfall.errors import FootfallError
from footfall.index import AnyIndexer, ApartIndexer, Index, Indexer
from footfall.index.process import index_apart
from footfall.log import Log
from footfall.web.logformat import log_to_stderr
from footfall.web.tuning import tune


def indexer_of(log: Log, index: Index, *, apart: bool) -> AnyIndexer:
    """Return what will keep an index up with a log, not started yet. Raises StorageError."""
    if not apart:
        return Indexer(log, index)
    command = (sys.executable, "-m", "footfall.web.indexing", str(log.folder), str(index.path))
    return ApartIndexer(log, index, command)


def main() -> None:
    """Index until the owner of the log says stop."""
    log_to_stderr(load(os.environ).log_json)
    tune()
    try:
        index_apart(Path(sys.argv[1]), Path(sys.argv[2]))
    except FootfallError as error:
        sys.exit(f"footfall: {error}")


if __name__ == "__main__":
    main()
