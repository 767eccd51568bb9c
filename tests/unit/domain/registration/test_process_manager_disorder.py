"""RegistrationProcessManager when things come late, twice, out of order, or with money nobody expected."""

from datetime import timedelta

import pytest

from domain.payments.third_party_processor_payment import CancelThirdPartyProcessorPayment
from domain.registration.order_messages import RejectOrder
from domain.registration.registration_process import ExpireRegistrationProcess, ProcessState
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
    reinstate,
    require_refund,
)
from tests.support.process import ProcessOf
from tests.support.vocabulary import ANOTHER_PAYMENT_ID, EXPIRES, GRACE, ORDER_ID, PAYMENT_ID, seats

ONE = seats(general=1)
TWO = seats(general=2)
PLACED = orders.placed(ONE)[0]
PLACED_TWO = orders.placed(TWO)[0]
REJECT = RejectOrder(order_id=ORDER_ID)
EXPIRE = ExpireRegistrationProcess(order_id=ORDER_ID)
CANCEL_PAYMENT = CancelThirdPartyProcessorPayment(payment_id=PAYMENT_ID)
CANCEL_ANOTHER_PAYMENT = CancelThirdPartyProcessorPayment(payment_id=ANOTHER_PAYMENT_ID)

RESERVED = (PLACED, reserved(ONE))
PAID = (*RESERVED, payment_completed())
CONFIRMED = (*PAID, confirmed(ONE))
EXPIRED = (*RESERVED, expired())
REINSTATING = (*EXPIRED, payment_completed())


def updated(seats_: Seats, revision: int = 2):
    return orders.updated(seats_, revision=revision)[0]


# Twice


def test_a_repeated_order_placed_starts_no_second_process() -> None:
    ProcessOf().given(PLACED).when(PLACED).then_nothing()
    ProcessOf().given(*CONFIRMED).when(PLACED).then_nothing()
    ProcessOf().given(*EXPIRED).when(PLACED).then_nothing()


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ((*RESERVED, updated(TWO)), updated(TWO)),
        (RESERVED, reserved(ONE)),
        (PAID, payment_completed()),
        (CONFIRMED, confirmed(ONE)),
        (CONFIRMED, expired()),
        (REINSTATING, expired()),
        (REINSTATING, payment_completed()),
        ((*RESERVED, payment_rejected()), payment_rejected()),
        ((*PAID, refund_required(199_00)), refund_required(199_00)),
    ],
)
def test_the_same_news_again_changes_nothing(history, message) -> None:
    ProcessOf().given(*history).when(message).then_nothing()


# Out of order


def test_a_change_that_is_faster_than_the_order_begins_the_process_and_the_order_is_old_news() -> None:
    process = ProcessOf()
    process.when(updated(TWO)).then(reserve(TWO), EXPIRE)
    process.when(PLACED).then_nothing()
    process.when(reserved(TWO)).then(mark_reserved(TWO, revision=2))


def test_an_older_change_is_old_news() -> None:
    process = ProcessOf().given(PLACED, updated(seats(general=3), revision=3))
    process.when(updated(TWO, revision=2)).then_nothing()


def test_a_change_of_an_order_that_is_over_is_no_news() -> None:
    ProcessOf().given(*CONFIRMED).when(updated(TWO)).then_nothing()
    ProcessOf().given(*EXPIRED).when(updated(TWO)).then_nothing()


def test_the_answer_to_an_overtaken_attempt_is_skipped() -> None:
    process = ProcessOf().given(PLACED)
    first = process.process.reservation_command_id
    process.given(updated(TWO))
    process.when(reserved(ONE, attempt=1), answers=first).then_nothing()
    process.when(reserved(TWO, attempt=2)).then(mark_reserved(TWO, revision=2))


def test_a_change_heard_of_after_the_window_ends_the_order_and_voids_the_answer_under_way() -> None:
    process = ProcessOf().given(PLACED_TWO, payment_initiated())
    first = process.process.reservation_command_id
    process.when(updated(ONE), now=EXPIRES).then(REJECT, CANCEL_PAYMENT)
    process.when(reserved(TWO), answers=first, now=EXPIRES).then()
    process.given(payment_rejected()).when(expired()).then(cancel(attempt=1))


