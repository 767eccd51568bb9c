"""Expressions and built-in functions, each by what it comes to. What is undefined comes to nothing."""

from typing import Any

import pytest

from local.cosmos.errors import BadRequest
from local.cosmos.query_interpreter import Interpreter
from local.cosmos.query_parser import parse_query

DOCUMENT = {
    "n": 5,
    "half": 0.5,
    "text": "Abc",
    "flag": True,
    "none": None,
    "list": [1, 2.0, "x", {"a": 1, "b": 2}, [1]],
    "names": ["b", "a", "b"],
    "object": {"a": 1, "b": [True]},
    "key": "a",
}
UNDEFINED: list[Any] = []


def value_of(expression: str, **parameters: Any) -> list[Any]:
    query = parse_query(f"SELECT VALUE {expression} FROM c")
    return Interpreter(query, {f"@{name}": value for name, value in parameters.items()}).results([DOCUMENT])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 % 4 - -2", 5),
        ("-7 % 4", -3),
        ("1 / 2", 0.5),
        ("4 / 2", 2),
        ("c.n / 0", UNDEFINED),
        ("c.n + c.text", UNDEFINED),
        ("c.n + c.flag", UNDEFINED),
        ("1 < 2 = true", True),
        ("c.n = 5.0", True),
        ("c.flag = 1", False),
        ("c.none = null", True),
        ("c.none >= null", True),
        ("c.none = c.absent", UNDEFINED),
        ("c.absent != 1", UNDEFINED),
        ("undefined = undefined", UNDEFINED),
        ("'a' < 'b'", True),
        ("'B' < 'a'", True),
        ("1 < 'a'", UNDEFINED),
        ("false < true", True),
        ("c.object = {'b': [true], 'a': 1.0}", True),
        ("c.object != {'a': 1}", True),
        ("[1, 2] = [1, 2.0]", True),
        ("[1] = [true]", False),
        ("[1] < [2]", UNDEFINED),
        ("true AND c.absent", UNDEFINED),
        ("false AND c.absent", False),
        ("true OR c.n", True),
        ("false OR c.n", UNDEFINED),
        ("NOT c.flag", False),
        ("NOT c.n", UNDEFINED),
        ("c.n IN (1, 5)", True),
        ("c.n NOT IN (1, 5)", False),
        ("c.absent IN (1)", UNDEFINED),
        ("c.n IN (c.absent, '5')", False),
        ("c.n BETWEEN 5 AND 6", True),
        ("c.n NOT BETWEEN 1 AND 'x'", UNDEFINED),
        ("c.absent ?? c.none ?? 1", None),
        ("c.absent ?? 1", 1),
        ("c.flag ? 'yes' : 'no'", "yes"),
        ("c.n ? 'yes' : 'no'", "no"),
        ("'a' || 'b' || 'c'", "abc"),
        ("'a' || 1", UNDEFINED),
        ("6 & 3", 2),
        ("6 | 3", 7),
        ("6 ^ 3", 5),
        ("~5", -6),
        ("4294967297 & 3", 1),
        ("c.list[3].b", 2),
        ("c['list'][1]", 2.0),
        ("c.list[9]", UNDEFINED),
        ("c.object[c.key]", 1),
        ("c.list[c.n - 5]", 1),
        ("c.text[0]", UNDEFINED),
        ("@p.a[1]", 8),
        ("{'x': c.n, y: c.absent, \"z\": [c.absent, 1]}", {"x": 5, "z": [1]}),
        ("[]", []),
        ("'it\\'s \\u00e9 \\n'", "it's é \n"),
        ("1e3 + .5", 1000.5),
    ],
)
def test_operators(expression: str, expected: Any) -> None:
    found = value_of(expression, p={"a": [7, 8]})
    assert found == (expected if expected is UNDEFINED else [expected])
    assert [type(value) for value in found] == [type(value) for value in ([] if expected is UNDEFINED else [expected])]


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("a%", "abc", "ba"),
        ("%c", "abc", "cb"),
        ("a_c", "abc", "abbc"),
        ("%b%", "abc", "aBc"),
        ("a[b-d]c", "acc", "aec"),
        ("a[^b-d]c", "aec", "acc"),
        ("100[%]", "100%", "1000"),
        ("[[]x", "[x", "x"),
        ("a.c", "a.c", "abc"),
        ("%a\n%", "x a\ny", "x a y"),
    ],
)
def test_like(pattern: str, matching: str, other: str) -> None:
    assert value_of("@text LIKE @pattern", text=matching, pattern=pattern) == [True]
    assert value_of("@text LIKE @pattern", text=other, pattern=pattern) == [False]


