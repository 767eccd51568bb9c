"""What is left when nothing happens any more, read from events, rows and entities as they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from domain.kernel.errors import NotPossible
from domain.payments.third_party_processor_payment import PAYMENT, ThirdPartyProcessorPayment
from domain.registration.order import ORDER, Order
from domain.registration.personal_info import PersonalInfo
from domain.registration.registration_process import RegistrationProcess
from infra.personal_data import PersonalDataVault
from tests.simulation.ledger import Ledger
from tests.simulation.promises import Promises
from tests.simulation.stores import Entity, InMemoryConferenceStore, Keys, Log, Tables
from tests.support.fakes import InMemoryEventStore


class Processes(Protocol):
    """Process managers by order; `doubled` are the orders with more than one."""

    states: dict[UUID, RegistrationProcess]
    doubled: set[UUID]


class GivenUp(Protocol):
    """Copies of messages: `dead` ones, and those that `waiting` has under the queue of the parked."""

    dead: list[Any]
    waiting: dict[str, list[Any]]


class Stored(Protocol):
    """What all stores have: those of the simulation, and those of a stack as `tests.chaos` reads them."""

    events: InMemoryEventStore
    conferences: InMemoryConferenceStore
    processes: Processes
    keys: Keys
    tables: Tables
    log: Log
    bus: GivenUp
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Stores to which nothing happens any more, and what their views should look like."""

    world: Stored
    promises: Promises
    rebuilt: dict[tuple[str, str], Entity]

    def events(self, stream_id: str) -> list[Any]:
        """All that happened in a stream."""
        return self.world.events.events(stream_id)

    def ids(self, category: str) -> Iterator[UUID]:
        """The aggregates of a category."""
        for stream_id, commits in list(self.world.events.streams.items()):
            kind, _, aggregate_id = stream_id.partition("-")
            if kind == category and commits:
                yield UUID(aggregate_id)

    def order(self, order_id: UUID) -> Order:
        """An order, by its events."""
        return ORDER.fold(ORDER.initial, tuple(self.events(ORDER.stream_id(order_id))))

    def sealed(self, order_id: UUID, info: PersonalInfo) -> PersonalInfo | None:
        """As it stands in events; None once the key is gone."""
        keys: Any = self.world.keys
        try:
            PersonalDataVault(keys).seal(order_id, info).send(None)
        except StopIteration as finished:
            sealed: PersonalInfo = finished.value
            return sealed
        except NotPossible:
            return None
        raise AssertionError("nothing waits in the aftermath")

    def payment(self, payment_id: UUID) -> ThirdPartyProcessorPayment:
        """A payment, by its events."""
        return PAYMENT.fold(PAYMENT.initial, tuple(self.events(PAYMENT.stream_id(payment_id))))
