"""Footfall's recorder beside its peers, interleaved in one run of Chromium.

    python -m benchmarks.recorder [--quick] [--rounds 3] [--row "table churn"]
    python -m benchmarks.recorder --profile footfall | --where footfall [--row "10 k elements"]

Times are CPU time of the page's main thread (CDP's TaskDuration), with the recorder minus without it, so they
hold whatever ran on that thread for its sake, wherever it was sliced to; workers are not in them. Bytes are
request bodies as they arrive. "States" counts which of the states that were painted, one a frame, can be found
in what arrived.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright
from tests.browser.chromium import FLAGS, installed

from benchmarks.recorder import peers, table, visit
from benchmarks.recorder.profile import print_profiles
from benchmarks.recorder.rows import PAGES, ROWS, WORK
from benchmarks.recorder.sink import Sink, serving
from benchmarks.recorder.where import print_where

HEAP_ROUNDS: Final = 20
# What pages want from elsewhere fails at once.
ALONE: Final = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
# One round says nothing of the two workloads in which every recorder costs little.
QUICK: Final = ("10 k elements", *tuple(WORK)[:4], "data table")


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    rows: Sequence[str]
    heap_rounds: int


@dataclass
class Results:
    """Every visit's cost, by (contestant, row), and the growth of each contestant.

    `first` has what Footfall's first visit ever of a published page cost, which sends what the server lacks.
    """

    costs: dict[tuple[str, str], list[visit.Cost]] = field(
        default_factory=lambda: defaultdict(list)
    )
    first: dict[str, visit.Cost] = field(default_factory=dict)
    growth: dict[str, visit.Growth] = field(default_factory=dict)


def interleaved(turn: int) -> Iterable[str]:
    """Yield the contestants, each round beginning with another."""
    at = turn % len(peers.NAMES)
    return (*peers.NAMES[at:], *peers.NAMES[:at])


def _note(text: str) -> None:
    print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)


async def measure(browser: Browser, sink: Sink, plan: Plan) -> Results:
    results = Results()
    for row in plan.rows:
        if row in PAGES:
            _note(f"first visit of {row}")
            results.first[row] = await visit.cost(browser, sink, peers.FOOTFALL, ROWS[row])
    for turn in range(plan.rounds):
        for row in plan.rows:
            for name in interleaved(turn):
                _note(f"round {turn + 1}: {row}, {name}")
                cost = await visit.cost(browser, sink, name, ROWS[row])
                results.costs[name, row].append(cost)
    for name in peers.NAMES if plan.heap_rounds else ():
        _note(f"heap, {name}")
        results.growth[name] = await visit.heap(browser, sink, name, plan.heap_rounds)
    _note("")
    return results


def _plan(arguments: argparse.Namespace) -> Plan:
    if arguments.row:
        return Plan(arguments.rounds, arguments.row, 0)
    return Plan(1, QUICK, 4) if arguments.quick else Plan(arguments.rounds, [*ROWS], HEAP_ROUNDS)


async def _print_results(browser: Browser, sink: Sink, plan: Plan) -> None:
    command = " ".join(("python -m benchmarks.recorder", *sys.argv[1:]))
    machine = f"{os.cpu_count()} cores, Chromium {browser.version}"
    print(f"$ {command}\n{machine}, medians of {plan.rounds} rounds, contestants interleaved\n")
    table.print_sizes(peers.sizes(sink.scripts))
    results = await measure(browser, sink, plan)
    table.print_costs(results.costs, results.first)
    if results.growth:
        table.print_growth(results.growth, plan.heap_rounds)
    table.print_notes()


async def run(arguments: argparse.Namespace) -> None:
    plan = _plan(arguments)
    peers.install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peers.build(folder, readable=bool(arguments.profile))
        async with serving(folder) as sink, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=installed(), args=[*FLAGS, ALONE]
            )
            if arguments.profile:
                await print_profiles(browser, sink, arguments.profile, plan.rows)
            elif arguments.where:
                await print_where(browser, sink, arguments.where, plan.rows, plan.rounds)
            else:
                await _print_results(browser, sink, plan)
            await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recorder")
    parser.add_argument("--quick", action="store_true", help="one round of less; rough")
    parser.add_argument("--rounds", type=int, default=2, help="rounds of everything")
    parser.add_argument(
        "--profile", choices=peers.NAMES[1:], help="print where its time goes instead"
    )
    parser.add_argument(
        "--where",
        choices=peers.NAMES[1:],
        help="print what its main-thread time is made of instead",
    )
    parser.add_argument(
        "--row", action="append", choices=[*ROWS], help="only this; may be repeated"
    )
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
