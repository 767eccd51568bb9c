"""What is connected to what: queues and subscriptions from `infra/servicebus.json`, triggers from `function_app`."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.support.bus import TOPOLOGY_FILE
from tests.support.function_app import DeclaredFunction, declared_functions

Function = Callable[..., Awaitable[None]]

_LOCK = re.compile(r"PT(?:(\d+)M)?(?:(\d+)S)?")
_LABELS = re.compile(r"sys\.Label IN \(('\w+'(?:, '\w+')*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A queue, or a subscription `topic/name`, and the function that is triggered by it; None where operators look."""

    path: str
    requires_session: bool
    lock_seconds: float
    max_delivery_count: int
    dead_letters_expired: bool
    function_name: str
    function: Function | None
    takes_batches: bool
    """Else messages, one at a time."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which messages of its topic come to which place, by their subject."""

    target: str
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """The whole of it."""

    places: Mapping[str, Place]
    topics: Mapping[str, Sequence[Subscription]]

    def targets(self, entity: str, subject: str) -> list[Place]:
        """The places that a message sent to `entity` comes to."""
        if entity not in self.topics:
            return [self.places[entity]]
        return [self.places[each.target] for each in self.topics[entity] if subject in each.subjects]


@cache
def topology() -> Topology:
    """As configured. Raises LookupError for a trigger without a place, ValueError for what it cannot read."""
    (namespace,) = json.loads(TOPOLOGY_FILE.read_bytes())["UserConfig"]["Namespaces"]
    properties: dict[str, dict[str, Any]] = {queue["Name"]: queue["Properties"] for queue in namespace["Queues"]}
    topics: dict[str, list[Subscription]] = {}
    for topic in namespace["Topics"]:
        topics[topic["Name"]] = []
        for each in topic["Subscriptions"]:
            path = f"{topic['Name']}/{each['Name']}"
            properties[path] = each["Properties"]
            topics[topic["Name"]].append(Subscription(each["Properties"].get("ForwardTo", path), _subjects(each)))
    triggered = {function.listens_to: function for function in declared_functions() if function.listens_to}
    if missing := triggered.keys() - properties.keys():
        raise LookupError(f"function_app listens to {missing}, which {TOPOLOGY_FILE.name} does not have")
    places = {path: _place(path, settings, triggered.get(path)) for path, settings in properties.items()}
    return Topology(places=places, topics=topics)


def _place(path: str, properties: Mapping[str, Any], function: DeclaredFunction | None) -> Place:
    minutes, seconds = _read(_LOCK, properties["LockDuration"]).groups(default="0")
    return Place(
        path=path,
        requires_session=properties["RequiresSession"],
        lock_seconds=60.0 * int(minutes) + int(seconds),
        max_delivery_count=properties["MaxDeliveryCount"],
        dead_letters_expired=properties["DeadLetteringOnMessageExpiration"],
        function_name=function.name if function else path,
        function=function.handler if function else None,
        takes_batches=function is not None and function.takes_batches,
    )


def _subjects(subscription: Mapping[str, Any]) -> frozenset[str]:
    subjects: set[str] = set()
    for rule in subscription["Rules"]:
        if rule["Properties"]["FilterType"] == "Correlation":
            subjects.add(rule["Properties"]["CorrelationFilter"]["Label"])
        else:
            labels = _read(_LABELS, rule["Properties"]["SqlFilter"]["SqlExpression"])[1]
            subjects.update(label.strip("' ") for label in labels.split(","))
    return frozenset(subjects)


def _read(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    if (match := pattern.fullmatch(text)) is None:
        raise ValueError(f"{TOPOLOGY_FILE.name}: {text!r} is more than the simulated bus understands")
    return match
