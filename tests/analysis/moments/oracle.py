"""Each rule of TERMS.md once more, as plainly as it can be written, over all facts again and again."""

import itertools
from math import atan2, degrees, hypot, pi
from typing import Any

from footfall.wire.facts import (
    Excerpt,
    Exposure,
    Failure,
    Hover,
    Media,
    Reaction,
    Request,
    Submit,
)
from footfall.wire.schema import Click, Input, PageView, Pointer, Scroll, Visibility

Told = Any
"""A fact of any kind and its place: what an oracle asks of it is there, or the test fails."""
Facts = list[Told]


def in_order(facts: Facts) -> Facts:
    return sorted(facts, key=lambda one: (one.time, one.tab, one.sequence, one.ordinal))


def of(facts: Facts, kind: type[Any]) -> Facts:
    return [one for one in facts if isinstance(one.fact, kind)]


def answers(facts: Facts) -> list[tuple[Told, Told | None]]:
    """Return each click with its reaction."""
    free = of(facts, Reaction)
    pairs: list[tuple[Told, Told | None]] = []
    for click in of(facts, Click):
        mine = None
        for one in free:
            same = (one.tab, one.fact.stamp, one.fact.key) == (
                click.tab, click.fact.stamp, click.fact.key,
            )  # fmt: skip
            if same and click.time <= one.time <= click.time + 9_000:
                mine = one
                break
        if mine is not None:
            free.remove(mine)
        pairs.append((click, mine))
    return pairs


def dead(facts: Facts) -> list[Any]:
    found = []
    for click, answer in answers(facts):
        if answer is None or answer.fact.effect == "" or opens(facts, click, answer):
            continue
        if answer.fact.target not in ("button", "pointer") or 0 <= answer.fact.delay <= 1_000:
            continue
        later = answer.fact.delay >= 0 or 0 <= answer.fact.elsewhere <= 1_000
        found.append((click.time, click.tab, click.ordinal, "possible" if later else "confirmed"))
    return found


def opens(facts: Facts, click: Told, answer: Told) -> bool:
    """Tell whether another tab began within 3 s of a click that is said to have done nothing."""
    if answer.fact.effect != "nothing":
        return False
    for tab in {one.tab for one in facts} - {click.tab}:
        begun = next(one.time for one in facts if one.tab == tab)
        if click.time <= begun <= click.time + 3_000:
            return True
    return False


def slow(facts: Facts) -> list[Any]:
    return [
        (click.time, click.tab, click.ordinal)
        for click, answer in answers(facts)
        if answer is not None
        and answer.fact.delay > 3_000
        and answer.fact.target in ("button", "pointer", "link")
        and answer.fact.effect in ("mutation", "navigation")
    ]


def error(facts: Facts) -> list[Any]:
    blamed: dict[tuple[int, str, int], list[str]] = {}
    by_themselves: list[str] = []
    for one in of(facts, Failure) + of(facts, Request):
        if one.fact.cause == "resource":
            continue
        began = started(one)
        before = [c for c in of(facts, Click) if c.tab == one.tab and -2 <= began - c.time <= 1_000]
        if before:
            last = before[-1]
            blamed.setdefault((last.time, last.tab, last.ordinal), []).append(what(one))
        else:
            by_themselves += [what(one)] * one.fact.times
    counts = {
        place: sum(by_themselves.count(name) < 2 for name in names)
        for place, names in blamed.items()
    }
    return [(*place, count) for place, count in sorted(counts.items()) if count]


def what(one: Told) -> str:
    return "request" if isinstance(one.fact, Request) else f"failure {one.fact.line}"


def rage(facts: Facts) -> list[Any]:
    found = []
    bad = {place[:3] for place in (*dead(facts), *error(facts))}
    pairs = answers(facts)
    for tab in {one.tab for one in facts}:
        mine = [(c, a) for c, a in pairs if c.tab == tab]
        run: list[Told] = []
        for click, answer in [*mine, (None, None)]:
            counts = click is not None and eligible(facts, click, answer)
            if counts and click is not None and run and follows(run[-1], click):
                run.append(click)
                continue
            if len(run) >= 3 and not selects(facts, run):
                worse = any((one.time, one.tab, one.ordinal) in bad for one in run)
                grade = "confirmed" if worse else "possible"
                found.append((run[0].time, tab, run[0].ordinal, len(run), grade))
            run = [click] if counts and click is not None else []
    return sorted(found)


def follows(a: Told, b: Told) -> bool:
    near = hypot(a.fact.page_x - b.fact.page_x, a.fact.page_y - b.fact.page_y) <= 30
    return near and b.time - a.time <= 1_000 and a.view == b.view


