"""The expressions of Service Bus SQL, compiled to functions of an arriving message.

Understood: AND OR NOT, = <> != < > <= >=, [NOT] IN, [NOT] LIKE … ESCAPE, IS [NOT] NULL, EXISTS(property), + - * / %,
literals, newid(), property(name) or p(name). Names ignore the case; `sys.` names a property of the message, `user.` or
nothing one of the sender's own. Source: Microsoft Learn, "Subscription rule SQL filter syntax".
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

from local.servicebus.arrival import SYSTEM_PROPERTIES, Arrival, user_property
from local.servicebus.sql_tokens import SqlError, TokenReader
from local.servicebus.sql_values import (
    COMPARISONS,
    Expression,
    all_of,
    any_of,
    compared,
    computed,
    is_in,
    is_like,
    is_null,
    literal,
    negated,
)

_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}
_LARGEST_INTEGER = 2**63 - 1


class PropertyName(NamedTuple):
    """`scope` is sys or user; a system property's name is in lower case."""

    scope: str
    name: str

    def read(self) -> Expression:
        return SYSTEM_PROPERTIES[self.name] if self.scope == "sys" else user_property(self.name)


class ExpressionParser:
    """Recursive descent, one method per level of precedence, lowest first. All raise SqlError."""

    def __init__(self, text: str) -> None:
        self.tokens = TokenReader(text)

    def predicate(self) -> Expression:
        terms = [self._and()]
        while self.tokens.take_keyword("OR"):
            terms.append(self._and())
        return any_of(terms) if len(terms) > 1 else terms[0]

    def _and(self) -> Expression:
        terms = [self._not()]
        while self.tokens.take_keyword("AND"):
            terms.append(self._not())
        return all_of(terms) if len(terms) > 1 else terms[0]

    def _not(self) -> Expression:
        return negated(self._not()) if self.tokens.take_keyword("NOT") else self._test()

    def _test(self) -> Expression:
        tokens = self.tokens
        if tokens.take_keyword("EXISTS"):
            tokens.need_sign("(")
            found = self.property_name().read()
            tokens.need_sign(")")
            return negated(is_null(found))
        left = self.expression()
        if tokens.take_keyword("IS"):
            is_negated = tokens.take_keyword("NOT")
            if not tokens.take_keyword("NULL"):
                raise tokens.unexpected("NULL")
            return negated(is_null(left)) if is_negated else is_null(left)
        if tokens.take_keyword("NOT"):
            test = self._membership(left)
            if test is None:
                raise tokens.unexpected("IN or LIKE")
            return negated(test)
        return self._membership(left) or self._comparison(left)

    def _membership(self, left: Expression) -> Expression | None:
        if self.tokens.take_keyword("IN"):
            return is_in(left, self._list())
        if self.tokens.take_keyword("LIKE"):
            pattern = self.expression()
            return is_like(left, pattern, self._escape() if self.tokens.take_keyword("ESCAPE") else literal(None))
        return None

    def _comparison(self, left: Expression) -> Expression:
        sign = self.tokens.take_sign(*COMPARISONS)
        return left if sign is None else compared(sign, left, self.expression())

    def _escape(self) -> Expression:
        kind, text = self.tokens.next
        if kind == "string" and len(text[1:-1].replace("''", "'")) != 1:
            raise SqlError(f"ESCAPE takes one character, not {text}, in {self.tokens.text!r}")
        return self.expression()

    def _list(self) -> list[Expression]:
        self.tokens.need_sign("(")
        choices = [self.expression()]
        while self.tokens.take_sign(","):
            choices.append(self.expression())
        self.tokens.need_sign(")")
        return choices

    def expression(self) -> Expression:
        """A sum, or what binds more closely."""
        left = self._product()
        while sign := self.tokens.take_sign("+", "-"):
            left = computed(sign, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._operand()
        while sign := self.tokens.take_sign("*", "/", "%"):
            left = computed(sign, left, self._operand())
        return left

    def _operand(self) -> Expression:
        tokens = self.tokens
        if sign := tokens.take_sign("-", "+"):
            return computed(sign, literal(0), self._operand())
        if tokens.take_sign("("):
            inner = self.predicate()
            tokens.need_sign(")")
            return inner
        if tokens.next.kind == "string":
            return literal(tokens.take_string())
        if tokens.next.kind == "number":
            return self._number()
        for keyword, value in _CONSTANTS.items():
            if tokens.take_keyword(keyword):
                return literal(value)
        return self._function() or self.property_name().read()

    def _number(self) -> Expression:
        text = self.tokens.take("number", "a number")
        if not text.isdecimal():
            return literal(float(text))
        if int(text) > _LARGEST_INTEGER:
            raise SqlError(f"{text} has more than 64 bits, in {self.tokens.text!r}")
        return literal(int(text))

    def _function(self) -> Expression | None:
        function = self.tokens.take_function("newid", "property", "p")
        if function is None:
            return None
        if function == "newid":
            self.tokens.need_sign(")")
            return lambda arrival: uuid.uuid4()
        name = self.expression()
        self.tokens.need_sign(")")

        def value(arrival: Arrival) -> object:
            found = name(arrival)
            return user_property(found)(arrival) if isinstance(found, str) else None

        return value

    def property_name(self) -> PropertyName:
        name = self.tokens.take_identifier()
        if not self.tokens.take_sign("."):
            return PropertyName("user", name)
        scope, name = name.lower(), self.tokens.take_identifier()
        if scope == "user":
            return PropertyName("user", name)
        if scope != "sys":
            raise SqlError(f"a property is of sys or user, not {scope!r}, in {self.tokens.text!r}")
        if name.lower() not in SYSTEM_PROPERTIES:
            known = ", ".join(f"sys.{each}" for each in sorted(SYSTEM_PROPERTIES))
            raise SqlError(f"unknown property sys.{name} in {self.tokens.text!r}; known are {known}")
        return PropertyName("sys", name.lower())
