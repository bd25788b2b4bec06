"""What is counted of whole visits, against loops: web vitals of documents."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from footfall.index.packs import Choice
from footfall.index.visit_columns import vitals_of
from footfall.wire.facts import Vital
from footfall.wire.schema import Fact, PageView
from tests.index.stage import staged
from tests.wire.chunks import T0, chunk, ident, page_view

CAUSES = ("load", "load", "history", "history", "page", "restore")


def vital(dice: Random, t: int, cause: str) -> Vital:
    name, value = dice.choice(("CLS", "LCP")), dice.choice((0.1, 0.2, 0.3, 0.4))
    return Vital(t, name, value, cause, 0, "", "")


def tab_of(dice: Random) -> list[Fact]:
    """Return the page views of a tab, some in one document, and what was told in them."""
    t, number, cause = 0, 1, "load"
    found: list[Fact] = [page_view()]
    for _ in range(dice.randint(0, 8)):
        t += dice.choice((0, 0, 1, 50))
        if dice.random() < 0.4:
            number += 1
            begun = dice.choice(CAUSES)
            cause = begun if begun in ("load", "restore") else cause
            found.append(page_view(t, number=number, cause=begun))
        else:
            found.append(vital(dice, t, cause))
    return found


def last_of_each(tab: list[Fact]) -> Iterator[tuple[str, float]]:
    """Yield name and value of what each document told last."""
    told: dict[str, float] = {}
    for fact in tab:
        if isinstance(fact, PageView) and fact.cause in ("load", "restore"):
            yield from told.items()
            told = {}
        elif isinstance(fact, Vital):
            told[fact.name] = fact.value
    yield from told.items()


@settings(deadline=None, max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 1 << 32))
def test_of_each_document_the_last_that_was_told_of_a_vital_counts(seed: int) -> None:
    """Many sessions each time, in chunks that come in any order."""
    dice = Random(seed)
    visits = [(tab_of(dice), tab_of(dice)) for _ in range(90)]
    bodies = [
        chunk(facts, session=ident(f"s{number}"), tab=ident(f"t{at}"), visitor=ident(f"v{number}"))
        for number, tabs in enumerate(visits)
        for at, facts in enumerate(tabs)
    ]
    dice.shuffle(bodies)
    with staged() as stage:
        stage.add(*bodies)
        with stage.index.facts("p") as shot:
            numbers = np.unique(shot.read(PageView, ["session"], Choice())["session"])
            found = vitals_of(shot, numbers, T0 - 1, T0 + 10_000)
    expected = Counter(one for tabs in visits for tab in tabs for one in last_of_each(tab))
    assert Counter((name, one) for name, some in found.items() for one in some.tolist()) == expected
