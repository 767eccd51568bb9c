"""The SQL filters of Service Bus rules, compiled to functions of a payload.

SQL's logic has three values: a comparison with a property the message lacks is unknown (None here), `NOT` unknown is
unknown, and a message passes only if the whole expression is true. Names are case-insensitive; `sys.` names a
property of the message, `user.` or nothing one of the sender's own.

Understood: AND OR NOT, = <> != < > <= >=, IN, LIKE … ESCAPE, IS [NOT] NULL, EXISTS(name), + - * / %, literals.
Source: Microsoft Learn, "Subscription rule SQL filter syntax".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from local.servicebus.message import Payload

Expression = Callable[[Payload], Any]

SYSTEM_NAMES = frozenset(
    {"messageid", "label", "correlationid", "to", "replyto", "sessionid", "replytosessionid", "contenttype"}
)
_SYNONYMS = {"subject": "label"}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>\d+\.\d+|\d+)
    |(?P<name>\[[^\]]+\]|"[^"]+"|[A-Za-z_@$][\w$]*)|(?P<operator><>|!=|>=|<=|[=<>(),.+*/%-]))""",
    re.VERBOSE,
)


class SqlFilterError(ValueError):
    """The expression is not a SQL filter this broker understands."""


class _Token(NamedTuple):
    kind: str
    text: str


def compile_sql(text: str) -> Callable[[Payload], bool]:
    """The test that `text` describes. Raises SqlFilterError naming the place it was not understood."""
    expression = _Parser(text).parse()
    return lambda payload: expression(payload) is True


