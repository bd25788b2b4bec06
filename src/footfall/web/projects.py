"""Projects: the list, the form that makes one, its setup page, and whether its first chunk has come."""

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web

from footfall.errors import ConfigError
from footfall.index import Summary
from footfall.projects import OldKey, Project
from footfall.web.answers import json_answer
from footfall.web.common import PROJECT_COOKIE, page_answer, project_of, sent_form, shell
from footfall.web.errors import RequestError
from footfall.web.keys import CONFIG, DETECTOR, INDEX, PROJECTS, TOKENS
from footfall.web.policy_form import PolicyForm, form_of, keep_policy, read_form
from footfall.web.render import Shell
from footfall.web.tokens import ApiToken

_MAX_NAME: Final = 80
_MAX_ORIGINS: Final = 50
_RETENTION_DAYS: Final = (7, 14, 30, 60, 90, 180, 365)


@dataclass(frozen=True)
class Mask:
    """A masking mode, as a project's founder must see it."""

    name: str  # "balanced", "strict" or "open"
    title: str  # in a word
    shows: str  # what recordings show and hide in it


MASKS: Final = (
    Mask(
        "balanced",
        "Balanced",
        "Shows the page's text and pictures. Hides everything typed into fields, e-mail addresses and"
        " long numbers.",
    ),
    Mask(
        "strict",
        "Strict",
        "Hides all text, fields and media; shows only layout and what you allow element by element.",
    ),
    Mask(
        "open",
        "Open",
        "Shows the page's text as it is, e-mail addresses and numbers too. Fields stay hidden unless you"
        " name them.",
    ),
)


@dataclass(frozen=True)
class ProjectLine:
    """A project in the list."""

    project: Project
    summary: Summary  # what it holds


@dataclass(frozen=True)
class ProjectsPage:
    """The context of projects.html."""

    shell: Shell
    lines: tuple[ProjectLine, ...]
    masks: tuple[Mask, ...]
    error: str  # why the form was not taken; "" at first
    name: str  # what was typed, when the form comes back
    origins: str  # likewise
    mask: str  # the mode that is chosen


@dataclass(frozen=True)
class SetupPage:
    """The context of setup.html."""

    shell: Shell
    project: Project
    snippet: str  # the line to paste into the site
    mask: Mask
    any_origin: bool  # every website may send to this project
    old_keys: tuple[OldKey, ...]  # replaced keys that are still taken
    retention: str  # days that recordings are kept, as the form's field says it
    retention_choices: tuple[tuple[str, str], ...]  # what may be chosen: days and words
    summary: Summary  # of what has arrived
    tokens: tuple[ApiToken, ...]  # that programs read, or send events, with
    secret: str  # of the token that was just made, shown this once; "" else
    token_error: str  # why none was made
    policy: PolicyForm


async def home(request: web.Request) -> web.StreamResponse:
    """Go to the overview of the project that was looked at last, or to the projects."""
    projects = await asyncio.to_thread(request.app[PROJECTS].all)
    last = request.cookies.get(PROJECT_COOKIE)
    if not projects:
        raise web.HTTPSeeOther("/projects")
    project = min(projects, key=lambda one: (one.id != last, -one.created))
    raise web.HTTPSeeOther(f"/p/{project.id}/overview")


async def projects_page(request: web.Request) -> web.StreamResponse:
    """GET /projects."""
    return await _projects_answer(request, {}, "")


async def create_project(request: web.Request) -> web.StreamResponse:
    """POST /projects: make one and show how to set it up, or say what is wrong with the form."""
    form = {
        name: value for name, value in (await sent_form(request)).items() if isinstance(value, str)
    }
    name = " ".join(form.get("name", "").split())
    origins = tuple(part for part in re.split(r"[\s,]+", form.get("origins", "")) if part)
    mask = form.get("mask", "")
    error = _form_error(name, origins, mask)
    if error:
        return await _projects_answer(request, form, error)
    try:
        project = await asyncio.to_thread(request.app[PROJECTS].create, name, origins, mask)
    except ConfigError as refused:
        return await _projects_answer(request, form, str(refused))
    raise web.HTTPSeeOther(f"/p/{project.id}")


async def setup_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}."""
    return await _setup(request)


async def create_token(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/tokens: make a token to read or to send events with; the answer alone shows its secret."""
    project = project_of(request)
    form = await sent_form(request)
    name, scope = str(form.get("name", "")), str(form.get("scope", "read"))
    try:
        _, secret = await asyncio.to_thread(request.app[TOKENS].create, project.id, scope, name)
    except ConfigError as refused:
        return await _setup(request, error=str(refused))
    return await _setup(request, secret)


