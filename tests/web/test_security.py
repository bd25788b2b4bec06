"""Hosts, writes, the frame's policy, errors, and the login."""

import pytest
from aiohttp import FormData
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import ConfigError
from footfall.projects import normal_origin
from footfall.web.app import INDEX, PROJECTS
from footfall.web.login import COOKIE, Failures, Login
from footfall.web.login_pages import local_path
from tests.web.conftest import SAME_ORIGIN, Open, Site
from tests.wire.chunks import chunk, page_view

PASSWORD = "correct horse battery"


def form(**values: str) -> FormData:
    return FormData(values)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:8000", "["])
async def test_without_a_password_only_local_names_are_answered(site: Site, host: str) -> None:
    site.project("Secret")
    for path in ("/projects", "/api/p/secret/status", "/healthz", "/static/footfall.css", "/frame"):
        assert "Secret" not in await site.text(path, 403, headers={"Host": host})


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
async def test_local_names_are_answered(site: Site, host: str) -> None:
    await site.text("/projects", headers={"Host": host})


async def test_recordings_are_taken_under_any_name(site: Site) -> None:
    project = site.project()
    body = chunk([page_view()], project=project.key)
    headers = {"Host": "stats.example", "Origin": "https://shop.example"}
    async with site.client.post("/ingest/v1/chunk", data=body, headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "own"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "own"}, 303),
    ],
)
async def test_writes_need_a_proof_of_origin(
    site: Site, headers: dict[str, str], status: int
) -> None:
    own = f"http://127.0.0.1:{site.client.port}"
    sent = {name: own if value == "own" else value for name, value in headers.items()}
    async with site.client.post(
        "/projects", data=form(name="New", mask="balanced"), headers=sent, allow_redirects=False
    ) as answer:
        assert answer.status == status
    assert len(site.app[PROJECTS].all()) == (status == 303)


async def test_a_project_is_made(site: Site) -> None:
    data = form(
        name=" My  shop ", origins="https://a.example\nhttps://b.example:8443", mask="strict"
    )
    async with site.client.post(
        "/projects", data=data, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        assert answer.headers["Location"] == "/p/my-shop"
    (project,) = site.app[PROJECTS].all()
    assert (project.name, project.mask) == ("My shop", "strict")
    assert project.origins == ("https://a.example", "https://b.example:8443")


@pytest.mark.parametrize(
    "data",
    [
        {"name": " ", "mask": "open"},
        {"name": "x" * 81, "mask": "open"},
        {"name": "Shop", "mask": "none"},
        {"name": "Shop", "mask": "open", "origins": "shop.example/path"},
        {
            "name": "Shop",
            "mask": "open",
            "origins": " ".join(f"https://{n}.example" for n in range(99)),
        },
    ],
)
async def test_a_wrong_form_comes_back_with_a_reason(site: Site, data: dict[str, str]) -> None:
    async with site.client.post("/projects", data=form(**data), headers=SAME_ORIGIN) as answer:
        assert answer.status == 400
        assert 'role="alert"' in await answer.text()
    assert site.app[PROJECTS].all() == []


async def test_the_frame_has_a_policy_of_its_own(site: Site) -> None:
    async with site.client.get("/frame", headers={"Host": "localhost:8000"}) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert (await answer.text()).startswith("<!doctype html>")
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src localhost:8000/api/p/ data: blob:;"
        " font-src localhost:8000/api/p/ data:; media-src localhost:8000/api/p/ data: blob:;"
        " form-action 'none'; base-uri 'none'; frame-src 'none'; frame-ancestors 'self';"
        " sandbox allow-same-origin"
    )
    async with site.client.get("/frame", headers={"Host": "[::1]:8000"}) as answer:
        assert "img-src 'self' data: blob:;" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nowhere", "/p/Upper/sessions", "/static/../app.py"])
async def test_what_is_not_there_is_a_page(site: Site, path: str) -> None:
    text = await site.text(path, 404)
    assert "Not found" in text


async def test_errors_of_the_api_are_json(site: Site) -> None:
    assert (await site.json("/api/nowhere", 404))["error"] == "not_found"
    async with site.client.delete("/projects", headers=SAME_ORIGIN) as answer:
        assert answer.status == 405
        assert "GET" in answer.headers["Allow"]