def eligible(facts: Facts, click: Told, answer: Told | None) -> bool:
    if click.fact.modifiers or "plus" in click.fact.key:
        return False
    typed = any(
        one.tab == click.tab and one.fact.key == click.fact.key and one.fact.field != "checkbox"
        for one in of(facts, Input)
    )
    if answer is None:
        return not typed
    if answer.fact.target in ("field", "") and typed:
        return False
    return answer.fact.target not in ("editable", "canvas") and answer.fact.effect != "selection"


def selects(facts: Facts, run: Facts) -> bool:
    return any(
        one.tab == run[0].tab
        and one.fact.action == "select"
        and run[0].time <= one.time <= run[-1].time + 1_500
        for one in of(facts, Excerpt)
    )


def quick_back(facts: Facts) -> list[Any]:
    found = []
    for tab in {one.tab for one in facts}:
        begun = [one for one in of(facts, PageView) if one.tab == tab]
        for at in range(len(begun) - 2):
            a, b, c = begun[at : at + 3]
            touched = any(
                one.tab == tab
                and one.view == b.view
                and (
                    isinstance(one.fact, Click)
                    or getattr(one.fact, "action", "") in ("input", "change")
                )
                for one in [*of(facts, Click), *of(facts, Input)]
            )
            back = a.fact.url == c.fact.url and a.fact.url != b.fact.url
            within = b.fact.referrer.startswith("https://shop.example/")
            if back and within and c.time - b.time <= 7_000 and not touched:
                found.append((b.time, tab, b.view))
    return sorted(found)


def comparing(facts: Facts) -> list[Any]:
    looks = []
    for one in facts:
        is_look = isinstance(one.fact, PageView) or (
            isinstance(one.fact, Visibility) and one.fact.visible and one.fact.focused
        )
        if is_look and one.page.startswith("/product/"):
            looks.append((one.time, one.page, one.tab))
    found: list[Any] = []
    for at, (time, item, tab) in enumerate(looks):
        returns = any(
            looks[i][1] == item and looks[j][1] != item and time - looks[i][0] <= 600_000
            for j in range(at)
            for i in range(j)
        )
        if returns and not any(time - before[0] <= 600_000 for before in found):
            found.append((time, tab))
    return found


def refinements(facts: Facts) -> list[Any]:
    """Return runs of searches in each tab: when the second was, and how many there were."""
    found = []
    for tab in {one.tab for one in facts}:
        runs: list[list[int]] = [[]]
        last = None
        mine = [one for one in facts if one.tab == tab or opens_result(facts, one)]
        searched = -1  # place of the last search
        for at, one in enumerate(mine):
            if one.tab != tab or (isinstance(one.fact, PageView) and one.page != "/search"):
                runs.append([])
                continue
            if isinstance(one.fact, Submit):
                if "search" not in one.fact.key:
                    continue
            elif not isinstance(one.fact, PageView):
                continue
            same = last is not None and one.time - last <= 3_000 and isinstance(one.fact, PageView)
            typed = [other for other in of(mine[searched + 1 : at], Input) if types(other)]
            if same:
                last = one.time
                continue
            if searched >= 0 and not typed:
                continue
            last, searched = one.time, at
            if runs[-1] and one.time - runs[-1][-1] > 120_000:
                runs.append([])
            runs[-1].append(one.time)
        found += [(run[1], tab, len(run)) for run in runs if len(run) >= 2]
    return sorted(found)


def opens_result(facts: Facts, one: Told) -> bool:
    """Tell whether a tab begins with this page view, which a page of the site led to."""
    if not isinstance(one.fact, PageView) or one.page == "/search":
        return False
    is_first = one == next(other for other in of(facts, PageView) if other.tab == one.tab)
    return is_first and one.fact.referrer.startswith("https://shop.example/")


def types(one: Told) -> bool:
    return one.fact.action in ("input", "change")


def started(one: Told) -> int:
    return int(one.time) - (one.fact.ago if isinstance(one.fact, Failure) else one.fact.duration)


def hover_hesitations(facts: Facts) -> list[Any]:
    found = [
        (one.time - one.fact.hover, one.tab, one.fact.key, one.fact.hover)
        for one in of(facts, Click)
        if one.fact.hover >= 3_000
    ]
    for one in of(facts, Hover):
        start = one.time - one.fact.duration
        typed = [
            other
            for other in of(facts, Input)
            if other.tab == one.tab and other.fact.action == "input"
            if start < other.time <= one.time
        ]
        if one.fact.duration >= 3_000 and one.fact.clicks == 0 and not typed:
            found.append((start, one.tab, one.fact.key, one.fact.duration))
    return [
        (*place, ms, "possible" if ms > 60_000 else "confirmed") for *place, ms in sorted(found)
    ]


