"""The rows of the tables: first keyframes, workloads, published pages."""

from collections.abc import Mapping
from typing import Final

from benchmarks.recorder.sites import SITES
from benchmarks.recorder.visit import Row
from benchmarks.recorder.workloads import WORKLOADS

KEYFRAMES: Final[Mapping[str, Row]] = {
    f"{thousands} k elements": Row(f"page/{thousands}000") for thousands in (1, 10, 50)
}
# On a small page, whose keyframe is not in the time but in the bytes.
WORK: Final[Mapping[str, Row]] = {
    name: Row("page/200", work, is_started=True) for name, work in WORKLOADS.items()
}
PAGES: Final[Mapping[str, Row]] = {
    name: Row(site.page, site.visited, root=site.root) for name, site in SITES.items()
}
ROWS: Final[Mapping[str, Row]] = {**KEYFRAMES, **WORK, **PAGES}
