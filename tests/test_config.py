"""Settings and projects: what cannot work is refused with a sentence that helps."""

from pathlib import Path

import pytest

from footfall.config import Config, load
from footfall.errors import ConfigError
from footfall.projects import Projects


def test_without_anything_set_it_is_for_this_computer() -> None:
    assert load({}) == Config(Path("storage"), "127.0.0.1", 8000, None, None, False)


def test_the_environment_is_read_and_overridden() -> None:
    env = {
        "FOOTFALL_STORAGE": "data",
        "FOOTFALL_PORT": "9000",
        "FOOTFALL_HOST": "0.0.0.0",
        "FOOTFALL_PASSWORD": "a long password",
        "FOOTFALL_LOG_JSON": "yes",
        "FOOTFALL_PUBLIC_URL": "https://footfall.example",
        "UNRELATED": "x",
    }
    config = load(env, port=9001, password=None)
    assert config == Config(
        Path("data"), "0.0.0.0", 9001, "a long password", "https://footfall.example", True
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_computer_needs_no_password(host: str) -> None:
    assert load({}, host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "footfall.example", ""])
def test_other_addresses_need_a_password(host: str) -> None:
    with pytest.raises(ConfigError, match="FOOTFALL_PASSWORD"):
        load({}, host=host)
    assert load({}, host=host, password="long enough").host == host


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"FOOTFALL_PORT": "http"}, "FOOTFALL_PORT"),
        ({"FOOTFALL_PORT": "70000"}, "70000"),
        ({"FOOTFALL_PASSWORD": "short"}, "8 characters"),
        ({"FOOTFALL_PUBLIC_URL": "footfall.example"}, "https://"),
        ({"FOOTFALL_PUBLIC_URL": "https://x/path"}, "https://"),
        ({"FOOTFALL_PUBLIC_URL": "http://["}, "https://"),
    ],
)
def test_what_cannot_work_is_refused(env: dict[str, str], word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        load(env)


def test_projects_are_kept(tmp_path: Path) -> None:
    projects = Projects(tmp_path / "settings.db")
    shop = projects.create("My  Shop!", ["https://Shop.example:443/", "http://[::1]:8001"])
    again = projects.create("my shop", mask="strict")
    assert (shop.id, shop.name, again.id) == ("my-shop", "My Shop!", "my-shop-2")
    assert shop.origins == ("https://shop.example", "http://[::1]:8001")
    assert len(shop.key) >= 22
    assert shop.key != again.key
    secret = projects.secret()
    assert len(secret) == 32
    later = Projects(tmp_path / "settings.db")
    assert later.all() == [shop, again]
    assert (later.get("my-shop"), later.by_key(again.key)) == (shop, again)
    assert (later.get("x"), later.by_key("x")) == (None, None)
    assert later.secret() == secret
    assert (tmp_path / "settings.db").stat().st_mode & 0o077 == 0


def test_ensure_makes_a_project_once(tmp_path: Path) -> None:
    projects = Projects(tmp_path / "settings.db")
    first = projects.ensure(id="demo", name="Demo", key="demo-key-0123456789", origins=["*"])
    assert projects.ensure(id="demo", name="Other", key="other-key-0123456789") == first
    assert projects.all() == [first]


def test_origins_are_compared_exactly(tmp_path: Path) -> None:
    projects = Projects(tmp_path / "settings.db")
    one = projects.create("one", ["https://shop.example"])
    assert one.allows("https://shop.example")
    for other in (
        "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example",
        "https://a.shop.example", "null", "",
    ):  # fmt: skip
        assert not one.allows(other)
    assert projects.create("any").allows("https://anywhere.example")
    assert projects.create("star", ["*"]).allows("null")


@pytest.mark.parametrize(
    ("name", "origins", "mask", "key"),
    [
        ("", [], "balanced", ""),
        ("x" * 81, [], "balanced", ""),
        ("ok", ["shop.example"], "balanced", ""),
        ("ok", ["https://shop.example/path"], "balanced", ""),
        ("ok", ["https://u:p@shop.example"], "balanced", ""),
        ("ok", ["https://shop.example:x"], "balanced", ""),
        ("ok", ["file:///x"], "balanced", ""),
        ("ok", [], "none", ""),
        ("ok", [], "balanced", "short"),
    ],
)
def test_projects_that_cannot_be_are_refused(
    tmp_path: Path, name: str, origins: list[str], mask: str, key: str
) -> None:
    projects = Projects(tmp_path / "settings.db")
    with pytest.raises(ConfigError):
        projects.create(name, origins, mask, key=key)
    assert projects.all() == []


def test_two_projects_cannot_share_a_key(tmp_path: Path) -> None:
    projects = Projects(tmp_path / "settings.db")
    one = projects.create("one")
    with pytest.raises(ConfigError):
        projects.create("two", key=one.key)


@pytest.mark.parametrize("name", ["日本語", "---", "../../x", "x" * 80])
def test_any_name_gives_an_id_of_the_pattern(tmp_path: Path, name: str) -> None:
    project = Projects(tmp_path / "settings.db").create(name)
    assert project.id.replace("-", "").isalnum()
    assert project.id.isascii()
    assert len(project.id) <= 40
