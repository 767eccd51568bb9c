"""A topic: hands each message to the subscriptions whose rules take it."""

from __future__ import annotations

from local.servicebus.arrival import Arrival
from local.servicebus.entity import Entity, Origin
from local.servicebus.payload import Payload
from local.servicebus.store import Store
from local.servicebus.subscription import Subscription
from local.servicebus.topology import EntitySettings


class Topic(Entity):
    """The copies of a message share one payload, in memory and in the store. It keeps only what is scheduled."""

    def __init__(self, path: str, settings: EntitySettings, store: Store) -> None:
        super().__init__(path, settings, store)
        self._subscriptions: list[Subscription] = []

    def subscribe(self, subscription: Subscription) -> None:
        """Hand `subscription` what its rules take."""
        self._subscriptions.append(subscription)

    def check(self, payload: Payload) -> None:
        if any(subscription.rules.reads_properties for subscription in self._subscriptions):
            # Read now what the rules will: a copy must not fail after others were made.
            payload.system_properties, payload.application_properties  # noqa: B018

    def enqueue(self, payload: Payload, now: int, origin: Origin | None = None) -> int:
        if self.settings.time_to_live:
            limit = self.settings.time_to_live
            payload.time_to_live = min(payload.time_to_live or limit, limit)
        sequence = self._next_sequence()
        arrival = Arrival(payload, now, sequence)
        copied = origin or Origin(sequence)
        for subscription in self._subscriptions:
            for copy in subscription.copies(arrival):
                subscription.enqueue(copy, now, copied)
        return sequence
