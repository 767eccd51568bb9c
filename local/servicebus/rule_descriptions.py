"""Rules on the wire: the map that describes one to be added, and the list that tells of one there is.

Source: Microsoft Learn, "AMQP 1.0 in Azure Service Bus: request-response-based operations", rule operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import proton

from local.servicebus.errors import malformed
from local.servicebus.filters import CorrelationFilter, FalseFilter, RuleFilter, SqlFilter, TrueFilter
from local.servicebus.rules import Rule

_RULE, _EMPTY_ACTION, _SQL_ACTION = 0x13700000004, 0x13700000005, 0x13700000006
_SQL, _TRUE, _FALSE, _CORRELATION = 0x1370000006, 0x1370000007, 0x1370000008, 0x1370000009

# The keys of a correlation-filter map, in the order of the list that tells of one.
_CORRELATION_KEYS = {
    "correlation-id": "CorrelationId",
    "message-id": "MessageId",
    "to": "To",
    "reply-to": "ReplyTo",
    "label": "Label",
    "session-id": "SessionId",
    "reply-to-session-id": "ReplyToSessionId",
    "content-type": "ContentType",
}


def read_rule(name: str, description: Mapping[str, Any]) -> Rule:
    """The rule that a `rule-description` map describes. Raises ServiceBusError if it describes none."""
    action = description.get("sql-rule-action") or {}
    expression = action.get("expression")
    rule_filter = _read_filter(description)
    return Rule(name=name, filter=rule_filter, action=str(expression) if expression is not None else None)


def _read_filter(description: Mapping[str, Any]) -> RuleFilter:
    if "sql-filter" in description:
        return SqlFilter(expression=str(description["sql-filter"]["expression"]))
    if "correlation-filter" in description:
        return _read_correlation(description["correlation-filter"])
    if "true-filter" in description:
        return TrueFilter()
    if "false-filter" in description:
        return FalseFilter()
    raise malformed("A rule-description needs a sql-filter or a correlation-filter.")


def _read_correlation(description: Mapping[str, Any]) -> CorrelationFilter:
    system = {
        name: str(value) for key, name in _CORRELATION_KEYS.items() if (value := description.get(key)) is not None
    }
    application = {str(name): _plain(value) for name, value in (description.get("properties") or {}).items()}
    if not system and not application:
        raise malformed("A correlation-filter must name at least one property.")
    return CorrelationFilter(system=system, application=application)


def _plain(value: Any) -> Any:
    """Without the width that proton notes: a filter compares numbers, whatever their width."""
    for plain in (bool, int, float, str):
        if isinstance(value, plain):
            return plain(value)
    return value


def describe_rule(rule: Rule) -> proton.Described:
    """The `rule-description` list: filter, action, name."""
    action = proton.Described(proton.ulong(_EMPTY_ACTION), [])
    if rule.action is not None:
        action = proton.Described(proton.ulong(_SQL_ACTION), [rule.action])
    return proton.Described(proton.ulong(_RULE), [_describe_filter(rule.filter), action, rule.name])


def _describe_filter(rule_filter: RuleFilter) -> proton.Described:
    match rule_filter:
        case SqlFilter(expression=expression):
            return proton.Described(proton.ulong(_SQL), [expression])
        case CorrelationFilter(system=system, application=application):
            fields: list[Any] = [*map(system.get, _CORRELATION_KEYS.values()), dict(application)]
            return proton.Described(proton.ulong(_CORRELATION), fields)
        case TrueFilter():
            return proton.Described(proton.ulong(_TRUE), [])
        case FalseFilter():
            return proton.Described(proton.ulong(_FALSE), [])


def encode_rule(rule: Rule) -> bytes:
    """The `rule-description` map of a rule, for the store."""
    description: dict[str, Any] = {}
    match rule.filter:
        case SqlFilter(expression=expression):
            description["sql-filter"] = {"expression": expression}
        case CorrelationFilter(system=system, application=application):
            named: dict[str, Any] = {key: system[name] for key, name in _CORRELATION_KEYS.items() if name in system}
            description["correlation-filter"] = {**named, "properties": dict(application)}
        case TrueFilter():
            description["true-filter"] = {}
        case FalseFilter():
            description["false-filter"] = {}
    if rule.action is not None:
        description["sql-rule-action"] = {"expression": rule.action}
    return bytes(proton.Message(body=description).encode())


def read_stored_rule(name: str, encoded: bytes) -> Rule:
    """What `encode_rule` wrote."""
    message = proton.Message()
    message.decode(encoded)
    description: Any = message.body
    return read_rule(name, description)
