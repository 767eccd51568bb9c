"""Which messages of a topic a subscription takes: the filters of its rules. A message passes if any rule takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.servicebus.message import Payload
from local.servicebus.sql_filter import compile_sql

Filter = Callable[[Payload], bool]

# The names of Config.json, and what `Payload.system_properties` calls them.
CORRELATION_NAMES = {
    "ContentType": "contenttype",
    "CorrelationId": "correlationid",
    "Label": "label",
    "MessageId": "messageid",
    "ReplyTo": "replyto",
    "ReplyToSessionId": "replytosessionid",
    "SessionId": "sessionid",
    "To": "to",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlFilter:
    expression: str

    def compiled(self) -> Filter:
        """Raises SqlFilterError."""
        return compile_sql(self.expression)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationFilter:
    """Takes what equals it in every property it names. `system` uses the names of `CORRELATION_NAMES`."""

    system: Mapping[str, str] = field(default_factory=dict)
    application: Mapping[str, Any] = field(default_factory=dict)

    def compiled(self) -> Filter:
        system = [(CORRELATION_NAMES[name], value) for name, value in self.system.items()]
        application = [(name.lower(), value) for name, value in self.application.items()]

        def takes(payload: Payload) -> bool:
            return all(payload.system_properties.get(name) == value for name, value in system) and all(
                payload.application_properties.get(name) == value for name, value in application
            )

        return takes


@dataclass(frozen=True, slots=True)
class TrueFilter:
    def compiled(self) -> Filter:
        return lambda payload: True


RuleFilter = SqlFilter | CorrelationFilter | TrueFilter