def test_like_with_an_escape() -> None:
    assert value_of("'20%' LIKE '20^%' ESCAPE '^'") == [True]
    assert value_of("'200' LIKE '20^%' ESCAPE '^'") == [False]
    assert value_of("c.n LIKE '5'") == UNDEFINED


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("LOWER('ÀB')", "àb"),
        ("upper('éa')", "ÉA"),
        ("LENGTH('é☃')", 2),
        ("LENGTH(1)", UNDEFINED),
        ("TRIM('  a ')", "a"),
        ("LTRIM('  a ')", "a "),
        ("RTRIM('  a ')", "  a"),
        ("SUBSTRING('abcdef', 1, 3)", "bcd"),
        ("SUBSTRING('abc', 5, 1)", ""),
        ("SUBSTRING('abc', -1, 2)", ""),
        ("SUBSTRING('abc', 0.5, 2)", UNDEFINED),
        ("LEFT('abc', 2)", "ab"),
        ("RIGHT('abc', 2)", "bc"),
        ("RIGHT('abc', 9)", "abc"),
        ("REPLACE('aba', 'a', 'x')", "xbx"),
        ("REPLICATE('ab', 2)", "abab"),
        ("REPLICATE('ab', -1)", UNDEFINED),
        ("REVERSE('abc')", "cba"),
        ("INDEX_OF('abcabc', 'c')", 2),
        ("INDEX_OF('abcabc', 'c', 3)", 5),
        ("INDEX_OF('abc', 'x')", -1),
        ("CONCAT('a', 'b', 'c')", "abc"),
        ("CONCAT('a', c.n)", UNDEFINED),
        ("CONTAINS(c.text, 'BC')", False),
        ("CONTAINS(c.text, 'BC', true)", True),
        ("STARTSWITH(c.text, 'ab', true)", True),
        ("ENDSWITH(c.text, 'bc')", True),
        ("STRINGEQUALS(c.text, 'abc', true)", True),
        ("StringJoin(c.names, '-')", "b-a-b"),
        ("StringSplit('a,b', ',')", ["a", "b"]),
        ("ToString(c.n)", "5"),
        ("ToString(c.flag)", "true"),
        ("ToString('x')", "x"),
        ("ToString([1, 'a'])", '[1,"a"]'),
        ("StringToNumber(' 1.5 ')", 1.5),
        ("StringToNumber('x')", UNDEFINED),
        ("StringToBoolean('true')", True),
        ("StringToNull('null')", None),
        ("StringToArray('[1]')", [1]),
        ("StringToObject('{\"a\":1}')", {"a": 1}),
        ("ABS(-5)", 5),
        ("CEILING(1.2)", 2),
        ("FLOOR(-1.2)", -2),
        ("ROUND(2.5)", 3),
        ("ROUND(-2.5)", -3),
        ("ROUND(2.345, 2)", 2.35),
        ("TRUNC(-2.9)", -2),
        ("SIGN(-3)", -1),
        ("SQRT(9)", 3),
        ("SQRT(-1)", UNDEFINED),
        ("SQUARE(3)", 9),
        ("POWER(2, 10)", 1024),
        ("LOG(EXP(2))", 2),
        ("LOG(8, 2)", 3),
        ("LOG(0)", UNDEFINED),
        ("LOG10(100)", 2),
        ("ROUND(PI() * 100)", 314),
        ("ROUND(DEGREES(PI()))", 180),
        ("ROUND(SIN(RADIANS(90)))", 1),
        ("ATN2(0, 1)", 0),
        ("ARRAY_LENGTH(c.list)", 5),
        ("ARRAY_LENGTH(c.text)", UNDEFINED),
        ("ARRAY_CONTAINS(c.list, 2)", True),
        ("ARRAY_CONTAINS(c.list, true)", False),
        ("ARRAY_CONTAINS(c.list, {'a': 1})", False),
        ("ARRAY_CONTAINS(c.list, {'a': 1}, true)", True),
        ("ARRAY_CONTAINS(c.list, [1])", True),
        ("ARRAY_CONTAINS(c.absent, 1)", UNDEFINED),
        ("ARRAY_CONTAINS(c.list, c.absent)", UNDEFINED),
        ("ARRAY_CONTAINS_ANY(c.names, 'z', 'a')", True),
        ("ARRAY_CONTAINS_ALL(c.names, 'z', 'a')", False),
        ("ARRAY_CONCAT([1], [2], [3])", [1, 2, 3]),
        ("ARRAY_SLICE(c.names, 1)", ["a", "b"]),
        ("ARRAY_SLICE(c.names, -2, 1)", ["a"]),
        ("ARRAY_SLICE(c.names, 0, -1)", []),
        ("SetIntersect(c.names, ['b', 'c'])", ["b"]),
        ("SetUnion(c.names, ['c'])", ["b", "a", "c"]),
        ("ObjectToArray({'a': 1})", [{"k": "a", "v": 1}]),
        ("IIF(c.flag, 1, 2)", 1),
        ("IIF(c.absent, 1, 2)", 2),
        ("IS_DEFINED(c.none)", True),
        ("IS_DEFINED(c.absent)", False),
        ("IS_INTEGER(5.0)", True),
        ("IS_INTEGER(c.half)", False),
        ("IS_PRIMITIVE(c.list)", False),
        ("GetCurrentTimestamp() > 1600000000000", True),
        ("GetCurrentTicks() > 637000000000000000", True),
        ("LENGTH(GetCurrentDateTime())", 28),
    ],
)
def test_functions(call: str, expected: Any) -> None:
    assert value_of(call) == (expected if expected is UNDEFINED else [expected])


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("NOSUCH(1)", "'NOSUCH'"),
        ("REGEXMATCH('a', 'a')", "'REGEXMATCH'"),
        ("ST_DISTANCE(c.a, c.b)", "'ST_DISTANCE'"),
        ("LOWER()", "LOWER does not take 0"),
        ("LOWER('a', 'b')", "LOWER does not take 2"),
        ("CONCAT('a')", "CONCAT does not take 1"),
        ("udf.mine(c)", "udf.mine"),
        ("TOSTRING(1.5e300)", "TOSTRING"),
        ("c.n IN ()", "IN needs"),
        ("'a' LIKE 'a[z-a]'", "set of characters"),
        ("'a' LIKE 'a' ESCAPE 'xy'", "one character"),
        ("NOT c.n = 5", "parentheses"),
        ("NOT c.n IN (1)", "parentheses"),
        ("'a' || 'b' = 'ab'", "parentheses"),
        ("SUM(COUNT(1))", "COUNT may stand"),
        ("COUNT(c.n, 1)", "COUNT takes one"),
        ("(SELECT VALUE x FROM x IN c.list)", "cardinality"),
        ("{a 1}", "expected :"),
    ],
)
def test_what_is_no_expression_is_refused_by_name(expression: str, named: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        value_of(expression)
    assert named in str(refusal.value)
