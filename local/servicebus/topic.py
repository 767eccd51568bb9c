"""A topic: hands each message to the subscriptions whose rules take it."""

from __future__ import annotations

from collections.abc import Sequence

from local.servicebus.entity import Entity, Origin
from local.servicebus.filters import Filter, RuleFilter, TrueFilter
from local.servicebus.message import Payload
from local.servicebus.queue import Queue
from local.servicebus.store import Store
from local.servicebus.topology import EntitySettings


class Topic(Entity):
    """The copies of a message share one payload, in memory and in the store. It keeps only what is scheduled."""

    def __init__(self, path: str, settings: EntitySettings, store: Store) -> None:
        super().__init__(path, settings, store)
        self._subscriptions: list[tuple[Queue, list[Filter]]] = []

    def subscribe(self, subscription: Queue, rules: Sequence[RuleFilter]) -> None:
        """Hand `subscription` what any of `rules` takes."""
        takes_all = any(isinstance(rule, TrueFilter) for rule in rules)
        self._subscriptions.append((subscription, [] if takes_all else [rule.compiled() for rule in rules]))

    def check(self, payload: Payload) -> None:
        if any(filters for _, filters in self._subscriptions):
            # Read now what the filters will: a copy must not fail after others were made.
            payload.system_properties, payload.application_properties  # noqa: B018

    def enqueue(self, payload: Payload, now: int, origin: Origin | None = None) -> int:
        if self.settings.time_to_live:
            limit = self.settings.time_to_live
            payload.time_to_live = min(payload.time_to_live or limit, limit)
        sequence = self._next_sequence()
        copied = Origin(sequence)
        for subscription, filters in self._subscriptions:
            if not filters or any(takes(payload) for takes in filters):
                subscription.enqueue(payload, now, copied)
        return sequence
