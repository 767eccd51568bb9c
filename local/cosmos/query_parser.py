"""Reads a query into its tree.

Source: https://learn.microsoft.com/azure/cosmos-db/nosql/query/
"""

from __future__ import annotations

from functools import lru_cache

from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.query_ast import Column, Expression, Literal, OrderTerm, Parameter, Path, Query, Source
from local.cosmos.query_expression_parser import ExpressionParser
from local.cosmos.query_lexer import TokenKind

_CLAUSES = frozenset(("WHERE", "ORDER", "OFFSET", "GROUP", "JOIN", "IN"))
"""Words after a source that cannot be its alias."""


@lru_cache(maxsize=1024)
def parse_query(text: str) -> Query:
    """The tree of a SELECT. Raises `BadRequest` that shows where reading stopped, or `NotSupported`."""
    return _Parser(text).whole_query()


def parse_condition(text: str) -> Query:
    """The condition of a conditional patch, `from c where <condition>`, as a query for the documents it holds for."""
    query = parse_query(f"SELECT * {text}")
    if query.where is None:
        raise BadRequest(f"The patch condition has no WHERE: '{text}'.")
    return query


class _Parser(ExpressionParser):
    def whole_query(self) -> Query:
        query = self._query()
        if self._next.kind is not TokenKind.END:
            raise self._syntax_error()
        return query

    def _query(self) -> Query:
        self._expect_keyword("SELECT")
        distinct = bool(self._keyword("DISTINCT"))
        limit = self._count() if self._keyword("TOP") else None
        value_only = bool(self._keyword("VALUE"))
        columns = None if self._symbol("*") else self._columns(value_only=value_only)
        sources = self._sources() if self._keyword("FROM") else ()
        where = self._expression() if self._keyword("WHERE") else None
        group_by = self._group_by() if self._keyword("GROUP") else ()
        order_by = self._order_by() if self._keyword("ORDER") else ()
        offset = None
        if self._keyword("OFFSET"):
            offset = self._count()
            self._expect_keyword("LIMIT")
            if limit is not None:
                raise BadRequest("TOP and OFFSET LIMIT cannot stand in one query.")
            limit = self._count()
        query = Query(columns, value_only, sources, where, distinct, group_by, order_by, offset, limit)
        _check(query)
        return query

    def _columns(self, *, value_only: bool) -> tuple[Column, ...]:
        columns: list[Column] = []
        unnamed = 0
        while not columns or self._symbol(","):
            expression = self._expression()
            name = self._word() if self._keyword("AS") else _own_name(expression)
            if not name:
                unnamed += 1
                name = f"${unnamed}"
            columns.append(Column(name, expression))
        names = {column.name for column in columns}
        if value_only and len(columns) != 1:
            raise BadRequest("SELECT VALUE takes one expression.")
        if len(names) < len(columns):
            raise BadRequest("Two columns have one name; tell them apart with AS.")
        return tuple(columns)

    def _sources(self) -> tuple[Source, ...]:
        sources = [self._source()]
        while self._keyword("JOIN"):
            sources.append(self._source())
        names = {source.alias for source in sources}
        if len(names) < len(sources):
            raise BadRequest("Two sources of FROM and JOIN have one name; tell them apart with AS.")
        return tuple(sources)

    def _source(self) -> Source:
        if self._symbol("("):
            query = self._query()
            self._expect_symbol(")")
            alias = self._alias()
            if not alias:
                raise BadRequest("A subquery in FROM or JOIN needs a name: (SELECT ...) AS name.")
            return Source(alias, query)
        name = self._word()
        if self._keyword("IN"):
            return Source(name, self._path(), iterated=True)
        path = self._steps_after(name)
        return Source(self._alias() or _own_name(path) or path.root, path)

    def _alias(self) -> str:
        if self._keyword("AS"):
            return self._word()
        is_name = self._next.kind is TokenKind.WORD and self._next.keyword not in _CLAUSES
        return self._word() if is_name else ""

    def _path(self) -> Path | Query:
        if self._symbol("("):
            query = self._query()
            self._expect_symbol(")")
            return query
        return self._steps_after(self._word())

    def _steps_after(self, name: str) -> Path:
        path = self._member(Path(name))
        if not isinstance(path, Path):
            raise BadRequest("FROM takes a path of property names and array positions.")
        return path

    def _group_by(self) -> tuple[Expression, ...]:
        self._expect_keyword("BY")
        terms = [self._expression()]
        while self._symbol(","):
            terms.append(self._expression())
        return tuple(terms)

    def _order_by(self) -> tuple[OrderTerm, ...]:
        self._expect_keyword("BY")
        if self._keyword("RANK"):
            raise NotSupported("ORDER BY RANK")
        terms = [self._order_term()]
        while self._symbol(","):
            terms.append(self._order_term())
        return tuple(terms)

    def _order_term(self) -> OrderTerm:
        expression = self._expression()
        return OrderTerm(expression, descending=self._keyword("ASC", "DESC") == "DESC")

    def _count(self) -> Expression:
        count = self._primary()
        if not isinstance(count, Literal | Parameter):
            raise BadRequest("TOP, OFFSET and LIMIT take a number or a parameter.")
        return count


def _own_name(expression: Expression) -> str:
    match expression:
        case Path(steps=(*_, str(last))):
            return last
        case Path(root=root, steps=()):
            return root
    return ""


def _check(query: Query) -> None:
    """Raise `BadRequest` for clauses that Azure does not take together."""
    if query.columns is None and len(query.sources) != 1:
        raise BadRequest("'SELECT *' is only valid with a single input set.")
    if query.group_by and query.order_by:
        raise BadRequest("'ORDER BY' is not supported in presence of GROUP BY.")
