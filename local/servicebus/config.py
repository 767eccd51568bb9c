"""The Service Bus emulator's `Config.json`: which queues, topics and subscriptions there are.

JSON with `//` and `/* */` comments. What a property leaves out has the emulator's default. Anything it does not know
is refused, naming the place, so that a slip in a name does not quietly become a default.
The emulator's upper and lower limits are not enforced but for the lock's: Azure has wider ones.
Source: `Config-schema.json` of the emulator's installer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.servicebus.filters import (
    CORRELATION_NAMES,
    CorrelationFilter,
    RuleFilter,
    SqlFilter,
)
from local.servicebus.rules import DEFAULT_RULE, Rule
from local.servicebus.sql_action import compile_action
from local.servicebus.sql_filter import compile_filter
from local.servicebus.sql_tokens import SqlError
from local.servicebus.topology import (
    EntitySettings,
    NamespaceConfig,
    QueueConfig,
    SubscriptionConfig,
    TopicConfig,
    forwarding_fault,
)

_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_DAY = 86_400_000
_MILLISECONDS = (365 * _DAY, 30 * _DAY, _DAY, 3_600_000, 60_000, 1_000)  # years and months as .NET has them
LONGEST_LOCK = 300_000


class ConfigError(ValueError):
    """The configuration is wrong; the message names the place in it."""


def load_config(path: Path) -> NamespaceConfig:
    """Read a configuration file. Raises ConfigError, OSError."""
    return parse_config(path.read_text(encoding="utf-8"), str(path))


def parse_config(text: str, origin: str = "Config.json") -> NamespaceConfig:
    """Parse a configuration; `origin` names it in errors. Raises ConfigError."""
    try:
        document = json.loads(_COMMENT.sub(_blank_comment, text))
    except json.JSONDecodeError as fault:
        raise ConfigError(f"{origin}, line {fault.lineno}, column {fault.colno}: {fault.msg}") from fault
    root = _Node(document, origin).members(known=("UserConfig",))
    user = root.required("UserConfig").members(known=("Namespaces", "Logging"))
    namespaces = list(user.required("Namespaces").elements())
    if len(namespaces) != 1:
        raise ConfigError(f"{origin}: UserConfig.Namespaces must hold exactly one namespace")
    namespace = _namespace(namespaces[0])
    if wrong := forwarding_fault(namespace):
        raise ConfigError(f"{origin}: {wrong}")
    return namespace


def _blank_comment(match: re.Match[str]) -> str:
    """Keeps strings, and the line breaks of comments, so that errors name the right line."""
    return match.group(1) or re.sub(r"[^\n]", " ", match.group(0))


@dataclass(frozen=True, slots=True)
class _Node:
    """A value of the document and the place it stands at."""

    value: Any
    place: str

    def members(self, known: Iterable[str]) -> _Node:
        if not isinstance(self.value, dict):
            raise ConfigError(f"{self.place}: an object was expected, not {json.dumps(self.value)}")
        if unknown := set(self.value) - set(known):
            raise ConfigError(
                f"{self.place}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}"
            )
        return self

    def required(self, name: str) -> _Node:
        if name not in self.value:
            raise ConfigError(f"{self.place}: {name} is missing")
        return self.at(name)

    def at(self, name: str) -> _Node:
        return _Node(
            self.value.get(name), f"{self.place}: {name}" if ": " not in self.place else f"{self.place}.{name}"
        )

    def elements(self) -> list[_Node]:
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise ConfigError(f"{self.place}: a list was expected, not {json.dumps(self.value)}")
        return [_Node(element, f"{self.place}[{index}]") for index, element in enumerate(self.value)]

    def of_type(self, type_: type, wanted: str, default: Any) -> Any:
        if self.value is None:
            return default
        if not isinstance(self.value, type_) or (type_ is int and isinstance(self.value, bool)):
            raise ConfigError(f"{self.place}: {wanted} was expected, not {json.dumps(self.value)}")
        return self.value

    def text(self) -> str | None:
        found: str | None = self.of_type(str, "a string", None)
        return found or None

    def name(self) -> str:
        found = self.required("Name").text()
        if not found:
            raise ConfigError(f"{self.place}: Name is empty")
        return found

    def duration(self, default: int) -> int:
        text = self.text()
        if text is None:
            return default
        match = _DURATION.fullmatch(text)
        if match is None or not any(match.groups()):
            raise ConfigError(f"{self.place}: an ISO 8601 duration such as PT1M was expected, not {text!r}")
        parts = zip(match.groups(), _MILLISECONDS, strict=True)
        return round(sum(float(count) * unit for count, unit in parts if count))


def _namespace(node: _Node) -> NamespaceConfig:
    node.members(known=("Name", "Queues", "Topics"))
    queues = tuple(_queue(each) for each in node.at("Queues").elements())
    topics = tuple(_topic(each) for each in node.at("Topics").elements())
    _check_unique([*(each.name for each in queues), *(each.name for each in topics)], node.place)
    return NamespaceConfig(name=node.name(), queues=queues, topics=topics)


def _queue(node: _Node) -> QueueConfig:
    node.members(known=("Name", "Properties"))
    return QueueConfig(name=node.name(), settings=_settings(node.at("Properties"), _QUEUE_PROPERTIES))


def _topic(node: _Node) -> TopicConfig:
    node.members(known=("Name", "Properties", "Subscriptions"))
    subscriptions = tuple(_subscription(each) for each in node.at("Subscriptions").elements())
    _check_unique([each.name for each in subscriptions], node.place)
    settings = _settings(node.at("Properties"), _TOPIC_PROPERTIES)
    return TopicConfig(name=node.name(), settings=settings, subscriptions=subscriptions)


def _subscription(node: _Node) -> SubscriptionConfig:
    node.members(known=("Name", "Properties", "Rules"))
    rules = [_rule(each) for each in node.at("Rules").elements()]
    _check_unique([rule.name for rule in rules], node.place)
    return SubscriptionConfig(
        name=node.name(),
        settings=_settings(node.at("Properties"), _SUBSCRIPTION_PROPERTIES),
        rules=rules or [DEFAULT_RULE],
    )


_TOPIC_PROPERTIES = ("DefaultMessageTimeToLive", "DuplicateDetectionHistoryTimeWindow", "RequiresDuplicateDetection")
_SUBSCRIPTION_PROPERTIES = (
    "DeadLetteringOnMessageExpiration",
    "DefaultMessageTimeToLive",
    "ForwardDeadLetteredMessagesTo",
    "ForwardTo",
    "LockDuration",
    "MaxDeliveryCount",
    "RequiresSession",
)
_QUEUE_PROPERTIES = (*_SUBSCRIPTION_PROPERTIES, "DuplicateDetectionHistoryTimeWindow", "RequiresDuplicateDetection")


def _settings(node: _Node, known: tuple[str, ...]) -> EntitySettings:
    node = _Node(node.value or {}, node.place).members(known)
    defaults = EntitySettings()
    detects_duplicates = node.at("RequiresDuplicateDetection").of_type(bool, "true or false", False)
    lock = node.at("LockDuration")
    settings = EntitySettings(
        lock_duration=lock.duration(defaults.lock_duration),
        max_delivery_count=node.at("MaxDeliveryCount").of_type(int, "a whole number", defaults.max_delivery_count),
        time_to_live=node.at("DefaultMessageTimeToLive").duration(defaults.time_to_live),
        dead_letters_expired=node.at("DeadLetteringOnMessageExpiration").of_type(bool, "true or false", False),
        duplicate_window=node.at("DuplicateDetectionHistoryTimeWindow").duration(20_000) if detects_duplicates else 0,
        requires_session=node.at("RequiresSession").of_type(bool, "true or false", False),
        forward_to=node.at("ForwardTo").text(),
        forward_dead_letters_to=node.at("ForwardDeadLetteredMessagesTo").text(),
    )
    if not 0 < settings.lock_duration <= LONGEST_LOCK:
        raise ConfigError(f"{lock.place}: a lock lasts over 0 seconds and at most 5 minutes, not {lock.value}")
    if settings.max_delivery_count < 1:
        raise ConfigError(f"{node.at('MaxDeliveryCount').place}: must be at least 1")
    return settings


def _rule(node: _Node) -> Rule:
    node.members(known=("Name", "Properties"))
    properties = node.required("Properties").members(known=("FilterType", "SqlFilter", "CorrelationFilter", "Action"))
    action = _Node(properties.value.get("Action") or {}, properties.at("Action").place)
    return Rule(
        name=node.name(),
        filter=_filter(properties),
        action=_sql(action, compile_action) if action.value else None,
    )


def _filter(node: _Node) -> RuleFilter:
    kind = node.required("FilterType").text()
    if kind == "Sql":
        return SqlFilter(expression=_sql(node.required("SqlFilter"), compile_filter))
    if kind == "Correlation":
        return _correlation_filter(node.required("CorrelationFilter"))
    raise ConfigError(f"{node.at('FilterType').place}: Sql or Correlation was expected, not {kind!r}")


def _sql(node: _Node, compile_: Callable[[str], object]) -> str:
    expression = node.members(known=("SqlExpression",)).required("SqlExpression")
    text = expression.text() or ""
    try:
        compile_(text)
    except SqlError as fault:
        raise ConfigError(f"{expression.place}: {fault}") from fault
    return text


def _correlation_filter(node: _Node) -> CorrelationFilter:
    node.members(known=(*CORRELATION_NAMES, "Properties"))
    system = {name: value for name in CORRELATION_NAMES if (value := node.at(name).text()) is not None}
    application = node.at("Properties").of_type(dict, "an object", {})
    if not system and not application:
        raise ConfigError(f"{node.place}: a correlation filter must name at least one property")
    return CorrelationFilter(system=system, application=application)


def _check_unique(names: list[str], place: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise ConfigError(f"{place}: the name {name!r} stands twice (names ignore case)")
        seen.add(name.lower())
