"""COUNT, SUM, AVG, MIN and MAX over the rows of a group. Undefined arguments count for nothing.

Source: https://learn.microsoft.com/azure/cosmos-db/nosql/query/sum and its neighbours
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from local.cosmos.query_values import NUMBER_RANK, TEXT_RANK, canonical, number, rank, undefined


def _sum(values: Sequence[Any]) -> Any:
    return number(sum(values)) if _all_numbers(values) else undefined


def _average(values: Sequence[Any]) -> Any:
    return number(sum(values) / len(values)) if values and _all_numbers(values) else undefined


def _least(values: Sequence[Any]) -> Any:
    return min(values, key=canonical) if _all_scalars(values) else undefined


def _greatest(values: Sequence[Any]) -> Any:
    return max(values, key=canonical) if _all_scalars(values) else undefined


def _all_numbers(values: Sequence[Any]) -> bool:
    return all(rank(value) == NUMBER_RANK for value in values)


def _all_scalars(values: Sequence[Any]) -> bool:
    return bool(values) and all(rank(value) <= TEXT_RANK for value in values)


AGGREGATES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "COUNT": len,
    "SUM": _sum,
    "AVG": _average,
    "MIN": _least,
    "MAX": _greatest,
}
