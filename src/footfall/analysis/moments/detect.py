"""All rules over one session."""

from footfall.analysis.moments.clicks import find_dead, find_errors, find_rage, find_slow
from footfall.analysis.moments.forms import find_abandons, find_corrections, find_returns
from footfall.analysis.moments.hesitation import find_hesitations
from footfall.analysis.moments.history import History
from footfall.analysis.moments.moment import Moment
from footfall.analysis.moments.moves import find_exits, find_scrolling, find_thrash
from footfall.analysis.moments.norms import NO_NORMS, Norms
from footfall.analysis.moments.rules import RULES, Rules
from footfall.analysis.moments.visits import find_comparing, find_quick_backs, find_refinements
from footfall.analysis.moments.watching import find_informed, find_replays


def detect(history: History, rules: Rules = RULES, norms: Norms = NO_NORMS) -> list[Moment]:
    """Return every moment of a session, by (time, kind, tab, view, element)."""
    found = [
        *find_rage(history, rules.rage, rules.reacting, rules.error),
        *find_dead(history, rules.reacting),
        *find_slow(history, rules.reacting),
        *find_errors(history, rules.error, rules.reacting),
        *find_quick_backs(history, rules.quick_back),
        *find_thrash(history, rules.thrash),
        *find_scrolling(history, rules.scrolling, norms),
        *find_hesitations(history, rules.hesitation),
        *find_abandons(history, rules.forms, norms),
        *find_returns(history, rules.forms),
        *find_corrections(history, rules.forms),
        *find_comparing(history, rules.comparing),
        *find_replays(history, rules.media),
        *find_informed(history, rules.informed),
        *find_exits(history, rules.exit),
        *find_refinements(history, rules.refinement),
    ]
    return sorted(found, key=lambda one: (one.time, one.kind, one.tab, one.view, one.element))
