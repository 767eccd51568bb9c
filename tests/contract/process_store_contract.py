"""What every ProcessStore must do. Subclass it where there are fixtures `store` and `clock`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest

from domain.kernel.errors import ConcurrencyConflict, NotFound
from domain.kernel.messages import Envelope, OutgoingCommand
from domain.kernel.ports import ProcessStore, React, Reaction
from domain.registration.order_messages import RejectOrder
from domain.registration.registration_process import (
    ExpireRegistrationProcess,
    ProcessState,
    RegistrationProcess,
)
from tests.support.vocabulary import CONFERENCE, EXPIRES, NOW

Step = tuple[UUID, Envelope[Any], React]


class SettableClock(Protocol):
    now: datetime


def message(message_id: str | None = None) -> Envelope[Any]:
    """Anything a process manager may hear."""
    return Envelope(
        message=ExpireRegistrationProcess(order_id=uuid4()),
        message_id=message_id or str(uuid4()),
        correlation_id="the conversation",
        causation_id="the cause",
        time=NOW,
    )


def process(order_id: UUID, attempt: int = 0) -> RegistrationProcess:
    """A process of this order."""
    return RegistrationProcess(
        order_id=order_id,
        conference_id=CONFERENCE,
        state=ProcessState.AWAITING_RESERVATION_CONFIRMATION,
        seats=(),
        revision=1,
        reservation_auto_expiration=EXPIRES,
        attempt=attempt,
    )


def counting(order_id: UUID, said: Envelope[Any]) -> React:
    """A reaction that begins a process or counts up its attempt, and sends one command each time."""

    def react(state: RegistrationProcess | None) -> Reaction:
        after = process(order_id, 1) if state is None else replace(state, attempt=state.attempt + 1)
        return Reaction(state=after, commands=(reject(order_id, said),))

    return react


def reject(order_id: UUID, said: Envelope[Any], **timing: datetime) -> OutgoingCommand:
    return OutgoingCommand(envelope=said.caused(RejectOrder(order_id=order_id)), **timing)


def step(order_id: UUID, message_id: str | None = None) -> Step:
    said = message(message_id)
    return order_id, said, counting(order_id, said)


async def attempt_of(store: ProcessStore, order_id: UUID) -> int | None:
    """What the row says now."""
    found: list[RegistrationProcess | None] = []

    def look(state: RegistrationProcess | None) -> None:
        found.append(state)

    await store.transact([(order_id, message(), look)])
    return found[-1].attempt if found[-1] else None


async def persistently(store: ProcessStore, steps: Sequence[Step]) -> None:
    """As `Processes` does it: take the steps again when another worker was faster."""
    while True:
        try:
            await store.transact(steps)
        except ConcurrencyConflict:
            continue
        return


class ProcessStoreContract:
    """The port's promises, each of them once."""

    async def test_a_reaction_finds_the_state_that_the_one_before_left(self, store: ProcessStore) -> None:
        order_id = uuid4()
        assert await attempt_of(store, order_id) is None
        await store.transact([step(order_id)])
        await store.transact([step(order_id)])
        assert await attempt_of(store, order_id) == 2

    async def test_steps_of_one_batch_for_one_order_build_on_each_other(self, store: ProcessStore) -> None:
        order_id, other = uuid4(), uuid4()
        commands = await store.transact([step(order_id), step(other), step(order_id), step(order_id)])
        assert len(commands) == 4
        assert await attempt_of(store, order_id) == 3
        assert await attempt_of(store, other) == 1

    async def test_everything_of_the_state_is_kept(self, store: ProcessStore) -> None:
        order_id, said = uuid4(), message()
        kept = replace(process(order_id, 7), reservation_command_id="a", open_payments=(uuid4(), uuid4()))
        found: list[Any] = []

        def remember(state: Any) -> None:
            found.append(state)

        await store.transact([(order_id, said, lambda state: Reaction(state=kept))])
        await store.transact([(order_id, message(), remember)])
        assert found == [kept]

    async def test_what_is_to_be_sent_comes_back_in_order_and_as_it_was(self, store: ProcessStore) -> None:
        order_id, first, second = uuid4(), message(), message()
        timed = reject(order_id, first, not_before=EXPIRES, not_after=EXPIRES + timedelta(minutes=1))
        later = reject(order_id, second)
        steps: list[Step] = [
            (order_id, first, lambda state: Reaction(state=process(order_id), commands=(timed,))),
            (order_id, second, lambda state: Reaction(state=state, commands=(later,))),
        ]
        assert [command for _, command in await store.transact(steps)] == [timed, later]

    async def test_a_message_seen_before_is_skipped(self, store: ProcessStore) -> None:
        order_id = uuid4()
        await store.transact([step(order_id, "the same")])
        await store.transact([step(order_id, "the same"), step(order_id, "another")])
        assert await attempt_of(store, order_id) == 2

    async def test_a_message_twice_in_one_batch_counts_once(self, store: ProcessStore) -> None:
        order_id = uuid4()
        assert len(await store.transact([step(order_id, "the same"), step(order_id, "the same")])) == 1
        assert await attempt_of(store, order_id) == 1

    async def test_a_message_that_nothing_followed_from_is_not_reacted_to_later(self, store: ProcessStore) -> None:
        order_id, said = uuid4(), message()
        await store.transact([(order_id, said, lambda state: None)])
        await store.transact([(order_id, said, counting(order_id, said))])
        assert await attempt_of(store, order_id) is None

    async def test_commands_without_a_process_are_sent_and_no_process_is_kept(self, store: ProcessStore) -> None:
        order_id, said = uuid4(), message()
        give_back = Reaction(state=None, commands=(reject(order_id, said),))
        assert len(await store.transact([(order_id, said, lambda state: give_back)])) == 1
        assert await attempt_of(store, order_id) is None
        assert await attempt_of(store, order_id) is None

    async def test_a_refusal_changes_nothing_at_all(self, store: ProcessStore, clock: SettableClock) -> None:
        order_id, refused = uuid4(), message()

        def refuse(state: Any) -> Reaction:
            raise NotFound("no such process")

        with pytest.raises(NotFound):
            await store.transact([step(order_id, "before it"), (uuid4(), refused, refuse)])
        assert await attempt_of(store, order_id) is None
        assert await store.unsent(clock.now + timedelta(days=1)) == []
        await store.transact([step(order_id, "before it")])
        assert await attempt_of(store, order_id) == 1

    async def test_what_was_not_sent_is_found_once_it_is_old_enough(
        self, store: ProcessStore, clock: SettableClock
    ) -> None:
        first = await store.transact([step(uuid4()), step(uuid4())])
        clock.now += timedelta(seconds=60)
        second = await store.transact([step(uuid4())])
        assert list(await store.unsent(clock.now)) == list(first)
        assert list(await store.unsent(clock.now + timedelta(seconds=1))) == [*first, *second]

    async def test_what_was_sent_is_found_no_more(self, store: ProcessStore, clock: SettableClock) -> None:
        first, second = await store.transact([step(uuid4()), step(uuid4())])
        await store.delete_sent([first[0]])
        await store.delete_sent([first[0]])
        assert list(await store.unsent(clock.now + timedelta(seconds=1))) == [second]

    async def test_nothing_to_do_is_nothing_done(self, store: ProcessStore) -> None:
        assert list(await store.transact([])) == []
        await store.delete_sent([])

    async def test_a_full_batch_is_taken_at_once(self, store: ProcessStore, clock: SettableClock) -> None:
        orders = [uuid4() for _ in range(100)]
        sent = await store.transact([step(order_id) for order_id in orders])
        assert [command.envelope.message.order_id for _, command in sent] == orders
        await store.transact([step(order_id) for order_id in orders])
        assert await attempt_of(store, orders[-1]) == 2
        await store.delete_sent([outbox_id for outbox_id, _ in sent])
        assert len(await store.unsent(clock.now + timedelta(seconds=1))) == 100

    async def test_many_at_once_on_one_process_lose_nothing(self, store: ProcessStore) -> None:
        order_id = uuid4()
        await asyncio.gather(*(persistently(store, [step(order_id)]) for _ in range(50)))
        assert await attempt_of(store, order_id) == 50
