"""Values of documents as the query language compares, orders and computes with them.

Values of different types are never equal, whatever Python thinks of 1 and True. `undefined`, what a missing property
is, is no value at all: nothing equals it, and an operator that meets it yields it.
Source: the reference interpreter in the tests of azure-cosmos-dotnet-v3, `Query/OfflineEngine`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from enum import Enum
from typing import Any, Final


class Undefined(Enum):
    """The type of the one value `undefined`."""

    VALUE = "undefined"


undefined: Final = Undefined.VALUE

UNDEFINED_RANK, NULL_RANK, BOOLEAN_RANK, NUMBER_RANK, TEXT_RANK, ARRAY_RANK, OBJECT_RANK = range(7)
"""The order of types where values of several types are sorted."""
RANKS: Final[dict[type, int]] = {
    Undefined: UNDEFINED_RANK,
    type(None): NULL_RANK,
    bool: BOOLEAN_RANK,
    int: NUMBER_RANK,
    float: NUMBER_RANK,
    str: TEXT_RANK,
    list: ARRAY_RANK,
    dict: OBJECT_RANK,
}
_COMPARABLE = (NULL_RANK, BOOLEAN_RANK, NUMBER_RANK, TEXT_RANK)
_LARGEST_EXACT_INTEGER = 2**53


def rank(value: Any) -> int:
    return RANKS[type(value)]


def canonical(value: Any) -> tuple[int, Hashable]:
    """Equal for equal values only, and ordered as values of mixed types are: by type first."""
    if isinstance(value, list):
        return ARRAY_RANK, tuple(map(canonical, value))
    if isinstance(value, dict):
        return OBJECT_RANK, tuple(sorted((name, canonical(member)) for name, member in value.items()))
    return rank(value), 0 if value is undefined else value


def same(left: Any, right: Any) -> bool | Undefined:
    """`left = right`: arrays and objects by what is in them."""
    if left is undefined or right is undefined:
        return Undefined.VALUE
    return canonical(left) == canonical(right)


def comparable(left: Any, right: Any) -> bool:
    """Whether `<` and its kin have an answer: for two nulls, booleans, numbers or texts."""
    return rank(left) == rank(right) and rank(left) in _COMPARABLE


def number(result: float) -> int | float | Undefined:
    """The result of a computation: a whole number as an integer; undefined where JSON has no such number."""
    if not math.isfinite(result):
        return undefined
    return int(result) if abs(result) <= _LARGEST_EXACT_INTEGER and result == int(result) else result