@pytest.mark.parametrize("history", [CONFIRMED, EXPIRED], ids=["confirmed", "expired"])
def test_seats_reserved_for_an_overtaken_attempt_of_an_order_that_is_over_are_given_back(history) -> None:
    process = ProcessOf().given(*history)
    before = process.process
    process.when(reserved(TWO, attempt=1), answers="an overtaken attempt").then(cancel(attempt=1))
    assert process.process == before


def test_seats_reserved_after_the_expiry_are_given_back() -> None:
    process = ProcessOf().given(PLACED, expired())
    before = process.process
    process.when(reserved(ONE)).then(cancel(attempt=1))
    assert process.process == before


def test_a_payment_that_was_initiated_after_it_was_completed_is_old_news() -> None:
    ProcessOf().given(*PAID).when(payment_initiated()).then_nothing()
    ProcessOf().given(*CONFIRMED).when(payment_initiated()).then_nothing()


def test_a_payment_that_was_rejected_before_another_one_began_does_not_close_that() -> None:
    process = ProcessOf().given(*RESERVED, payment_initiated(payment_id=ANOTHER_PAYMENT_ID))
    process.when(payment_rejected(PAYMENT_ID)).then()
    assert process.process.open_payments == (ANOTHER_PAYMENT_ID,)


def test_payments_told_of_in_any_order_are_all_closed_when_the_order_expires() -> None:
    """The first was begun and turned back, then the second begun; this is what the process hears."""
    process = ProcessOf().given(*RESERVED, payment_initiated(payment_id=ANOTHER_PAYMENT_ID))
    process.given(payment_rejected(PAYMENT_ID), payment_initiated(payment_id=PAYMENT_ID))
    process.when(expired()).then(cancel(attempt=1), CANCEL_ANOTHER_PAYMENT)


def test_every_open_payment_is_closed_by_a_command_of_its_own() -> None:
    process = ProcessOf().given(*RESERVED, payment_initiated(), payment_initiated(payment_id=ANOTHER_PAYMENT_ID))
    process.when(expired()).then(cancel(attempt=1), CANCEL_PAYMENT, CANCEL_ANOTHER_PAYMENT)
    assert len({command.envelope.message_id for command in process.sent[-3:]}) == 3


def test_an_order_expires_while_its_confirmation_is_under_way_and_its_seats_are_reserved_again() -> None:
    ProcessOf().given(*PAID).when(expired()).then(reserve(ONE, attempt=2), EXPIRE)


# Money after expiry


def test_money_after_the_expiry_reserves_again_and_must_have_an_answer_however_late() -> None:
    again = ProcessOf().given(*EXPIRED).when(payment_completed())
    again.then(reserve(ONE, attempt=2), EXPIRE)
    asked = again.command(MakeSeatReservation)
    assert (asked.not_before, asked.not_after) == (None, None)
    assert again.process.state is ProcessState.AWAITING_REINSTATEMENT
    assert not again.process.completed


def test_an_order_whose_seats_could_be_had_again_is_reinstated() -> None:
    process = ProcessOf().given(*REINSTATING)
    process.when(reserved(ONE, attempt=2)).then(reinstate(199_00, ONE))
    process.when(confirmed(ONE)).then(commit())
    assert process.process.state is ProcessState.CONFIRMED


@pytest.mark.parametrize("got", [(), ONE, seats(general=1, workshop=1)])
def test_an_order_whose_seats_could_not_all_be_had_again_is_to_be_refunded(got) -> None:
    process = ProcessOf().given(PLACED_TWO, reserved(TWO), expired(), payment_completed(398_00))
    process.when(reserved(got, attempt=2)).then(require_refund(398_00))
    process.when(refund_required(398_00)).then(cancel(attempt=2))
    assert process.process.state is ProcessState.EXPIRED


def test_seats_of_an_older_revision_reserved_again_are_not_what_she_paid_for() -> None:
    process = ProcessOf().given(PLACED_TWO, reserved(TWO), expired(), payment_completed())
    process.when(updated(ONE)).then()
    process.when(reserved(TWO, attempt=2)).then(require_refund(199_00))


def test_the_answer_to_an_older_attempt_does_not_reinstate() -> None:
    process = ProcessOf().given(*REINSTATING)
    process.when(reserved(ONE, attempt=1), answers="an older attempt").then_nothing()


def test_the_order_s_own_expiry_is_void_during_reinstatement() -> None:
    process = ProcessOf().given(*EXPIRED)
    own = process.expiry()
    process.given(payment_completed())
    process.deliver(own).then_nothing()


