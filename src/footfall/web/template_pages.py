"""Page templates where a page may be chosen: a template stands for all pages that it takes together. Blocking."""

from collections.abc import Iterable
from dataclasses import replace

from aiohttp import web

from footfall.analysis.templates import Rules
from footfall.index import Filter
from footfall.web.keys import INDEX, PAGE_RULES


def rules_of(request: web.Request, project: str) -> Rules:
    """Return the rules of a project's pages."""
    return Rules(request.app[PAGE_RULES].templates(project))


def grouped(rules: Rules, pages: Iterable[str]) -> list[str]:
    """Return what may be chosen: each template once, where its first page stands, and the pages of none."""
    return list(dict.fromkeys(rules.template_of(page) for page in pages))


def pages_of(request: web.Request, project: str, page: str) -> list[str] | None:
    """Return the pages that a template takes together; None: it is no template, but a page of its own."""
    rules = rules_of(request, project)
    if page not in rules.templates:
        return None
    known = request.app[INDEX].pages(project)
    return [row.page for row in known if rules.template_of(row.page) == page]


def widened(request: web.Request, project: str, found: Filter) -> Filter:
    """Return a filter of sessions in which a template stands for its pages."""
    pages = None if found.page is None else pages_of(request, project, found.page)
    return found if pages is None else replace(found, page=None, viewed=frozenset(pages))
