"""Funnels that the empty page offers, from what visitors did. Blocking, but no handler."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from footfall.analysis.paths import Proposal, propose
from footfall.analysis.steps import Condition, Filter, Step, StepError, parse, write
from footfall.analysis.steps import Sequence as Steps
from footfall.detect.events import Scope, read_seen
from footfall.index import Filter as Sessions
from footfall.web.choice import Choice
from footfall.web.funnel_answer import Source
from footfall.web.funnel_query import FunnelQuery


@dataclass(frozen=True)
class Offer:
    """A funnel that is offered."""

    pages: tuple[str, ...]  # templates, in order
    went: int  # sessions that went the whole way
    began: int  # of sessions that saw the first page
    link: str  # query string of the funnel


def offers(source: Source, choice: Choice) -> tuple[Offer, ...]:
    """Return funnels found in the time and of the device chosen; costs what paths cost. Raises StorageError."""
    chosen = choice.filter(source.now)
    people = None
    if chosen.device is not None:
        people = source.index.session_columns(source.project, Sessions(device=chosen.device))
    with source.index.facts(source.project) as shot:
        seen, names = read_seen(Scope(shot, source.rules, chosen.since, chosen.until, people))
    return tuple(_offered(propose(seen), names, choice))


def _offered(found: Sequence[Proposal], names: list[str], choice: Choice) -> Iterator[Offer]:
    for one in found:
        pages = tuple(names[node] for node in one.nodes)
        steps = write(
            Steps(
                tuple(Step(Filter("page", (Condition("page", "is", (page,)),))) for page in pages)
            )
        )
        if _is_read(steps):
            yield Offer(pages, one.went, one.began, FunnelQuery(choice, steps).query())


def _is_read(steps: str) -> bool:
    """Tell whether an address can hold these steps: a page may have too long a name."""
    try:
        parse(steps)
    except StepError:
        return False
    return True