async def revoke_token(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/tokens/{token}/revoke: it is refused from now on."""
    project, token = project_of(request), int(request.match_info["token"])
    await asyncio.to_thread(request.app[TOKENS].revoke, project.id, token)
    raise web.HTTPSeeOther(f"/p/{project.id}#tokens")


async def _setup(
    request: web.Request, secret: str = "", error: str = "", policy: PolicyForm | None = None
) -> web.StreamResponse:
    def build() -> SetupPage:
        project = project_of(request)
        mask = next((one for one in MASKS if one.name == project.mask), MASKS[0])
        return SetupPage(
            shell=shell(request, f"Setup · {project.name}", "setup", project),
            project=project,
            snippet=_snippet(project, _origin(request)),
            mask=mask,
            any_origin="*" in project.origins or not project.origins,
            old_keys=tuple(request.app[PROJECTS].old_keys(project.id)),
            retention="" if project.retention_days is None else str(project.retention_days),
            retention_choices=_retention_choices(project, request.app[CONFIG].retention_days),
            summary=request.app[INDEX].summary(project.id),
            tokens=tuple(request.app[TOKENS].live(project.id)),
            secret=secret,
            token_error=error,
            policy=policy or form_of(project),
        )

    page = await asyncio.to_thread(build)
    status = 400 if error or page.policy.error else 200
    return await page_answer(request, "setup.html", page, status)


def _retention_choices(project: Project, default: int) -> tuple[tuple[str, str], ...]:
    """Return the choices of how long to keep recordings, the project's own among them."""
    own = () if project.retention_days is None else (project.retention_days,)
    days = sorted({*_RETENTION_DAYS, *own} - {0})
    usual = f"as this server does: {_in_days(default)}"
    return (("", usual), *((str(one), _in_days(one)) for one in (*days, 0)))


def _in_days(days: int) -> str:
    return ("1 day" if days == 1 else f"{days} days") if days else "for ever"


async def rotate_key(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/key: a new write key; the one it has is taken for `days` more."""
    project = project_of(request)
    written = (await sent_form(request)).get("days", "")
    if not isinstance(written, str) or not re.fullmatch(r"[0-9]{1,3}", written):
        raise RequestError("Say for how many days the old key is to be taken.")
    await asyncio.to_thread(request.app[PROJECTS].rotate, project.id, int(written))
    raise web.HTTPSeeOther(f"/p/{project.id}")


async def set_privacy(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/privacy: whom the project records."""
    project = project_of(request)
    form = await sent_form(request)
    await asyncio.to_thread(
        request.app[PROJECTS].set_privacy,
        project.id,
        honours_dnt="honour_dnt" in form,
        needs_consent="need_consent" in form,
    )
    raise web.HTTPSeeOther(f"/p/{project.id}")


async def set_policy(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/policy: what holds for all its pages; what cannot is shown again, and why."""
    form = await read_form(request)
    try:
        await keep_policy(request, form)
    except ConfigError as refused:
        return await _setup(request, policy=replace(form, error=str(refused)))
    raise web.HTTPSeeOther(f"/p/{project_of(request).id}#policy")


async def status(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/status: what has arrived, and how many sessions no moments were looked for in yet."""

    def build() -> tuple[Summary, int | None]:
        project = project_of(request).id
        return request.app[INDEX].summary(project), request.app[DETECTOR].waiting(project)

    summary, waiting = await asyncio.to_thread(build)
    return json_answer(
        {
            "first_chunk_at": summary.first_chunk_at,
            "last_chunk_at": summary.last_chunk_at,
            "sessions": summary.sessions,
            "page_views": summary.page_views,
            "clicks": summary.clicks,
            "chunks": summary.chunks,
            "waiting": waiting,
        }
    )


async def _projects_answer(
    request: web.Request, form: dict[str, str], error: str
) -> web.StreamResponse:
    def build() -> ProjectsPage:
        index = request.app[INDEX]
        frame = shell(request, "Projects", "projects", None)
        return ProjectsPage(
            shell=frame,
            lines=tuple(ProjectLine(one, index.summary(one.id)) for one in frame.projects),
            masks=MASKS,
            error=error,
            name=form.get("name", ""),
            origins=form.get("origins", ""),
            mask=form.get("mask", MASKS[0].name),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "projects.html", page, 400 if error else 200)


def _form_error(name: str, origins: tuple[str, ...], mask: str) -> str:
    if not name:
        return "Give the project a name."
    if len(name) > _MAX_NAME:
        return f"A name has at most {_MAX_NAME} characters."
    if len(origins) > _MAX_ORIGINS:
        return f"A project has at most {_MAX_ORIGINS} origins."
    if mask not in {one.name for one in MASKS}:
        return "Choose what recordings may show."
    return ""


def _snippet(project: Project, origin: str) -> str:
    mask = "" if project.mask == "balanced" else f' data-mask="{project.mask}"'
    track = "" if project.honours_dnt else ' data-do-not-track="ignore"'
    consent = ' data-consent="required"' if project.needs_consent else ""
    attributes = f'data-project="{project.key}"{mask}{track}{consent}'
    return f'<script async src="{origin}/footfall.js" {attributes}></script>'


def _origin(request: web.Request) -> str:
    return request.app[CONFIG].public_url or f"{request.scheme}://{request.host}"
