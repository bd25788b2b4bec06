"""Patterns: `*` is any text, `?` any one character. Linear in practice and quadratic at worst, whatever is written."""


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole of a text fits a pattern, without regard to case.

    The last `*` alone is tried again: O(len(pattern) × len(text)), never exponential.
    """
    pattern, text = pattern.casefold(), text.casefold()
    at = place = 0
    star, mark = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            mark += 1
            at, place = star + 1, mark
        else:
            return False
    return pattern[at:].strip("*") == ""
