"""Page templates: what the paths suggest, seen before it is taken, changed and undone."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from footfall.analysis.templates import MAX_RULES, RuleError, Rules, Suggestion, checked_rule, learn
from footfall.index import Filter
from footfall.web.common import project_of, shell
from footfall.web.keys import INDEX, PAGE_RULES, TEMPLATES
from footfall.web.render import Shell, html


@dataclass(frozen=True)
class Kept:
    """A template that holds, with what it takes together."""

    template: str
    pages: int
    views: int


@dataclass(frozen=True)
class TemplatesPage:
    """The context of page_templates.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    kept: tuple[Kept, ...]
    suggestions: tuple[Suggestion, ...]
    can_undo: bool
    problem: str
    written: str  # what was written and not taken
    pages: int  # different pages there are, before and
    after: int  # after the templates


async def templates_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/templates."""
    return await _page(request)


async def change_templates(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/templates: `add` and `remove`, any number of each, or `undo`."""
    form = await request.post()
    project = await asyncio.to_thread(project_of, request)
    rules = request.app[PAGE_RULES]
    if "undo" in form:
        await asyncio.to_thread(rules.undo, project.id)
        raise web.HTTPSeeOther(f"/p/{project.id}/templates")
    written = [str(one) for one in form.getall("add", []) if str(one).strip()]
    removed = [str(one) for one in form.getall("remove", [])]
    try:
        added = [checked_rule(one) for one in written]
        known = await asyncio.to_thread(rules.templates, project.id)
        if len({*known, *added}) > MAX_RULES:
            raise RuleError(f"A project has at most {MAX_RULES} templates. Remove some first.")
    except RuleError as error:
        return await _page(request, str(error), written[0] if written else "")
    await asyncio.to_thread(lambda: rules.change(project.id, add=added, remove=removed))
    raise web.HTTPSeeOther(f"/p/{project.id}/templates")


async def _page(request: web.Request, problem: str = "", written: str = "") -> web.StreamResponse:
    def build() -> TemplatesPage:
        project, store = project_of(request), request.app[PAGE_RULES]
        rules = Rules(store.templates(project.id))
        views = {row.page: row.views for row in request.app[INDEX].pages(project.id, Filter())}
        grouped: dict[str, dict[str, int]] = {}
        for page, count in views.items():
            grouped.setdefault(rules.template_of(page), {})[page] = count
        return TemplatesPage(
            shell=shell(request, f"Page templates · {project.name}", "pages", project),
            base=f"/p/{project.id}",
            kept=tuple(
                Kept(one, len(grouped.get(one, ())), sum(grouped.get(one, {}).values()))
                for one in rules.templates
            ),
            suggestions=tuple(
                one
                for one in learn({name: sum(some.values()) for name, some in grouped.items()})
                if one.template not in rules.templates
            ),
            can_undo=store.can_undo(project.id),
            problem=problem,
            written=written,
            pages=len(views),
            after=len(grouped),
        )

    page = await asyncio.to_thread(build)
    text = request.app[TEMPLATES].render("page_templates.html", page)
    return html(text, 400 if problem else 200)
