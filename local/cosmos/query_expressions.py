"""Translates the expressions of a query to SQL over a table of documents, aliased `documents`."""

from __future__ import annotations

from typing import assert_never

from local.cosmos import json_paths
from local.cosmos.errors import BadRequest
from local.cosmos.query_ast import (
    Between,
    Binary,
    Call,
    Expression,
    InList,
    Like,
    Literal,
    Logical,
    Parameter,
    Path,
    Unary,
)
from local.cosmos.query_bindings import Binding, Operand
from local.cosmos.query_functions import call
from local.cosmos.query_terms import Kind, Term, equal, kind_of, ordered

AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX")
_BODY = "documents.body"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ARITHMETIC = ("+", "-", "*", "/", "%")


class ExpressionCompiler:
    """Compiles the expressions of one query, and gathers the values they need as `bindings`.

    `parameter_kinds` says what the parameters hold, `partition_path` is the path of a single partition key,
    or empty. An equality with that path, or with `id`, becomes one with a column that the primary index knows.
    """

    def __init__(self, parameter_kinds: dict[str, Kind], partition_path: tuple[str, ...]) -> None:
        self._kinds = parameter_kinds
        self._partition_path = partition_path
        self.bindings: dict[tuple[Operand, Kind, bool], Binding] = {}

    def filter(self, expression: Expression) -> str:
        """SQL for a condition of which only truth counts, in the form that indexes can serve."""
        match expression:
            case Logical(operator=operator, operands=operands):
                return _chain(operator, [self.filter(operand) for operand in operands])
            case Binary(operator="<" | "<=" | ">" | ">=" as operator, left=left, right=right):
                return self._ordered(left, operator, right, in_filter=True)
            case Between(operand=operand, low=low, high=high):
                return (
                    f"({self._ordered(operand, '>=', low, in_filter=True)}"
                    f" AND {self._ordered(operand, '<=', high, in_filter=True)})"
                )
            case Path(steps=steps):
                return equal(_path(steps), Term("1", Kind.BOOLEAN))
        return self.term(expression).as_kind(Kind.BOOLEAN)

    def term(self, expression: Expression) -> Term:
        match expression:
            case Literal() | Parameter():
                return self._operand(expression)
            case Path(steps=steps):
                return _path(steps)
            case Unary(operator=operator, operand=operand):
                return self._unary(operator, operand)
            case Binary():
                return self._binary(expression)
            case Logical(operator=operator, operands=operands):
                parts = [self.term(part).as_kind(Kind.BOOLEAN) for part in operands]
                return Term(_chain(operator, parts), Kind.BOOLEAN)
            case InList(operand=operand, members=members):
                return Term(self._in_list(operand, members), Kind.BOOLEAN)
            case Between(operand=operand, low=low, high=high):
                return self.term(Logical("AND", (Binary(">=", operand, low), Binary("<=", operand, high))))
            case Like():
                return self._like(expression)
            case Call(function=function, arguments=arguments):
                if function in AGGREGATES:
                    return self._aggregate(function, arguments)
                return call(function, [self.term(argument) for argument in arguments])
            case _ as unreachable:
                assert_never(unreachable)

    def _operand(self, operand: Operand) -> Term:
        kind = self._kind(operand)
        sql = "NULL" if kind is Kind.NULL else self._bound(operand)
        structured = kind in (Kind.ARRAY, Kind.OBJECT)
        return Term(sql, kind, json="'null'" if kind is Kind.NULL else sql if structured else "", constant=True)

    def _kind(self, operand: Operand) -> Kind:
        if isinstance(operand, Literal):
            return kind_of(operand.value)
        if operand.name not in self._kinds:
            raise BadRequest(f"The query uses the parameter {operand.name}, but no value is given for it.")
        return self._kinds[operand.name]

    def _bound(self, operand: Operand, *, as_partition: bool = False) -> str:
        key = (operand, self._kind(operand), as_partition)  # the kind tells apart 1 and true, equal in Python
        if key not in self.bindings:
            self.bindings[key] = Binding(f"value{len(self.bindings)}", operand, as_partition)
        return f":{self.bindings[key].name}"

    def _unary(self, operator: str, operand: Expression) -> Term:
        if operator == "NOT":
            return Term(f"(NOT {self.term(operand).as_kind(Kind.BOOLEAN)})", Kind.BOOLEAN)
        return Term(f"(- {self.term(operand).as_kind(Kind.NUMBER)})", Kind.NUMBER)

    def _binary(self, expression: Binary) -> Term:
        operator, left, right = expression.operator, expression.left, expression.right
        match operator:
            case "=":
                return Term(self._equal(left, right), Kind.BOOLEAN)
            case "!=":
                return Term(f"(NOT {self._equal(left, right)})", Kind.BOOLEAN)
            case "||":
                return call("CONCAT", [self.term(left), self.term(right)])
        if operator in _ARITHMETIC:
            return self._arithmetic(operator, self.term(left), self.term(right))
        return Term(self._ordered(left, operator, right, in_filter=False), Kind.BOOLEAN)

    def _arithmetic(self, operator: str, left: Term, right: Term) -> Term:
        dividend, divisor = left.as_kind(Kind.NUMBER), right.as_kind(Kind.NUMBER)
        if operator == "/":  # numbers are doubles in Cosmos DB, where 1 / 2 is 0.5
            return Term(f"(CAST({dividend} AS REAL) / {divisor})", Kind.NUMBER)
        return Term(f"({dividend} {operator} {divisor})", Kind.NUMBER)

    def _equal(self, left: Expression, right: Expression) -> str:
        if isinstance(left, Literal | Parameter):
            left, right = right, left
        if self._is_partition(left) and isinstance(right, Literal | Parameter):
            return f"(documents.partition = {self._bound(right, as_partition=True)})"
        return equal(self.term(left), self.term(right))

    def _is_partition(self, expression: Expression) -> bool:
        return isinstance(expression, Path) and expression.steps == self._partition_path != ()

    def _ordered(self, left: Expression, operator: str, right: Expression, *, in_filter: bool) -> str:
        if isinstance(left, Literal | Parameter):
            left, operator, right = right, _MIRRORED[operator], left
        return ordered(self.term(left), operator, self.term(right), in_filter=in_filter)

    def _in_list(self, operand: Expression, members: tuple[Expression, ...]) -> str:
        """One SQL IN for constants of one kind, as an index can serve it; else a chain of equalities."""
        if not members:
            raise BadRequest("IN needs at least one value.")
        constants = [member for member in members if isinstance(member, Literal | Parameter)]
        if len(constants) == len(members):
            if self._is_partition(operand):
                keys = ", ".join(self._bound(constant, as_partition=True) for constant in constants)
                return f"(documents.partition IN ({keys}))"
            sought = self.term(operand)
            terms = [self._operand(constant) for constant in constants]
            (kind, *other_kinds) = {term.kind for term in terms}
            if not other_kinds and kind is not Kind.NULL:
                values = ", ".join(term.sql for term in terms)
                return f"({sought.sql} IN ({values}) AND {sought.is_of(kind)})"
        return _chain("OR", [self._equal(operand, member) for member in members])

    def _like(self, expression: Like) -> Term:
        subject = self.term(expression.operand).as_kind(Kind.STRING)
        pattern = self.term(expression.pattern).as_kind(Kind.STRING)
        escape = f" ESCAPE {self.term(expression.escape).sql}" if expression.escape else ""
        return Term(f"({subject} LIKE {pattern}{escape})", Kind.BOOLEAN)

    def _aggregate(self, function: str, arguments: tuple[Expression, ...]) -> Term:
        if len(arguments) != 1:
            raise BadRequest(f"{function} takes one argument.")
        argument = self.term(arguments[0])
        if function == "COUNT":
            counted = argument.type if argument.kind is Kind.ANY else argument.json or argument.sql
            return Term(f"count({counted})", Kind.NUMBER)
        if function in ("MIN", "MAX"):
            return Term(f"{function.lower()}({argument.sql})", Kind.NUMBER)
        return Term(f"{function.lower()}({argument.as_kind(Kind.NUMBER)})", Kind.NUMBER)


def _chain(operator: str, parts: list[str]) -> str:
    """The parts joined as a balanced tree, for SQLite takes expressions of a limited depth only."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_chain(operator, parts[:middle])} {operator} {_chain(operator, parts[middle:])})"


def _path(steps: tuple[str | int, ...]) -> Term:
    if steps == ("id",):
        return Term("documents.id", Kind.STRING)
    return Term(
        json_paths.value_sql(steps, _BODY),
        Kind.ANY,
        type=json_paths.type_sql(steps, _BODY),
        json=json_paths.json_sql(steps, _BODY),
    )
