"""Moments of media and of marked zones: media replay, informed call-to-action click."""

from footfall.analysis.moments.history import History, Told, View
from footfall.analysis.moments.moment import CONFIRMED, Moment, moment
from footfall.analysis.moments.paths import window_scrolls
from footfall.analysis.moments.rules import Informed, MediaReplay, Zone
from footfall.wire.facts import Media
from footfall.wire.schema import Click, PageView, Viewport, Visibility

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
            is_echo = told.time - again <= rules.echo_ms
            if back >= rules.back_ms and not is_echo:
                found.append(
                    moment("media_replay", told, fact.key, CONFIRMED, (told,), back_ms=back)
                )
                ended = None
    return found


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
        for zone in rules.zones:
            view = history.by_place[told.tab, told.view]
            if zone.page != told.page:
                continue
            seen = attention(history, view, zone, fact.document_height, told.time)
            if seen >= rules.attention_ms:
                detail = {"attention_ms": seen}
                found.append(moment("informed_click", told, fact.key, CONFIRMED, (told,), **detail))
                break
    return found


def is_call(click: Click, rules: Informed) -> bool:
    """Tell whether a click was on a call to action, by its label or its key."""
    label, key = click.text.lower(), click.key.lower()
    return any(word in label for word in rules.calls) or any(word in key for word in rules.keys)


def attention(history: History, view: View, zone: Zone, document: int, until: int) -> int:
    """Return for how long a zone was in a visible, focused viewport before `until`, ms.

    It is in it when its middle is, or when it fills half of it.
    """
    steps = _steps(history, view)
    total, y, height, is_seen = 0, 0, view.height or 1, True
    times = [time for time, _, _ in steps[1:]] + [until]
    for (time, what, value), after in zip(steps, times, strict=True):
        if what == "scroll":
            y = value
        elif what == "height":
            height = value
        elif what == "seen":
            is_seen = bool(value)
        if is_seen and _shows(y, height, zone, document):
            total += max(0, min(after, until) - time)
    return total


def _shows(y: int, height: int, zone: Zone, document: int) -> bool:
    top, bottom = zone.top * document, zone.bottom * document
    middle = (top + bottom) / 2
    overlap = min(bottom, y + height) - max(top, y)
    return y <= middle <= y + height or overlap >= height / 2


def _steps(history: History, view: View) -> list[tuple[int, str, int]]:
    """Return what changed of a view's window, by time: it begins scrolled to the top and seen."""
    steps = [(view.started, "seen", 1)]
    inside = history.inside[view.tab, view.number]
    for told in inside:
        if isinstance(told.fact, Viewport | PageView):
            steps.append((told.time, "height", told.fact.height))
        elif isinstance(told.fact, Visibility):
            steps.append((told.time, "seen", int(told.fact.visible and told.fact.focused)))
    steps += [(point.time, "scroll", point.y) for point in window_scrolls(inside)]
    return sorted(steps, key=lambda step: step[0])