def exits(facts: Facts) -> list[Any]:
    return [
        (one.time + sum(one.fact.times), one.tab, one.fact.speed)
        for one in of(facts, Pointer)
        if one.fact.edge == "top" and one.fact.speed >= 500 and one.fact.pointer == "mouse"
    ]


def informed(facts: Facts) -> list[Any]:
    """Return calls to action after ten seconds on one zone, each millisecond of a step of 500 looked at."""
    found = []
    for click in of(facts, Click):
        if click.fact.key != "#buy":
            continue
        here = [one for one in facts if one.tab == click.tab]
        start = next(one.time for one in here if one.view == click.view)
        best = 0
        for zone in {one.fact.zone for one in of(here, Exposure)}:
            ms = 0
            for time in range(start, click.time, 500):
                shown = any(
                    one.fact.zone == zone and one.time - one.fact.duration <= time < one.time
                    for one in of(here, Exposure)
                )
                told = [
                    one.fact.visible and one.fact.focused
                    for one in of(here, Visibility)
                    if one.view == click.view and one.time <= time
                ]
                ms += 500 * (shown and (not told or told[-1]))
            best = max(best, ms)
        if best >= 10_000:
            found.append((click.time, click.tab, click.ordinal, best))
    return found


def replays(facts: Facts) -> list[Any]:
    """Return moves back over 3 s that were played, each 500 ms of the media counted one by one."""
    found = []
    for place in {(one.tab, one.view) for one in facts}:
        heard: set[int] = set()
        playing, over, again = None, False, None
        for one in of(facts, Media):
            if (one.tab, one.view) != place:
                continue
            media = one.fact
            until = media.amount if media.action == "seek" else media.position
            if playing is not None and media.action != "play":
                heard |= set(range(playing, until, 500))
            if media.action == "play":
                if over:
                    found.append((one.time, one.tab, one.ordinal))
                    again = one.time
                playing, over = media.position, False
            elif media.action == "seek":
                playing = None if playing is None else media.position
                back = len(heard & set(range(media.position, media.amount, 500))) * 500
                if back >= 3_000 and not (again is not None and one.time - again <= 1_000):
                    found.append((one.time, one.tab, one.ordinal))
                    over = False
            else:
                playing, over = None, over or media.action == "ended"
    return sorted(found)


def points(facts: Facts, kind: type[Any]) -> list[tuple[int, int, int]]:
    found = []
    for one in of(facts, kind):
        time, x, y = one.time, 0, 0
        for gap, dx, dy in zip(one.fact.times, one.fact.xs, one.fact.ys, strict=True):
            time, x, y = time + gap, x + dx, y + dy
            found.append((time, x, y))
    return sorted(found, key=lambda point: point[0])


def thrash_windows(facts: Facts, tab: str) -> list[tuple[int, int]]:
    """Return (from, to) of every window that fulfils the rule, whatever its length."""
    path = points([one for one in facts if one.tab == tab], Pointer)
    path = [p for at, p in enumerate(path) if at == 0 or p[1:] != path[at - 1][1:]]
    found = []
    for i in range(len(path)):
        for j in range(i + 1, len(path)):
            some = path[i : j + 1]
            span = some[-1][0] - some[0][0]
            xs, ys = [p[1] for p in some], [p[2] for p in some]
            way = sum(hypot(b[1] - a[1], b[2] - a[2]) for a, b in itertools.pairwise(some))
            ways = [atan2(b[2] - a[2], b[1] - a[1]) for a, b in itertools.pairwise(some)]
            turns = 0
            for a, b in itertools.pairwise(ways):
                turn = abs(b - a)
                turns += degrees(min(turn, 2 * pi - turn)) >= 45 - 1e-9
            box = max(max(xs) - min(xs), max(ys) - min(ys))
            fits = 0 < span <= 2_000 and turns >= 4 and way >= 300 and box <= 200
            if fits and 300 <= way / span * 1_000 <= 5_000:
                found.append((some[0][0], some[-1][0]))
    return found


def reversals(facts: Facts, tab: str, view: int) -> int:
    """Return how often scrolling turned back: the longest chain of turns of 400 px at least."""
    here = [one for one in facts if (one.tab, one.view) == (tab, view)]
    ys = [y for _, _, y in points(here, Scroll)]
    best = [[0, 0] for _ in ys]  # legs of the best chain that ends here going up, down
    for j in range(len(ys)):
        for i in range(j):
            if ys[j] - ys[i] >= 400:
                best[j][0] = max(best[j][0], best[i][1] + 1)
            if ys[i] - ys[j] >= 400:
                best[j][1] = max(best[j][1], best[i][0] + 1)
    legs = max((max(one) for one in best), default=0)
    return max(0, legs - 1)
