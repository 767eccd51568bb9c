"""The shape of a parsed query. Names are kept as written; nothing is resolved yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = bool | int | float | str | None
"""What a literal in a query text can be."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Scalar


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    """With its leading `@`."""


@dataclass(frozen=True, slots=True)
class Path:
    steps: tuple[str | int, ...]
    """Property names and array positions below the document; empty means the document itself."""


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logical:
    """A whole chain of AND or of OR: clients send chains of a thousand, too deep for a tree of pairs."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class InList:
    operand: Expression
    members: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Between:
    operand: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Like:
    operand: Expression
    pattern: Expression
    escape: Expression | None


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    """In upper case."""
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Literal | Parameter | Path | Unary | Binary | Logical | InList | Between | Like | Call


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class OrderTerm:
    expression: Expression
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    columns: tuple[Column, ...] | None
    """None stands for `SELECT *`."""
    value_only: bool
    where: Expression | None
    order_by: tuple[OrderTerm, ...]
    offset: Expression | None
    limit: Expression | None
    """From either `TOP n` or `LIMIT n`."""
