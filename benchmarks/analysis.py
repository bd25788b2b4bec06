"""Analyses beside DuckDB and ClickHouse (chdb): `python -m benchmarks.analysis [SHARE] [FOLDER] [--growth]`.

SHARE of 200,000 sessions and 10 million events (0.1), which benchmarks.project streams through log and index first; 1
takes some ten minutes of CPU time. FOLDER is where that is kept for the next time. All answer the same questions of the
same facts and must say the same; DuckDB and chdb are asked when they are installed: `pip install --group bench`.
--growth: the same with a tenth of the sessions first, and how the times grow.
Times are of the clock; those of CPU, which a loaded machine does not change, stand beside.
"""

import importlib.util
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.peers import Duck, House, export
from benchmarks.project import SESSIONS
from benchmarks.questions import QUESTIONS, Answer
from footfall.index import Index

GOAL_MS: Final = 500
GOAL_MB: Final = 500
_TIMES: Final = 3


@dataclass(frozen=True)
class Timed:
    """What a question took, ms: the first time, and the medians by the clock and of CPU, both cores'."""

    first: float
    median: float
    cpu: float
    answer: Answer


def timed(run: Callable[[], Answer]) -> Timed:
    clock, cpu = [], []
    answer: Answer = []
    for _ in range(_TIMES):
        start, begun = time.perf_counter(), time.process_time()
        answer = run()
        clock.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - begun) * 1000)
    return Timed(clock[0], statistics.median(clock), statistics.median(cpu), answer)


def filled(share: float, folder: Path) -> Path:
    """Return the index of that share of the full size, made in a process of its own where it is not there."""
    sessions = int(SESSIONS * share)
    storage = folder / str(sessions)
    if not (storage / "made").exists():
        subprocess.run(
            [sys.executable, "-m", "benchmarks.project", str(storage), str(sessions)], check=True
        )
    else:
        print((storage / "made").read_text())
    return storage / "index.db"


def ours(path: Path) -> dict[str, Timed]:
    index = Index(path)
    found = {name: timed(lambda: ask(index)) for name, ask in QUESTIONS.items()}  # noqa: B023 # run at once
    index.close()
    if "duckdb" not in sys.modules and "chdb" not in sys.modules:  # theirs counts from then on
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"memory of who asked the index: at most {most:,.0f} MB (goal: < {GOAL_MB})")
    return found


def beside(path: Path, folder: Path, mine: dict[str, Timed]) -> dict[str, dict[str, Timed]]:
    """Ask the others, and say where one answers something else."""
    index = Index(path)
    export(index, folder)
    index.close()
    found: dict[str, dict[str, Timed]] = {}
    peers: tuple[Callable[[Path], Duck | House], ...] = (Duck, House)
    for kind in peers:
        peer = kind(folder)
        found[peer.name] = {}
        for name in QUESTIONS:
            told = timed(lambda: peer.ask(name))  # noqa: B023 # run at once
            if not_same := differing(mine[name].answer, told.answer):
                print(f"{peer.name} says something else, {name}: {not_same}")
            found[peer.name][name] = told
    return found


def differing(ours: Answer, theirs: Answer) -> str:
    """Return how two answers differ; "" where they are the same."""
    ours, theirs = ([tuple(map(_plain, row)) for row in some] for some in (ours, theirs))
    if ours == theirs:
        return ""
    pairs = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]][:3]
    return f"{len(ours)} and {len(theirs)} rows, {pairs}"


def _plain(value: Any) -> Any:
    if isinstance(value, int | np.integer):
        return int(value)
    return value if isinstance(value, str) else float(value)


def show(mine: dict[str, Timed], others: dict[str, dict[str, Timed]]) -> None:
    names = "".join(f"{name + ' ms (CPU)':>20}" for name in ("footfall", *others))
    print(f"{'':34}{'first ms':>9}{names}   (goal: < {GOAL_MS}, none slower than another)")
    for question, told in mine.items():
        some = [told, *(one[question] for one in others.values())]
        cells = "".join(f"{one.median:>11.0f} ({one.cpu:>5.0f})" + " " for one in some)
        print(f"{question:34}{told.first:>9.0f}{cells}")


def measure(share: float, folder: Path) -> dict[str, Timed]:
    path = filled(share, folder)
    mine = ours(path)
    missing = [name for name in ("pyarrow", "duckdb", "chdb") if not importlib.util.find_spec(name)]
    if missing:
        show(mine, {})
        print(f"Without {', '.join(missing)} nothing is compared.")
        return mine
    with tempfile.TemporaryDirectory(dir=folder) as work:
        show(mine, beside(path, Path(work), mine))
    print("Answers are equal where nothing else is said above.")
    return mine


def growth(share: float, folder: Path, most: dict[str, Timed]) -> None:
    least = ours(filled(share / 10, folder))
    print("growth of CPU time with ten times as many events (at most 10 is linear):")
    for name, told in most.items():
        print(f"{name:34}{told.cpu / max(least[name].cpu, 0.1):>9.1f}")


def main() -> None:
    plain = [one for one in sys.argv[1:] if one != "--growth"]
    share = float(plain[0]) if plain else 0.1
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(plain[1]) if len(plain) > 1 else Path(temporary)
        most = measure(share, folder)
        if "--growth" in sys.argv:
            growth(share, folder, most)


if __name__ == "__main__":
    main()
