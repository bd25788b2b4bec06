"""`footfall heatmap`: the same as the API, into a file, beside a running server or without one."""

from pathlib import Path
from urllib.parse import parse_qsl

from footfall.annotations import PageRules
from footfall.config import Config
from footfall.errors import ConfigError
from footfall.index import Index, page_of
from footfall.index.views import views_of
from footfall.projects import Project, Projects
from footfall.web.heat_api import FILES, over_wireframe, question_of
from footfall.web.heat_query import read_heat_query


def write_heatmap(config: Config, page: str, out: Path, where: str, project: str) -> str:
    """Write a page's heatmap as the file's ending says; return a sentence on it.

    where: a query string as the API has it, "kind=move&device=mobile". Raises ConfigError for what cannot be done.
    """
    ending = out.suffix.removeprefix(".")
    if ending not in FILES:
        raise ConfigError(f"The file must end in one of: {', '.join(f'.{one}' for one in FILES)}.")
    database = config.storage / "index.db"
    if not database.exists():
        raise ConfigError(f"{config.storage} holds no recordings: is it the right --storage?")
    params = {**dict(parse_qsl(where)), "page": page_of(page)}
    query = read_heat_query(params)
    settings = config.storage / "settings.db"
    chosen = _project(Projects(settings), project)
    templates = PageRules(settings).templates(chosen.id)
    index = Index(database)
    try:
        asked = question_of(index, chosen.id, params, query, None, templates)
        with index.facts(chosen.id) as shot:
            views = len(views_of(shot, asked.segment))
        body = over_wireframe(asked) if ending == "png" else FILES[ending](asked)[0]
    finally:
        index.close()
    try:
        out.write_bytes(body)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}.") from error
    if not views:
        return f"{out}: nobody saw {asked.segment.page} then, so it is empty."
    size = f"{asked.canvas.width} × {asked.canvas.height} px"
    return f"{out}: {query.kind} of {asked.segment.page}, {views} page views, {size}."


def _project(projects: Projects, wanted: str) -> Project:
    known = projects.all()
    found = [one for one in known if wanted in ("", one.id)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(one.id for one in known) or "none yet"
    raise ConfigError(f"Say which project: --project ID, one of: {ids}.")
