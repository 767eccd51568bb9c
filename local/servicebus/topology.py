"""What a namespace consists of: its queues, topics and subscriptions, as `config` reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from local.servicebus.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySettings:
    """A queue's, topic's or subscription's properties. Durations are milliseconds; 0 means never, or off."""

    lock_duration: int = 60_000
    max_delivery_count: int = 3
    time_to_live: int = 3_600_000
    dead_letters_expired: bool = False
    duplicate_window: int = 0
    requires_session: bool = False
    forward_to: str | None = None
    forward_dead_letters_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionConfig:
    name: str
    settings: EntitySettings
    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueConfig:
    name: str
    settings: EntitySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicConfig:
    name: str
    settings: EntitySettings
    subscriptions: tuple[SubscriptionConfig, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceConfig:
    name: str
    queues: tuple[QueueConfig, ...] = ()
    topics: tuple[TopicConfig, ...] = ()


def forwarding_fault(namespace: NamespaceConfig) -> str | None:
    """Forwarding must lead to a queue or topic, and never back to where it began; this says where it does not."""
    names = {queue.name.lower() for queue in namespace.queues} | {topic.name.lower() for topic in namespace.topics}
    hops: dict[str, set[str]] = {name: set() for name in names}
    for source, path, settings in _receiving_entities(namespace):
        for target in (settings.forward_to, settings.forward_dead_letters_to):
            if target is not None and target.lower() not in names:
                return f"{path} forwards to {target!r}, which is no queue or topic here"
        if settings.forward_to is not None and settings.requires_session:
            return f"{path} requires sessions, so it cannot forward"
        if (settings.forward_dead_letters_to or "").lower() == path.lower():
            return f"{path} would forward its dead letters to itself"
        if settings.forward_to is not None:
            hops[source.lower()].add(settings.forward_to.lower())
    for start, targets in hops.items():
        reached: set[str] = set()
        waiting = list(targets)
        while waiting:
            name = waiting.pop()
            if name == start:
                return f"messages of {start!r} would be forwarded in a circle"
            if name not in reached:
                reached.add(name)
                waiting.extend(hops[name])
    return None


def _receiving_entities(namespace: NamespaceConfig) -> list[tuple[str, str, EntitySettings]]:
    """Of each queue and subscription: the name that messages are sent to, its path, its settings."""
    found = [(queue.name, queue.name, queue.settings) for queue in namespace.queues]
    for topic in namespace.topics:
        found += [(topic.name, f"{topic.name}/{each.name}", each.settings) for each in topic.subscriptions]
    return found
