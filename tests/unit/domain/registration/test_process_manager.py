"""RegistrationProcessManager, the way it should go: reserve, mark, confirm, commit; or expire and give back."""

from datetime import timedelta

import pytest

from domain.kernel.errors import NotFound
from domain.payments.third_party_processor_payment import CancelThirdPartyProcessorPayment
from domain.registration.order_messages import RejectOrder
from domain.registration.registration_process import ExpireRegistrationProcess, ProcessState, order_of
from domain.registration.seats import Seats
from domain.registration.seats_availability import MakeSeatReservation
from tests.support import orders
from tests.support.availability import cancel, commit, reserve, reserved
from tests.support.orders import (
    confirm,
    confirmed,
    expired,
    mark_reserved,
    payment_completed,
    payment_initiated,
    payment_rejected,
    refund_required,
)
from tests.support.process import ProcessOf
from tests.support.vocabulary import ANOTHER_PAYMENT_ID, EXPIRES, GRACE, ORDER_ID, PAYMENT_ID, seats

ONE = seats(general=1)
TWO = seats(general=2)
PLACED = orders.placed(ONE)[0]
REJECT = RejectOrder(order_id=ORDER_ID)
EXPIRE = ExpireRegistrationProcess(order_id=ORDER_ID)
CANCEL_PAYMENT = CancelThirdPartyProcessorPayment(payment_id=PAYMENT_ID)

AWAITING = (PLACED,)
RESERVED = (PLACED, reserved(ONE))
PAID = (*RESERVED, payment_completed())
CONFIRMED = (*PAID, confirmed(ONE))
EXPIRED = (*RESERVED, expired())


def updated(seats_: Seats, revision: int = 2):
    return orders.updated(seats_, revision=revision)[0]


# The order is placed


def test_a_placed_order_reserves_its_seats_and_schedules_its_expiry() -> None:
    placed = ProcessOf().when(PLACED)
    placed.then(reserve(ONE), EXPIRE)
    assert placed.process.state is ProcessState.AWAITING_RESERVATION_CONFIRMATION


def test_the_reservation_is_not_made_later_than_a_minute_after_the_order_s_expiration() -> None:
    asked = ProcessOf().when(PLACED).command(MakeSeatReservation)
    assert (asked.not_before, asked.not_after) == (None, EXPIRES + timedelta(minutes=1))


def test_the_process_expires_fourteen_minutes_after_the_order_s_expiration() -> None:
    asked = ProcessOf().when(PLACED).command(ExpireRegistrationProcess)
    assert (asked.not_before, asked.not_after) == (EXPIRES + timedelta(minutes=14), None)
    assert timedelta(minutes=14) == GRACE


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=5)])
def test_an_order_whose_window_is_over_is_rejected_at_once(late: timedelta) -> None:
    process = ProcessOf()
    process.when(PLACED, now=EXPIRES + late).then(REJECT)
    process.when(expired()).then(cancel(attempt=0))
    assert process.process.state is ProcessState.EXPIRED


def test_the_same_commands_have_the_same_ids_when_a_step_is_done_twice() -> None:
    first, again = ProcessOf().when(PLACED), ProcessOf().when(PLACED)
    assert first.sent == again.sent
    assert len({command.envelope.message_id for command in first.sent}) == 2


def test_commands_name_their_cause_and_keep_the_conversation() -> None:
    (asked, _) = ProcessOf().when(PLACED).sent
    assert asked.envelope.causation_id == "message 1"
    assert asked.envelope.correlation_id == str(ORDER_ID)


# The seats are reserved


def test_reserved_seats_are_marked_for_the_revision_they_were_asked_for() -> None:
    marked = ProcessOf().given(PLACED).when(reserved(ONE))
    marked.then(mark_reserved(ONE, revision=1))
    assert marked.process.state is ProcessState.RESERVATION_CONFIRMATION_RECEIVED


def test_what_could_be_reserved_in_part_is_marked_so() -> None:
    ProcessOf().given(orders.placed(TWO)[0]).when(reserved(ONE)).then(mark_reserved(ONE))


def test_changed_seats_are_reserved_with_the_next_attempt() -> None:
    process = ProcessOf().given(*RESERVED)
    process.when(updated(TWO)).then(reserve(TWO, attempt=2))
    assert process.process.state is ProcessState.AWAITING_RESERVATION_CONFIRMATION
    process.when(reserved(TWO, attempt=2)).then(mark_reserved(TWO, revision=2))


def test_a_change_schedules_no_second_expiry() -> None:
    process = ProcessOf().given(PLACED)
    expiry = process.expiry()
    process.given(updated(TWO))
    assert process.expiry() == expiry


# Paid


def test_a_completed_payment_confirms_the_order() -> None:
    paid = ProcessOf().given(*RESERVED).when(payment_completed())
    paid.then(confirm(199_00))
    assert paid.process.state is ProcessState.PAYMENT_CONFIRMATION_RECEIVED


