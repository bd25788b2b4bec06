"""The demo: what is shown once its visits are loaded is true from the first look on."""

from footfall.demo.run import GOALS_KEPT, SEGMENTS_KEPT, ensure_project, load_recordings
from footfall.web.keys import GOALS
from tests.web.conftest import Site


async def test_what_went_wrong_is_known_when_the_visits_are(site: Site) -> None:
    project = ensure_project(site.app, "http://127.0.0.1:8001")
    await load_recordings(site.app, project)
    page = await site.text(f"/p/{project.id}/overview?time=all")
    assert "Nothing went wrong" not in page
    assert "Rage click" in page


async def test_what_its_team_counts_is_kept_until_it_is_removed(site: Site) -> None:
    project = ensure_project(site.app, "http://127.0.0.1:8001")
    await load_recordings(site.app, project)
    told = await site.json(f"/api/p/{project.id}/overview?time=all")
    assert {one["name"] for one in told["goals"]} == set(GOALS_KEPT)
    assert all(0 < one["sessions"] < told["now"]["sessions"] for one in told["goals"])
    segments = (await site.json(f"/api/p/{project.id}/segments?time=all"))["segments"]
    assert {one["name"] for one in segments} == set(SEGMENTS_KEPT)
    assert all(0 < one["sessions"] < told["now"]["sessions"] for one in segments)
    for goal in site.app[GOALS].all(project.id):
        site.app[GOALS].remove(project.id, goal.id)
    await load_recordings(site.app, project)
    assert site.app[GOALS].all(project.id) == []
