"""The operators of the query language, on values. An operand of the wrong type makes the result undefined."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from local.cosmos.query_values import NUMBER_RANK, comparable, number, rank, same, undefined


def unary(symbol: str) -> Callable[[Any], Any]:
    return _UNARY[symbol]


def binary(symbol: str) -> Callable[[Any, Any], Any]:
    return _BINARY[symbol]


def conjunction(values: list[Any]) -> Any:
    """AND: false if one is false, whatever the others are."""
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else undefined


def disjunction(values: list[Any]) -> Any:
    """OR: true if one is true, whatever the others are."""
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else undefined


def negation(value: Any) -> Any:
    return not value if isinstance(value, bool) else undefined


def member(of: Any, key: Any) -> Any:
    """A property of an object, or an element of an array."""
    if isinstance(of, dict) and isinstance(key, str):
        return of.get(key, undefined)
    if isinstance(of, list) and isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(of):
        return of[key]
    return undefined


def _ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def ordered(left: Any, right: Any) -> Any:
        if not comparable(left, right):
            return undefined
        return compare(0, 0) if left is None else compare(left, right)

    return ordered


def _arithmetic(compute: Callable[[Any, Any], float]) -> Callable[[Any, Any], Any]:
    def computed(left: Any, right: Any) -> Any:
        if rank(left) != NUMBER_RANK or rank(right) != NUMBER_RANK:
            return undefined
        try:
            return number(compute(left, right))
        except (ArithmeticError, ValueError):  # JSON has neither infinity nor "not a number"
            return undefined

    return computed


def _concatenated(left: Any, right: Any) -> Any:
    return left + right if isinstance(left, str) and isinstance(right, str) else undefined


def _signed_32_bits(value: float) -> int:
    """As JavaScript takes numbers for its bitwise operators."""
    return (int(value) + 2**31) % 2**32 - 2**31


def _bitwise(compute: Callable[[int, int], int]) -> Callable[[Any, Any], Any]:
    return _arithmetic(lambda left, right: compute(_signed_32_bits(left), _signed_32_bits(right)))


def _different(left: Any, right: Any) -> Any:
    return negation(same(left, right))


_UNARY: dict[str, Callable[[Any], Any]] = {
    "NOT": negation,
    "-": lambda value: _BINARY["-"](0, value),
    "+": lambda value: _BINARY["+"](0, value),
    "~": lambda value: _BINARY["^"](-1, value),
}
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "=": same,
    "!=": _different,
    "<": _ordering(operator.lt),
    "<=": _ordering(operator.le),
    ">": _ordering(operator.gt),
    ">=": _ordering(operator.ge),
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "/": _arithmetic(operator.truediv),
    "%": _arithmetic(math.fmod),
    "&": _bitwise(operator.and_),
    "|": _bitwise(operator.or_),
    "^": _bitwise(operator.xor),
    "||": _concatenated,
    "??": lambda left, right: right if left is undefined else left,
}
