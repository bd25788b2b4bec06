"""The indexer's process of `footfall serve --workers N`; `index.apart` starts it.

python -m footfall.web.indexing LOG INDEX    (folder and file)
"""

import os
import sys
from pathlib import Path

from footfall.config import load
from footfall.errors import FootfallError
from footfall.index.process import index_apart
from footfall.web.logformat import log_to_stderr
from footfall.web.tuning import tune


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
