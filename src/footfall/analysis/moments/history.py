"""The facts of one session in the order of TERMS.md, whatever the order in which their chunks came."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from footfall.wire.facts import Field
from footfall.wire.schema import SERVER_TAB, Click, Fact, PageHide, PageView


class Told(NamedTuple):
    """A fact and where it stands."""

    time: int  # ms since 1970, corrected by the session's clock offset
    tab: str
    sequence: int  # of the chunk, in its tab
    ordinal: int  # grows with the facts of a chunk
    view: int  # number of the page view in its tab
    page: str
    fact: Fact


class View(NamedTuple):
    """A page view as its facts tell it."""

    tab: str
    number: int
    page: str
    url: str  # "" when its PageView fact is lost
    referrer: str
    cause: str
    started: int  # ms since 1970
    ended: int  # last fact in it, or the next page view of the tab
    width: int  # viewport at its beginning, CSS px; 0: not known
    height: int


@dataclass(frozen=True)
class History:
    """A session's facts, by (time, tab, sequence, ordinal), none twice. `history` makes it."""

    facts: tuple[Told, ...]
    over: bool = True  # whether the session has ended: 30 min without activity

    @cached_property
    def tabs(self) -> dict[str, list[Told]]:
        """Return the facts of each tab."""
        found: dict[str, list[Told]] = {}
        for told in self.facts:
            found.setdefault(told.tab, []).append(told)
        return found

    @cached_property
    def frames(self) -> frozenset[str]:
        """Return the tabs that are frames in the page of another (`OUTER--NUMBER`)."""
        return frozenset(tab for tab in self.tabs if tab.rpartition("--")[0] in self.tabs)

    @cached_property
    def windows(self) -> tuple[str, ...]:
        """Return the tabs of the browser: neither frames, nor what the site's own server told."""
        return tuple(
            tab for tab in self.tabs if tab not in self.frames and not tab.startswith(SERVER_TAB)
        )

    @cached_property
    def told_by_site(self) -> tuple[Told, ...]:
        """Return what the site's own server told, which belongs to no tab of the browser."""
        return tuple(told for told in self.facts if told.tab.startswith(SERVER_TAB))

    @cached_property
    def inside(self) -> dict[tuple[str, int], list[Told]]:
        """Return the facts of each page view by (tab, number)."""
        found: dict[tuple[str, int], list[Told]] = {}
        for told in self.facts:
            found.setdefault((told.tab, told.view), []).append(told)
        return found

    @cached_property
    def views(self) -> tuple[View, ...]:
        """Return the page views by (started, tab, number)."""
        found = [view for told in self.tabs.values() for view in _views(told)]
        return tuple(sorted(found, key=attrgetter("started", "tab", "number")))

    @cached_property
    def by_place(self) -> dict[tuple[str, int], View]:
        """Return the page views by (tab, number)."""
        return {(view.tab, view.number): view for view in self.views}

    @cached_property
    def plains(self) -> dict[tuple[str, int, str], str]:
        """Return the plain keys of elements, and of forms, by (tab, page view, key), where they were told.

        The first of a page view holds: what a field and the part around it say may change as it is filled in.
        """
        found: dict[tuple[str, int, str], str] = {}
        for told in self.facts:
            if isinstance(told.fact, Click | Field):
                names = [(told.fact.key, told.fact.plain)]
                if isinstance(told.fact, Field):
                    names.append((told.fact.form, told.fact.form_plain))
                for key, plain in names:
                    if plain:
                        found.setdefault((told.tab, told.view, key), plain)
        return found

    def of(self, *kinds: type[Fact]) -> list[Told]:
        """Return the facts of some kinds, in order."""
        return [told for told in self.facts if isinstance(told.fact, kinds)]


def history(facts: Iterable[Told], *, over: bool = True) -> History:
    """Return the history of facts in any order; what is there twice counts once."""
    unique = {(told.tab, told.sequence, told.ordinal): told for told in facts}
    return History(tuple(sorted(unique.values(), key=_order)), over)


def _order(told: Told) -> tuple[int, str, int, int]:
    return told.time, told.tab, told.sequence, told.ordinal


def _views(facts: list[Told]) -> list[View]:
    """Return the page views of a tab, in order."""
    by_number: dict[int, list[Told]] = {}
    for told in facts:
        by_number.setdefault(told.view, []).append(told)
    views = [_view(inside) for inside in by_number.values()]
    views.sort(key=attrgetter("started", "number"))
    for at, after in enumerate(views[1:]):
        views[at] = views[at]._replace(ended=min(views[at].ended, after.started))
    return views


def _view(inside: list[Told]) -> View:
    for told in inside:
        fact = told.fact
        if isinstance(fact, PageView):
            place = (told.tab, told.view, told.page)
            about = (fact.url, fact.referrer, fact.cause)
            return View(*place, *about, told.time, _end(inside), fact.width, fact.height)
    first = inside[0]
    return View(first.tab, first.view, first.page, "", "", "", first.time, _end(inside), 0, 0)


def _end(inside: list[Told]) -> int:
    """Return when a page view ended: at its page's hiding, else with its last fact."""
    hidden = [told.time for told in inside if isinstance(told.fact, PageHide)]
    return hidden[-1] if hidden else inside[-1].time
