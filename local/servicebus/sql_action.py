"""The SQL actions of rules: `SET property = expression` and `REMOVE property`, one after the other.

An action changes the copy that its subscription gets. Of the `sys.` properties it can change those a sender sets.
Source: Microsoft Learn, "Subscription rule SQL action syntax".
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from local.servicebus.arrival import Arrival
from local.servicebus.edits import REMOVED, with_application_properties, with_system_property
from local.servicebus.payload import PROPERTY_NAMES, Payload
from local.servicebus.sql_parser import ExpressionParser, PropertyName
from local.servicebus.sql_tokens import SqlError
from local.servicebus.sql_values import Expression

Statement = Callable[[Arrival], Payload]

_SIMPLE = (str, int, float, bytes, uuid.UUID)
_PLACES = {name: place for place, name in PROPERTY_NAMES.items()}
_PLACES["subject"] = _PLACES["label"]


def compile_action(text: str) -> Callable[[Arrival], Payload]:
    """The change that `text` describes. Raises SqlError naming the place that was not understood."""
    parser = ExpressionParser(text)
    statements = [_statement(parser)]
    while not parser.tokens.is_at_end:
        statements.append(_statement(parser))

    def change(arrival: Arrival) -> Payload:
        for statement in statements:
            arrival = arrival._replace(payload=statement(arrival))
        return arrival.payload

    return change


def _statement(parser: ExpressionParser) -> Statement:
    tokens = parser.tokens
    if tokens.take_keyword("SET"):
        target = _target(parser)
        tokens.need_sign("=")
        statement = _assignment(target, parser.expression())
    elif tokens.take_keyword("REMOVE"):
        statement = _removal(_target(parser))
    else:
        raise tokens.unexpected("SET or REMOVE")
    tokens.take_sign(";", ",")
    return statement


def _target(parser: ExpressionParser) -> PropertyName:
    target = parser.property_name()
    if target.scope == "sys" and target.name not in _PLACES:
        changeable = ", ".join(f"sys.{name}" for name in sorted(_PLACES))
        text = parser.tokens.text
        raise SqlError(f"sys.{target.name} cannot be changed, in {text!r}; these can: {changeable}")
    return target


def _assignment(target: PropertyName, expression: Expression) -> Statement:
    """An unknown value makes a sender's property null, and takes a system property out."""

    def assign(arrival: Arrival) -> Payload:
        value = expression(arrival)
        if target.scope == "user":
            simple = value if isinstance(value, _SIMPLE) else None
            return with_application_properties(arrival.payload, {target.name: simple})
        return with_system_property(arrival.payload, _PLACES[target.name], _as_text(value))

    return assign


def _removal(target: PropertyName) -> Statement:
    if target.scope == "user":
        return lambda arrival: with_application_properties(arrival.payload, {target.name: REMOVED})
    return lambda arrival: with_system_property(arrival.payload, _PLACES[target.name], None)


def _as_text(value: Any) -> str | None:
    """System properties are texts; SET converts to them what it can."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | uuid.UUID):
        return None
    return str(value)
