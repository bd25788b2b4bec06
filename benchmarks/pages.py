"""Whole pages over the full size: `python -m benchmarks.pages [SHARE] [FOLDER]`.

A `footfall serve` of its own over what benchmarks.analysis keeps in FOLDER (made where it is not there) is asked for
each page of behaviour as a browser asks, twice: what it takes by the clock, and of the server's CPU time. At the end
the most memory that the server ever had.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from benchmarks.analysis import GOAL_MB, filled
from benchmarks.project import BEGIN, DAYS, PROJECT
from benchmarks.questions import GOAL_PAGE, MIXED, PAGE, STEPS

GOAL_MS: Final = 1_000
_START_S: Final = 120.0
_LAST: Final = datetime.fromtimestamp(BEGIN / 1000, UTC) + timedelta(days=DAYS - 1)
MONTH: Final = {
    "time": "custom",
    "from": (_LAST - timedelta(days=29)).date().isoformat(),
    "to": _LAST.date().isoformat(),
}


def addresses() -> dict[str, str]:
    page, api = f"/p/{PROJECT}", f"/api/p/{PROJECT}"
    month, goal = urlencode(MONTH), f"goal={quote(f'page:{GOAL_PAGE}')}"
    narrow = urlencode({"page": PAGE, "device": "desktop", "did": "click"})
    return {
        "overview, 30 days": f"{page}/overview?{month}&{goal}",
        "overview, all time": f"{page}/overview?time=all",
        "events, all time": f"{page}/events",
        "events, 30 days": f"{page}/events?{month}",
        "funnel of 4 pages": f"{page}/funnels?steps={quote(STEPS)}",
        "funnel of pages and clicks": f"{page}/funnels?steps={quote(MIXED)}",
        "paths": f"{page}/paths",
        "forms": f"{page}/forms",
        "problems": f"{page}/problems?{goal}",
        "problems, 30 days": f"{page}/problems?{month}&{goal}",
        "pages": f"{page}/pages",
        "segments": f"{page}/segments?{month}",
        "sessions": f"{page}/sessions",
        "sessions, filtered": f"{page}/sessions?{narrow}",
        "sessions by frustration": f"{page}/sessions?sort=frustration",
        "moments": f"{page}/moments",
        "a page's heatmap, the data": f"{api}/heatmap?page={quote(PAGE)}",
        "a page's heatmap, the picture": f"{api}/heatmap.png?page={quote(PAGE)}",
        "a page's element table": f"{api}/heatmap.csv?page={quote(PAGE)}",
    }


def measure(storage: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "footfall",
        "serve",
        "--storage",
        str(storage),
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        origin = f"http://127.0.0.1:{port}"
        wait_for(origin)
        print(f"{'':34}{'first ms (CPU)':>20}{'second ms (CPU)':>20}   (goal: < {GOAL_MS})")
        for name, address in addresses().items():
            cells = ""
            for _ in range(2):
                begun, start = cpu_of(server.pid), time.perf_counter()
                with urllib.request.urlopen(origin + address, timeout=300) as answer:
                    answer.read()
                taken = (time.perf_counter() - start) * 1000
                cells += f"{taken:>11.0f} ({cpu_of(server.pid) - begun:>6.0f})"
            print(f"{name:34}{cells}", flush=True)
        status = Path(f"/proc/{server.pid}/status").read_text()
        most = int(status.partition("VmHWM:")[2].split()[0]) / 1024
        print(f"memory of the server: at most {most:,.0f} MB (goal: < {GOAL_MB})")
    finally:
        server.terminate()
        server.wait()


def cpu_of(process: int) -> float:
    """Return the ms of CPU time that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def wait_for(origin: str) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            urllib.request.urlopen(f"{origin}/readyz", timeout=5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
    with tempfile.TemporaryDirectory() as folder:
        measure(filled(share, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder)).parent)


if __name__ == "__main__":
    main()
