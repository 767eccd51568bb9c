"""A subscription: a queue that its topic fills by its rules, which clients may change while it runs."""

from __future__ import annotations

from collections.abc import Sequence

from local.servicebus.arrival import Arrival
from local.servicebus.errors import rule_exists, rule_not_found
from local.servicebus.payload import Payload
from local.servicebus.queue import Queue
from local.servicebus.rule_descriptions import encode_rule, read_stored_rule
from local.servicebus.rules import Rule, RuleSet
from local.servicebus.store import Store
from local.servicebus.topology import EntitySettings


class Subscription(Queue):
    """The rules of the configuration, with what clients changed in them, by name: that outlives the process."""

    def __init__(
        self, path: str, settings: EntitySettings, store: Store, dead_letters: Queue, rules: Sequence[Rule]
    ) -> None:
        super().__init__(path, settings, store, dead_letters)
        self.rules = RuleSet(rules)
        for name, description in store.rule_changes(self.id):
            if description is not None:
                self.rules.put(read_stored_rule(name, description))
            elif name in self.rules:
                self.rules.remove(name)

    def copies(self, arrival: Arrival) -> Sequence[Payload]:
        """What it gets of a message to its topic."""
        return self.rules.copies(arrival)

    def add_rule(self, rule: Rule) -> None:
        """Raises SqlError, or ServiceBusError if there is a rule of that name."""
        if rule.name in self.rules:
            raise rule_exists(rule.name, self.path)
        self.rules.put(rule)
        self.store.set_rule(self.id, rule.name, encode_rule(rule))

    def remove_rule(self, name: str) -> None:
        """Raises ServiceBusError if there is no rule of that name."""
        if name not in self.rules:
            raise rule_not_found(name, self.path)
        self.rules.remove(name)
        self.store.set_rule(self.id, name, None)
