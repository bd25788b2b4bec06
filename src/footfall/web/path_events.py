"""Events as nodes of paths: the site's own, and those that people named. Blocking."""

from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

from footfall.analysis.steps import Filter, parse
from footfall.detect.events import EVENT_NODE, STEP_NODE
from footfall.web.errors import RequestError
from footfall.web.goals import event_names_of
from footfall.web.keys import EVENT_NAMES, INDEX
from footfall.web.named_events import one_step, own_name


def is_event(node: str) -> bool:
    """Tell whether a node is an event rather than a page."""
    return node.startswith((EVENT_NODE, STEP_NODE))


def event_node(step: str) -> str:
    """Return the node of an event that is a step."""
    own = own_name(step)
    return EVENT_NODE + own if own else STEP_NODE + step


def named_nodes(request: web.Request, project: str, start: str) -> Mapping[str, Filter]:
    """Return the steps that are on the way, by their nodes: those that people named and did not hide, and `start`."""
    said = request.app[EVENT_NAMES].all(project)
    steps = [one.step for one in said if one.name and not one.hidden and not own_name(one.step)]
    if start.startswith(STEP_NODE):
        with suppress(RequestError):  # what makes no sense is met on no path
            steps.append(one_step(start.removeprefix(STEP_NODE)))
    return {STEP_NODE + step: parse(step).steps[0].filter for step in steps}


def called_events(request: web.Request, project: str) -> Mapping[str, str]:
    """Return what people call events, by their nodes."""
    said = [one for one in request.app[EVENT_NAMES].all(project) if one.name]
    return {event_node(one.step): one.name for one in said}


def offered_events(request: web.Request, project: str, chosen: str) -> tuple[tuple[str, str], ...]:
    """Return the events that paths may begin or end at, as nodes and what they are called, by name."""
    called = called_events(request, project)
    with request.app[INDEX].facts(project) as shot:
        nodes = {EVENT_NODE + name for name in event_names_of(shot)}
    nodes.update(named_nodes(request, project, chosen))
    if is_event(chosen):
        nodes.add(chosen)
    texts = ((node, _text(node, called)) for node in nodes)
    return tuple(sorted(texts, key=lambda one: (one[1].lower(), one[0])))


def shown_node(node: str, called: Mapping[str, str]) -> str:
    """Return what a node is called on pages: a page by its template, an event by its name."""
    return f"Event {_text(node, called)}" if is_event(node) else node


def _text(node: str, called: Mapping[str, str]) -> str:
    return called.get(node) or node.removeprefix(EVENT_NODE).removeprefix(STEP_NODE)