class _Parser:
    """Recursive descent, one method per level of precedence, lowest first."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._tokenize(text.strip())
        self._position = 0

    def _tokenize(self, text: str) -> list[_Token]:
        tokens, position = [], 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise SqlFilterError(f"not understood at {text[position:]!r} in {text!r}")
            tokens.append(_Token(match.lastgroup, match.group(match.lastgroup)))
            position = match.end()
        return [*tokens, _Token("end", "its end")]

    def parse(self) -> Expression:
        expression = self._or()
        if self._next.kind != "end":
            raise self._unexpected("an operator")
        return expression

    @property
    def _next(self) -> _Token:
        return self._tokens[self._position]

    def _unexpected(self, wanted: str) -> SqlFilterError:
        return SqlFilterError(f"{wanted} was expected at {self._next.text!r} in {self._text!r}")

    def _take_keyword(self, keyword: str) -> bool:
        if self._next.kind == "name" and self._next.text.upper() == keyword:
            self._position += 1
            return True
        return False

    def _take_operator(self, *operators: str) -> str | None:
        token = self._next
        if token.kind == "operator" and token.text in operators:
            self._position += 1
            return token.text
        return None

    def _need(self, symbol: str) -> None:
        if self._take_operator(symbol) is None:
            raise self._unexpected(repr(symbol))

    def _or(self) -> Expression:
        terms = [self._and()]
        while self._take_keyword("OR"):
            terms.append(self._and())
        return _any_of(terms) if len(terms) > 1 else terms[0]

    def _and(self) -> Expression:
        terms = [self._not()]
        while self._take_keyword("AND"):
            terms.append(self._not())
        return _all_of(terms) if len(terms) > 1 else terms[0]

    def _not(self) -> Expression:
        return _negated(self._not()) if self._take_keyword("NOT") else self._predicate()

    def _predicate(self) -> Expression:
        if self._take_keyword("EXISTS"):
            self._need("(")
            name = self._name()
            self._need(")")
            return lambda payload: name(payload) is not None
        left = self._sum()
        if self._take_keyword("IS"):
            is_negated = self._take_keyword("NOT")
            if not self._take_keyword("NULL"):
                raise self._unexpected("NULL")
            return lambda payload: (left(payload) is None) != is_negated
        is_negated = self._take_keyword("NOT")
        if self._take_keyword("IN"):
            test = _is_in(left, self._list())
        elif self._take_keyword("LIKE"):
            pattern = self._string_literal()
            test = _is_like(left, pattern, self._string_literal() if self._take_keyword("ESCAPE") else None)
        elif is_negated:
            raise self._unexpected("IN or LIKE")
        else:
            comparison = self._take_operator(*_COMPARISONS)
            return left if comparison is None else _strict(_COMPARISONS[comparison], left, self._sum())
        return _negated(test) if is_negated else test

    def _list(self) -> list[Expression]:
        self._need("(")
        choices = [self._sum()]
        while self._take_operator(","):
            choices.append(self._sum())
        self._need(")")
        return choices

    def _sum(self) -> Expression:
        left = self._product()
        while sign := self._take_operator("+", "-"):
            left = _strict(_ARITHMETIC[sign], left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._operand()
        while sign := self._take_operator("*", "/", "%"):
            left = _strict(_ARITHMETIC[sign], left, self._operand())
        return left

    def _operand(self) -> Expression:
        if self._take_operator("-"):
            return _strict(operator.sub, _literal(0), self._operand())
        if self._take_operator("("):
            inner = self._or()
            self._need(")")
            return inner
        if self._next.kind == "string":
            return _literal(self._string_literal())
        if self._next.kind == "number":
            text = self._next.text
            self._position += 1
            return _literal(float(text) if "." in text else int(text))
        for keyword, value in (("TRUE", True), ("FALSE", False), ("NULL", None)):
            if self._take_keyword(keyword):
                return _literal(value)
        return self._name()

    def _string_literal(self) -> str:
        if self._next.kind != "string":
            raise self._unexpected("a string")
        text = self._next.text
        self._position += 1
        return text[1:-1].replace("''", "'")

    def _identifier(self) -> str:
        if self._next.kind != "name":
            raise self._unexpected("a property name")
        text = self._next.text
        self._position += 1
        return (text[1:-1] if text[0] in '["' else text).lower()

    def _name(self) -> Expression:
        name = self._identifier()
        if not self._take_operator("."):
            return lambda payload: payload.application_properties.get(name)
        scope, name = name, self._identifier()
        if scope == "user":
            return lambda payload: payload.application_properties.get(name)
        name = _SYNONYMS.get(name, name)
        if scope != "sys" or name not in SYSTEM_NAMES:
            known = ", ".join(f"sys.{each}" for each in sorted(SYSTEM_NAMES))
            raise SqlFilterError(f"unknown property {scope}.{name} in {self._text!r}; known are {known}")
        return lambda payload: payload.system_properties.get(name)


def _literal(value: Any) -> Expression:
    return lambda payload: value


def _any_of(terms: list[Expression]) -> Expression:
    def test(payload: Payload) -> bool | None:
        is_known = True
        for term in terms:
            value = term(payload)
            if value is True:
                return True
            is_known = is_known and value is not None
        return False if is_known else None

    return test


def _all_of(terms: list[Expression]) -> Expression:
    def test(payload: Payload) -> bool | None:
        is_known = True
        for term in terms:
            value = term(payload)
            if value is False:
                return False
            is_known = is_known and value is not None
        return True if is_known else None

    return test


def _negated(term: Expression) -> Expression:
    def test(payload: Payload) -> bool | None:
        value = term(payload)
        return None if value is None else not value

    return test


def _strict(function: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Expression:
    """Unknown as soon as one side is, or if the two cannot be brought together."""

    def value(payload: Payload) -> Any:
        first, second = left(payload), right(payload)
        if first is None or second is None:
            return None
        try:
            return function(first, second)
        except (TypeError, ZeroDivisionError):
            return None

    return value


def _is_in(left: Expression, choices: list[Expression]) -> Expression:
    def test(payload: Payload) -> bool | None:
        value = left(payload)
        return None if value is None else any(choice(payload) == value for choice in choices)

    return test


def _is_like(left: Expression, pattern: str, escape: str | None) -> Expression:
    compiled = re.compile(_like_to_regex(pattern, escape), re.DOTALL)

    def test(payload: Payload) -> bool | None:
        value = left(payload)
        return None if value is None else compiled.fullmatch(str(value)) is not None

    return test


def _like_to_regex(pattern: str, escape: str | None) -> str:
    wildcards = {"%": ".*", "_": "."}
    parts, characters = [], iter(pattern)
    for character in characters:
        if character == escape:
            parts.append(re.escape(next(characters, "")))
        else:
            parts.append(wildcards.get(character, re.escape(character)))
    return "".join(parts)
