"""The simulated bus does what Service Bus does, as far as the product can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageHeader, AmqpMessageProperties

from domain.kernel.errors import Unavailable
from tests.simulation.exhaustive import STORIES, Case, EnumeratedChance
from tests.simulation.faults import CALM
from tests.simulation.topology import Place, topology
from tests.simulation.world import World
from tests.support.function_app import declared_functions

SESSIONS = "seats-availability-commands"
NO_SESSIONS = "registration-process-commands"


class Receiver:
    """Takes the place of a function: writes down what it gets, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.batches: list[list[str]] = []
        self.failures = failures
        self.busy = self.most_busy = 0

    async def __call__(self, messages: Sequence[Any]) -> None:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        self.batches.append([message.message_id for message in messages])
        await self.works()
        self.busy -= 1
        if self.failures:
            self.failures -= 1
            raise Unavailable("not now")

    async def works(self) -> None:
        """Nothing to do."""


@pytest.fixture
def world() -> Iterator[World]:
    calm = World(EnumeratedChance(Case(), STORIES[0]), CALM)
    with closing(calm.loop):
        yield calm


def received_by(world: World, path: str, receiver: Callable[..., Any]) -> None:
    places = cast("dict[str, Place]", dict(world.bus.topology.places))
    places[path] = replace(places[path], function=receiver)
    world.bus.topology = replace(world.bus.topology, places=places)


def message(message_id: str, session_id: str | None = None, seconds: float | None = None) -> AmqpAnnotatedMessage:
    sent = AmqpAnnotatedMessage(
        data_body=b"{}",
        properties=AmqpMessageProperties(message_id=message_id, subject="a command", group_id=session_id, to="there"),
    )
    if seconds is not None:
        sent.header = AmqpMessageHeader(time_to_live=int(seconds * 1000))
    return sent


def deliver(world: World, path: str, *messages: AmqpAnnotatedMessage) -> None:
    """Send them, and let everything happen that follows."""

    async def send() -> None:
        await world.bus.deliver(path, messages)

    world.run([send])


def test_every_trigger_has_its_place_and_every_place_its_trigger() -> None:
    triggered = {function.name for function in declared_functions() if function.trigger["type"] == "serviceBusTrigger"}
    places = {place.function_name for place in topology().places.values() if place.function}
    assert places == triggered
    looked_into = {path for path, place in topology().places.items() if not place.function}
    assert looked_into - {"parked-messages"} == {path for path in looked_into if path.endswith("/message-log")}


def test_a_message_comes_to_the_subscriptions_that_want_it() -> None:
    confirmed = {place.function_name for place in topology().targets("order-events", "OrderConfirmed")}
    assert confirmed == {"RegistrationProcessOrderEvents", "SeatAssignmentsOfConfirmedOrders"}
    commits = {place.function_name for place in topology().targets("order-events", "Commit")}
    assert commits == {"OrderViews", "ManagedOrders", "MessageLog"}
    assert topology().targets("order-events", "nothing of ours") == []


def test_a_session_is_received_in_order_and_by_one_at_a_time(world: World) -> None:
    receiver = Receiver(failures=2)
    received_by(world, SESSIONS, receiver)
    deliver(world, SESSIONS, *(message(str(number), "a conference") for number in range(6)))
    handled = [message_id for batch in receiver.batches[2:] for message_id in batch]
    assert handled == ["0", "1", "2", "3", "4", "5"]
    assert receiver.batches[0][0] == receiver.batches[1][0] == "0"
    assert receiver.most_busy == 1


def test_what_fails_too_often_is_dead(world: World) -> None:
    receiver = Receiver(failures=1000)
    received_by(world, NO_SESSIONS, receiver)
    deliver(world, NO_SESSIONS, message("hopeless"))
    most = topology().places[NO_SESSIONS].max_delivery_count
    assert receiver.batches == [["hopeless"]] * most
    assert [copy.message.message_id for copy in world.bus.dead] == ["hopeless"]


def test_what_comes_too_late_is_dropped_or_dead_as_the_queue_has_it(world: World) -> None:
    for path in (SESSIONS, NO_SESSIONS):
        received_by(world, path, Receiver())

    async def too_late() -> None:
        await world.bus.deliver(SESSIONS, [message("dropped", "a conference", seconds=1.0)])
        await world.bus.deliver(NO_SESSIONS, [message("dead", seconds=1.0)])
        world.loop.leap(2.0)

    world.run([too_late])
    assert [copy.message.message_id for copy in world.bus.dead] == ["dead"]
    assert world.bus.delivered == 0


def test_who_takes_longer_than_the_lock_lasts_shares_the_message_with_somebody_else(world: World) -> None:
    class Slow(Receiver):
        async def works(self) -> None:
            await world.loop.pause(100.0 if len(self.batches) == 1 else 0.0)

    receiver = Slow()
    received_by(world, NO_SESSIONS, receiver)
    deliver(world, NO_SESSIONS, message("slow"))
    assert receiver.batches == [["slow"], ["slow"]]
    assert receiver.most_busy == 2


def test_who_dies_leaves_the_message_to_somebody_else(world: World) -> None:
    class Dying(Receiver):
        async def works(self) -> None:
            if len(self.batches) == 1:
                await world.kill(world.bus.locks[0].worker)

    receiver = Dying()
    received_by(world, NO_SESSIONS, receiver)
    deliver(world, NO_SESSIONS, message("orphan"))
    assert receiver.batches == [["orphan"], ["orphan"]]
    assert world.bus.is_empty()


def test_sessions_do_not_wait_for_each_other(world: World) -> None:
    sessions: list[UUID] = [uuid4(), uuid4()]

    class Waiting(Receiver):
        async def works(self) -> None:
            await world.loop.pause(1.0)

    receiver = Waiting()
    received_by(world, SESSIONS, receiver)
    deliver(world, SESSIONS, *(message(f"for {session}", str(session)) for session in sessions))
    assert receiver.most_busy == 2
