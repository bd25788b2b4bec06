"""Pages by template for heatmaps: what a template of the project takes together, and what there is to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from footfall.analysis.templates import Rules
from footfall.index import Index, PageRow
from footfall.index.segment import Segment


@dataclass(frozen=True)
class PageLists:
    """What may be chosen: templates of the project first, then single pages."""

    templates: tuple[str, ...]
    pages: tuple[str, ...]


def with_pages(segment: Segment, templates: Sequence[str], index: Index, project: str) -> Segment:
    """Return the segment, of all pages of its template where `page` is one. Blocking. Raises StorageError."""
    if segment.page not in templates:
        return segment
    known = index.page_names(project)
    return replace(segment, pages=pages_under(segment.page, templates, known))


def pages_under(page: str, templates: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return those of the known pages that a template takes together; of another page, that page alone."""
    if page not in templates:
        return (page,)
    rules = Rules(templates)
    return tuple(one for one in known if rules.template_of(one) == page)


def page_lists(shown: Sequence[str], templates: Sequence[str]) -> PageLists:
    """Sort what a list of pages offers; a template that is a page's name, too, stands once."""
    return PageLists(tuple(templates), tuple(one for one in shown if one not in templates))


def most_viewed(rows: Iterable[PageRow], templates: Sequence[str]) -> str | None:
    """Return the page, or the template, with most views; the last by name of several; None without any."""
    rules, views = Rules(templates), dict[str, int]()
    for row in rows:
        name = rules.template_of(row.page)
        views[name] = views.get(name, 0) + row.views
    return max(views, key=lambda name: (views[name], name)) if views else None


def views_by_device(rows: Iterable[PageRow], pages: Sequence[str]) -> dict[str, int]:
    """Return the views of these pages together, by device class."""
    wanted, views = set(pages), dict[str, int]()
    for row in rows:
        for device, count in row.devices.items() if row.page in wanted else ():
            views[device] = views.get(device, 0) + count
    return views
