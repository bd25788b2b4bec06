"""What heatmap.js and simpleheat take of Chromium for the same points, drawn on a canvas of the page's size."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import CDPSession, Page, sync_playwright
from tests.browser.chromium import FLAGS, installed

from benchmarks.heatmap import HEIGHT_PX, WIDTH_PX

HERE: Final = Path(__file__).parent
SCRIPTS: Final = ("heatmap.js/build/heatmap.js", "simpleheat/simpleheat.js")
NAMES: Final = ("heatmap.js", "simpleheat")
_PAGE: Final = f"<!doctype html><div id=box style='width:{WIDTH_PX}px;height:{HEIGHT_PX}px'></div>"
# What the page knows already is made before the clock starts: the points in the form that each library wants.
_PREPARE: Final = """([name, x, y]) => {
  const floats = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const [xs, ys] = [floats(x), floats(y)];
  const each = name === "simpleheat" ? (at) => [xs[at] | 0, ys[at] | 0, 1]
    : (at) => ({ x: xs[at] | 0, y: ys[at] | 0, value: 1 });
  window.points = Array.from({ length: xs.length }, (_, at) => each(at));
}"""
# Reading one pixel waits until all is drawn. That the picture becomes a PNG is not asked of the peers.
_DRAW: Final = """([name, radius, max]) => {
  const box = document.getElementById("box");
  box.replaceChildren();
  let canvas;
  if (name === "simpleheat") {
    canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [box.clientWidth, box.clientHeight];
    box.append(canvas);
    simpleheat(canvas).data(window.points).max(max).radius(radius / 2, radius / 2).draw();
  } else {
    h337.create({ container: box, radius }).setData({ min: 0, max, data: window.points });
    canvas = box.querySelector("canvas");
  }
  canvas.getContext("2d").getImageData(0, 0, 1, 1);
}"""


def install() -> None:
    """Install the pinned peers, unless they are there."""
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    files = {name: HERE / "node_modules" / name / "package.json" for name in wanted}
    if all(file.exists() and _version(file) == wanted[name] for name, file in files.items()):
        return
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise SystemExit("npm is needed to install the libraries that are measured.")
    command = [npm, "ci", "--ignore-scripts", "--silent"]
    subprocess.run(command, cwd=HERE, env={**os.environ, "PATH": path}, check=True)


def _version(file: Path) -> str:
    return str(json.loads(file.read_text())["version"])


@contextmanager
def chromium() -> Iterator["Peers"]:
    """Run a Chromium inside the `with`."""
    install()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": 800})
        page.set_content(_PAGE)
        for script in SCRIPTS:
            page.add_script_tag(path=HERE / "node_modules" / script)
        page.set_default_timeout(600_000)
        yield Peers(page, browser.new_browser_cdp_session())
        browser.close()


class Peers:
    """The libraries in a page; CPU time is that of all of the browser's processes."""

    def __init__(self, page: Page, browser: CDPSession) -> None:
        """Draw in this page."""
        self._page = page
        self._browser = browser

    def cpu_ms(
        self, name: str, x: NDArray[np.float32], y: NDArray[np.float32], times: int
    ) -> float:
        """Return the median CPU time of drawing these points."""
        texts = [base64.b64encode(one.tobytes()).decode() for one in (x, y)]
        self._page.evaluate(_PREPARE, [name, *texts])
        taken = []
        for _ in range(times):
            before = self._seconds()
            self._page.evaluate(_DRAW, [name, 40, len(x) / 200])
            taken.append(self._seconds() - before)
        return float(np.median(taken)) * 1000

    def _seconds(self) -> float:
        told: dict[str, Any] = self._browser.send("SystemInfo.getProcessInfo")
        return float(sum(one["cpuTime"] for one in told["processInfo"]))
