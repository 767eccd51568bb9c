"""Translates a whole query to the parts of a SQL statement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.query_ast import Call, Column, Expression, Literal, Parameter, Path
from local.cosmos.query_bindings import Binding, Operand
from local.cosmos.query_expressions import AGGREGATES, ExpressionCompiler
from local.cosmos.query_parser import parse_condition, parse_query
from local.cosmos.query_terms import Kind, Term

ParameterKinds: TypeAlias = tuple[tuple[str, Kind], ...]
"""The parameters of a query with the kinds of their values, which decide how they compare."""


class Rendering(Enum):
    """How a column's SQL value becomes JSON text. SQL NULL is undefined, and left out."""

    JSON = "already JSON"
    BOOLEAN = "1 or 0"
    SCALAR = "a number or a text"


@dataclass(frozen=True, slots=True)
class Selected:
    name: str
    sql: str
    rendering: Rendering


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    columns: tuple[Selected, ...]
    value_only: bool
    """A row is the value of its one column, not an object of all."""
    aggregates: bool
    """All documents make one row."""
    where: str
    order_by: tuple[tuple[str, bool], ...]
    """SQL of each term, and whether it descends."""
    offset: Operand | None
    limit: Operand | None
    bindings: tuple[Binding, ...]


@lru_cache(maxsize=1024)
def compile_query(text: str, kinds: ParameterKinds, partition_path: tuple[str, ...]) -> CompiledQuery:
    """The SQL of a query text. `partition_path` is the path of a single partition key, else empty.

    Raises `BadRequest` for what is no query, and `NotSupported` for what this server cannot do.
    """
    query = parse_query(text)
    compiler = ExpressionCompiler(dict(kinds), partition_path)
    columns = query.columns or (Column("", Path(())),)
    if query.value_only and len(columns) != 1:
        raise BadRequest("SELECT VALUE takes one expression.")
    return CompiledQuery(
        columns=tuple(_selected(column, compiler) for column in columns),
        value_only=query.value_only or query.columns is None,
        aggregates=_aggregates(columns),
        where=compiler.filter(query.where) if query.where else "1",
        order_by=tuple((compiler.term(term.expression).sql, term.descending) for term in query.order_by),
        offset=_operand(query.offset),
        limit=_operand(query.limit),
        bindings=tuple(compiler.bindings.values()),
    )


@lru_cache(maxsize=256)
def compile_condition(text: str, partition_path: tuple[str, ...]) -> tuple[str, tuple[Binding, ...]]:
    """SQL and bindings of the condition of a conditional patch, `from c where ...`."""
    compiler = ExpressionCompiler({}, partition_path)
    return compiler.filter(parse_condition(text)), tuple(compiler.bindings.values())


def _selected(column: Column, compiler: ExpressionCompiler) -> Selected:
    term: Term = compiler.term(column.expression)
    if term.json:
        return Selected(column.name, term.json, Rendering.JSON)
    rendering = Rendering.BOOLEAN if term.kind is Kind.BOOLEAN else Rendering.SCALAR
    return Selected(column.name, term.sql, rendering)


def _aggregates(columns: tuple[Column, ...]) -> bool:
    found = [isinstance(column.expression, Call) and column.expression.function in AGGREGATES for column in columns]
    if any(found) and not all(found):
        raise NotSupported("Selecting aggregates beside plain values, which takes GROUP BY,")
    return any(found)


def _operand(expression: Expression | None) -> Operand | None:
    return expression if isinstance(expression, Literal | Parameter) else None
