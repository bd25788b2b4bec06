"""API tokens: shown once, kept hashed, revoked at once."""

from pathlib import Path

import pytest

from footfall.errors import ConfigError, NotFoundError
from footfall.projects import Projects
from footfall.web.tokens import MAX_LIVE, ApiTokens, bearer


@pytest.fixture
def tokens(tmp_path: Path) -> ApiTokens:
    Projects(tmp_path / "settings.db")
    return ApiTokens(tmp_path / "settings.db")


def test_a_token_is_found_by_its_secret_and_scope(tokens: ApiTokens) -> None:
    made, secret = tokens.create("shop", "events", "  The   till ")
    assert (made.name, made.last_used) == ("The till", None)
    found = tokens.find(secret, "events")
    assert found is not None
    assert (found.id, found.project) == (made.id, "shop")
    assert tokens.live("shop", "events") == [found]
    assert tokens.find(secret, "read") is None
    assert tokens.find(secret[:-1], "events") is None
    assert tokens.live("shop", "read") == tokens.live("other") == []


def test_the_secret_is_in_no_file(tokens: ApiTokens, tmp_path: Path) -> None:
    secret = tokens.create("shop", "read", "Reports")[1]
    tokens.find(secret, "read")
    assert not any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())


def test_a_revoked_token_is_not_found(tokens: ApiTokens) -> None:
    made, secret = tokens.create("shop", "read", "Reports")
    with pytest.raises(NotFoundError):
        tokens.revoke("other", made.id)
    tokens.revoke("shop", made.id)
    assert tokens.find(secret, "read") is None
    assert tokens.live("shop") == []
    with pytest.raises(NotFoundError):
        tokens.revoke("shop", made.id)


@pytest.mark.parametrize(("scope", "name"), [("write", "x"), ("read", " "), ("read", "x" * 81)])
def test_what_is_no_token_is_refused(tokens: ApiTokens, scope: str, name: str) -> None:
    with pytest.raises(ConfigError):
        tokens.create("shop", scope, name)


def test_a_project_has_so_many_tokens(tokens: ApiTokens) -> None:
    for number in range(MAX_LIVE):
        tokens.create("shop", "read", str(number))
    with pytest.raises(ConfigError, match="Revoke one first"):
        tokens.create("shop", "read", "one more")
    assert tokens.create("other", "read", "first")


def test_an_authorization_header_is_read() -> None:
    assert bearer("bearer ff_abc") == "ff_abc"
    assert bearer("Basic ff_abc") == bearer("") == bearer("Bearer") == ""
