"""Page templates where a page may be chosen: a template stands for all pages that it takes together. Blocking."""

from collections.abc import Iterable

from aiohttp import web

from footfall.analysis.templates import Rules
from footfall.index import Index
from footfall.web.keys import PAGE_RULES


def rules_of(request: web.Request, project: str) -> Rules:
    """Return the rules of a project's pages."""
    return Rules(request.app[PAGE_RULES].templates(project))


def grouped(rules: Rules, pages: Iterable[str]) -> list[str]:
    """Return what may be chosen: each template once, where its first page stands, and the pages of none."""
    return list(dict.fromkeys(rules.template_of(page) for page in pages))


def pages_of(index: Index, project: str, rules: Rules, page: str) -> list[str] | None:
    """Return the pages that a template takes together; None: it is no template, but a page of its own."""
    if page not in rules.templates:
        return None
    return [one for one in index.page_names(project) if rules.template_of(one) == page]
