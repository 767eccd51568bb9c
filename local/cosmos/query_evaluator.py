"""Turns the expressions of a query into functions that compute them.

A function gets a row: the values that the names of FROM and JOIN stand for. Nothing about the expression is looked at
again for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, assert_never

from local.cosmos.errors import BadRequest
from local.cosmos.query_aggregates import AGGREGATES
from local.cosmos.query_ast import (
    ArrayOf,
    Between,
    Binary,
    Call,
    Conditional,
    Expression,
    InList,
    Like,
    Literal,
    Logical,
    Member,
    ObjectOf,
    Parameter,
    Path,
    Query,
    Subquery,
    SubqueryKind,
    Unary,
)
from local.cosmos.query_functions import function
from local.cosmos.query_operators import binary, conjunction, disjunction, member, unary
from local.cosmos.query_patterns import like
from local.cosmos.query_values import canonical, undefined

Row: TypeAlias = dict[str, Any]
Evaluate: TypeAlias = Callable[[Row], Any]
RunSubquery: TypeAlias = Callable[[Row], list[Any]]
RESULTS = ""
"""Where a row of a group keeps the results of its aggregates: no name of FROM is empty."""


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The grouping that an expression of SELECT is subject to, and the aggregates met in it."""

    group_by: tuple[Expression, ...]
    found: list[tuple[str, Evaluate]] = field(default_factory=list)
    """The name and the argument of each."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Compiles expressions for rows with `names`. `prepare` makes a subquery runnable."""

    names: frozenset[str]
    parameters: Mapping[str, Any]
    prepare: Callable[[Query, frozenset[str]], RunSubquery]
    aggregation: Aggregation | None = None

    def __call__(self, expression: Expression) -> Evaluate:
        """Raises `BadRequest` for names and functions that do not exist."""
        if self.aggregation and expression in self.aggregation.group_by:
            return Evaluator(self.names, self.parameters, self.prepare)(expression)
        match expression:
            case Literal(value=value):
                return lambda row: value
            case Parameter(name=name):
                return self._parameter(name)
            case Path():
                return self._path(expression)
            case Call(function=name, arguments=arguments):
                return self._aggregate(name, arguments) if name in AGGREGATES else self._call(name, arguments)
            case Subquery():
                return self._subquery(expression)
            case Like():
                return self._like(expression)
        return self._composed(expression)

    def _composed(
        self,
        expression: Unary | Binary | Logical | InList | Between | Member | Conditional | ArrayOf | ObjectOf,
    ) -> Evaluate:
        match expression:
            case Unary(operator=operator, operand=operand):
                return _applied(unary(operator), self(operand))
            case Binary(operator=operator, left=left, right=right):
                return _combined(binary(operator), self(left), self(right))
            case Member(of=of, key=key):
                return _combined(member, self(of), self(key))
            case Between(operand=operand, low=low, high=high):
                return self(Logical("AND", (Binary(">=", operand, low), Binary("<=", operand, high))))
            case Logical(operator=operator, operands=operands):
                parts, join = [self(part) for part in operands], conjunction if operator == "AND" else disjunction
                return lambda row: join([part(row) for part in parts])
            case InList(operand=operand, members=members):
                return _is_in(self(operand), [self(each) for each in members])
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                test, first, second = self(condition), self(then), self(otherwise)
                return lambda row: first(row) if test(row) is True else second(row)
            case ArrayOf(items=items):
                elements = [self(item) for item in items]
                return lambda row: [value for each in elements if (value := each(row)) is not undefined]
            case ObjectOf(properties=properties):
                named = [(name, self(value)) for name, value in properties]
                return lambda row: {name: value for name, each in named if (value := each(row)) is not undefined}
            case _ as unreachable:
                assert_never(unreachable)

    def _parameter(self, name: str) -> Evaluate:
        if name not in self.parameters:
            raise BadRequest(f"The query uses the parameter {name}, but no value is given for it.")
        value = self.parameters[name]
        return lambda row: value

    def _path(self, path: Path) -> Evaluate:
        root, steps = path.root, path.steps
        if root not in self.names:
            known = ", ".join(sorted(self.names)) or "none, as there is no FROM"
            raise BadRequest(f"Identifier '{root}' could not be resolved; the names here are: {known}.")
        if self.aggregation:
            raise BadRequest(f"'{path}' is neither in an aggregate function nor in the GROUP BY clause.")

        def value(row: Row) -> Any:
            found = row[root]
            for step in steps:
                found = member(found, step)
            return found

        return value

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> Evaluate:
        compute, values = function(name, len(arguments)), [self(argument) for argument in arguments]
        return lambda row: compute([value(row) for value in values])

    def _aggregate(self, name: str, arguments: tuple[Expression, ...]) -> Evaluate:
        if not self.aggregation:
            raise BadRequest(f"{name} may stand in SELECT only, and not within another aggregate.")
        if len(arguments) != 1:
            raise BadRequest(f"{name} takes one argument.")
        found = self.aggregation.found
        position = len(found)
        found.append((name, Evaluator(self.names, self.parameters, self.prepare)(arguments[0])))
        return lambda row: row[RESULTS][position]

    def _subquery(self, subquery: Subquery) -> Evaluate:
        if self.aggregation:
            raise BadRequest("A subquery cannot stand beside an aggregate function or in a SELECT with GROUP BY.")
        run = self.prepare(subquery.query, self.names)
        match subquery.kind:
            case SubqueryKind.EXISTS:
                return lambda row: bool(run(row))
            case SubqueryKind.ARRAY:
                return run
        return lambda row: _only(run(row))

    def _like(self, expression: Like) -> Evaluate:
        operand, pattern = self(expression.operand), self(expression.pattern)
        escape: Evaluate = self(expression.escape) if expression.escape else lambda row: ""

        def matches(row: Row) -> Any:
            texts = operand(row), pattern(row), escape(row)
            if not all(isinstance(text, str) for text in texts):
                return undefined
            return like(*texts[1:]).fullmatch(texts[0]) is not None

        return matches


def _applied(compute: Callable[[Any], Any], operand: Evaluate) -> Evaluate:
    return lambda row: compute(operand(row))


def _combined(compute: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda row: compute(left(row), right(row))


def _is_in(operand: Evaluate, members: list[Evaluate]) -> Evaluate:
    if not members:
        raise BadRequest("IN needs at least one value.")

    def found(row: Row) -> Any:
        sought = operand(row)
        if sought is undefined:
            return undefined
        wanted = canonical(sought)
        return any(canonical(each(row)) == wanted for each in members)

    return found


def _only(values: list[Any]) -> Any:
    if len(values) > 1:
        raise BadRequest("The cardinality of a scalar subquery result set cannot be greater than one.")
    return values[0] if values else undefined
