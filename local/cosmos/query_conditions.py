"""Translates conditions to SQL over a table of documents, aliased `documents`: those that SQLite decides alike.

All others are the interpreter's, who decides any. What SQLite cannot do, or would do a little differently - arithmetic,
deep equality, letters' case - raises `BeyondSql`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from local.cosmos.errors import BadRequest
from local.cosmos.query_ast import (
    Between,
    Binary,
    Call,
    Expression,
    InList,
    Literal,
    Logical,
    Parameter,
    Path,
    Unary,
)
from local.cosmos.query_bindings import Binding, Operand
from local.cosmos.query_sql_terms import SCALARS, Constant, Kind, Place, equal, kind_of, ordered, place_of
from local.cosmos.query_values import undefined

RELATIONS = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""Each with what it is from the other side."""
_TEXT_TESTS = {
    "STARTSWITH": "substr({0}, 1, length({1})) = {1}",
    "ENDSWITH": "(length({1}) = 0 OR substr({0}, -length({1})) = {1})",
    "CONTAINS": "instr({0}, {1}) > 0",
}
_TYPE_TESTS = {
    "IS_NULL": (Kind.NULL,),
    "IS_BOOL": (Kind.BOOLEAN,),
    "IS_NUMBER": (Kind.NUMBER,),
    "IS_STRING": (Kind.TEXT,),
    "IS_ARRAY": (Kind.ARRAY,),
    "IS_OBJECT": (Kind.OBJECT,),
    "IS_PRIMITIVE": (Kind.NULL, *SCALARS),
    "IS_DEFINED": tuple(Kind),
}


class BeyondSql(Exception):
    """Only the interpreter can tell."""


