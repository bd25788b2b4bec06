"""What a project may say of all its pages, kept and told as it was said."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import ConfigError
from footfall.policy import MAX_RULE, MAX_RULES, NO_POLICY, Policy, checked, from_json
from footfall.projects import Projects

_WORDS = st.lists(st.from_regex(r"[a-z#.]{1,9}[a-z]", fullmatch=True), max_size=4, unique=True)


@given(
    st.booleans(), st.integers(1, 100), st.sampled_from(["", "balanced", "strict"]), _WORDS, _WORDS
)
def test_a_policy_comes_back_as_it_was_kept(
    paused: bool, sample: int, mask: str, masked: list[str], excluded: list[str]
) -> None:
    policy = Policy(paused, sample, mask, tuple(masked), (), tuple(excluded))
    assert checked(policy) == policy
    assert from_json(policy.to_json()) == policy
    told = json.loads(json.dumps(policy.for_recorders()))
    assert told["version"] == policy.version
    if policy == NO_POLICY:
        assert told == {"version": ""}
    else:
        assert (told["paused"], told["sample"], told["mask"]) == (paused, sample / 100, mask)
        assert (told["maskSelector"], told["exclude"]) == (", ".join(masked), excluded)


def test_each_change_is_another_version() -> None:
    policies = [
        NO_POLICY,
        Policy(paused=True),
        Policy(sample=50),
        Policy(mask="strict"),
        Policy(mask_selectors=("a",)),
        Policy(block_selectors=("a",)),
        Policy(exclude=("a",)),
    ]
    assert len({policy.version for policy in policies}) == len(policies)
    assert Policy(sample=50).version == Policy(sample=50).version


@pytest.mark.parametrize(
    "policy",
    [
        Policy(sample=0),
        Policy(sample=101),
        Policy(mask="open"),
        Policy(mask_selectors=("a { color: red }",)),
        Policy(mask_selectors=("a)",)),
        Policy(mask_selectors=(":is(a",)),
        Policy(mask_selectors=("[title='x]",)),
        Policy(block_selectors=("a,",)),
        Policy(mask_selectors=("a /* not closed", ".b")),
        Policy(block_selectors=("ul >",)),
        Policy(block_selectors=("a\x00",)),
        Policy(block_selectors=("a" * (MAX_RULE + 1),)),
        Policy(exclude=("/a /b",)),
        Policy(exclude=tuple(f"/{number}" for number in range(MAX_RULES + 1))),
    ],
    ids=repr,
)
def test_what_nobody_could_follow_is_refused(policy: Policy) -> None:
    with pytest.raises(ConfigError):
        checked(policy)


def test_empty_lines_and_repeats_are_no_rules() -> None:
    policy = Policy(mask_selectors=("  .a  ", "", ".a", "#b:not([hidden='('])"))
    assert checked(policy).mask_selectors == (".a", "#b:not([hidden='('])")


def test_a_project_keeps_its_policy(tmp_path: Path) -> None:
    projects = Projects(tmp_path / "settings.db")
    project = projects.create("Shop")
    assert project.policy == NO_POLICY
    policy = Policy(sample=25, exclude=("/admin/*",))
    assert projects.set_policy(project.id, policy).policy == policy
    assert Projects(tmp_path / "settings.db").all()[0].policy == policy
    assert projects.set_policy(project.id, NO_POLICY).policy.version == ""
    with pytest.raises(ConfigError, match="nothing-here"):
        projects.set_policy("nothing-here", policy)
    with pytest.raises(ConfigError):
        projects.set_policy(project.id, Policy(sample=0))
