"""The built-in functions of the query language, as SQL templates.

An argument of the wrong type makes the result undefined, as in Azure: arguments are narrowed to the kinds listed.
Source: https://learn.microsoft.com/azure/cosmos-db/nosql/query/system-functions
"""

from __future__ import annotations

from dataclasses import dataclass

from local.cosmos.errors import BadRequest
from local.cosmos.query_terms import Kind, Term, equal


@dataclass(frozen=True, slots=True)
class _Function:
    arguments: tuple[Kind, ...]
    result: Kind
    template: str


_TEXT, _NUMBER, _BOOLEAN = Kind.STRING, Kind.NUMBER, Kind.BOOLEAN
_STARTS = "substr({0}, 1, length({1})) = {1}"
_ENDS = "(length({1}) = 0 OR substr({0}, -length({1})) = {1})"
_CONTAINS = "instr({0}, {1}) > 0"


def _ignoring_case(template: str) -> str:
    """The template with a third argument that says whether letters' case is ignored."""
    lowered = template.replace("{0}", "lower({0})").replace("{1}", "lower({1})")
    return f"CASE WHEN {{2}} THEN {lowered} ELSE {template} END"


_FUNCTIONS: dict[tuple[str, int], _Function] = {
    ("LOWER", 1): _Function((_TEXT,), _TEXT, "lower({0})"),
    ("UPPER", 1): _Function((_TEXT,), _TEXT, "upper({0})"),
    ("LENGTH", 1): _Function((_TEXT,), _NUMBER, "length({0})"),
    ("TRIM", 1): _Function((_TEXT,), _TEXT, "trim({0})"),
    ("LTRIM", 1): _Function((_TEXT,), _TEXT, "ltrim({0})"),
    ("RTRIM", 1): _Function((_TEXT,), _TEXT, "rtrim({0})"),
    ("SUBSTRING", 3): _Function((_TEXT, _NUMBER, _NUMBER), _TEXT, "substr({0}, {1} + 1, {2})"),
    ("LEFT", 2): _Function((_TEXT, _NUMBER), _TEXT, "substr({0}, 1, {1})"),
    ("RIGHT", 2): _Function((_TEXT, _NUMBER), _TEXT, "substr({0}, max(length({0}) - {1} + 1, 1))"),
    ("REPLACE", 3): _Function((_TEXT, _TEXT, _TEXT), _TEXT, "replace({0}, {1}, {2})"),
    ("INDEX_OF", 2): _Function((_TEXT, _TEXT), _NUMBER, "instr({0}, {1}) - 1"),
    ("STARTSWITH", 2): _Function((_TEXT, _TEXT), _BOOLEAN, _STARTS),
    ("STARTSWITH", 3): _Function((_TEXT, _TEXT, _BOOLEAN), _BOOLEAN, _ignoring_case(_STARTS)),
    ("ENDSWITH", 2): _Function((_TEXT, _TEXT), _BOOLEAN, _ENDS),
    ("ENDSWITH", 3): _Function((_TEXT, _TEXT, _BOOLEAN), _BOOLEAN, _ignoring_case(_ENDS)),
    ("CONTAINS", 2): _Function((_TEXT, _TEXT), _BOOLEAN, _CONTAINS),
    ("CONTAINS", 3): _Function((_TEXT, _TEXT, _BOOLEAN), _BOOLEAN, _ignoring_case(_CONTAINS)),
    ("ABS", 1): _Function((_NUMBER,), _NUMBER, "abs({0})"),
    ("ROUND", 1): _Function((_NUMBER,), _NUMBER, "round({0})"),
    ("TOSTRING", 1): _Function((_NUMBER,), _TEXT, "CAST({0} AS TEXT)"),
}
_TYPE_TESTS: dict[str, tuple[Kind, ...]] = {
    "IS_NULL": (Kind.NULL,),
    "IS_BOOL": (Kind.BOOLEAN,),
    "IS_NUMBER": (Kind.NUMBER,),
    "IS_STRING": (Kind.STRING,),
    "IS_ARRAY": (Kind.ARRAY,),
    "IS_OBJECT": (Kind.OBJECT,),
    "IS_PRIMITIVE": (Kind.NULL, Kind.BOOLEAN, Kind.NUMBER, Kind.STRING),
}


def call(name: str, arguments: list[Term]) -> Term:
    """The call of a built-in function; raises `BadRequest` for an unknown one or a wrong number of arguments."""
    if name in _TYPE_TESTS or name == "IS_DEFINED":
        if len(arguments) != 1:
            raise BadRequest(f"{name} takes one argument.")
        return _type_test(name, arguments[0])
    if name == "CONCAT" and len(arguments) >= 2:
        return Term("(" + " || ".join(term.as_kind(_TEXT) for term in arguments) + ")", _TEXT)
    if name == "ARRAY_LENGTH" and len(arguments) == 1:
        return Term(f"json_array_length({arguments[0].as_kind(Kind.ARRAY)})", _NUMBER)
    if name == "ARRAY_CONTAINS" and len(arguments) == 2:
        return _array_contains(*arguments)
    function = _FUNCTIONS.get((name, len(arguments)))
    if function is None:
        raise BadRequest(f"'{name}' with {len(arguments)} arguments is not a recognized built-in function.")
    narrowed = [term.as_kind(kind) for term, kind in zip(arguments, function.arguments, strict=True)]
    return Term(f"({function.template.format(*narrowed)})", function.result)


def _type_test(name: str, argument: Term) -> Term:
    """A test is never undefined: an undefined argument is of no type."""
    if name == "IS_DEFINED":
        defined = argument.type if argument.kind is Kind.ANY else argument.sql
        return Term("1" if argument.kind is Kind.NULL else f"({defined} IS NOT NULL)", _BOOLEAN)
    tests = " OR ".join(argument.is_of(kind) for kind in _TYPE_TESTS[name])
    return Term(f"ifnull({tests}, 0)", _BOOLEAN)


def _array_contains(array: Term, sought: Term) -> Term:
    element = Term("json_each.value", Kind.ANY, type="json_each.type")
    found = f"EXISTS (SELECT 1 FROM json_each({array.as_kind(Kind.ARRAY)}) WHERE {equal(element, sought)})"
    return Term(f"CASE WHEN {array.is_of(Kind.ARRAY)} THEN {found} END", _BOOLEAN)
