"""Made-up values of any type of ours: each field has one of its own, and all are the same every time."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import NAMESPACE_OID, UUID, uuid5

from immutables import Map

TIME = datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def made_up(kind: Any, name: str) -> Any:
    """A value of a type, with everything filled in that may be left out. Raises TypeError for a type unknown here."""
    return _made_up(kind, name, itertools.count(1), 0)


def all_made_up(kind: Any, name: str) -> list[Any]:
    """As many values as it takes to have every member of every enumeration in one of them."""
    count = max((len(enumeration) for enumeration in _enumerations(kind)), default=1)
    return [_made_up(kind, name, itertools.count(1), variant) for variant in range(count)]


def _made_up(kind: Any, name: str, numbers: Iterator[int], variant: int) -> Any:
    if dataclasses.is_dataclass(kind):
        return kind(**{field: _made_up(hint, field, numbers, variant) for field, hint in _fields(kind).items()})  # type: ignore[operator]
    if (origin := get_origin(kind)) is tuple:
        return (_made_up(get_args(kind)[0], name, numbers, variant),)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, value = (_made_up(argument, name, numbers, variant) for argument in get_args(kind))
        return Map({key: value}) if origin is Map else {key: value}
    if NoneType in get_args(kind):
        return _made_up(get_args(kind)[0], name, numbers, variant)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[variant % len(kind)]
    return _plain(kind, name, next(numbers))


def _plain(kind: Any, name: str, number: int) -> Any:
    values: dict[Any, Any] = {
        UUID: uuid5(NAMESPACE_OID, f"{name} {number}"),
        str: f"{name} {number}",
        int: number,
        bool: True,
        datetime: TIME.replace(minute=number % 60),
        date: TIME.date().replace(day=number % 28 or 28),
    }
    if kind not in values:
        raise TypeError(f"{name}: what does a {kind} look like? Add it here.")
    return values[kind]


def _fields(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _enumerations(kind: Any) -> Iterator[type[Enum]]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield kind
    for part in _fields(kind).values() if dataclasses.is_dataclass(kind) else get_args(kind):
        yield from _enumerations(part)
