"""The health check's question to the bus."""

from __future__ import annotations

import asyncio

import pytest

from domain.kernel.errors import Unavailable
from infra import service_bus
from infra.service_bus import ServiceBusMessageBus


class Peeker:
    """A receiver that answers at once, or never."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.peeks = 0
        self._hangs = hangs

    async def peek_messages(self, count: int, *, sequence_number: int) -> list[object]:
        self.peeks += 1
        if self._hangs:
            await asyncio.Event().wait()
        return []

    async def close(self) -> None:
        pass


class Client:
    """Gives out `peekers`, one after another."""

    def __init__(self, *peekers: Peeker) -> None:
        self._peekers = list(peekers)

    def get_queue_receiver(self, queue: str) -> Peeker:
        return self._peekers.pop(0)


async def test_a_receiver_is_kept_from_one_question_to_the_next():
    peeker = Peeker()
    bus = ServiceBusMessageBus(Client(peeker))
    await asyncio.gather(bus.ping(), bus.ping())
    await bus.ping()

    assert peeker.peeks == 3


async def test_a_receiver_that_hangs_is_unavailable_and_replaced(monkeypatch):
    monkeypatch.setattr(service_bus, "PING_SECONDS", 0.05)
    sound = Peeker()
    bus = ServiceBusMessageBus(Client(Peeker(hangs=True), sound))

    with pytest.raises(Unavailable):
        await bus.ping()
    await bus.ping()
    assert sound.peeks == 1
