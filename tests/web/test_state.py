"""What machines ask: health, readiness, figures; and how a project's key is replaced."""

import json
import re
import time
from hashlib import sha256

import pytest
from prometheus_client.parser import text_string_to_metric_families

from footfall.errors import ConfigError
from footfall.policy import Policy
from footfall.projects import Projects
from footfall.web.keys import INGEST, PHASE, PROJECTS, QUOTAS
from footfall.wire.schema import Asset, State
from tests.web.conftest import SAME_ORIGIN, Open, Site
from tests.wire import chunks
from tests.wire.chunks import chunk, page_view

PASSWORD = "correct horse battery"
TOKEN = "a-token-for-machines"


async def test_it_is_ready_until_it_drains(site: Site) -> None:
    assert await site.json("/readyz") == {"ready": True}
    site.app[PHASE].draining = True
    assert "stopping" in (await site.json("/readyz", 503))["reason"]
    await site.json("/healthz")  # it lives nevertheless
    site.app[PHASE].draining = False
    site.app[PHASE].caught_up = False
    assert "catching up" in (await site.json("/readyz", 503))["reason"]


def _figures(text: str) -> dict[str, float]:
    return {
        sample.name + "".join(sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_metrics_tell_what_came(site: Site) -> None:
    project = site.project()
    body = await site.record(project, "a", [page_view()])
    for data, headers in ((b"junk", {}), (body, {"Sec-GPC": "1"}), (body, {"DNT": "1"})):
        async with site.client.post("/ingest/v1/chunk", data=data, headers=headers):
            pass
    figures = _figures(await site.text("/metrics"))
    assert figures["footfall_chunks_total"] == 1
    assert figures["footfall_chunk_bytes_total"] == len(body)
    assert figures["footfall_opted_out_total"] == 2
    assert figures["footfall_refused_totalnot_a_chunk"] == 1
    assert figures["footfall_in_flight_byteschunk"] == 0
    assert figures["footfall_log_commits_total"] >= 1
    assert figures["footfall_index_behind_bytes"] == 0
    assert figures["footfall_ready"] == 1
    assert figures["process_resident_memory_bytes"] > 1_000_000


async def test_metrics_are_for_who_may_see_the_pages_or_has_the_token(open_site: Open) -> None:
    site = await open_site(password=PASSWORD, metrics_token=TOKEN)
    await site.text("/metrics", 401)
    for wrong in ("", TOKEN, f"Bearer {TOKEN}x", "Bearer é", "Basic x"):
        await site.text("/metrics", 401, headers={"Authorization": wrong})
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert "footfall_chunks_total" in await site.text("/metrics", headers=right)
    await site.text("/api/p/x/status", 401, headers=right)  # it opens nothing else
    assert set(await site.json("/healthz")) == {"ok", "version"}  # to strangers no figures
    assert await site.json("/readyz") == {"ready": True}


async def _post(site: Site, path: str, **form: str) -> int:
    async with site.client.post(
        path, data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        return answer.status


async def _send(site: Site, key: str, session: str, **headers: str) -> tuple[int, str]:
    body = chunk([page_view()], project=key, session=chunks.ident(session))
    async with site.client.post("/ingest/v1/chunk", data=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_key_is_replaced_with_an_overlap(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = site.project()
    assert await _post(site, f"/p/{project.id}/key", days="7") == 303
    new = site.app[PROJECTS].all()[0].key
    assert new != project.key
    page = await site.text(f"/p/{project.id}")
    assert new in page
    assert f"<code>{project.key}</code> is taken until" in page
    assert (await _send(site, project.key, "old"))[0] == 200
    assert (await _send(site, new, "new"))[0] == 200
    now = time.time_ns()
    monkeypatch.setattr("footfall.settings.time.time_ns", lambda: now + 8 * 86_400 * 10**9)
    status, text = await _send(site, project.key, "late")
    assert status == 403
    assert "This key was replaced." in text
    assert (await _send(site, new, "later"))[0] == 200
    assert project.key not in await site.text(f"/p/{project.id}")


async def test_a_stolen_key_is_refused_at_once(site: Site) -> None:
    project = site.project()
    await _post(site, f"/p/{project.id}/key", days="30")
    second = site.app[PROJECTS].all()[0].key
    await _post(site, f"/p/{project.id}/key", days="0")
    for key in (project.key, second):
        assert (await _send(site, key, "a"))[0] == 403
    assert await _post(site, f"/p/{project.id}/key", days="-1") == 400
    assert await _post(site, f"/p/{project.id}/key", days="400") == 400
    assert await _post(site, f"/p/{project.id}/key") == 400


async def test_a_key_replaced_by_a_command_is_known_soon(site: Site) -> None:
    project = site.project()
    path = site.app[PROJECTS]._path
    Projects(path).rotate(project.id, 0)
    site.app[PROJECTS].refresh()
    assert (await _send(site, project.key, "a"))[0] == 403
    with pytest.raises(ConfigError, match="nothing-here"):
        Projects(path).rotate("nothing-here", 1)


async def test_do_not_track_is_honoured_unless_the_project_says_otherwise(site: Site) -> None:
    project = site.project()
    assert await _send(site, project.key, "a", DNT="1") == (204, "")
    assert await _send(site, project.key, "a", DNT="0") != (204, "")
    page = await site.text(f"/p/{project.id}")
    assert not re.search(r"data-do-not-track=", page)
    assert await _post(site, f"/p/{project.id}/privacy") == 303
    assert (await _send(site, project.key, "b", DNT="1"))[0] == 200
    async with site.client.post("/ingest/v1/chunk", data=b"x", headers={"Sec-GPC": "1"}) as answer:
        assert answer.status == 204
    assert "data-do-not-track=" in await site.text(f"/p/{project.id}")
    assert await _post(site, f"/p/{project.id}/privacy", honour_dnt="on") == 303
    assert await _send(site, project.key, "d", DNT="1") == (204, "")


async def test_a_full_project_is_not_asked_for_assets(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = site.project()
    monkeypatch.setattr(site.app[QUOTAS], "_limit", 10)
    data = b"\x89PNG\r\n\x1a\n" + bytes(50)
    sha = sha256(data).hexdigest()
    path = f"/ingest/v1/asset?project={project.key}&sha256={sha}"
    async with site.client.post(path, data=data) as answer:
        assert (answer.status, (await answer.json())["error"]) == (403, "quota")
    asset = Asset(0, "r", bytes.fromhex(sha), "image/png", len(data))
    body = chunk([page_view(), asset], project=project.key)
    async with site.client.post("/ingest/v1/chunk", data=body) as answer:
        assert (await answer.json())["need"] == []


async def test_without_consent_nothing_is_stored_where_it_is_needed(site: Site) -> None:
    project = site.project()
    assert "data-consent" not in await site.text(f"/p/{project.id}")
    await site.record(project, "before", [page_view()])
    assert await _post(site, f"/p/{project.id}/privacy", need_consent="on") == 303
    assert "data-consent=&#34;required&#34;" in await site.text(f"/p/{project.id}")
    status, text = await _send(site, project.key, "a")
    assert (status, json.loads(text)["error"]) == (425, "consent")  # sent again, later
    for wrong in (State(0, "consent", "denied", 1), State(0, "started", "granted", 1)):
        body = chunk([page_view(), wrong], project=project.key)
        async with site.client.post("/ingest/v1/chunk", data=body) as answer:
            assert answer.status == 425
    consent = State(0, "consent", "granted", 1)
    await site.record(project, "a", [page_view(), consent])
    await site.record(project, "a", [page_view()], sequence=1)
    await site.record(project, "before", [page_view()], sequence=1)  # its own time was another
    assert site.app[INGEST].counters.chunks == 4


async def test_what_holds_on_every_page_is_set_on_the_set_up_page(site: Site) -> None:
    project = site.project()
    path = f"/p/{project.id}/policy"
    selectors = ".total\r\n\r\n#card > b\r\n"
    assert await _post(site, path, sample="25", mask="strict", mask_selectors=selectors) == 303
    policy = site.app[PROJECTS].all()[0].policy
    assert policy == Policy(sample=25, mask="strict", mask_selectors=(".total", "#card > b"))
    page = await site.text(f"/p/{project.id}")
    assert ".total\n#card &gt; b</textarea>" in page
    assert '<option value="25" selected>25 % of them</option>' in page
    for wrong in ({"sample": "0"}, {"sample": "x"}, {"mask": "open"}, {"exclude": "/a b"}):
        form = {"mask_selectors": ".kept", **wrong}
        async with site.client.post(path, data=form, headers=SAME_ORIGIN) as answer:
            text = await answer.text()
            assert (answer.status, ".kept</textarea>" in text) == (400, True), wrong
            assert 'role="alert"' in text
    assert site.app[PROJECTS].all()[0].policy == policy
    assert await _post(site, path, paused="on") == 303
    assert site.app[PROJECTS].all()[0].policy == Policy(paused=True)
    for page in (f"/p/{project.id}", f"/p/{project.id}/sessions"):
        assert "Paused: nobody is recorded" in await site.text(page)
    assert (await _send(site, project.key, "a"))[0] == 200
    assert site.app[INGEST].counters.chunks == 0
    assert "footfall_paused_total 1.0" in await site.text("/metrics")
