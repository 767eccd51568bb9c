"""Runs a query on documents as the language defines it: FROM and JOIN, WHERE, GROUP BY, SELECT, DISTINCT, OFFSET.

The documents come in the order that ORDER BY asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.query_aggregates import AGGREGATES
from local.cosmos.query_ast import Call, Expression, Literal, Parameter, Path, Query, Source
from local.cosmos.query_evaluator import RESULTS, Aggregation, Evaluate, Evaluator, Row, RunSubquery
from local.cosmos.query_values import canonical, undefined

Expand: TypeAlias = Callable[[Row], Iterator[Row]]
"""The rows that a source makes of one row."""


class Interpreter:
    """One query, ready to run. `outer` are the names around a subquery; a query of a container has none.

    Raises `BadRequest` for what is no query, and `NotSupported` for what this server cannot do.
    """

    def __init__(self, query: Query, parameters: Mapping[str, Any], outer: frozenset[str] = frozenset()) -> None:
        self._parameters = parameters
        self._outer = outer
        names = outer or _root_name(query)
        self._expansions: list[Expand] = []
        for number, source in enumerate(query.sources):
            self._expansions.append(self._expansion(source, names))
            names = (names if number or outer else frozenset()) | {source.alias}
        if outer and query.order_by:
            raise NotSupported("ORDER BY in a subquery")
        plain = Evaluator(names, parameters, self._prepare)
        self._where = plain(query.where) if query.where else None
        self._group_by = [plain(expression) for expression in query.group_by]
        self._aggregation = Aggregation(query.group_by) if query.group_by or _has_aggregate(query) else None
        self._project = self._projection(query, Evaluator(names, parameters, self._prepare, self._aggregation))
        self._distinct = query.distinct
        self._offset = self._count(query.offset, 0)
        self._limit = None if query.limit is None else self._count(query.limit, 0)
        self._root = next(iter(_root_name(query)), "")

    @property
    def is_streaming(self) -> bool:
        """Whether the result of one document does not depend on another."""
        return len(self._expansions) == 1 and not (self._aggregation or self._distinct or self._offset)

    def results_of(self, document: Any) -> Iterator[Any]:
        """What one document comes to, before OFFSET and LIMIT. Only for a query that is streaming."""
        return self._selected(self._rows([document]))

    def results(self, documents: Iterable[Any]) -> list[Any]:
        """The whole result."""
        return self._run(self._rows(documents))

    def _run(self, rows: Iterator[Row]) -> list[Any]:
        values = self._selected(self._groups(rows) if self._aggregation else rows)
        if self._distinct:
            values = _distinct(values)
        end = None if self._limit is None else self._offset + self._limit
        return list(islice(values, self._offset, end))

    def _rows(self, documents: Iterable[Any]) -> Iterator[Row]:
        for document in documents:
            yield from self._expanded({self._root: document})

    def _expanded(self, row: Row, depth: int = 0) -> Iterator[Row]:
        if depth < len(self._expansions):
            for wider in self._expansions[depth](row):
                yield from self._expanded(wider, depth + 1)
        elif not self._where or self._where(row) is True:
            yield row

    def _groups(self, rows: Iterator[Row]) -> Iterator[Row]:
        """One row per group, with the results of its aggregates."""
        groups: dict[Hashable, list[Row]] = {} if self._group_by else {(): []}
        for row in rows:
            groups.setdefault(tuple(canonical(term(row)) for term in self._group_by), []).append(row)
        aggregates = self._aggregation.found if self._aggregation else []
        for members in groups.values():
            results = []
            for name, argument in aggregates:
                values = [value for row in members if (value := argument(row)) is not undefined]
                results.append(AGGREGATES[name](values))
            yield {**(members[0] if members else {}), RESULTS: results}

    def _selected(self, rows: Iterator[Row]) -> Iterator[Any]:
        return (value for row in rows if (value := self._project(row)) is not undefined)

    def _projection(self, query: Query, evaluator: Evaluator) -> Evaluate:
        if query.columns is None:
            return evaluator(Path(query.sources[0].alias))
        columns = [(column.name, evaluator(column.expression)) for column in query.columns]
        if query.value_only:
            return columns[0][1]
        return lambda row: {name: value for name, each in columns if (value := each(row)) is not undefined}

    def _expansion(self, source: Source, names: frozenset[str]) -> Expand:
        alias = source.alias
        if isinstance(source.values, Query):
            if not names:
                raise NotSupported("FROM with a subquery on the container")
            values_of = self._prepare(source.values, names)
        else:
            value_of = Evaluator(names, self._parameters, self._prepare)(source.values)

            def values_of(row: Row) -> list[Any]:
                value = value_of(row)
                return [] if value is undefined else [value]

        if not source.iterated:
            return lambda row: ({**row, alias: value} for value in values_of(row))

        def elements(row: Row) -> Iterator[Row]:
            for value in values_of(row):
                if isinstance(value, list):
                    yield from ({**row, alias: element} for element in value)

        return elements

    def _prepare(self, query: Query, names: frozenset[str]) -> RunSubquery:
        inner = Interpreter(query, self._parameters, outer=names)
        return lambda row: inner._run(inner._expanded(row))

    def _count(self, operand: Expression | None, default: int) -> int:
        return count_of(operand, self._parameters, default)


def count_of(operand: Expression | None, parameters: Mapping[str, Any], default: int) -> int:
    """The number that TOP, OFFSET or LIMIT gives; raises `BadRequest` if it is none."""
    count: Any = default
    if isinstance(operand, Literal):
        count = operand.value
    elif isinstance(operand, Parameter):
        count = parameters.get(operand.name)
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise BadRequest(f"TOP, OFFSET and LIMIT take a whole number that is not negative, not {count!r}.")
    return count


def _root_name(query: Query) -> frozenset[str]:
    """The name of the container in FROM: whichever stands there."""
    first = query.sources[0].values if query.sources else None
    return frozenset((first.root,)) if isinstance(first, Path) else frozenset()


def _has_aggregate(query: Query) -> bool:
    return any(_aggregates(column) for column in query.columns or ())


def _aggregates(part: object) -> bool:
    """Whether an aggregate function is called in an expression, but for its subqueries."""
    if isinstance(part, Query):
        return False
    if isinstance(part, Call) and part.function in AGGREGATES:
        return True
    if isinstance(part, tuple):
        return any(map(_aggregates, part))
    return hasattr(part, "__slots__") and any(_aggregates(getattr(part, name)) for name in part.__slots__)


def _distinct(values: Iterator[Any]) -> Iterator[Any]:
    seen = set()
    for value in values:
        key = canonical(value)
        if key not in seen:
            seen.add(key)
            yield value