class ConditionCompiler:
    """Compiles conditions on the documents that a query calls `alias`, and gathers their values as `bindings`.

    `kinds` says what the parameters hold, `partition_path` is the path of a single partition key, or empty. An equality
    with that path, or with `id`, becomes one with a column that the primary index knows.
    """

    def __init__(self, alias: str, kinds: dict[str, Kind], partition_path: tuple[str, ...]) -> None:
        self._alias = alias
        self._kinds = kinds
        self._partition_path = partition_path
        self.bindings: dict[tuple[Operand, Kind, bool], Binding] = {}

    def filter(self, expression: Expression) -> str:
        """SQL for a condition of which only truth counts, in the form that indexes can serve."""
        match expression:
            case Logical(operator=operator, operands=operands):
                return chain(operator, [self.filter(operand) for operand in operands])
            case Binary(operator="=", left=left, right=right):
                path, _, constant = self.sides(left, "=", right)
                if self._is_partition(path):
                    return f"(documents.partition = {self._partition(constant)})"
            case Binary(operator=operator, left=left, right=right) if operator in RELATIONS:
                return self._relation(left, operator, right, in_filter=True)
            case Between(operand=operand, low=low, high=high):
                least = self._relation(operand, ">=", low, in_filter=True)
                return f"({least} AND {self._relation(operand, '<=', high, in_filter=True)})"
            case InList(operand=Path() as path, members=members) if members and self._is_partition(path):
                constants = [member for member in members if is_constant(member)]
                if len(constants) == len(members):
                    return f"(documents.partition IN ({', '.join(map(self._partition, constants))}))"
            case Call(function="ARRAY_CONTAINS", arguments=(array, Path(steps=("id",)) as path)):
                return self._id_in(array, path)
            case Path():
                return equal(self.place(expression), Constant("1", Kind.BOOLEAN))
        return self.condition(expression)

    def condition(self, expression: Expression) -> str:
        """SQL that is 1, 0 or, where the condition is undefined, NULL."""
        match expression:
            case Literal(value=bool() as value):
                return str(int(value))
            case Logical(operator=operator, operands=operands):
                return chain(operator, [self.condition(part) for part in operands])
            case Unary(operator="NOT", operand=operand):
                return f"(NOT {self.condition(operand)})"
            case Binary(operator="=" | "!=" as operator, left=left, right=right):
                path, _, constant = self.sides(left, operator, right)
                equality = equal(self.place(path), self._constant(constant))
                return equality if operator == "=" else f"(NOT {equality})"
            case Binary(operator=operator, left=left, right=right) if operator in RELATIONS:
                return self._relation(left, operator, right, in_filter=False)
            case Between(operand=operand, low=low, high=high):
                least = self._relation(operand, ">=", low, in_filter=False)
                return f"({least} AND {self._relation(operand, '<=', high, in_filter=False)})"
            case InList(operand=Path() as path, members=members) if members:
                return self._in_list(self.place(path), members)
            case Path():
                place = self.place(expression)
                return f"CASE WHEN {place.is_of(Kind.BOOLEAN)} THEN {place.sql} END"
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments)
        raise BeyondSql

    def is_document(self, name: str) -> bool:
        return bool(name) and name == self._alias

    def place(self, path: Path) -> Place:
        if not self.is_document(path.root) or not path.steps or any(not _plain(step) for step in path.steps):
            raise BeyondSql
        return place_of(path.steps)

    def sides(self, left: Expression, operator: str, right: Expression) -> tuple[Path, str, Operand]:
        """A comparison with its path on the left and its constant on the right."""
        if isinstance(left, Path) and is_constant(right):
            return left, operator, right
        if isinstance(right, Path) and is_constant(left):
            return right, RELATIONS.get(operator, operator), left
        raise BeyondSql

    def kind(self, operand: Operand) -> Kind:
        if isinstance(operand, Literal):
            if operand.value is undefined:
                raise BeyondSql
            return kind_of(operand.value)
        if operand.name not in self._kinds:
            raise BadRequest(f"The query uses the parameter {operand.name}, but no value is given for it.")
        return self._kinds[operand.name]

    def _is_partition(self, path: Path) -> bool:
        return self.is_document(path.root) and path.steps == self._partition_path != ()

    def _constant(self, operand: Operand) -> Constant:
        kind = self.kind(operand)
        if kind in (Kind.ARRAY, Kind.OBJECT):
            raise BeyondSql
        return Constant(self._bound(operand, kind), kind)

    def _partition(self, operand: Operand) -> str:
        kind = self.kind(operand)
        if kind in (Kind.ARRAY, Kind.OBJECT):
            raise BeyondSql
        return self._bound(operand, kind, as_partition=True)

    def _bound(self, operand: Operand, kind: Kind, *, as_partition: bool = False) -> str:
        key = (operand, kind, as_partition)  # the kind tells apart 1 and true, equal in Python
        if key not in self.bindings:
            self.bindings[key] = Binding(f"value{len(self.bindings)}", operand, as_partition)
        return f":{self.bindings[key].name}"

    def _relation(self, left: Expression, operator: str, right: Expression, *, in_filter: bool) -> str:
        path, operator, operand = self.sides(left, operator, right)
        constant = self._constant(operand)
        if constant.kind not in SCALARS:
            raise BeyondSql
        return ordered(self.place(path), operator, constant, in_filter=in_filter)

    def _in_list(self, place: Place, members: Sequence[Expression]) -> str:
        """One SQL IN for constants of one kind, as an index can serve it; else a chain of equalities."""
        constants = [self._constant(member) for member in members if is_constant(member)]
        if len(constants) < len(members):
            raise BeyondSql
        (kind, *other_kinds) = {constant.kind for constant in constants}
        if other_kinds or kind is Kind.NULL or place.kind is not None:
            return chain("OR", [equal(place, constant) for constant in constants])
        return f"({place.sql} IN ({', '.join(constant.sql for constant in constants)}) AND {place.is_of(kind)})"

    def _id_in(self, array: Expression, identity: Path) -> str:
        if not self.is_document(identity.root) or not is_constant(array) or self.kind(array) is not Kind.ARRAY:
            raise BeyondSql
        elements = f"SELECT value FROM json_each({self._bound(array, Kind.ARRAY)}) WHERE type = 'text'"
        return f"(documents.id IN ({elements}))"

    def _call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        match arguments:
            case (Path() as path,) if function in _TYPE_TESTS:
                return f"ifnull({self.place(path).is_of(*_TYPE_TESTS[function])}, 0)"
            case (Path() as path, Literal() | Parameter() as operand) if function in _TEXT_TESTS:
                place, constant = self.place(path), self._constant(operand)
                if constant.kind is Kind.TEXT:
                    test = _TEXT_TESTS[function].format(place.sql, constant.sql)
                    return f"CASE WHEN {place.is_of(Kind.TEXT)} THEN {test} END"
        raise BeyondSql


def is_constant(expression: Expression) -> TypeGuard[Operand]:
    return isinstance(expression, Literal | Parameter)


def chain(operator: str, parts: list[str]) -> str:
    """The parts joined as a balanced tree, for SQLite takes expressions of a limited depth only."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({chain(operator, parts[:middle])} {operator} {chain(operator, parts[middle:])})"


def _plain(step: str | int) -> bool:
    """Whether SQLite's paths can spell a step."""
    return step >= 0 if isinstance(step, int) else bool(step) and '"' not in step
