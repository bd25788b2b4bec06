"""Moments of media and of marked zones: media replay, informed call-to-action click."""

import re

from footfall.analysis.moments.history import History, Told, View
from footfall.analysis.moments.moment import CONFIRMED, Moment, moment
from footfall.analysis.moments.rules import Informed, MediaReplay
from footfall.wire.facts import Exposure, Media
from footfall.wire.schema import Click, Visibility

Stretch = tuple[int, int]


def find_replays(history: History, rules: MediaReplay) -> list[Moment]:
    """Return where a video or an audio was moved back over what had been played, or played again after its end."""
    players: dict[tuple[str, int, str], list[tuple[Told, Media]]] = {}
    for told in history.of(Media):
        if isinstance(told.fact, Media):
            place = (told.tab, told.view, told.fact.key)
            players.setdefault(place, []).append((told, told.fact))
    return [one for facts in players.values() for one in _replays(facts, rules)]


def _replays(facts: list[tuple[Told, Media]], rules: MediaReplay) -> list[Moment]:
    found = []
    played: list[Stretch] = []
    since: int | None = None  # position from which it plays
    ended: Told | None = None
    again = -(1 << 62)  # when it was played a second time
    for told, fact in facts:
        if fact.action == "play":
            if ended is not None and fact.duration >= rules.again_ms:
                detail = {"position_ms": fact.position}
                found.append(
                    moment("media_replay", told, fact.key, CONFIRMED, (ended, told), **detail)
                )
                again = told.time
            since, ended = fact.position, None
        elif fact.action in ("pause", "ended"):
            if since is not None:
                played.append((since, fact.position))
            since, ended = None, told if fact.action == "ended" else ended
        elif fact.action == "seek":
            if since is not None:
                played.append((since, fact.amount))
                since = fact.position
            back = _overlap(played, (fact.position, fact.amount))
            is_echo = told.time - again <= rules.echo_ms or _loops(fact, rules)
            if back >= rules.back_ms and not is_echo:
                found.append(
                    moment("media_replay", told, fact.key, CONFIRMED, (told,), back_ms=back)
                )
                ended = None
    return found


def _loops(fact: Media, rules: MediaReplay) -> bool:
    """Tell whether a seek is that of a film that begins anew by itself."""
    is_at_end = 0 <= fact.duration <= fact.amount + rules.loop_ms
    return is_at_end and fact.position <= rules.loop_ms


def _overlap(stretches: list[Stretch], one: Stretch) -> int:
    """Return how much of a stretch the others cover together."""
    covered, at = 0, one[0]
    for start, end in sorted(stretches):
        first, last = max(start, at), min(end, one[1])
        if last > first:
            covered += last - first
            at = last
    return covered


def find_informed(history: History, rules: Informed) -> list[Moment]:
    """Return clicks on a call to action after ten seconds with a marked zone of the page in sight."""
    found = []
    for told in history.of(Click):
        fact = told.fact
        if not isinstance(fact, Click) or not is_call(fact, rules):
            continue
        seen = _attention(history, told)
        if seen and max(seen.values()) >= rules.attention_ms:
            detail = {"attention_ms": max(seen.values())}
            found.append(moment("informed_click", told, fact.key, CONFIRMED, (told,), **detail))
    return found


def is_call(click: Click, rules: Informed) -> bool:
    """Tell whether a click was on a call to action, by its label or its key."""
    words = [*_words(click.text, rules.calls), *_words(click.key, rules.keys)]
    return bool(words)


def _words(text: str, wanted: tuple[str, ...]) -> list[str]:
    """Return which of these stand in a text as words of their own: a notebook is nothing to book."""
    return [
        one
        for one in wanted
        if re.search(rf"(?<![^\W\d_]){re.escape(one)}(?![^\W\d_])", text, re.IGNORECASE)
    ]


def _attention(history: History, click: Told) -> dict[str, int]:
    """Return for how long each marked zone was in a visible, focused viewport of the click's view before it, ms."""
    view = history.by_place[click.tab, click.view]
    stretches: dict[str, list[Stretch]] = {}
    for told in history.tabs[click.tab]:
        if isinstance(told.fact, Exposure):
            # One may be told after the click, or in the view that came next.
            first = max(told.time - told.fact.duration, view.started)
            last = min(told.time, click.time)
            if first < last:
                stretches.setdefault(told.fact.zone, []).append((first, last))
    seen = _seen(history, view, click.time)
    return {
        zone: sum(_overlap(some, stretch) for stretch in seen) for zone, some in stretches.items()
    }


def _seen(history: History, view: View, until: int) -> list[Stretch]:
    """Return when a view's tab was visible and focused before `until`; it begins so."""
    found: list[Stretch] = []
    since: int | None = view.started
    for told in history.inside[view.tab, view.number]:
        if not isinstance(told.fact, Visibility):
            continue
        if since is not None:
            found.append((since, told.time))
        since = told.time if told.fact.visible and told.fact.focused else None
    if since is not None:
        found.append((since, until))
    return [(first, min(last, until)) for first, last in found if first < until]
