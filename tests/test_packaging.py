"""The wheel works where there is no Node and no checkout, and no archive holds recorded data."""

import json
import os
import subprocess
import sys
import tarfile
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "-w",
        str(target),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    return next(target.glob("footfall-*.whl"))


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"footfall/static/build/footfall.js", "footfall/py.typed"} <= names
    assert any(name.startswith("footfall/templates/") for name in names)
    assert any(name.startswith("footfall/demo_site/shop/") for name in names)
    assert not [name for name in names if name.endswith((".seg", ".db", ".ts"))]


def test_the_sdist_holds_no_recorded_data(tmp_path: Path) -> None:
    script = "import sys; from hatchling.build import build_sdist; print(build_sdist(sys.argv[1]))"
    command = [sys.executable, "-c", script, str(tmp_path)]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    with tarfile.open(tmp_path / made.stdout.strip().splitlines()[-1]) as archive:
        names = [name.split("/", 1)[-1] for name in archive.getnames()]
    assert "src/footfall/cli.py" in names
    assert [name for name in names if name.startswith("storage/")] == ["storage/README.md"]
    assert not [name for name in names if "node_modules" in name]


@contextmanager
def serving(footfall: Path, folder: Path) -> Iterator[str]:
    environment = {"PATH": os.defpath, "HOME": str(folder)}
    process = subprocess.Popen(
        [footfall, "serve", "--port", "0", "--storage", folder / "storage"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.split(" at ")[1].split()[0]
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.communicate()


def test_the_wheel_serves_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    pip = [
        str(home / "bin/python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*pip, "-r", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    with serving(home / "bin/footfall", tmp_path) as origin:
        with urllib.request.urlopen(f"{origin}/footfall.js") as answer:
            assert answer.headers["Content-Type"].startswith("text/javascript")
            assert answer.read() == (ROOT / "src/footfall/static/build/footfall.js").read_bytes()
        with urllib.request.urlopen(f"{origin}/healthz") as answer:
            assert json.load(answer)["ok"] is True
        with urllib.request.urlopen(f"{origin}/") as answer:
            assert b"Footfall" in answer.read()
