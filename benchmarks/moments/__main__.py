"""Precision and recall of each kind of moment on the labelled set.

    python -m benchmarks.moments [--repeat 3] [--seed 1] [--only NAME]

Visitors come to the demo shop in real Chromium, recorded by the real recorder and server; each scene is played
`repeat` times, differently. A kind counts once in a visit: it is in it or not.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.moments.every import SCENES
from benchmarks.moments.recording import AT_ONCE, Seen, record
from footfall.analysis.moments import KINDS

WANTED = 0.95


@dataclass(frozen=True)
class Figure:
    """How well a kind is found: visits with it, found rightly, found wrongly."""

    kind: str
    visits: int
    right: int
    wrong: int

    @property
    def precision(self) -> float:
        """The share of what was found that is there; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found; 1 where nothing is there."""
        return self.right / self.visits if self.visits else 1.0


def figures(seen: Sequence[Seen]) -> list[Figure]:
    """Return the figures of all kinds over visits that could be played."""
    played = [one for one in seen if not one.problem]
    return [
        Figure(
            kind,
            sum(kind in one.scene.kinds for one in played),
            sum(kind in one.scene.kinds & one.found for one in played),
            sum(kind in one.found - one.scene.kinds for one in played),
        )
        for kind in KINDS
    ]


def table(seen: Sequence[Seen]) -> str:
    """Return the table, and beneath it what was not as it should be."""
    lines = [f"{'moment':18}{'visits':>8}{'found':>8}{'wrong':>8}{'precision':>11}{'recall':>8}"]
    for one in figures(seen):
        share = f"{one.precision:11.2f}{one.recall:8.2f}" if one.visits or one.wrong else ""
        lines.append(f"{one.kind:18}{one.visits:8}{one.right:8}{one.wrong:8}{share}")
    for visit in seen:
        missed, wrong = visit.scene.kinds - visit.found, visit.found - visit.scene.kinds
        if visit.problem:
            lines.append(f"not played: {visit.scene.name}: {visit.problem}")
        elif missed or wrong:
            lines.append(f"{visit.scene.name}: missed {sorted(missed)}, wrong {sorted(wrong)}")
            lines += [f"    {told}" for told in visit.told]
    return "\n".join([*lines, f"{len(seen)} visits"])


def main() -> int:
    """Play, print, and tell whether every kind reaches what is wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="visitors at a time")
    parser.add_argument("--only", help="scenes whose name holds this")
    options = parser.parse_args()
    chosen = [one for one in SCENES if (options.only or "") in one.name]
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(
            record(Path(folder), chosen * options.repeat, options.seed, options.at_once)
        )
    sys.stdout.write(table(seen) + "\n")
    good = all(one.precision >= WANTED and one.recall >= WANTED for one in figures(seen))
    return 0 if good and not any(one.problem for one in seen) else 1


if __name__ == "__main__":
    sys.exit(main())
