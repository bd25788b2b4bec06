"""API tokens: shown once, kept hashed, revoked at once."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from footfall.errors import ConfigError, NotFoundError
from footfall.projects import Projects
from footfall.web.keys import TOKENS
from footfall.web.tokens import MAX_LIVE, ApiTokens, bearer
from tests.web.conftest import SAME_ORIGIN, Open, Site
from tests.web.test_accessibility import PASSWORD, judged


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


async def test_a_token_reads_its_project_and_changes_nothing(open_site: Open) -> None:
    site = await open_site(password=PASSWORD)
    project, other = site.project(), site.project("Other")
    _, secret = site.app[TOKENS].create(project.id, "read", "Reports")
    told = {"Authorization": f"Bearer {secret}"}

    async def status(path: str, method: str = "GET", **headers: str) -> int:
        async with site.client.request(method, path, headers=headers, allow_redirects=False) as one:
            return one.status

    api = f"/api/p/{project.id}"
    assert await status(f"{api}/overview") == 401
    assert await status(f"{api}/overview", **told) == 200
    assert await status("/api/openapi.json", **told) == 200
    assert await status(f"/api/p/{other.id}/overview", **told) == 401
    assert await status(f"{api}/sessions/x", "DELETE", **told) in (401, 403)
    assert await status(f"{api}/verdicts", "PUT", **told, **SAME_ORIGIN) == 401
    assert await status(f"/p/{project.id}/sessions", **told) == 303, "pages ask for the password"
    assert await status(f"{api}/overview", Authorization="Bearer ff_nothing") == 401
    _, writes = site.app[TOKENS].create(project.id, "events", "Till")
    assert await status(f"{api}/overview", Authorization=f"Bearer {writes}") == 401
    [token] = site.app[TOKENS].live(project.id, "read")
    site.app[TOKENS].revoke(project.id, token.id)
    assert await status(f"{api}/overview", **told) == 401


async def test_making_and_revoking_on_the_setup_page(page: Page, site: Site) -> None:
    project = site.project()
    await page.goto(str(site.client.make_url(f"/p/{project.id}")))
    await page.get_by_label("What it is for").fill("Weekly report")
    await page.get_by_role("button", name="Make a token").click()
    secret = await page.locator("#secret").text_content()
    assert secret is not None
    assert site.app[TOKENS].find(secret, "read") is not None
    assert await judged(page) == []
    await page.goto(str(site.client.make_url(f"/p/{project.id}")))
    await expect(page.locator("#secret")).to_have_count(0)
    await page.get_by_role("button", name="Revoke the token Weekly report").click()
    await expect(page.get_by_role("button", name="Revoke the token")).to_have_count(0)
    assert site.app[TOKENS].find(secret, "read") is None
