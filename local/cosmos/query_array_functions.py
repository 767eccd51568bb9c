"""Built-in functions on arrays and objects."""

from __future__ import annotations

from itertools import chain
from typing import Any

from local.cosmos.query_signatures import ARRAY, BOOLEAN, DEFINED, NUMBER, OBJECT, signature
from local.cosmos.query_values import canonical, undefined


def _contains(array: list[Any], sought: Any, partially: bool = False) -> bool:
    """Whether an element equals `sought`, or (`partially`) is an object with all its properties."""
    if partially and isinstance(sought, dict):
        properties = {name: canonical(value) for name, value in sought.items()}
        return any(isinstance(element, dict) and _has(element, properties) for element in array)
    wanted = canonical(sought)
    return any(canonical(element) == wanted for element in array)


def _has(element: dict[str, Any], properties: dict[str, Any]) -> bool:
    return all(name in element and canonical(element[name]) == value for name, value in properties.items())


def _slice(array: list[Any], start: float, count: float = 2**53) -> Any:
    if start != int(start) or count != int(count):
        return undefined
    first = int(start) if start >= 0 else max(0, len(array) + int(start))
    return array[first : first + max(0, int(count))]


def _distinct(values: list[Any]) -> list[Any]:
    first: dict[Any, Any] = {}
    for value in values:
        first.setdefault(canonical(value), value)
    return list(first.values())


def _intersection(left: list[Any], right: list[Any]) -> list[Any]:
    wanted = {canonical(value) for value in right}
    return [value for value in _distinct(left) if canonical(value) in wanted]


ARRAY_FUNCTIONS = {
    "ARRAY_CONCAT": signature(lambda *arrays: list(chain.from_iterable(arrays)), ARRAY, ARRAY, repeated=True),
    "ARRAY_CONTAINS": signature(_contains, ARRAY, DEFINED, BOOLEAN, optional=1),
    "ARRAY_CONTAINS_ANY": signature(
        lambda array, *sought: any(_contains(array, each) for each in sought), ARRAY, DEFINED, repeated=True
    ),
    "ARRAY_CONTAINS_ALL": signature(
        lambda array, *sought: all(_contains(array, each) for each in sought), ARRAY, DEFINED, repeated=True
    ),
    "ARRAY_LENGTH": signature(len, ARRAY),
    "ARRAY_SLICE": signature(_slice, ARRAY, NUMBER, NUMBER, optional=1),
    "SETINTERSECT": signature(_intersection, ARRAY, ARRAY),
    "SETUNION": signature(lambda left, right: _distinct(left + right), ARRAY, ARRAY),
    "OBJECTTOARRAY": signature(lambda object_: [{"k": name, "v": value} for name, value in object_.items()], OBJECT),
}
