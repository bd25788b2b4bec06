"""Which ids are made anew: against plain loops over pairs of visitors, and what must hold of any page."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.drifting import AGREEING, MIN_VISITORS, Met, drifting

Row = tuple[str, str, int]
"""Key, plain key and visitor of a click."""


def learn(rows: Sequence[Row]) -> set[str]:
    """Return the plain keys whose ids drift."""
    keys = sorted({key for key, _, _ in rows})
    plains = sorted({plain for _, plain, _ in rows})
    met = Met(
        np.array([keys.index(key) for key, _, _ in rows], np.int64),
        np.array([plains.index(plain) for _, plain, _ in rows], np.int64),
        np.array([visitor for _, _, visitor in rows], np.int64),
    )
    found = drifting(keys, plains, met)
    return {plains[at] for at in np.flatnonzero(found).tolist()}


def firsts(pairs: Iterable[tuple[Any, int, str]]) -> dict[Any, dict[int, str]]:
    """Return for each of the first and each visitor the lowest of the third."""
    told: dict[Any, dict[int, str]] = defaultdict(dict)
    for what, visitor, value in pairs:
        told[what][visitor] = min(value, told[what].get(visitor, value))
    return told


def oracle(rows: Sequence[Row]) -> set[str]:
    clear = [row for row in rows if not re.search(r"@(?!\w)|~\d", row[1])]
    places = firsts((plain, visitor, key) for key, plain, visitor in clear)
    meetings = firsts((key, visitor, plain) for key, plain, visitor in clear)

    def is_alike(one: str, other: str) -> bool:
        names = [re.findall(r"@(\w*)", plain)[-2:] for plain in (one, other)]
        spots = [re.sub(r"(?<!:\*)@\w*", "", plain) for plain in (one, other)]
        return names[0] == names[1] or spots[0] == spots[1]

    def shape(plain: str) -> str:
        _, key = min((visitor, key) for key, other, visitor in clear if other == plain)
        return re.sub(r"\d+", "0", re.sub(r"[>@]\S*", "", key))

    def structure(plain: str) -> str:
        return re.sub(r"[:~](\d+|\*)", "", re.sub(r"@\w*", "", plain))

    def judge(of: Callable[[str], str], plain: str) -> bool | None:
        group = [other for other in places if of(other) == of(plain)]
        keys = {key for key, other, _ in clear if other in group}
        visitors = {visitor for _, other, visitor in clear if other in group}
        there = [pair for one in group for pair in combinations(places[one].values(), 2)]
        again = [pair for key in keys for pair in combinations(meetings[key].values(), 2)]
        if len(visitors) < MIN_VISITORS or not there:
            return None
        is_same_there = sum(one == other for one, other in there) >= AGREEING * len(there)
        is_same_again = sum(is_alike(*pair) for pair in again) >= AGREEING * len(again)
        return not is_same_there and not (again and is_same_again)

    def verdict(plain: str) -> bool:
        told = (judge(of, plain) for of in (str, shape, structure))
        return next((one for one in told if one is not None), False)

    return {plain for plain in places if verdict(plain)}


KEYS = st.sampled_from(["#w1", "#w2", "#w3", "#amber", "#tent>button", "#rope>button", "#a1>b"])
PLAINS = st.sampled_from(
    [
        "body>div:*@tent>button@buy", "body>div:*@rope>button@buy", "body>div:2@tent>button@buy", "body>p>a@more",
        "body>p:2>a@more", "body>p>a@less", "body>div:*@tent>b@3", "body>div:*@tent>b@4", "body>ul>li:3@>img", "li~17",
    ]
)  # fmt: skip


@settings(max_examples=1_000, deadline=None)
@given(st.lists(st.tuples(KEYS, PLAINS, st.integers(0, 7)), max_size=40))
def test_as_plain_loops_say(rows: list[Row]) -> None:
    assert learn(rows) == oracle(rows)


def plain_of(item: int, name: str = "buy") -> str:
    return f"body>div:*@item{item}>button@{name}"


CLICKS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 11)), max_size=80)
"""Which item, which visitor."""


@given(CLICKS)
def test_ids_that_everybody_finds_alike_hold(clicks: list[tuple[int, int]]) -> None:
    assert learn([(f"#id{item}", plain_of(item), who) for item, who in clicks]) == set()


@given(CLICKS, st.integers(0, 10))
def test_a_renamed_element_keeps_its_id(clicks: list[tuple[int, int]], names: int) -> None:
    """A counter that says something else to everybody."""
    rows = [(f"#id{item}", plain_of(item, f"n{who % (names + 1)}"), who) for item, who in clicks]
    assert learn(rows) == set()


@given(CLICKS, st.randoms(use_true_random=False))
def test_a_list_sorted_anew_keeps_its_ids(clicks: list[tuple[int, int]], chance: Any) -> None:
    """Items that say nothing: only their ids tell them from each other."""
    orders = {who: chance.sample(range(10), 10) for _, who in clicks}
    rows = [(f"#id{item}", f"body>ul>li:{orders[who][item] + 2}@>img", who) for item, who in clicks]
    assert learn(rows) == set()


@given(st.integers(2, 30), st.integers(2, 6))
def test_many_products_in_one_place_that_are_each_seen_again(products: int, each: int) -> None:
    rows = [
        (f"#product-{product}>button@buy", "body>main>button@buy", product * each + at)
        for product in range(products)
        for at in range(each)
    ]
    assert learn(rows) == set()


@given(CLICKS.map(lambda clicks: [(item, who % (MIN_VISITORS - 1)) for item, who in clicks]))
def test_from_three_visitors_nothing_is_learned(clicks: list[tuple[int, int]]) -> None:
    assert learn([(f"#id{item}x{who}", plain_of(item), who) for item, who in clicks]) == set()


@given(st.integers(MIN_VISITORS, 12), st.integers(1, 6))
def test_ids_by_lot_are_learned_and_their_neighbours_are_not(visitors: int, items: int) -> None:
    by_lot = [
        (f"#word{'abcdefghijkl'[who]}{'abcdef'[item]}", plain_of(item), who)
        for who in range(visitors)
        for item in range(items)
    ]
    held = [("#menu>a@home", "body>nav>a@home", who) for who in range(visitors)]
    rare = [("#menu>a@terms", "body>nav>a:9@terms", 0)]
    assert learn([*by_lot, *held, *rare]) == {plain_of(item) for item in range(items)}


def test_counted_ids_are_learned_though_each_is_met_again() -> None:
    rows = [
        (f"#w{(item * 7 + who * 3) % 10}", plain_of(item), who)
        for who in range(6)
        for item in range(10)
    ]
    assert learn(rows) == {plain_of(item) for item in range(10)}
    # What nobody else clicked is judged by what begins alike.
    rare = "body>header>i@help"
    assert rare in learn([*rows, ("#w4", rare, 3)])


def test_an_id_of_each_visitor_is_learned_however_often_they_come() -> None:
    rows = [(f"#of{'abcdef'[who]}", "body>header>a@account", who) for who in range(6)] * 5
    assert learn(rows) == {"body>header>a@account"}
