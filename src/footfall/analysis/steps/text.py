"""Steps as a text that fits into an address: `page(page=/cart) > click(text*=Pay) x2 within 5m > not error`."""

import json
import re
from typing import Final

from footfall.analysis.steps.errors import StepError
from footfall.analysis.steps.language import (
    FIELDS,
    KINDS,
    MAX_CONDITIONS,
    MAX_TEXT,
    MAX_TIMES,
    MAX_VALUES,
    MAX_WITHIN_MS,
    PER,
    Condition,
    Filter,
    Sequence,
    Step,
    checked,
    is_number,
)

MAX_LENGTH: Final = 20_000
_OPERATORS: Final = {
    "=": "is",
    "!=": "is not",
    "*=": "contains",
    "!*=": "contains not",
    "~": "pattern",
    ":": "between",
}
_SIGNS: Final = {operator: sign for sign, operator in _OPERATORS.items()}
_UNITS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_LETTER: Final = r"""(?:/:|[^\s"(),|>=~:*!])"""
# A star or an exclamation mark belongs to a word where no operator begins with it; a colon after a slash does.
_INNER: Final = r"[*!](?!\*?=)"
_TOKEN: Final = re.compile(
    rf"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<sign>!\*=|\*=|!=|=|~|[(),|>:])|(?P<word>(?:{_LETTER}|{_INNER})+))"""
)
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9_.#$-]|/:?)+")
_PLAIN_FIELD: Final = re.compile(r"[A-Za-z0-9_.#$-]+")


def write(sequence: Sequence) -> str:
    """Return the text of a sequence: `parse` of it is the same."""
    text = " > ".join(_step(step) for step in sequence.steps)
    if sequence.within is not None:
        text += f" in {duration(sequence.within)}"
    return text if sequence.per == "session" else f"{text} per {sequence.per}"


def parse(text: str) -> Sequence:
    """Read a sequence from its text. Raises StepError."""
    if len(text) > MAX_LENGTH:
        raise StepError(f"Steps have at most {MAX_LENGTH:,} characters.")
    return checked(_Reader(_tokens(text)).sequence())


def duration(ms: int) -> str:
    """Write a length of time: 1800000 is "30m"."""
    for unit in ("d", "h", "m", "s"):
        if ms % _UNITS[unit] == 0 and ms:
            return f"{ms // _UNITS[unit]}{unit}"
    return f"{ms}ms"


def parse_duration(text: str) -> int:
    """Read a length of time; ms. Raises StepError."""
    match = re.fullmatch(r"([0-9]{1,12})(ms|s|m|h|d)", text)
    ms = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 1 <= ms <= MAX_WITHIN_MS:
        raise StepError(f"“{text[:40]}” is no time; write it as 30s, 5m, 2h or 14d.")
    return ms


def _step(step: Step) -> str:
    where = ", ".join(_condition(one) for one in step.filter.where)
    text = ("not " if step.is_not else "") + step.filter.kind + (f"({where})" if where else "")
    if step.times != 1:
        text += f" x{step.times}"
    return text if step.within is None else f"{text} within {duration(step.within)}"


def _condition(one: Condition) -> str:
    # A property that bears the name of a field is quoted.
    is_plain = _PLAIN_FIELD.fullmatch(one.field) and not (one.is_property and one.field in FIELDS)
    field = one.field if is_plain else json.dumps(one.field, ensure_ascii=False)
    value = write_range(one) if one.operator == "between" else "|".join(map(_word, one.values))
    return field + _SIGNS[one.operator] + value


def write_range(one: Condition) -> str:
    """Write the range of a condition with "between": "10..50", open where an end is missing."""
    return "..".join("" if end is None else _number(end) for end in (one.low, one.high))


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


