"""The demo: what is shown once its visits are loaded is true from the first look on."""

from footfall.demo.run import ensure_project, load_recordings
from tests.web.conftest import Site


async def test_what_went_wrong_is_known_when_the_visits_are(site: Site) -> None:
    project = ensure_project(site.app, "http://127.0.0.1:8001")
    await load_recordings(site.app, project)
    page = await site.text(f"/p/{project.id}/overview?time=all")
    assert "Nothing went wrong" not in page
    assert "Rage click" in page