def test_money_that_is_faster_than_the_reservation_waits_for_it() -> None:
    process = ProcessOf().given(PLACED)
    process.when(payment_completed()).then()
    process.when(reserved(ONE)).then(mark_reserved(ONE), confirm(199_00))
    assert process.process.state is ProcessState.PAYMENT_CONFIRMATION_RECEIVED


def test_a_rejected_payment_leaves_the_reservation_so_that_she_can_try_again() -> None:
    process = ProcessOf().given(*RESERVED, payment_initiated(), payment_rejected())
    assert process.process.state is ProcessState.RESERVATION_CONFIRMATION_RECEIVED
    process.given(payment_initiated(payment_id=ANOTHER_PAYMENT_ID))
    process.when(payment_completed(payment_id=ANOTHER_PAYMENT_ID)).then(confirm(199_00, ANOTHER_PAYMENT_ID))


def test_changed_seats_cancel_the_payment_for_the_old_ones() -> None:
    process = ProcessOf().given(*RESERVED, payment_initiated())
    process.when(updated(TWO)).then(CANCEL_PAYMENT, reserve(TWO, attempt=2))


# Confirmed


@pytest.mark.parametrize("history", [RESERVED, PAID], ids=["free", "paid"])
def test_a_confirmed_order_sells_its_seats(history) -> None:
    sold = ProcessOf().given(*history).when(confirmed(ONE))
    sold.then(commit())
    assert sold.process.state is ProcessState.CONFIRMED
    assert sold.process.completed


def test_a_free_order_that_is_confirmed_cancels_a_payment_begun_before() -> None:
    ProcessOf().given(*RESERVED, payment_initiated()).when(confirmed(ONE, None)).then(commit(), CANCEL_PAYMENT)


def test_the_expiry_of_a_confirmed_order_is_void() -> None:
    process = ProcessOf().given(*CONFIRMED)
    process.deliver(process.expiry()).then_nothing()


# Expired


@pytest.mark.parametrize("history", [AWAITING, RESERVED, PAID], ids=["awaiting", "reserved", "paid"])
def test_an_order_whose_time_is_up_is_rejected(history) -> None:
    process = ProcessOf().given(*history)
    process.deliver(process.expiry()).then(REJECT)


def test_an_expiring_order_cancels_its_open_payment() -> None:
    process = ProcessOf().given(*RESERVED, payment_initiated())
    process.deliver(process.expiry()).then(REJECT, CANCEL_PAYMENT)


def test_only_the_expiry_it_scheduled_itself_counts() -> None:
    ProcessOf().given(*RESERVED).when(EXPIRE).then_nothing()


def test_an_expired_order_gives_its_seats_back() -> None:
    gone = ProcessOf().given(*RESERVED).when(expired())
    gone.then(cancel(attempt=1))
    assert gone.process.state is ProcessState.EXPIRED
    assert gone.process.completed


def test_an_expired_order_gives_back_up_to_its_last_attempt() -> None:
    ProcessOf().given(*RESERVED, updated(TWO)).when(expired()).then(cancel(attempt=2))


def test_a_payment_begun_after_the_expiry_is_cancelled() -> None:
    cancelled = ProcessOf().given(*EXPIRED).when(payment_initiated())
    cancelled.then(CANCEL_PAYMENT)
    assert cancelled.process.state is ProcessState.EXPIRED


@pytest.mark.parametrize("end", [payment_rejected(), payment_completed()], ids=["rejected", "completed"])
def test_a_payment_that_has_ended_is_not_cancelled(end) -> None:
    process = ProcessOf().given(*RESERVED, payment_initiated(), end)
    process.deliver(process.expiry()).then(REJECT)


# Without a process


def test_an_expiry_without_a_process_is_nothing() -> None:
    ProcessOf().when(EXPIRE).then_nothing()


def test_seats_reserved_for_an_order_without_a_process_are_given_back() -> None:
    given_back = ProcessOf().when(reserved(ONE, attempt=3))
    given_back.then(cancel(attempt=3))
    assert given_back.process is None


@pytest.mark.parametrize(
    "message",
    [payment_initiated(), payment_completed(), payment_rejected(), confirmed(ONE), expired(), refund_required(1)],
    ids=lambda message: type(message).__name__,
)
def test_what_cannot_be_without_a_process_is_refused(message) -> None:
    with pytest.raises(NotFound, match=f"{type(message).__name__} .* {ORDER_ID}"):
        ProcessOf().when(message)


def test_what_a_process_does_not_listen_to_is_refused() -> None:
    with pytest.raises(NotFound, match="OrderTotalsCalculated"):
        ProcessOf().given(PLACED).when(orders.totals(ONE))


@pytest.mark.parametrize("message", [PLACED, reserved(ONE), payment_completed(), EXPIRE])
def test_each_message_names_its_order(message) -> None:
    assert order_of(message) == ORDER_ID
