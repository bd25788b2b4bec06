"""Moments of going from page to page: quick back, comparing, search refinement."""

from typing import NamedTuple

from footfall.analysis.moments.history import History, Told, View
from footfall.analysis.moments.moment import CONFIRMED, Moment, moment
from footfall.analysis.moments.rules import Comparing, QuickBack, Refinement
from footfall.analysis.moments.urls import split_url
from footfall.wire.facts import Submit
from footfall.wire.schema import Click, Input, PageView, Visibility


def find_quick_backs(history: History, rules: QuickBack) -> list[Moment]:
    """Return page views that were left again for the page before, at once and without a touch."""
    found = []
    by_tab: dict[str, list[View]] = {}
    for view in history.views:
        by_tab.setdefault(view.tab, []).append(view)
    for views in by_tab.values():
        for a, b, c in zip(views, views[1:], views[2:], strict=False):
            # A page view of which nothing was told, or no address, may have been any.
            is_known = a.url and b.url and c.number - b.number == b.number - a.number == 1
            if (
                is_known
                and a.url == c.url != b.url
                and c.started - b.started <= rules.within_ms
                and _is_from_within(b)
                and not _is_touched(history, b)
            ):
                facts = tuple(_beginning(history, view) for view in (b, c))
                found.append(
                    moment("quick_back", facts[0], "", CONFIRMED, facts, ms=c.started - b.started)
                )
    return found


def _is_from_within(view: View) -> bool:
    if view.cause in ("history", "page"):
        return True
    origin = "/".join(view.url.split("/", 3)[:3])
    return view.referrer == origin or view.referrer.startswith(origin + "/")


def _is_touched(history: History, view: View) -> bool:
    return any(
        isinstance(told.fact, Click)
        or (isinstance(told.fact, Input) and told.fact.action in ("input", "change"))
        for told in history.inside[view.tab, view.number]
    )


def _beginning(history: History, view: View) -> Told:
    inside = history.inside[view.tab, view.number]
    return next((told for told in inside if isinstance(told.fact, PageView)), inside[0])


class _Seen(NamedTuple):
    time: int
    item: str
    template: str
    told: Told


def find_comparing(history: History, rules: Comparing) -> list[Moment]:
    """Return when a visitor came back to an item after another of its kind; one of ten minutes at most a template."""
    found: list[Moment] = []
    by_template: dict[str, list[_Seen]] = {}
    for seen in _items(history, rules):
        by_template.setdefault(seen.template, []).append(seen)
    for template, all_seen in by_template.items():
        quiet_until = -1
        for at, seen in enumerate(all_seen):
            if seen.time <= quiet_until:
                continue
            within = [one for one in all_seen[:at] if seen.time - one.time <= rules.within_ms]
            since = next((n for n, one in enumerate(within) if one.item == seen.item), None)
            if since is None:
                continue
            others = [one for one in within[since:] if one.item != seen.item]
            if others:
                facts = (*(one.told for one in within[since:]), seen.told)
                items = len({one.item for one in within})
                told = moment("comparing", seen.told, "", CONFIRMED, facts, items=items)
                found.append(told._replace(time=seen.time, page=template))
                quiet_until = seen.time + rules.within_ms
    return found


def _items(history: History, rules: Comparing) -> list[_Seen]:
    """Return each look at an item, in order: a page view of it, or its tab brought to the front."""
    found: list[_Seen] = []
    for told in history.of(PageView, Visibility):
        fact = told.fact
        if isinstance(fact, Visibility) and not (fact.visible and fact.focused):
            continue
        view = history.by_place[told.tab, told.view]
        template = _template(view.page, split_url(view.url).path, rules)
        if template:
            found.append(_Seen(told.time, view.url, template, told))
    return found


def _template(page: str, path: str, rules: Comparing) -> str:
    if ":id" in page:
        return page
    for start in rules.items:
        at = path.find(start)
        if at >= 0 and path[at + len(start) :].strip("/"):
            return f"{path[: at + len(start)]}:item"
    return ""


def find_refinements(history: History, rules: Refinement) -> list[Moment]:
    """Return searches that were followed by others before anything was opened; one moment a run."""
    found = []
    for tab in history.tabs:
        run: list[Told] = []
        for told, is_search in _searches(history, tab, rules):
            if run and told.time - run[-1].time > rules.within_ms:
                found += _refinement(run, rules)
                run = []
            if is_search:
                run.append(told)
            else:
                found += _refinement(run, rules)
                run = []
        found += _refinement(run, rules)
    return found


def _refinement(run: list[Told], rules: Refinement) -> list[Moment]:
    if len(run) < rules.searches:
        return []
    told = moment("search_refinement", run[1], "", CONFIRMED, tuple(run), searches=len(run))
    return [told]


def _searches(history: History, tab: str, rules: Refinement) -> list[tuple[Told, bool]]:
    """Return a tab's searches (true), and page views that are none, which a result's click leads to (false).

    A result may open in a tab of its own. Results that come without anything typed since the search before are its
    next page, or the same again.
    """
    found: list[tuple[Told, bool]] = []
    last = -(1 << 62)
    is_asked = True
    opened = _opened(history, tab, rules)
    for told in sorted([*history.tabs[tab], *opened], key=lambda one: one[:4]):
        fact = told.fact
        if told.tab != tab:
            found.append((told, False))
            continue
        if isinstance(fact, Input):
            is_asked = is_asked or fact.action in ("input", "change")
            continue
        if isinstance(fact, PageView):
            is_search = _is_search(split_url(fact.url).path, rules)
        elif isinstance(fact, Submit):
            is_search = _is_search(f"{fact.key} {split_url(fact.url).path}", rules)
            if not is_search:
                continue
        else:
            continue
        # The first load of the results belongs to the submit just before it.
        if is_search and told.time - last <= rules.same_ms and isinstance(fact, PageView):
            last = told.time
            continue
        if is_search and not is_asked:
            continue
        if is_search:
            last, is_asked = told.time, False
        found.append((told, is_search))
    return found


def _opened(history: History, tab: str, rules: Refinement) -> list[Told]:
    """Return the first page views of other tabs that were entered from within the site, and are no search."""
    first = {view.tab: view for view in reversed(history.views)}
    return [
        _beginning(history, first[other])
        for other in history.windows
        if other != tab
        and first[other].url
        and _is_from_within(first[other])
        and not _is_search(split_url(first[other].url).path, rules)
    ]


def _is_search(text: str, rules: Refinement) -> bool:
    return any(word in text.lower() for word in rules.words)
