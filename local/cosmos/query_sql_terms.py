"""SQL for the comparison of a value in a document with a constant.

SQLite finds 1 and `true` equal and sorts any number before any text; Cosmos DB compares values of one type only. So a
comparison with a value whose type only the document knows carries a guard. An undefined value is SQL NULL, and so
three-valued logic is the same on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from local.cosmos import json_paths
from local.cosmos.query_values import (
    ARRAY_RANK,
    BOOLEAN_RANK,
    NULL_RANK,
    NUMBER_RANK,
    OBJECT_RANK,
    TEXT_RANK,
    UNDEFINED_RANK,
    rank,
)

_BODY = "documents.body"


class Kind(Enum):
    """The types of values. The value of a member is how SQLite's `json_type` names it."""

    NULL = ("null",)
    BOOLEAN = ("true", "false")
    NUMBER = ("integer", "real")
    TEXT = ("text",)
    ARRAY = ("array",)
    OBJECT = ("object",)


SCALARS = (Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT)
_RANKS = {
    NULL_RANK: Kind.NULL,
    BOOLEAN_RANK: Kind.BOOLEAN,
    NUMBER_RANK: Kind.NUMBER,
    TEXT_RANK: Kind.TEXT,
    ARRAY_RANK: Kind.ARRAY,
    OBJECT_RANK: Kind.OBJECT,
}
_RANK_OF_TYPE = (
    ("null", NULL_RANK),
    ("true", BOOLEAN_RANK),
    ("false", BOOLEAN_RANK),
    ("integer", NUMBER_RANK),
    ("real", NUMBER_RANK),
    ("text", TEXT_RANK),
    ("array", ARRAY_RANK),
    ("object", OBJECT_RANK),
)


def kind_of(value: Any) -> Kind:
    """The kind of a Python value that came from JSON."""
    return _RANKS[rank(value)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in a document."""

    sql: str
    """The value as SQLite compares it; NULL where it is absent or null."""
    type: str
    """Its type, as `json_type` names it; NULL where it is absent."""
    json: str
    """The value as JSON text; empty if `sql` is all there is."""
    kind: Kind | None
    """Its kind, where all documents have the same."""

    def is_of(self, *kinds: Kind) -> str:
        """SQL: whether the value is of one of the kinds; NULL if it is undefined."""
        if self.kind is not None:
            return "1" if self.kind in kinds else "0"
        names = ", ".join(f"'{name}'" for kind in kinds for name in kind.value)
        return f"{self.type} IN ({names})"

    @property
    def rank(self) -> str:
        """SQL for the place of the value's type in the order of types."""
        cases = " ".join(f"WHEN '{name}' THEN {number}" for name, number in _RANK_OF_TYPE)
        return f"CASE {self.type} {cases} ELSE {UNDEFINED_RANK} END"


@dataclass(frozen=True, slots=True)
class Constant:
    sql: str
    kind: Kind


def place_of(steps: tuple[str | int, ...]) -> Place:
    if steps == ("id",):
        return Place("documents.id", "'text'", "", Kind.TEXT)
    if steps == ("_ts",):
        return Place("documents.timestamp", "'integer'", "", Kind.NUMBER)
    value, type_ = json_paths.value_sql(steps, _BODY), json_paths.type_sql(steps, _BODY)
    return Place(value, type_, json_paths.json_sql(steps, _BODY), None)


def equal(place: Place, constant: Constant) -> str:
    """SQL for `place = constant`: false when the types differ, NULL when the place is undefined."""
    if constant.kind is Kind.NULL:
        return f"({place.type} = 'null')"
    if place.kind is None:
        return f"({place.sql} = {constant.sql} AND {place.is_of(constant.kind)})"
    return f"({place.sql} = {constant.sql})" if place.kind is constant.kind else "0"


def ordered(place: Place, operator: str, constant: Constant, *, in_filter: bool) -> str:
    """SQL for `<`, `<=`, `>`, `>=` with a scalar: undefined, so NULL, unless both are of one type.

    Where only truth counts (`in_filter`), false does as well as NULL, and the plain form can use an index.
    """
    comparison = f"{place.sql} {operator} {constant.sql}"
    if place.kind is not None:
        return f"({comparison})" if place.kind is constant.kind else "NULL"
    guard = place.is_of(constant.kind)
    return f"({comparison} AND {guard})" if in_filter else f"CASE WHEN {guard} THEN {comparison} END"
