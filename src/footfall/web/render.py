"""Templates: each gets one frozen dataclass and nothing else; everything in it is escaped."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from footfall import __version__, resources
from footfall.projects import Project
from footfall.web import show

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FILTERS: Final = (
    show.duration,
    show.number,
    show.counted,
    show.percent,
    show.size,
    show.iso,
    show.utc,
)


@dataclass(frozen=True)
class Shell:
    """What the frame around every page needs."""

    title: str  # of the page, in the browser's tab
    section: str  # the entry of the navigation that is current: "sessions", "pages" ...
    project: Project | None  # the current project; None outside of one
    projects: tuple[Project, ...]  # all, for the switcher
    has_login: bool  # a password is set, so that one can log out
    version: str = __version__  # of Footfall


class Templates:
    """The compiled templates."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(resources.templates()),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for function in _FILTERS:
            self._environment.filters[function.__name__] = function

    def render(self, name: str, context: "DataclassInstance") -> str:
        """Return the HTML of a template; its variables are the context's fields."""
        values = {field.name: getattr(context, field.name) for field in fields(context)}
        return self._environment.get_template(name).render(values)


def html(text: str, status: int = 200) -> web.Response:
    """Answer with a page."""
    return web.Response(text=text, status=status, content_type="text/html")
