"""The set-up page's form of a project's policy: what holds for all its pages, whatever their script tags say."""

import asyncio
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from footfall.errors import ConfigError
from footfall.policy import Policy
from footfall.projects import Project
from footfall.web.common import project_of, sent_form
from footfall.web.keys import PROJECTS

_SHARES: Final = (100, 75, 50, 25, 10, 5, 2, 1)
_MASKS: Final = (
    ("", "as its pages say"),
    ("balanced", "balanced at least"),
    ("strict", "strict"),
)
_MOST: Final = 50_000
"""Characters of one of the form's texts; far more than rules may have, so that they can be told what is wrong."""


@dataclass(frozen=True)
class PolicyForm:
    """The form as it is shown."""

    paused: bool
    sample: str
    mask: str
    mask_selectors: str  # one a line, as the other two
    block_selectors: str
    exclude: str
    samples: tuple[tuple[str, str], ...]  # what may be chosen: values and words
    masks: tuple[tuple[str, str], ...]
    error: str  # why it was not taken; "" at first


async def read_form(request: web.Request) -> PolicyForm:
    """Return what was sent, to be shown again should it be wrong."""
    form = await sent_form(request)

    def text(name: str) -> str:
        value = form.get(name, "")
        return value[:_MOST] if isinstance(value, str) else ""

    sample = text("sample") or "100"
    return PolicyForm(
        paused="paused" in form,
        sample=sample,
        mask=text("mask"),
        mask_selectors=text("mask_selectors"),
        block_selectors=text("block_selectors"),
        exclude=text("exclude"),
        samples=_samples(sample),
        masks=_MASKS,
        error="",
    )


def form_of(project: Project) -> PolicyForm:
    """Return the form of what holds now."""
    policy = project.policy
    return PolicyForm(
        paused=policy.paused,
        sample=str(policy.sample),
        mask=policy.mask,
        mask_selectors="\n".join(policy.mask_selectors),
        block_selectors="\n".join(policy.block_selectors),
        exclude="\n".join(policy.exclude),
        samples=_samples(str(policy.sample)),
        masks=_MASKS,
        error="",
    )


async def keep_policy(request: web.Request, form: PolicyForm) -> None:
    """Have a form's policy hold from now on. Raises ConfigError, StorageError."""
    if not (form.sample.isascii() and form.sample.isdecimal() and len(form.sample) <= 3):
        raise ConfigError("The share of sessions is a whole number of percent, 1 to 100.")
    policy = Policy(
        paused=form.paused,
        sample=int(form.sample),
        mask=form.mask,
        mask_selectors=tuple(form.mask_selectors.splitlines()),
        block_selectors=tuple(form.block_selectors.splitlines()),
        exclude=tuple(form.exclude.splitlines()),
    )
    await asyncio.to_thread(request.app[PROJECTS].set_policy, project_of(request).id, policy)


def _samples(own: str) -> tuple[tuple[str, str], ...]:
    shares = {*_SHARES, *([int(own)] if own.isascii() and own.isdecimal() and len(own) < 4 else [])}
    most = sorted((one for one in shares if 1 <= one <= 100), reverse=True)
    return tuple((str(one), "every one" if one == 100 else f"{one} % of them") for one in most)