@pytest.mark.parametrize(("grace", "waits"), [(GRACE, GRACE), (timedelta(seconds=1), timedelta(seconds=15))])
def test_money_that_waited_for_seats_in_vain_is_to_be_given_back(grace: timedelta, waits: timedelta) -> None:
    process = ProcessOf(grace=grace).given(*EXPIRED)
    reinstating = process.when(payment_completed(), now=EXPIRES)
    assert reinstating.command(ExpireRegistrationProcess).not_before == EXPIRES + waits
    process.deliver(process.expiry()).then(require_refund(199_00))
    process.when(refund_required(199_00)).then(cancel(attempt=2))
    assert process.process.state is ProcessState.EXPIRED


def test_the_end_of_a_reinstatement_is_void_once_the_order_is_confirmed_or_its_refund_due() -> None:
    process = ProcessOf().given(*REINSTATING)
    end = process.expiry()
    process.given(reserved(ONE, attempt=2), confirmed(ONE))
    process.deliver(end).then_nothing()
    process = ProcessOf().given(*REINSTATING)
    end = process.expiry()
    process.given(refund_required(199_00))
    process.deliver(end).then_nothing()


def test_after_a_refund_the_process_is_over_and_an_open_payment_is_cancelled() -> None:
    process = ProcessOf().given(*REINSTATING, payment_initiated(payment_id=ANOTHER_PAYMENT_ID))
    cancel_other = CancelThirdPartyProcessorPayment(payment_id=ANOTHER_PAYMENT_ID)
    process.when(refund_required(199_00)).then(cancel(attempt=2), cancel_other)


# Money twice, or for other seats


@pytest.mark.parametrize("history", [PAID, CONFIRMED, REINSTATING], ids=["paid", "confirmed", "reinstating"])
def test_a_second_payment_is_to_be_given_back(history) -> None:
    process = ProcessOf().given(*history)
    process.when(payment_completed(payment_id=ANOTHER_PAYMENT_ID)).then(require_refund(199_00, ANOTHER_PAYMENT_ID))
    assert process.process.paid == orders.paid(199_00, PAYMENT_ID)


def test_the_refund_of_a_second_payment_does_not_touch_the_first() -> None:
    ProcessOf().given(*PAID).when(refund_required(199_00, ANOTHER_PAYMENT_ID)).then_nothing()
    ProcessOf().given(*REINSTATING).when(refund_required(199_00, ANOTHER_PAYMENT_ID)).then_nothing()


def test_money_for_an_order_confirmed_for_free_is_left_to_the_order() -> None:
    process = ProcessOf().given(*RESERVED, confirmed(ONE, None))
    process.when(payment_completed()).then(confirm(199_00))
    assert process.process.state is ProcessState.CONFIRMED


def test_after_a_refund_another_payment_can_confirm_while_the_reservation_lasts() -> None:
    process = ProcessOf().given(*PAID, refund_required(199_00))
    assert process.process.state is ProcessState.RESERVATION_CONFIRMATION_RECEIVED
    process.when(payment_completed(payment_id=ANOTHER_PAYMENT_ID)).then(confirm(199_00, ANOTHER_PAYMENT_ID))


def test_after_the_refund_of_money_that_was_too_fast_the_seats_are_still_reserved() -> None:
    process = ProcessOf().given(PLACED, payment_completed())
    process.when(refund_required(199_00)).then()
    process.when(reserved(ONE)).then(mark_reserved(ONE))
    assert process.process.state is ProcessState.RESERVATION_CONFIRMATION_RECEIVED


def test_after_a_refund_the_order_still_expires() -> None:
    process = ProcessOf().given(*PAID, refund_required(199_00))
    process.deliver(process.expiry()).then(REJECT)
    process.when(expired()).then(cancel(attempt=1))


def test_a_change_while_the_payment_is_being_confirmed_reserves_again_and_confirms_after_that() -> None:
    process = ProcessOf().given(*PAID)
    process.when(updated(TWO)).then(reserve(TWO, attempt=2))
    process.when(reserved(TWO, attempt=2)).then(mark_reserved(TWO, revision=2), confirm(199_00))
    process.when(refund_required(199_00)).then()
    assert process.process.paid is None
    assert process.process.state is ProcessState.RESERVATION_CONFIRMATION_RECEIVED
