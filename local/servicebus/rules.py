"""The rules of a subscription: what it takes of its topic's messages, and what it changes in its copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from local.servicebus.arrival import Arrival
from local.servicebus.edits import with_application_properties
from local.servicebus.filters import RuleFilter, Test, TrueFilter
from local.servicebus.payload import Payload
from local.servicebus.sql_action import compile_action

Change = Callable[[Arrival], Payload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`action` is SQL, if there is one."""

    name: str
    filter: RuleFilter
    action: str | None = None

    def compiled(self) -> tuple[Test, Change | None]:
        """Raises SqlError."""
        change = compile_action(self.action) if self.action is not None else None
        return self.filter.compiled(), change


DEFAULT_RULE = Rule(name="$Default", filter=TrueFilter())
"""What a subscription has for which no rule is described."""


class RuleSet:
    """Rules by name, which ignores the case.

    All rules without action together make one copy of what any of them takes; each with an action makes one of its
    own, whose property `RuleName` names it. Source: Microsoft Learn, "Topic filters and actions".
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Raises SqlError."""
        self._rules = {rule.name.lower(): rule for rule in rules}
        self._compile()

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._rules

    @property
    def reads_properties(self) -> bool:
        """Whether a rule looks into messages."""
        return bool(self._changing) or not self._takes_all

    def put(self, rule: Rule) -> None:
        """Add a rule, or replace the one of its name. Raises SqlError."""
        rule.compiled()
        self._rules[rule.name.lower()] = rule
        self._compile()

    def remove(self, name: str) -> None:
        """Remove a rule. Raises KeyError if there is none of that name."""
        del self._rules[name.lower()]
        self._compile()

    def copies(self, arrival: Arrival) -> Sequence[Payload]:
        """What the subscription gets of a message."""
        if not self._changing:
            takes = self._takes_all or any(test(arrival) for test in self._tests)
            return (arrival.payload,) if takes else ()
        copies = [arrival.payload] if self._takes_all or any(test(arrival) for test in self._tests) else []
        return copies + [change(arrival) for test, change in self._changing if test(arrival)]

    def _compile(self) -> None:
        self._takes_all = False
        self._tests: list[Test] = []
        self._changing: list[tuple[Test, Change]] = []
        for rule in self._rules.values():
            test, change = rule.compiled()
            if change is not None:
                self._changing.append((test, _named(change, rule.name)))
            elif isinstance(rule.filter, TrueFilter):
                self._takes_all = True
            else:
                self._tests.append(test)


def _named(change: Change, rule_name: str) -> Change:
    return lambda arrival: with_application_properties(change(arrival), {"RuleName": rule_name})
