"""`footfall heatmap`: the same as the API, into a file, beside a running server or without one."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from PIL import Image

from footfall.config import Config
from footfall.errors import ConfigError, FootfallError
from footfall.export.command import find_recording
from footfall.export.still import Place, still, why_not
from footfall.index import Index, page_of
from footfall.index.views import views_of
from footfall.projects import Project, Projects
from footfall.web.books import books_in
from footfall.web.heat import read_canvas
from footfall.web.heat_api import FILES, Question, facts_of, over_page, over_wireframe, question_of
from footfall.web.heat_query import read_heat_query


def write_heatmap(config: Config, page: str, out: Path, asked: Mapping[str, str]) -> str:
    """Write a page's heatmap as the file's ending says; return a sentence on it.

    asked: `where`, a query string as the API has it, "kind=move&device=mobile"; `project`, its id, "" for the only
    one; `over`, of PNG: "page" (a picture of the recorded page), "wireframe", or "" for the first that can be made.
    Raises ConfigError for what cannot be done.
    """
    ending = out.suffix.removeprefix(".")
    if ending not in FILES:
        raise ConfigError(f"The file must end in one of: {', '.join(f'.{one}' for one in FILES)}.")
    database = config.storage / "index.db"
    if not database.exists():
        raise ConfigError(f"{config.storage} holds no recordings: is it the right --storage?")
    params = {**dict(parse_qsl(asked["where"])), "page": page_of(page)}
    query = read_heat_query(params)
    settings = config.storage / "settings.db"
    chosen = project_named(Projects(settings), asked["project"])
    index, over = Index(database), ""
    try:
        question = question_of(chosen.id, params, query, None, books_in(settings, index))
        with index.facts(chosen.id) as shot:
            views = len(views_of(shot, question.segment))
        if ending == "png":
            body, question, over = _picture(config, question, asked["over"])
        else:
            body = FILES[ending](question)[0]
    finally:
        index.close()
    try:
        out.write_bytes(body)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}.") from error
    if not views:
        return f"{out}: nobody saw {question.segment.page} then, so it is empty."
    size = f"{question.canvas.width} × {question.canvas.height} px"
    return f"{out}: {query.kind} of {question.segment.page}, {views} page views, {size}{over}."


def _picture(config: Config, asked: Question, over: str) -> tuple[bytes, Question, str]:
    """Return the picture, what was asked for it, and what it lies over, in words. Raises ConfigError."""
    if over == "wireframe":
        return over_wireframe(asked), asked, ", over a wireframe"
    lacking = why_not()
    if not lacking:
        try:
            page, told = asyncio.run(_recorded(config, asked))
        except FootfallError as error:
            lacking = str(error).removesuffix(".")
        else:
            placed = replace(asked, canvas=read_canvas(told))
            return over_page(placed, page), placed, ", over the recorded page"
    if over == "page":
        raise ConfigError(f"There is no picture of the page to draw upon: {lacking}.")
    return over_wireframe(asked), asked, f", over a wireframe ({lacking})"


async def _recorded(config: Config, asked: Question) -> tuple[Image.Image, dict[str, Any]]:
    """Return a picture of the recorded page that the viewer would take, and where its elements are."""
    facts = facts_of(asked.index, asked.project, asked.segment, asked.query)
    if not facts["backdrops"]:
        raise ConfigError("no recorded page")
    told = facts["backdrops"][0]
    recording = find_recording(config, told["session"])
    names = ("tab", "document", "sequence", "width", "time")
    place = Place(**{name: told[name] for name in names})
    page, canvas = await still(recording, place, facts["keys"], facts["renamed"])
    return page, canvas | {"drifting": facts["drifting"]}


def project_named(projects: Projects, wanted: str) -> Project:
    """Return the project with this id, or the only one for "". Raises ConfigError."""
    known = projects.all()
    found = [one for one in known if wanted in ("", one.id)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(one.id for one in known) or "none yet"
    raise ConfigError(f"Say which project: --project ID, one of: {ids}.")