async def test_a_fault_of_ours_shows_a_number_and_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    project = site.project()

    def fail(*_: object) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr(site.app[INDEX], "summary", fail)
    text = await site.text(f"/p/{project.id}", 500)
    assert "Something went wrong" in text
    assert "inner secret" not in text
    told = await site.json(f"/api/p/{project.id}/status", 500)
    assert set(told) == {"error", "message", "reference"}
    assert told["reference"] in caplog.text
    assert "inner secret" in caplog.text


async def log_in(site: Site, password: str, target: str = "") -> tuple[int, str]:
    async with site.client.post(
        "/login",
        data=form(password=password, next=target),
        headers=SAME_ORIGIN,
        allow_redirects=False,
    ) as answer:
        return answer.status, answer.headers.get("Location", "")


async def test_with_a_password_all_but_the_public_needs_the_cookie(open_site: Open) -> None:
    site = await open_site(password=PASSWORD)
    project = site.project()
    await site.record(project, "a", [page_view()])
    for path in ("/login", "/healthz", "/footfall.js", "/static/footfall.css"):
        await site.text(path)
    page = f"/p/{project.id}/sessions"
    async with site.client.get(f"{page}?device=mobile", allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == f"/login?next={page}?device%3Dmobile"
    for path in (f"/api/p/{project.id}/status", "/api/nowhere"):
        await site.text(path, 401)
    await site.text("/frame", 303)
    async with site.client.post("/projects", headers=SAME_ORIGIN) as answer:
        assert answer.status == 401

    assert await log_in(site, "wrong") == (401, "")
    await site.text(f"/api/p/{project.id}/status", 401)
    assert await log_in(site, PASSWORD, page) == (303, page)
    (cookie,) = [one for one in site.client.session.cookie_jar if one.key == COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 7 * 24 * 3600
    assert "Log out" in await site.text(page)
    async with site.client.post("/logout", headers=SAME_ORIGIN, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/login"
    await site.text(page, 303)


async def test_a_password_lets_the_pages_have_any_host_name(open_site: Open) -> None:
    site = await open_site(password=PASSWORD)
    await site.text("/login", headers={"Host": "stats.example"})


async def test_guessing_is_slowed_down(open_site: Open) -> None:
    site = await open_site(password=PASSWORD)
    assert [(await log_in(site, "guess"))[0] for _ in range(5)] == [401] * 5
    assert (await log_in(site, PASSWORD))[0] == 429


def test_waiting_doubles_and_is_forgotten() -> None:
    now = 0.0
    failures = Failures(now=lambda: now)
    waits = []
    for _ in range(12):
        failures.add("a")
        waits.append(failures.wait("a"))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert failures.wait("b") == 0
    now = 59
    assert failures.wait("a") == 1
    now = 4000
    assert failures.wait("a") == 0


def test_cookies_are_good_for_their_time_password_and_secret() -> None:
    login = Login(PASSWORD, b"s" * 32)
    cookie = login.cookie(1000.5)
    week = 7 * 24 * 3600
    assert login.accepts(cookie, 1000 + week - 1)
    assert not login.accepts(cookie, 1000 + week)
    assert not Login("another one", b"s" * 32).accepts(cookie, 1001)
    assert not Login(PASSWORD, b"t" * 32).accepts(cookie, 1001)
    until, _, signature = cookie.partition(".")
    for forged in ("", ".", f"{int(until) + 1}.{signature}", f"{until}.", until, "\udcff.\udcff"):
        assert not login.accepts(forged, 1001)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/p/shop/pages?device=mobile", "/p/shop/pages?device=mobile"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("/" + "a" * 5000, "/"),
    ],
)
def test_login_leads_only_into_this_server(target: str, expected: str) -> None:
    assert local_path(target) == expected


@given(st.text(max_size=200), st.floats(allow_nan=False, allow_infinity=False))
def test_no_cookie_is_accepted_but_ours(cookie: str, now: float) -> None:
    login = Login(PASSWORD, b"secret")
    assert not login.accepts(cookie, now)


@given(st.data())
def test_a_cookie_with_a_changed_character_is_refused(data: st.DataObject) -> None:
    login = Login(PASSWORD, b"secret")
    good = login.cookie(1_000.0)
    at = data.draw(st.integers(0, len(good) - 1))
    changed = good[:at] + data.draw(st.characters()) + good[at + 1 :]
    assert login.accepts(good, 1_000.0)
    assert changed == good or not login.accepts(changed, 1_000.0)


@given(st.text(max_size=100))
def test_any_text_is_an_origin_or_a_clear_error(text: str) -> None:
    try:
        origin = normal_origin(text)
    except ConfigError:
        return
    assert normal_origin(origin) == origin
