"""How Service Bus SQL computes: values, comparisons, and a logic with three values.

A comparison with a property the message lacks is unknown (None here), `NOT` unknown is unknown, and a message passes
a filter only if the whole is true. Numbers behave as in C#: whole ones have 64 bits, and their quotient is whole.
What cannot be compared or computed (a text and a number, a division by zero) is unknown too.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from local.servicebus.arrival import Arrival

Expression = Callable[[Arrival], Any]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def literal(value: Any) -> Expression:
    return lambda arrival: value


def are_alike(first: Any, second: Any) -> bool:
    """Whether two values can be compared: two numbers, whatever their width, or two of one type."""
    return type(first) is type(second) or (_is_number(first) and _is_number(second))


def equal(first: Any, second: Any) -> bool:
    """Whether two values are the same; a number is not the flag that Python takes for one."""
    return are_alike(first, second) and bool(first == second)


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def compared(sign: str, left: Expression, right: Expression) -> Expression:
    compare = COMPARISONS[sign]

    def test(arrival: Arrival) -> bool | None:
        first, second = left(arrival), right(arrival)
        if first is None or second is None or not are_alike(first, second):
            return None
        return compare(first, second)

    return test


def is_in(left: Expression, choices: list[Expression]) -> Expression:
    def test(arrival: Arrival) -> bool | None:
        value = left(arrival)
        return None if value is None else any(equal(choice(arrival), value) for choice in choices)

    return test


def any_of(terms: list[Expression]) -> Expression:
    return _decided_by(True, terms)


def all_of(terms: list[Expression]) -> Expression:
    return _decided_by(False, terms)


def _decided_by(decisive: bool, terms: list[Expression]) -> Expression:
    """One term that is `decisive` decides; else all must be known."""

    def test(arrival: Arrival) -> bool | None:
        is_known = True
        for term in terms:
            value: object = term(arrival)
            if value is decisive:
                return decisive
            is_known = is_known and isinstance(value, bool)
        return not decisive if is_known else None

    return test


def negated(term: Expression) -> Expression:
    def test(arrival: Arrival) -> bool | None:
        value = term(arrival)
        return not value if isinstance(value, bool) else None

    return test


def is_null(term: Expression) -> Expression:
    return lambda arrival: term(arrival) is None


def computed(sign: str, left: Expression, right: Expression) -> Expression:
    compute = _ARITHMETIC[sign]

    def value(arrival: Arrival) -> Any:
        first, second = left(arrival), right(arrival)
        if _is_number(first) and _is_number(second):
            try:
                return _as_64_bits(compute(first, second))
            except (ZeroDivisionError, OverflowError, ValueError):
                return None
        is_text = sign == "+" and str in (type(first), type(second))
        if is_text and all(type(each) in (str, int, float) for each in (first, second)):
            return f"{first}{second}"
        return None

    return value


def _as_64_bits(value: Any) -> Any:
    """What C# keeps of a whole number that grew over 64 bits."""
    return value if isinstance(value, float) else (value + 2**63) % 2**64 - 2**63


def _quotient(first: Any, second: Any) -> Any:
    if isinstance(first, float) or isinstance(second, float):
        return first / second
    whole = abs(first) // abs(second)
    return whole if (first < 0) == (second < 0) else -whole


def _remainder(first: Any, second: Any) -> Any:
    if isinstance(first, float) or isinstance(second, float):
        return math.fmod(first, second)
    return first - second * _quotient(first, second)


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _quotient,
    "%": _remainder,
}


def is_like(left: Expression, pattern: Expression, escape: Expression) -> Expression:
    def test(arrival: Arrival) -> bool | None:
        text, wanted, mark = left(arrival), pattern(arrival), escape(arrival)
        if not isinstance(text, str) or not isinstance(wanted, str) or len(mark or "?") != 1:
            return None
        return _like(wanted, mark).fullmatch(text) is not None

    return test


@lru_cache(maxsize=1024)
def _like(pattern: str, escape: str | None) -> re.Pattern[str]:
    wildcards = {"%": ".*", "_": "."}
    parts, characters = [], iter(pattern)
    for character in characters:
        if character == escape:
            parts.append(re.escape(next(characters, "")))
        else:
            parts.append(wildcards.get(character, re.escape(character)))
    return re.compile("".join(parts), re.DOTALL)
