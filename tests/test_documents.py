"""The documents say what the code does: every route, setting, command and attribute is in the README."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from footfall import cli
from footfall.config import Config
from footfall.web.app import create_app
from footfall.wire.schema import FACT_KINDS, FRAME_OPS, NODE_TYPES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_route_is_told(tmp_path: Path) -> None:
    app = create_app(Config(storage=tmp_path))
    paths = {route.resource.canonical for route in app.router.routes() if route.resource}
    assert len(paths) > 15
    assert [path for path in sorted(paths) if f"`{path}`" not in README] == []


def test_every_setting_is_told() -> None:
    names = [f"FOOTFALL_{field.name.upper()}" for field in fields(Config)]
    assert [name for name in names if f"`{name}`" not in README] == []


def test_every_command_and_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    commands = re.search(r"{([\w,]+)}", shown)
    assert commands is not None
    for command in commands.group(1).split(","):
        assert f"footfall {command} " in README
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
        options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
        assert [option for option in options if option not in README] == []


def test_every_attribute_of_the_script_tag_is_told() -> None:
    settings = (ROOT / "recorder-js/src/recorder/settings.ts").read_text("utf-8")
    names = re.findall(r"\bdata(?:set)?\.(\w+)", settings) + re.findall(r"options\.(\w+)", settings)
    attributes = {"data-" + re.sub("[A-Z]", lambda m: "-" + m[0].lower(), n) for n in names}
    assert len(attributes) >= 5
    assert [name for name in sorted(attributes) if f"`{name}`" not in README] == []


def test_every_attribute_of_elements_is_told() -> None:
    sources = (ROOT / "recorder-js/src/recorder").rglob("*.ts")
    names = {
        name
        for one in sources
        for name in re.findall(r'"(data-footfall[\w-]*)"', one.read_text("utf-8"))
    }
    assert names >= {"data-footfall", "data-footfall-zone"}
    assert [name for name in sorted(names) if f"`{name}=" not in README] == []


def test_the_wire_document_names_everything() -> None:
    document = (ROOT / "docs/wire-format.md").read_text("utf-8")
    names = [*FRAME_OPS, *(name for name in NODE_TYPES)]
    assert [name for name in names if not re.search(rf"\b{name}\b", document)] == []
    wire = ROOT / "src/footfall/wire"
    schema = "".join((wire / name).read_text("utf-8") for name in ("schema.py", "facts.py"))
    assert all(f"class {kind.__name__}(NamedTuple)" in schema for kind in FACT_KINDS.values())


def test_pictures_and_links_of_the_readme_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    local = [target for target in targets if not target.startswith("http")]
    assert [target for target in local if not (ROOT / target).exists()] == []
