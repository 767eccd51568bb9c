"""Runs queries, page by page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from local.cosmos.documents import Documents
from local.cosmos.errors import BadRequest
from local.cosmos.feeds import LARGEST_PAGE, Page, Scope
from local.cosmos.query_bindings import Operand, operand_value
from local.cosmos.query_positions import Position, after_sql, position_of
from local.cosmos.query_sql import CompiledQuery, Rendering, Selected, compile_query
from local.cosmos.query_terms import kind_of

_ROWS_PER_PAGE = 1000
_NO_LIMIT = 1 << 62


class _Parameter(msgspec.Struct):
    name: str
    value: Any


class QueryRequest(msgspec.Struct):
    """The body of a query."""

    query: str
    parameters: list[_Parameter] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    values: dict[str, Any]


def parse_query_request(raw: bytes) -> QueryRequest:
    try:
        return msgspec.json.decode(raw, type=QueryRequest)
    except msgspec.DecodeError as fault:
        raise BadRequest(f"The query request is malformed: {fault}.") from fault


class QueryRun:
    """One query on the documents of a scope. Raises `BadRequest` for what is no query."""

    def __init__(self, documents: Documents, scope: Scope, request: QueryRequest) -> None:
        self._documents = documents
        self._scope = scope
        self._parameters = {parameter.name: parameter.value for parameter in request.parameters or ()}
        kinds = tuple((name, kind_of(value)) for name, value in self._parameters.items())
        self._compiled = compile_query(request.query, kinds, documents.container.single_partition_path)

    def page(self, continuation: str | None, page_size: int) -> Page:
        """The next rows: at most `page_size` (1000 if it is not positive), and little more than 4 MiB."""
        if self._compiled.aggregates:
            return Page([row for row, _ in self._rows(self._aggregate_statement()) if row is not None])
        position = position_of(continuation) if continuation else None
        given = position.given if position else 0
        rows_left = max(0, self._count(self._compiled.limit, _NO_LIMIT) - given)
        wanted = min(page_size if page_size > 0 else _ROWS_PER_PAGE, rows_left)
        rows: list[bytes] = []
        size = taken = 0
        last: tuple[Any, ...] = ()
        for json, row in self._rows(self.statement(position, wanted + 1)):
            if taken == wanted or size >= LARGEST_PAGE:
                return Page(rows, "" if taken == rows_left else self._position(last, given + taken).token())
            if json is not None:
                rows.append(json)
                size += len(json)
            taken, last = taken + 1, row
        return Page(rows)

    def statement(self, position: Position | None = None, limit: int = -1) -> Statement:
        """The SQL of the page after `position`. Each row has the columns, the order terms, and its sequence."""
        compiled = self._compiled
        source, values = self._source()
        if position:
            after, order_values = after_sql(compiled.order_by, position)
            source += f" AND {after}"
            values |= order_values
        places = [column.sql for column in compiled.columns] + [term for term, _ in compiled.order_by]
        order = [f"{term} {'DESC' if descending else 'ASC'}" for term, descending in compiled.order_by]
        sql = (
            f"SELECT {', '.join([*places, 'documents.sequence'])} {source}"
            f" ORDER BY {', '.join([*order, 'documents.sequence'])} LIMIT :limit OFFSET :offset"
        )
        offset = 0 if position else self._count(compiled.offset, 0)
        return Statement(sql, values | {"limit": limit, "offset": offset})

    def _aggregate_statement(self) -> Statement:
        source, values = self._source()
        return Statement(f"SELECT {', '.join(column.sql for column in self._compiled.columns)} {source}", values)

    def _source(self) -> tuple[str, dict[str, Any]]:
        conditions, values = self._scope.conditions()
        values |= {binding.name: binding.value(self._parameters) for binding in self._compiled.bindings}
        table = self._documents.container.table
        return f"FROM {table} AS documents WHERE {conditions} AND {self._compiled.where}", values

    def _rows(self, statement: Statement) -> Iterator[tuple[bytes | None, tuple[Any, ...]]]:
        try:
            for row in self._documents.storage.connection.execute(statement.sql, statement.values):
                yield _row_json(self._compiled, row), row
        except sqlite3.OperationalError as fault:
            raise BadRequest(f"The query cannot be run: {fault}.") from fault

    def _position(self, row: tuple[Any, ...], given: int) -> Position:
        return Position(list(row[len(self._compiled.columns) : -1]), row[-1], given)

    def _count(self, operand: Operand | None, default: int) -> int:
        if operand is None:
            return default
        count = operand_value(operand, self._parameters)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise BadRequest(f"TOP, OFFSET and LIMIT take a whole number that is not negative, not {count!r}.")
        return count


def _row_json(compiled: CompiledQuery, row: tuple[Any, ...]) -> bytes | None:
    """The JSON of a row; None for an undefined value, which SELECT VALUE leaves out."""
    if compiled.value_only:
        return _column_json(compiled.columns[0], row[0])
    properties = []
    for column, value in zip(compiled.columns, row, strict=False):  # the row goes on with what it is ordered by
        json = _column_json(column, value)
        if json is not None:
            properties.append(msgspec.json.encode(column.name) + b":" + json)
    return b"{" + b",".join(properties) + b"}"


def _column_json(column: Selected, value: Any) -> bytes | None:
    if value is None:
        return None
    match column.rendering:
        case Rendering.JSON:
            return str(value).encode()
        case Rendering.BOOLEAN:
            return b"true" if value else b"false"
    return msgspec.json.encode(value)
