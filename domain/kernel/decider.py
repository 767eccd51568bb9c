"""The shape of an event-sourced aggregate."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S]):
    """An aggregate as three pure functions and a name.

    `decide(command, state, now)` gives the events (none when there is nothing to do) or raises DomainError;
    `evolve(state, event)` gives the next state. `category` names its streams, `{category}-{aggregate id}`, so that no
    id chosen by a client can reach a stream of another kind.
    Source: Jérémie Chassaing, Functional Event Sourcing Decider.
    """

    category: str
    initial: S
    decide: Callable[[Any, S, datetime], tuple[Any, ...]]
    evolve: Callable[[S, Any], S]
    snapshots: bool = False
    """Whether its streams grow long enough to be worth a memento."""

    def stream_id(self, aggregate_id: UUID) -> str:
        """The stream of one aggregate."""
        return f"{self.category}-{aggregate_id}"

    def fold(self, state: S, events: tuple[Any, ...]) -> S:
        """The state after `events`."""
        return reduce(self.evolve, events, state)
