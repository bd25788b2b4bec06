"""The contestants: installs the peers when they are missing, and makes the scripts that pages load."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
WORKSPACE: Final = HERE.parents[1] / "recorder-js"
NONE: Final = "none"
FOOTFALL: Final = "footfall"
NAMES: Final = (NONE, FOOTFALL, "rrweb", "datadog", "clarity")
_DATADOG: Final = "node_modules/@datadog/browser-rum/bundle"
_MINIFIED: Final = ("--minify", "--format=iife", "--target=es2022", "--charset=utf8")
_READABLE: Final = ("--format=iife", "--target=es2022", "--charset=utf8")


@dataclass(frozen=True)
class Size:
    """Bytes of what a site has to load."""

    name: str
    minified: int
    gzip: int
    what: str


def _environment() -> dict[str, str]:
    # Node may lie beside this Python.
    return {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }


def _installed(folder: Path) -> bool:
    wanted = json.loads((folder / "package.json").read_text())
    packages = {**wanted.get("dependencies", {}), **wanted.get("devDependencies", {})}
    files = {name: folder / "node_modules" / name / "package.json" for name in packages}
    return all(
        file.exists() and json.loads(file.read_text())["version"] == packages[name]
        for name, file in files.items()
    )


def install() -> None:
    """Install the pinned peers, and the bundler, unless they are there."""
    environment = _environment()
    npm = shutil.which("npm", path=environment["PATH"])
    for folder in (HERE, WORKSPACE):
        if _installed(folder):
            continue
        if npm is None:
            raise SystemExit("npm is needed to install the recorders that are measured.")
        command = [npm, "ci", "--ignore-scripts", "--silent"]
        subprocess.run(command, cwd=folder, env=environment, check=True)


def _bundle(entry: Path, target: Path, options: tuple[str, ...]) -> None:
    esbuild = WORKSPACE / "node_modules/esbuild/bin/esbuild"
    arguments: list[str | Path] = [
        entry,
        "--bundle",
        f"--outfile={target}",
        "--log-level=warning",
        *options,
    ]
    subprocess.run([esbuild, *arguments], cwd=WORKSPACE, env=_environment(), check=True)


def _footfall(folder: Path, *, readable: bool) -> None:
    node = shutil.which("node", path=_environment()["PATH"])
    if node is None:
        raise SystemExit("node is needed to build the recorder that is measured.")
    command = [node, "build.mjs", "--out", str(folder), *(["--readable"] if readable else [])]
    subprocess.run(command, cwd=WORKSPACE, env=_environment(), check=True)


def build(folder: Path, *, readable: bool = False) -> None:
    """Write each contestant's scripts into a folder; `readable` keeps the names of functions, for a profile."""
    options = _READABLE if readable else _MINIFIED
    _footfall(folder, readable=readable)
    _bundle(HERE / "pages/rrweb.js", folder / "rrweb.js", options)
    variant = "clarity.js" if readable else "clarity.min.js"
    shutil.copy(HERE / "node_modules/clarity-js/build" / variant, folder / "clarity.js")
    shutil.copytree(HERE / _DATADOG, folder / "datadog", dirs_exist_ok=True)


def _size(name: str, files: list[Path], what: str) -> Size:
    contents = [file.read_bytes() for file in files]
    return Size(
        name, sum(map(len, contents)), sum(len(gzip.compress(c, 9)) for c in contents), what
    )


def sizes(folder: Path) -> list[Size]:
    """Return what a page that records has to load, by contestant."""
    datadog = folder / "datadog"
    own = [folder / "footfall.js", folder / "footfall-more.js"]
    recorder = sorted((datadog / "chunks").glob("datadogRecorder-*-datadog-rum.js"))
    return [
        _size(FOOTFALL, own, " + ".join(file.name for file in own)),
        *(_size("", [file], file.name) for file in own),
        _size(
            "rrweb", [folder / "rrweb.js"], "@rrweb/record with this benchmark's 20-line transport"
        ),
        _size("datadog", [datadog / "datadog-rum.js", *recorder], "RUM with its recorder chunk"),
        _size("clarity", [folder / "clarity.js"], "clarity.min.js, whole"),
    ]
