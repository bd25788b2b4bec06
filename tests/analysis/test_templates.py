import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.templates import RuleError, Rules, checked_rule, learn

SLUGS = [
    f"{colour}-{thing}"
    for colour in ("red", "blue", "warm")
    for thing in ("cup", "hat", "shoe", "sock", "bag")
]


def test_many_slugs_numbers_and_ids_become_placeholders() -> None:
    views = {f"/product/{slug}": 5 for slug in SLUGS}
    views |= {f"/product/{slug}/reviews": 1 for slug in SLUGS}
    views |= {"/product/sale": 900, "/": 50, "/cart": 9, "/help/shipping": 3, "/help/returns": 3}
    views |= {f"/orders/{number}": 1 for number in (3, 77)} | {
        "/orders/A-1234": 2,
        "/orders/:id": 1,
    }
    found = {one.template: one for one in learn(views)}
    assert set(found) == {"/product/:slug", "/product/:slug/reviews", "/orders/:id"}
    assert found["/product/:slug"].pages == len(SLUGS)  # /product/sale is a page of its own
    assert found["/product/:slug"].views == 5 * len(SLUGS)
    assert found["/orders/:id"].pages == 4
    assert found["/orders/:id"].examples[0] == "/orders/A-1234"


def test_a_menu_is_not_taken_for_many_alike() -> None:
    assert learn({f"/{slug}": 4 for slug in SLUGS}) == []


def test_what_was_learned_is_applied() -> None:
    views = {f"/product/{slug}": 5 for slug in SLUGS}
    rules = Rules(one.template for one in learn(views))
    assert {rules.template_of(path) for path in views} == {"/product/:slug"}
    assert learn({rules.template_of(path): 1 for path in views}) == []


def test_a_word_goes_before_a_placeholder() -> None:
    rules = Rules(["/:a/:b", "/product/:slug", "/:a/new"])
    assert rules.template_of("/product/new") == "/product/:slug"
    assert rules.template_of("/journal/new") == "/:a/new"
    assert rules.template_of("/journal/old") == "/:a/:b"
    assert rules.template_of("/journal/") == "/journal/"
    assert rules.template_of("/product") == "/product"


@given(
    st.lists(st.text(max_size=6), max_size=5).map("/".join),
    st.lists(st.sampled_from([":a", "x", "y"]), min_size=1, max_size=4),
)
def test_a_template_is_its_own_template(path: str, parts: list[str]) -> None:
    rules = Rules(["/" + "/".join(parts)])
    once = rules.template_of(path)
    assert rules.template_of(once) == once


@pytest.mark.parametrize(
    "rule", ["", "/", "/product", "/product/:", "/a b/:id", "/a//:id", "/a/:Id!", "/:" + "a" * 600]
)
def test_what_is_no_rule_is_said(rule: str) -> None:
    with pytest.raises(RuleError):
        checked_rule(rule)


def test_a_rule_is_kept_in_one_way() -> None:
    assert checked_rule(" product/:slug/ ") == "/product/:slug"
