"""kill -9 while records are erased: what stays was never touched, what was told to be erased is gone.

FOOTFALL_KILLS sets the number of rounds here too, half as many.
"""

import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from footfall.log import Log, Position, check_folder
from tests.crash.test_kill import ROUNDS


def _run(folder: Path, first: int) -> list[list[str]]:
    """Return the words of each line that the process could say before it was killed."""
    command = [sys.executable, "-m", "tests.crash.eraser", str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]  # it has begun
        time.sleep(random.uniform(0, 0.25))
        process.kill()
        lines += process.stdout.readlines()
    return [line.split() for line in lines if line.endswith("\n")]


def test_erasing_survives_kill_9(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    durable: set[int] = set()
    gone: set[int] = set()
    first = 0
    for _ in range(ROUNDS // 2):
        lines = _run(folder, first)
        by_segment: defaultdict[str, set[int]] = defaultdict(set)
        for sign, *words in lines:
            if sign == "+":
                durable.add(int(words[0]))
                by_segment[words[1]].add(int(words[0]))
            else:  # said before it, so in that segment for certain when it was rewritten
                gone |= {number for number in by_segment[words[0]] if number % 2}
        log = Log(folder, segment_bytes=20_000)
        found: list[tuple[Position, int]] = [(p, one.received_at) for p, one in log.scan()]
        numbers = [number for _, number in found]
        assert numbers == sorted(set(numbers))
        assert {number for number in durable if number % 2 == 0} <= set(numbers)
        assert gone.isdisjoint(numbers)
        # At most one that was durable and never told, in each round.
        first = max([*numbers, *durable]) + 1
        durable |= set(numbers)
        log.close()
        assert check_folder(folder).damages == ()
        assert list(folder.glob("*.rewrite")) == []
    assert gone
