"""Process managers: state, inbox and outbox change together; sending comes after."""

from datetime import timedelta

import pytest

from domain.kernel.errors import ConcurrencyConflict, InvalidCommand, Unavailable
from domain.kernel.messages import Envelope, OutgoingCommand
from domain.kernel.ports import Reaction
from domain.kernel.processes import MAX_ATTEMPTS, Processes
from domain.registration.order_messages import RejectOrder
from tests.support import orders
from tests.support.fake_process_store import InMemoryProcessStore
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import ANOTHER_ORDER_ID, NOW, ORDER_ID, said


@pytest.fixture
def store() -> InMemoryProcessStore:
    return InMemoryProcessStore()


@pytest.fixture
def bus() -> InMemoryBus:
    return InMemoryBus()


@pytest.fixture
def processes(store: InMemoryProcessStore, bus: InMemoryBus) -> Processes:
    return Processes(store, bus)


class Counting:
    """A process manager that counts its messages and asks for one command each."""

    def __init__(self, message: Envelope) -> None:
        self.message = message

    def __call__(self, state: int | None) -> Reaction:
        command = OutgoingCommand(envelope=self.message.caused(RejectOrder(order_id=ORDER_ID)))
        return Reaction(state=(state or 0) + 1, commands=(command,))


def step(message_id: str, order_id=ORDER_ID):
    message = said(orders.expired(), message_id)
    return order_id, message, Counting(message)


async def test_the_commands_of_a_reaction_are_sent_once_and_leave_the_outbox(processes, store, bus) -> None:
    await processes.react([step("one")])
    (sent,) = bus.sent
    assert sent.envelope.message == RejectOrder(order_id=ORDER_ID)
    assert sent.envelope.causation_id == "one"
    assert store.outbox == {}


async def test_nothing_is_sent_before_it_is_saved(processes, store, bus) -> None:
    async def saved() -> None:
        assert store.states == {ORDER_ID: 1}
        assert len(store.outbox) == 1

    bus.before("send", saved)
    await processes.react([step("one")])
    assert len(bus.sent) == 1


async def test_a_repeated_message_changes_nothing_and_sends_nothing(processes, store, bus) -> None:
    await processes.react([step("one")])
    await processes.react([step("one")])
    assert store.states == {ORDER_ID: 1}
    assert len(bus.sent) == 1


async def test_a_message_repeated_within_one_batch_counts_once(processes, store, bus) -> None:
    await processes.react([step("one"), step("one"), step("two")])
    assert store.states == {ORDER_ID: 2}
    assert len(bus.sent) == 2


async def test_each_step_of_a_batch_sees_the_state_the_one_before_it_left(processes, store) -> None:
    await processes.react([step("one"), step("other", ANOTHER_ORDER_ID), step("two"), step("three")])
    assert store.states == {ORDER_ID: 3, ANOTHER_ORDER_ID: 1}


async def test_a_message_that_concerns_nobody_is_remembered_and_does_nothing(processes, store, bus) -> None:
    await processes.react([(ORDER_ID, said(orders.expired(), "one"), lambda state: None)])
    assert (store.states, store.inbox, bus.sent) == ({}, {"one"}, [])


async def test_commands_without_a_process_are_sent_and_no_process_begins(processes, store, bus) -> None:
    _, message, counting = step("one")
    await processes.react([(ORDER_ID, message, lambda state: Reaction(state=None, commands=counting(None).commands))])
    assert store.states == {}
    assert len(bus.sent) == 1


async def test_a_refused_reaction_leaves_everything_as_it_was(processes, store, bus) -> None:
    def refuse(state: int | None) -> Reaction:
        raise InvalidCommand("no")

    with pytest.raises(InvalidCommand):
        await processes.react([step("one"), (ORDER_ID, said(orders.expired(), "two"), refuse)])
    assert (store.states, store.inbox, store.outbox, bus.sent) == ({}, set(), {}, [])


async def test_whoever_was_overtaken_reacts_again_to_the_state_of_the_faster_one(processes, store, bus) -> None:
    async def overtake() -> None:
        await processes.react([step("faster")])
        raise ConcurrencyConflict("overtaken")

    store.before("transact", overtake)
    await processes.react([step("slower")])
    assert store.states == {ORDER_ID: 2}
    assert len(bus.sent) == 2


async def test_a_conflict_that_never_ends_is_given_back_to_the_bus(processes, store) -> None:
    store.fail("transact", ConcurrencyConflict("busy"), times=MAX_ATTEMPTS)
    with pytest.raises(ConcurrencyConflict, match="gave up"):
        await processes.react([step("one")])
    assert store.calls == ["transact"] * MAX_ATTEMPTS


async def test_a_store_that_does_not_answer_is_not_hidden(processes, store, bus) -> None:
    store.fail("transact", Unavailable("no answer"))
    with pytest.raises(Unavailable):
        await processes.react([step("one")])
    assert bus.sent == []


async def test_what_a_crash_left_in_the_outbox_is_sent_by_the_timer(processes, store, bus) -> None:
    await store.transact([step("one")])  # and then the worker dies
    assert bus.sent == []

    assert await processes.send_unsent(NOW + timedelta(seconds=1)) == 1
    assert len(bus.sent) == 1
    assert store.outbox == {}
    assert await processes.send_unsent(NOW + timedelta(seconds=1)) == 0
    assert len(bus.sent) == 1


async def test_a_crash_between_sending_and_deleting_sends_the_same_ids_again(processes, store, bus) -> None:
    store.fail("delete_sent", Unavailable("dies here"))
    await processes.react([step("one")])
    await processes.send_unsent(NOW + timedelta(seconds=1))
    first, second = bus.sent
    assert first == second
    assert store.outbox == {}


async def test_a_bus_that_does_not_answer_leaves_the_commands_to_the_timer(processes, store, bus) -> None:
    bus.fail("send", Unavailable("no answer"))
    await processes.react([step("one")])
    assert (store.states, len(store.outbox), bus.sent) == ({ORDER_ID: 1}, 1, [])
    await processes.send_unsent(NOW + timedelta(seconds=1))
    assert len(bus.sent) == 1


async def test_the_timer_leaves_alone_what_is_being_sent_right_now(processes, store, bus) -> None:
    await store.transact([step("one")])
    assert await processes.send_unsent(NOW - timedelta(seconds=30)) == 0
    assert bus.sent == []


async def test_the_timer_says_when_the_bus_does_not_answer(processes, store, bus) -> None:
    await store.transact([step("one")])
    bus.fail("send", Unavailable("no answer"))
    with pytest.raises(Unavailable):
        await processes.send_unsent(NOW + timedelta(seconds=1))
    assert len(store.outbox) == 1
