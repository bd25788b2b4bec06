"""Page templates: paths with placeholders for what varies, learned from the paths there are."""

from footfall.analysis.templates.learn import MANY, Suggestion, learn
from footfall.analysis.templates.rules import MAX_RULES, RuleError, Rules, checked_rule

__all__ = ["MANY", "MAX_RULES", "RuleError", "Rules", "Suggestion", "checked_rule", "learn"]
