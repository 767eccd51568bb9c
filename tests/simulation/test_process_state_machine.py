"""RegistrationProcessManager by itself: any message at any time, each of them twice, and what it may never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.kernel.errors import NotFound
from domain.kernel.messages import Envelope
from domain.payments.third_party_processor_payment import PaymentCompleted
from domain.registration.order_messages import (
    ConfirmOrder,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderUpdated,
    Paid,
    ReinstateOrder,
    RejectOrder,
    RequireRefund,
)
from domain.registration.process_manager import react
from domain.registration.registration_process import ExpireRegistrationProcess, ProcessState, RegistrationProcess
from domain.registration.seats import Seats
from domain.registration.seats_availability import CancelSeatReservation, CommitSeatReservation, MakeSeatReservation
from tests.support import orders
from tests.support.availability import reserved
from tests.support.vocabulary import ANOTHER_PAYMENT_ID, EXPIRES, GRACE, NOW, ORDER_ID, PAYMENT_ID, said, seats

SEATS = st.sampled_from([seats(general=1), seats(general=2), seats(workshop=1)])
PAYMENTS = st.sampled_from([PAYMENT_ID, ANOTHER_PAYMENT_ID])
TIMES = st.sampled_from([NOW, EXPIRES - timedelta(seconds=1), EXPIRES, EXPIRES + timedelta(hours=1)])
PRICE = 199_00


class AnyMessageAtAnyTime(RuleBasedStateMachine):
    """Nothing is left out of what could come, however little sense it makes."""

    def __init__(self) -> None:
        super().__init__()
        self.process: RegistrationProcess | None = None
        self.sent: dict[str, Any] = {}
        """Commands by message id."""
        self.news: set[type[Any]] = set()
        self.money: set[Paid] = set()
        """Taken, and not known to be given back."""
        self.number = 0

    @rule(wanted=SEATS, now=TIMES)
    def an_order_is_placed(self, wanted: Seats, now: Any) -> None:
        self.hear(orders.placed(wanted)[0], now=now)

    @rule(wanted=SEATS, revision=st.integers(2, 5), now=TIMES)
    def it_is_changed(self, wanted: Seats, revision: int, now: Any) -> None:
        self.hear(orders.updated(wanted, revision=revision)[0], now=now)

    @rule(got=SEATS, attempt=st.integers(1, 4), last=st.booleans())
    def seats_are_reserved(self, got: Seats, attempt: int, last: bool) -> None:
        answers = self.process.reservation_command_id if self.process and last else "an older one"
        self.hear(reserved(got, attempt=attempt), answers=answers or "none")

    @rule(payment_id=PAYMENTS)
    def a_payment_begins(self, payment_id: Any) -> None:
        self.hear(orders.payment_initiated(PRICE, payment_id))

    @rule(payment_id=PAYMENTS)
    def a_payment_is_made(self, payment_id: Any) -> None:
        self.hear(orders.payment_completed(PRICE, payment_id))

    @rule(payment_id=PAYMENTS)
    def a_payment_is_refused(self, payment_id: Any) -> None:
        self.hear(orders.payment_rejected(payment_id))

    @rule(payment_id=PAYMENTS)
    def a_refund_is_due(self, payment_id: Any) -> None:
        self.money = {paid for paid in self.money if paid.payment_id != payment_id}
        self.hear(orders.refund_required(PRICE, payment_id))

    @rule(wanted=SEATS)
    def it_is_confirmed(self, wanted: Seats) -> None:
        self.hear(orders.confirmed(wanted))

    @rule()
    def it_expires(self) -> None:
        self.hear(orders.expired())

    @rule(now=TIMES)
    def its_time_is_up(self, now: Any) -> None:
        before = self.process
        message_id = before.expiration_command_id if before else None
        expire = replace(said(ExpireRegistrationProcess(order_id=ORDER_ID), message_id or "nobody's"), time=now)
        commands = self.deliver(expire)
        live = before and not before.completed and before.state is not ProcessState.AWAITING_REINSTATEMENT
        assert any(isinstance(command, RejectOrder) for command in commands) == bool(live and message_id)

    def hear(self, news: Any, *, answers: str = "a cause", now: Any = NOW) -> None:
        self.number += 1
        message = replace(said(news, f"message {self.number}", causation_id=answers), time=now)
        self.deliver(message)
        self.hear_at_once_again(message)

    def hear_at_once_again(self, message: Envelope[Any]) -> None:
        """Even without an inbox, nothing is asked for that has not been asked for already."""
        if self.process is not None and (reaction := react(self.process, message, grace=GRACE)):
            assert reaction.state == self.process
            for command in reaction.commands:
                assert self.sent[command.envelope.message_id] == command.envelope.message

    def deliver(self, message: Envelope[Any]) -> tuple[Any, ...]:
        begun, before = self.process is not None, self.process
        try:
            reaction = react(self.process, message, grace=GRACE)
        except NotFound:
            assert not begun
            return ()
        self.news.add(type(message.message))
        if isinstance(message.message, PaymentCompleted):
            self.money.add(Paid(payment_id=message.message.payment_id, amount=PRICE))
        if reaction is None:
            return ()
        assert reaction.state is not None or not begun
        self.process = reaction.state
        for command in reaction.commands:
            self.sent[command.envelope.message_id] = command.envelope.message
        commands = tuple(command.envelope.message for command in reaction.commands)
        self.check(before, commands, message)
        return commands

    def check(self, before: RegistrationProcess | None, commands: tuple[Any, ...], message: Envelope[Any]) -> None:
        for command in commands:
            match command:
                case MakeSeatReservation(attempt=attempt):
                    assert self.process is not None
                    assert attempt == self.process.attempt == (before.attempt if before else 0) + 1
                    assert self.process.reservation_command_id in self.sent
                case CommitSeatReservation():
                    assert isinstance(message.message, OrderConfirmed)
                case CancelSeatReservation():
                    assert before is None or before.completed or OrderExpired in self.news
                case ConfirmOrder(paid=paid) | ReinstateOrder(paid=paid) | RequireRefund(paid=paid):
                    assert paid is not None
                    assert paid.amount == PRICE
        if before is not None and before.state is ProcessState.CONFIRMED:
            assert self.process is not None
            assert self.process.state is ProcessState.CONFIRMED

    @invariant()
    def a_process_begins_with_an_order(self) -> None:
        assert (self.process is not None) == bool(self.news & {OrderPlaced, OrderUpdated})

    @invariant()
    def money_is_remembered_or_on_its_way_back(self) -> None:
        if self.process is None:
            return
        settled = {command.paid for command in self.sent.values() if isinstance(command, ConfirmOrder | RequireRefund)}
        assert self.money <= settled | {self.process.paid}


TestAnyMessageAtAnyTime = AnyMessageAtAnyTime.TestCase
TestAnyMessageAtAnyTime.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