class _Word(str):
    """A word or a sign as it stands; what was quoted is an ordinary str."""

    __slots__ = ()


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise StepError(
                f"“{text[at : at + 20].strip()}” cannot be read; put texts into quotes."
            )
        quoted = match["quoted"]
        if quoted is None:
            found.append(_Word(match["sign"] or match["word"]))
        else:
            try:
                found.append(str(json.loads(quoted, strict=False)))
            except ValueError as error:
                raise StepError(f"{quoted[:40]} is not a text as JSON writes it.") from error
        at = match.end()
    return found


class _Reader:
    """Reads tokens from the left; each method takes what it is named after."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def sequence(self) -> Sequence:
        steps = [self._step()]
        while self._take(">"):
            steps.append(self._step())
        within = parse_duration(self._next("a time")) if self._take("in") else None
        per = self._next("“session” or “user”") if self._take("per") else PER[0]
        if self._at < len(self._tokens):
            raise StepError(
                f"“{self._tokens[self._at][:40]}” stands where “>” or the end was expected."
            )
        return Sequence(tuple(steps), within, str(per))

    def _step(self) -> Step:
        is_not = self._take("not")
        kind = self._next("a kind of event")
        if kind not in KINDS:
            raise StepError(f"“{kind[:40]}” is no kind of event: there are {', '.join(KINDS)}.")
        where: list[Condition] = []
        if self._take("("):
            where.append(self._condition())
            while self._take(","):
                where.append(self._condition())
            self._want(")")
        if len(where) > MAX_CONDITIONS:
            raise StepError(f"A step has at most {MAX_CONDITIONS} conditions.")
        times = self._times()
        if is_not and times != 1:
            raise StepError("What must not happen is not repeated.")
        within = parse_duration(self._next("a time")) if self._take("within") else None
        return Step(Filter(str(kind), tuple(where)), times, within, is_not)

    def _times(self) -> int:
        token = self._peek()
        match = re.fullmatch("x([0-9]{1,3})", token) if isinstance(token, _Word) else None
        if match is None:
            return 1
        self._at += 1
        if not 1 <= int(match[1]) <= MAX_TIMES:
            raise StepError(f"A step is repeated 1 to {MAX_TIMES} times.")
        return int(match[1])

    def _condition(self) -> Condition:
        field = self._next("a field")
        is_property = field not in FIELDS or not isinstance(field, _Word)
        operator = _OPERATORS.get(self._next("an operator"))
        if operator is None or not field or len(field) > MAX_TEXT:
            raise StepError(f"After “{field[:40]}” comes one of {' '.join(_OPERATORS)}.")
        if operator == "between":
            low, high = _range(self._next("a range"))
            return Condition(str(field), operator, (), low, high, is_property)
        values = [str(self._next("a value"))]
        while self._take("|"):
            values.append(str(self._next("a value")))
        if len(values) > MAX_VALUES or max(map(len, values)) > MAX_TEXT:
            raise StepError(f"There are at most {MAX_VALUES} values of {MAX_TEXT} characters.")
        return Condition(str(field), operator, tuple(values), None, None, is_property)

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, word: str) -> bool:
        token = self._peek()
        if not isinstance(token, _Word) or token != word:
            return False
        self._at += 1
        return True

    def _want(self, word: str) -> None:
        if not self._take(word):
            raise StepError(f"“{word}” is missing before “{(self._peek() or 'the end')[:40]}”.")

    def _next(self, what: str) -> str:
        token = self._peek()
        if token is None:
            raise StepError(f"The steps end where {what} was expected.")
        self._at += 1
        return token


def _range(text: str) -> tuple[float | None, float | None]:
    low, dots, high = text.partition("..")
    try:
        ends = [float(one) if one else None for one in (low, high)]
    except ValueError:
        ends = []
    if not dots or not ends or not all(one is None or is_number(one) for one in ends):
        raise StepError(f"“{text[:40]}” is no range; write it as 10..50, 10.. or ..50.")
    first, last = ends
    if (first is None and last is None) or (
        first is not None and last is not None and first > last
    ):
        raise StepError("A range goes from a smaller number to a larger.")
    return first, last
