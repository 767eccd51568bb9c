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
from local.cosmos.query_interpreter import Interpreter, count_of
from local.cosmos.query_positions import Position, after_sql, place_in, position_of, result_token
from local.cosmos.query_sql import CompiledQuery, Rendering, Selected, compile_query
from local.cosmos.query_sql_terms import kind_of

_ROWS_PER_PAGE = 1000
_NO_LIMIT = 1 << 62


class _Parameter(msgspec.Struct):
    name: str
    value: Any


class QueryRequest(msgspec.Struct):
    """The body of a query."""

    query: str
    parameters: list[_Parameter] | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {parameter.name: parameter.value for parameter in self.parameters or ()}


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
        self._parameters = request.values
        kinds = tuple((name, kind_of(value)) for name, value in self._parameters.items())
        container = documents.container
        self._compiled = compile_query(request.query, kinds, container.single_partition_path)
        container.indexing.check_order(self._compiled.order_paths)
        query = self._compiled.query
        self._interpreter = Interpreter(query, self._parameters) if self._compiled.columns is None else None
        self._offset = self._count(query.offset, 0)
        self._limit = self._count(query.limit, _NO_LIMIT)

    def page(self, continuation: str | None, page_size: int) -> Page:
        """The next rows: at most `page_size` (1000 if it is not positive), and little more than 4 MiB."""
        wanted = page_size if page_size > 0 else _ROWS_PER_PAGE
        if self._interpreter and not self._interpreter.is_streaming:
            return self._page_of_result(self._interpreter, continuation, wanted)
        if not self._interpreter and self._compiled.counts:
            return Page([row for row, _ in self._rows(self._counting_statement()) if row is not None])
        return self._page_of_rows(position_of(continuation) if continuation else None, wanted)

    def statement(self, position: Position | None = None, limit: int = -1) -> Statement:
        """The SQL of the page after `position`. Each row has the columns, the order terms, and its sequence."""
        compiled = self._compiled
        source, values = self._source()
        if position:
            after, order_values = after_sql(compiled.order_by, position)
            source += f" AND {after}"
            values |= order_values
        columns = [column.sql for column in compiled.columns] if compiled.columns else ["documents.body"]
        places = columns + [term for term, _ in compiled.order_by]
        order = [f"{term} {'DESC' if descending else 'ASC'}" for term, descending in compiled.order_by]
        sql = (
            f"SELECT {', '.join([*places, 'documents.sequence'])} {source}"
            f" ORDER BY {', '.join([*order, 'documents.sequence'])} LIMIT :limit OFFSET :offset"
        )
        skipped = 0 if position or self._interpreter else self._offset
        return Statement(sql, values | {"limit": -1 if self._interpreter else limit, "offset": skipped})

    def _page_of_rows(self, position: Position | None, wanted: int) -> Page:
        """A page of a query of which each document makes one row at most."""
        given = position.given if position else 0
        rows_left = max(0, self._limit - given)
        wanted = min(wanted, rows_left)
        rows: list[bytes] = []
        size = taken = 0
        last: tuple[Any, ...] = ()
        for json, row in self._rows(self.statement(position, wanted + 1)):
            if taken == wanted or size >= LARGEST_PAGE:
                return Page(rows, "" if taken == rows_left else self._position(last, given + taken).token())
            if json is not None:
                rows.append(json)
                size += len(json)
            taken += json is not None or not self._interpreter
            last = row
        return Page(rows)

    def _page_of_result(self, interpreter: Interpreter, continuation: str | None, wanted: int) -> Page:
        """A page of a query whose result is known only when all documents are read. Each page reads them anew, so
        documents that come or go in between may move rows from one page to another, as they may in Azure.
        """
        bodies = (row[0] for _, row in self._rows(self.statement())) if self._compiled.query.sources else (b"null",)
        results = interpreter.results(map(msgspec.json.decode, bodies))
        first = place_in(continuation) if continuation else 0
        rows: list[bytes] = []
        size = 0
        for result in results[first : first + wanted]:
            if size >= LARGEST_PAGE:
                break
            rows.append(msgspec.json.encode(result))
            size += len(rows[-1])
        end = first + len(rows)
        return Page(rows, result_token(end) if end < len(results) else "")

    def _counting_statement(self) -> Statement:
        source, values = self._source()
        return Statement(f"SELECT {', '.join(column.sql for column in self._compiled.columns or ())} {source}", values)

    def _source(self) -> tuple[str, dict[str, Any]]:
        conditions, values = self._scope.conditions()
        values |= {binding.name: binding.value(self._parameters) for binding in self._compiled.bindings}
        table = self._documents.container.table
        return f"FROM {table} AS documents WHERE {conditions} AND {self._compiled.where}", values

    def _rows(self, statement: Statement) -> Iterator[tuple[bytes | None, tuple[Any, ...]]]:
        """Each row as JSON, None if it is undefined and so left out, and as SQLite gave it."""
        streamed = self._interpreter if self._interpreter and self._interpreter.is_streaming else None
        try:
            for row in self._documents.storage.connection.execute(statement.sql, statement.values):
                yield _interpreted(streamed, row[0]) if streamed else _row_json(self._compiled, row), row
        except sqlite3.OperationalError as fault:
            raise BadRequest(f"The query cannot be run: {fault}.") from fault

    def _position(self, row: tuple[Any, ...], given: int) -> Position:
        columns = len(self._compiled.columns or (None,))
        return Position(list(row[columns:-1]), row[-1], given)

    def _count(self, operand: Any, default: int) -> int:
        return count_of(operand, self._parameters, default)


def _interpreted(interpreter: Interpreter, body: str) -> bytes | None:
    for result in interpreter.results_of(msgspec.json.decode(body)):
        return msgspec.json.encode(result)
    return None


def _row_json(compiled: CompiledQuery, row: tuple[Any, ...]) -> bytes | None:
    """The JSON of a row; None for an undefined value, which SELECT VALUE leaves out."""
    columns = compiled.columns or ()
    if compiled.query.value_only or compiled.query.columns is None:
        return _column_json(columns[0], row[0]) if columns else None
    properties = []
    for column, value in zip(columns, row, strict=False):  # the row goes on with what it is ordered by
        json = _column_json(column, value)
        if json is not None:
            properties.append(msgspec.json.encode(column.name) + b":" + json)
    return b"{" + b",".join(properties) + b"}"


def _column_json(column: Selected, value: Any) -> bytes | None:
    if value is None:
        return None
    return str(value).encode() if column.rendering is Rendering.JSON else msgspec.json.encode(value)
