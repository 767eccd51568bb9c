"""All of registration together, whatever is repeated, late, out of order, expired or lost between store and bus.

Never oversold; a confirmed order has exactly its seats and is paid to the cent; money is kept for a confirmed order or
is to be given back; and when nothing is on its way any more, no order, process or seat hangs.
"""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.errors import NotPossible, Unavailable
from domain.kernel.ids import derive
from domain.payments.third_party_processor_payment import (
    PAYMENT,
    CancelThirdPartyProcessorPayment,
    CompleteThirdPartyProcessorPayment,
)
from domain.registration.order import ORDER, refuse_unready
from domain.registration.order_messages import ConfirmOrder
from domain.registration.seats import as_seats
from domain.registration.seats_availability import SEATS_AVAILABILITY
from tests.support import orders
from tests.support.availability import add, remove
from tests.support.registration_invariants import everything_has_ended, nothing_is_oversold
from tests.support.registration_world import World
from tests.support.vocabulary import CONFERENCE, FREE, GENERAL, WORKSHOP

KINDS = (GENERAL, WORKSHOP, FREE)


class Registration:
    """People, a clock and a bus that do as they please. Each act takes a number, and makes of it what it needs."""

    def __init__(self, seats_of_each_kind: tuple[int, ...], number_of_orders: int) -> None:
        self.world = World()
        self.orders = [UUID(int=number) for number in range(1, 1 + number_of_orders)]
        self.payments: list[UUID] = []
        for kind, quantity in zip(KINDS, seats_of_each_kind, strict=True):
            self.world.handle_at_once(add(quantity, kind), CONFERENCE)

    def ask_for_seats(self, number: int) -> None:
        order = self.orders[number % len(self.orders)]
        kinds = (number // 3, number // 9)[: 1 + number % 2]
        wanted = as_seats(Counter(KINDS[kind % len(KINDS)] for kind in kinds))
        self.world.handle_at_once(orders.register(wanted, order_id=order), order, worker=number % 2)

    def pay(self, number: int) -> None:
        order_id = self.orders[number % len(self.orders)]
        order = self.world.state_of(ORDER, order_id)
        try:
            refuse_unready(order)
        except NotPossible:
            return
        if order.is_free_of_charge:
            self.world.handle_at_once(ConfirmOrder(order_id=order_id), order_id)
            return
        payment = derive(order_id, f"payment {len(self.payments)}")
        self.world.handle_at_once(orders.initiate_payment(order.total, payment, order_id=order_id), order_id)
        if self.world.state_of(PAYMENT, payment).initiated:
            self.payments.append(payment)

    def processor_takes_the_money(self, number: int) -> None:
        if self.payments:
            payment = self.payments[-1 - number % len(self.payments)]
            self.world.send(CompleteThirdPartyProcessorPayment(payment_id=payment), payment)

    def processor_refuses(self, number: int) -> None:
        if self.payments:
            payment = self.payments[number % len(self.payments)]
            self.world.send(CancelThirdPartyProcessorPayment(payment_id=payment), payment)

    def offer_more_or_fewer_of_what_is_left(self, number: int) -> None:
        kind = KINDS[number % len(KINDS)]
        left = self.world.state_of(SEATS_AVAILABILITY, CONFERENCE).remaining.get(kind, 0)
        change = remove(1, kind) if number % 2 and left > 0 else add(1, kind)
        self.world.handle_at_once(change, CONFERENCE)

    def time_passes(self, number: int) -> None:
        self.world.now += timedelta(minutes=(1, 5, 14, 15, 16, 30)[number % 6])

    def something_does_not_answer_once(self, number: int) -> None:
        bus, events = self.world.backend.bus, self.world.backend.events
        calls = [(bus, "publish"), (bus, "send"), (events, "append"), (events, "mark_published"), (events, "read")]
        port, call = calls[number % len(calls)]
        port.fail(call, Unavailable("no answer"))

    def a_message_arrives(self, number: int) -> None:
        if waiting := self.world.deliverable():
            one = waiting[number // 6 % len(waiting)]
            self.world.deliver(one, worker=number % 2, and_again=number % 3 == 0)

    def messages_arrive_in_order(self, number: int) -> None:
        for _ in range(number % 12):
            if waiting := self.world.deliverable():
                self.world.deliver(waiting[0], worker=number % 2)

    def the_last_message_overtakes(self, number: int) -> None:
        if waiting := self.world.deliverable():
            self.world.deliver(waiting[-1], worker=number % 2)

    def a_batch_for_the_seats_arrives(self, number: int) -> None:
        self.world.deliver_batch(SEATS_AVAILABILITY, CONFERENCE, worker=number % 2)

    def the_timers_run(self, _: int) -> None:
        with suppress(Unavailable):
            self.world.run_timers()

    def everything_arrives(self, chance: Random) -> None:
        """In any order, until nothing is on its way, nor scheduled, nor left behind."""
        for _ in range(3000):
            if waiting := self.world.deliverable():
                self.world.deliver(chance.choice(waiting), worker=chance.randrange(2))
            elif self.world.left_behind():
                self.the_timers_run(0)
            elif later := self.world.next_time():
                self.world.now = later
            else:
                return
        pytest.fail("there is no end to the messages")


ACTS = [
    *5 * [Registration.a_message_arrives],
    *4 * [Registration.messages_arrive_in_order, Registration.pay],
    *3 * [Registration.processor_takes_the_money],
    *3 * [Registration.the_last_message_overtakes],
    *3 * [Registration.ask_for_seats],
    Registration.processor_refuses,
    Registration.offer_more_or_fewer_of_what_is_left,
    Registration.time_passes,
    Registration.something_does_not_answer_once,
    Registration.a_batch_for_the_seats_arrives,
    Registration.the_timers_run,
]


@pytest.mark.timeout(900)  # a failure takes minutes to be made small
@settings(max_examples=120)
@given(
    seats_of_each_kind=st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)),
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1000)), min_size=40, max_size=80),
    number_of_orders=st.integers(1, 3),
    chance=st.randoms(use_true_random=False),
)
def test_it_ends_well_whatever_happens_on_the_way(seats_of_each_kind, acts, number_of_orders, chance) -> None:
    registration = Registration(seats_of_each_kind, number_of_orders)
    for act, number in acts:
        act(registration, number)
        nothing_is_oversold(registration.world)
    registration.everything_arrives(chance)
    everything_has_ended(registration.world, registration.orders, registration.payments)
