"""Which messages of a topic a rule takes: its filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.servicebus.arrival import Arrival
from local.servicebus.sql_filter import compile_filter
from local.servicebus.sql_values import equal

Test = Callable[[Arrival], bool]

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

    def compiled(self) -> Test:
        """Raises SqlError."""
        return compile_filter(self.expression)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationFilter:
    """Takes what equals it in every property it names. `system` uses the names of `CORRELATION_NAMES`."""

    system: Mapping[str, str] = field(default_factory=dict)
    application: Mapping[str, Any] = field(default_factory=dict)

    def compiled(self) -> Test:
        system = [(CORRELATION_NAMES[name], value) for name, value in self.system.items()]
        application = [(name.lower(), value) for name, value in self.application.items()]

        def takes(arrival: Arrival) -> bool:
            payload = arrival.payload
            return all(equal(payload.system_properties.get(name), value) for name, value in system) and all(
                equal(payload.application_properties.get(name), value) for name, value in application
            )

        return takes


@dataclass(frozen=True, slots=True)
class TrueFilter:
    def compiled(self) -> Test:
        return lambda arrival: True


@dataclass(frozen=True, slots=True)
class FalseFilter:
    def compiled(self) -> Test:
        return lambda arrival: False


RuleFilter = SqlFilter | CorrelationFilter | TrueFilter | FalseFilter
