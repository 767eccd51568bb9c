"""The shape of a parsed query. Names are kept as written; nothing is resolved yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from local.cosmos.query_values import Undefined

Scalar: TypeAlias = bool | int | float | str | None
"""What a literal in a query text can be, beside `undefined`."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Scalar | Undefined


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    """With its leading `@`."""


@dataclass(frozen=True, slots=True)
class Path:
    """A name of FROM, and what stands below it; without steps, all of it."""

    root: str
    steps: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return self.root + "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in self.steps)


@dataclass(frozen=True, slots=True)
class Member:
    """A property or element of what is no path, or by a name or position that is computed."""

    of: Expression
    key: Expression


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
class Conditional:
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class ArrayOf:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ObjectOf:
    properties: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    """In upper case."""
    arguments: tuple[Expression, ...]


class SubqueryKind(Enum):
    SCALAR = "("
    EXISTS = "EXISTS("
    ARRAY = "ARRAY("


@dataclass(frozen=True, slots=True)
class Subquery:
    kind: SubqueryKind
    query: Query


Expression: TypeAlias = (
    Literal
    | Parameter
    | Path
    | Member
    | Unary
    | Binary
    | Logical
    | InList
    | Between
    | Like
    | Conditional
    | ArrayOf
    | ObjectOf
    | Call
    | Subquery
)


@dataclass(frozen=True, slots=True)
class Source:
    """One of FROM and its JOINs: `alias` stands for the value at a path or of a subquery, or for each of its items."""

    alias: str
    values: Path | Query
    iterated: bool = False


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
    sources: tuple[Source, ...] = ()
    where: Expression | None = None
    distinct: bool = False
    group_by: tuple[Expression, ...] = ()
    order_by: tuple[OrderTerm, ...] = ()
    offset: Expression | None = None
    limit: Expression | None = None
    """From either `TOP n` or `LIMIT n`."""
