"""Splits a query between SQLite and the interpreter.

SQLite finds the documents, in order, by all that it decides as Cosmos DB would. If that is the whole query, it makes
the result too; else the interpreter runs the query on the documents found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.query_ast import Between, Binary, Call, Column, Expression, Literal, Logical, Path, Query
from local.cosmos.query_bindings import Binding
from local.cosmos.query_conditions import RELATIONS, BeyondSql, ConditionCompiler, chain
from local.cosmos.query_parser import parse_query
from local.cosmos.query_sql_terms import Kind, Place
from local.cosmos.query_values import undefined

ParameterKinds: TypeAlias = tuple[tuple[str, Kind], ...]
"""The parameters of a query with the kinds of their values, which decide how they compare."""
Steps: TypeAlias = tuple[str | int, ...]


class Rendering(Enum):
    """How a column's SQL value becomes JSON text. SQL NULL is undefined, and left out."""

    JSON = "already JSON"
    SCALAR = "a number or a text"


@dataclass(frozen=True, slots=True)
class Selected:
    name: str
    sql: str
    rendering: Rendering


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    query: Query
    where: str
    """True of all documents that the query is about, and of no others if `columns` are there."""
    columns: tuple[Selected, ...] | None
    """What SQLite makes of a document; None leaves that to the interpreter."""
    counts: bool
    """All documents make one row."""
    order_by: tuple[tuple[str, bool], ...]
    """SQL of each term, and whether it descends."""
    order_paths: tuple[tuple[Steps, bool], ...]
    """The same as the query has it."""
    bindings: tuple[Binding, ...]


@lru_cache(maxsize=1024)
def compile_query(text: str, kinds: ParameterKinds, partition_path: tuple[str, ...]) -> CompiledQuery:
    """The SQL of a query text. `partition_path` is the path of a single partition key, else empty.

    Raises `BadRequest` for what is no query, and `NotSupported` for what this server cannot do.
    """
    query = parse_query(text)
    compiler = ConditionCompiler(_alias(query), dict(kinds), partition_path)
    where, is_whole, known = _where(query, compiler)
    counts = _counts(query)
    columns = _columns(query, compiler, counts=counts) if is_whole else None
    paths = _order_paths(query)
    terms: list[tuple[str, bool]] = []
    for path, descending in paths:
        terms += ((sql, descending) for sql in _order_terms(path, compiler, known))
    return CompiledQuery(
        query=query,
        where=where,
        columns=columns,
        counts=counts,
        order_by=tuple(terms),
        order_paths=tuple((path.steps, descending) for path, descending in paths),
        bindings=tuple(compiler.bindings.values()),
    )


def _alias(query: Query) -> str:
    """The name of whole documents; empty if the query has none for them."""
    match query.sources:
        case (first, *_) if isinstance(first.values, Path) and not first.values.steps and not first.iterated:
            return first.alias
    return ""


def _where(query: Query, compiler: ConditionCompiler) -> tuple[str, bool, dict[Path, Kind]]:
    """The parts of WHERE that SQLite can decide, whether they are all, and the kinds of paths that follow from them."""
    conditions = _conjuncts(query.where)
    sql: list[str] = []
    known: dict[Path, Kind] = {}
    for condition in conditions:
        try:
            sql.append(compiler.filter(condition))
            known |= _known_kind(condition, compiler)
        except BeyondSql:
            continue
    return chain("AND", sql or ["1"]), len(sql) == len(conditions), known


def _conjuncts(where: Expression | None) -> tuple[Expression, ...]:
    match where:
        case None:
            return ()
        case Logical(operator="AND", operands=operands):
            return tuple(part for operand in operands for part in _conjuncts(operand))
    return (where,)


def _known_kind(condition: Expression, compiler: ConditionCompiler) -> dict[Path, Kind]:
    """What a comparison says about the kind of what it holds for."""
    match condition:
        case Binary(operator=operator, left=left, right=right) if operator == "=" or operator in RELATIONS:
            path, _, constant = compiler.sides(left, operator, right)
            return {path: compiler.kind(constant)}
        case Between(operand=Path() as path, low=low):
            _, _, constant = compiler.sides(path, ">=", low)
            return {path: compiler.kind(constant)}
    return {}


def _columns(query: Query, compiler: ConditionCompiler, *, counts: bool) -> tuple[Selected, ...] | None:
    """None if the interpreter has to make the result."""
    if len(query.sources) != 1 or query.distinct or query.group_by or (counts and query.limit):
        return None
    columns = query.columns or (Column("", Path(query.sources[0].alias)),)
    try:
        return tuple((_counted if counts else _selected)(column, compiler) for column in columns)
    except BeyondSql:
        return None


def _counts(query: Query) -> bool:
    """Whether all columns are COUNT."""
    columns = query.columns or ()
    found = [isinstance(each.expression, Call) and each.expression.function == "COUNT" for each in columns]
    return bool(found) and all(found)


def _counted(column: Column, compiler: ConditionCompiler) -> Selected:
    match column.expression:
        case Call(arguments=(Literal(value=value),)) if value is not undefined:
            return Selected(column.name, "count(*)", Rendering.SCALAR)
        case Call(arguments=(Path() as path,)):
            return Selected(column.name, f"count({compiler.place(path).type})", Rendering.SCALAR)
    raise BeyondSql


def _selected(column: Column, compiler: ConditionCompiler) -> Selected:
    match column.expression:
        case Path(root=root, steps=()) if compiler.is_document(root):
            return Selected(column.name, "documents.body", Rendering.JSON)
        case Path() as path:
            place: Place = compiler.place(path)
            rendering = Rendering.JSON if place.json else Rendering.SCALAR
            return Selected(column.name, place.json or place.sql, rendering)
    raise BeyondSql


def _order_paths(query: Query) -> tuple[tuple[Path, bool], ...]:
    if query.order_by and len(query.sources) > 1:
        raise BadRequest("Order-by over correlated collections is not supported.")
    paths = []
    for term in query.order_by:
        if not isinstance(term.expression, Path) or not term.expression.steps:
            raise BadRequest(
                "Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path."
            )
        paths.append((term.expression, term.descending))
    return tuple(paths)


def _order_terms(path: Path, compiler: ConditionCompiler, known: dict[Path, Kind]) -> list[str]:
    """SQL to sort by a value: by its type first, unless all documents have the same type there."""
    try:
        place = compiler.place(path)
    except BeyondSql as beyond:
        raise NotSupported(f"ORDER BY {path}") from beyond
    return [place.sql] if place.kind or path in known else [place.rank, place.sql]
