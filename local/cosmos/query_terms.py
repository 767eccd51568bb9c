"""Expressions of a query, translated to SQL, with what is known of their types.

Cosmos DB compares values of one type only: 1 is neither `true` nor "1". SQLite would find 1 and `true` equal and
sort any number before any text, so a comparison with a value whose type only the document knows carries a guard.
An undefined value is SQL NULL, and so three-valued logic is the same on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """The types of values. The value of a member is how `json_type` names it."""

    NULL = ("null",)
    BOOLEAN = ("true", "false")
    NUMBER = ("integer", "real")
    STRING = ("text",)
    ARRAY = ("array",)
    OBJECT = ("object",)
    ANY = ()
    """Known only when the document is read."""


_SCALARS = (Kind.BOOLEAN, Kind.NUMBER, Kind.STRING)


def kind_of(value: Any) -> Kind:
    """The kind of a Python value that came from JSON."""
    match value:
        case None:
            return Kind.NULL
        case bool():
            return Kind.BOOLEAN
        case int() | float():
            return Kind.NUMBER
        case str():
            return Kind.STRING
        case list():
            return Kind.ARRAY
    return Kind.OBJECT


@dataclass(frozen=True, slots=True)
class Term:
    """A translated expression."""

    sql: str
    kind: Kind
    type: str = ""
    """Of `Kind.ANY`: SQL for the type, as `json_type` names it."""
    json: str = ""
    """SQL for the value as JSON text, where there is a better way than to encode `sql`."""
    constant: bool = False

    def is_of(self, kind: Kind) -> str:
        """SQL: whether the value is of a kind; NULL if it is undefined."""
        if self.kind is not Kind.ANY:
            return "1" if self.kind is kind else "0"
        names = ", ".join(f"'{name}'" for name in kind.value)
        return f"{self.type} IN ({names})"

    def as_kind(self, kind: Kind) -> str:
        """SQL for the value if it is of a kind, else NULL."""
        if self.kind is kind:
            return self.sql
        return f"CASE WHEN {self.is_of(kind)} THEN {self.sql} END" if self.kind is Kind.ANY else "NULL"

    @property
    def type_class(self) -> str:
        """SQL for a type name in which 1 and 1.5, and true and false, are of one type."""
        if self.kind is not Kind.ANY:
            return f"'{self.kind.value[0]}'"
        return f"CASE {self.type} WHEN 'real' THEN 'integer' WHEN 'false' THEN 'true' ELSE {self.type} END"


def equal(left: Term, right: Term) -> str:
    """SQL for `left = right`: false when the types differ, NULL when either is undefined."""
    if left.kind is not Kind.ANY and right.kind is not Kind.ANY:
        if left.kind is not right.kind:
            return "0"
        return "1" if left.kind is Kind.NULL else f"({left.sql} = {right.sql})"
    if left.kind is right.kind:
        same_type = f"{left.type_class} = {right.type_class}"
        return f"CASE {same_type} WHEN 1 THEN {left.sql} IS {right.sql} WHEN 0 THEN 0 END"
    unknown, known = (left, right) if left.kind is Kind.ANY else (right, left)
    if known.kind is Kind.NULL:
        return f"({unknown.type} = 'null')"
    return f"({unknown.sql} = {known.sql} AND {unknown.is_of(known.kind)})"


def ordered(left: Term, operator: str, right: Term, *, in_filter: bool) -> str:
    """SQL for `<`, `<=`, `>`, `>=`: undefined, so NULL, unless both are of one scalar type.

    Where only truth counts (`in_filter`), false does as well as NULL, and the plain form can use an index.
    """
    comparison = f"{left.sql} {operator} {right.sql}"
    kinds = {left.kind, right.kind} - {Kind.ANY}
    if len(kinds) == 2 or not kinds <= set(_SCALARS):
        return "NULL"
    if left.kind is right.kind is Kind.ANY:
        scalar = " OR ".join(left.is_of(kind) for kind in _SCALARS)
        guard = f"{left.type_class} = {right.type_class} AND ({scalar})"
    elif left.kind is right.kind:
        return f"({comparison})"
    else:
        (known,) = kinds
        guard = (left if left.kind is Kind.ANY else right).is_of(known)
    return f"({comparison} AND {guard})" if in_filter else f"CASE WHEN {guard} THEN {comparison} END"
