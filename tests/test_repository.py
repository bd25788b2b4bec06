"""The repository keeps its own rules: sizes, sandbox, honesty of the documents."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = {".py", ".ts", ".css", ".html", ".mjs", ".js"}
MAX_LINES = 400


def tracked() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.fail("the repository tests need a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def code() -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix in CODE
        and "static/build" not in path.as_posix()
        and not path.name.endswith(".gen.ts")
    ]


def test_files_stay_short() -> None:
    long = {str(path): len(path.read_text("utf-8").splitlines()) for path in code()}
    assert {name: lines for name, lines in long.items() if lines > MAX_LINES} == {}


def test_nothing_is_left_to_do_or_tied_to_one_machine() -> None:
    word = re.compile(r"\b(TODO|FIXME|XXX)\b|" + "/" + r"(work|root)/main|bash" + "_jobs")
    own = Path(__file__).resolve()
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in code()
        if path != own
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if word.search(line)
    ]
    assert found == []


def test_the_sandbox_never_allows_scripts() -> None:
    """TRUST 16: the token appears in no shipped code."""
    shipped = [path for path in tracked() if path.parts[len(ROOT.parts)] in {"src", "templates"}]
    shipped += [
        path for path in code() if "recorder-js" in path.parts and ".test." not in path.name
    ]
    token = "allow-" + "scripts"
    assert [str(path) for path in shipped if token.encode() in path.read_bytes()] == []


def test_nothing_recorded_is_in_the_repository() -> None:
    stored = [path.name for path in tracked() if path.parent == ROOT / "storage"]
    assert stored == ["README.md"]


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f'__version__ = "{project}"' in (ROOT / "src/footfall/__init__.py").read_text("utf-8")
    assert f"## {project}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
