"""What lists of sessions and goals are looked up in: the index, and what people set up and marked."""

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from footfall.annotations import Annotations, PageRules, Views, Watched
from footfall.index import Index
from footfall.web.common import account_of
from footfall.web.keys import ANNOTATIONS, INDEX, PAGE_RULES, VIEWS, WATCHED


@dataclass(frozen=True)
class Books:
    """Of all projects, as one account sees them."""

    index: Index
    page_rules: PageRules
    annotations: Annotations
    watched: Watched
    views: Views
    account: str = ""


def books_of(request: web.Request) -> Books:
    """Return those of a running server."""
    app = request.app
    return Books(
        app[INDEX],
        app[PAGE_RULES],
        app[ANNOTATIONS],
        app[WATCHED],
        app[VIEWS],
        account_of(request),
    )


def books_in(settings: Path, index: Index) -> Books:
    """Return those of a settings.db, without a server. Blocking. Raises StorageError."""
    return Books(
        index, PageRules(settings), Annotations(settings), Watched(settings), Views(settings)
    )
