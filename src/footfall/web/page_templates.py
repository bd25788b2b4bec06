"""Page templates: what the paths suggest, seen before it is taken, changed and undone."""

import asyncio
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from footfall.analysis.templates import MAX_RULES, RuleError, Rules, Suggestion, checked_rule, learn
from footfall.index import Filter
from footfall.web.common import page_answer, project_of, sent_form, shell
from footfall.web.keys import INDEX, PAGE_RULES
from footfall.web.render import Shell

_EXAMPLES: Final = 5


@dataclass(frozen=True)
class Kept:
    """A template that holds, with what it takes together."""

    template: str
    pages: int
    views: int


@dataclass(frozen=True)
class Tried:
    """A template that somebody wrote, before it is taken."""

    template: str
    instead: str  # the one that it would take the place of; "": none
    pages: int  # what it would take together
    views: int
    examples: tuple[str, ...]  # the most viewed
    after: int  # different pages there would be


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
    instead: str  # what it is to take the place of
    tried: Tried | None
    pages: int  # different pages there are, before and
    after: int  # after the templates


async def templates_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/templates?try=&instead=: with `try`, what such a template would take together."""
    written, instead = request.query.get("try", "").strip(), request.query.get("instead", "")
    try:
        tried = checked_rule(written) if written else ""
    except RuleError as error:
        return await _page(request, str(error), written, instead)
    return await _page(request, "", tried, instead)


async def change_templates(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/templates: `add` and `remove`, any number of each, or `undo`."""
    form = await sent_form(request)
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


def _tried(template: str, instead: str, kept: tuple[str, ...], views: dict[str, int]) -> Tried:
    rules = Rules([*(one for one in kept if one not in (instead, template)), template])
    named = {page: rules.template_of(page) for page in views}
    inside = [page for page in views if named[page] == template]
    return Tried(
        template=template,
        instead=instead if instead in kept else "",
        pages=len(inside),
        views=sum(views[page] for page in inside),
        examples=tuple(sorted(inside, key=lambda page: (-views[page], page))[:_EXAMPLES]),
        after=len(set(named.values())),
    )


async def _page(
    request: web.Request, problem: str = "", written: str = "", instead: str = ""
) -> web.StreamResponse:
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
            instead=instead,
            tried=_tried(written, instead, rules.templates, views)
            if written and not problem
            else None,
            pages=len(views),
            after=len(grouped),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "page_templates.html", page, 400 if problem else 200)
