"""How an order ends: confirmed or expired, once; and money is never kept for nothing."""

import pytest

from domain.registration.order import ORDER, OrderState
from domain.registration.order_messages import RejectOrder
from tests.support.given_when_then import given
from tests.support.orders import (
    confirm,
    confirmed,
    expired,
    partially_reserved,
    placed,
    refund_required,
    reinstate,
    reinstated,
    require_refund,
    reservation_completed,
    updated,
)
from tests.support.vocabulary import ANOTHER_PAYMENT_ID, ORDER_ID, PAYMENT_ID, seats

ONE = seats(general=1)
TWO = seats(general=2)
FREE = seats(free=2)
REJECT = RejectOrder(order_id=ORDER_ID)

RESERVED = (*placed(ONE), reservation_completed(ONE))
CONFIRMED = (*RESERVED, confirmed(ONE))
EXPIRED = (*RESERVED, expired())
FREE_RESERVED = (*placed(FREE), reservation_completed(FREE))

# Confirmed


def test_a_reserved_order_that_is_paid_is_confirmed_with_its_seats() -> None:
    given(ORDER, *RESERVED).when(confirm(199_00)).then(confirmed(ONE))


def test_a_free_order_is_confirmed_without_a_payment() -> None:
    given(ORDER, *FREE_RESERVED).when(confirm()).then(confirmed(FREE, payment_id=None))


def test_an_order_that_costs_something_is_not_confirmed_without_a_payment() -> None:
    given(ORDER, *RESERVED).when(confirm()).then_refused_because("payment-required")


def test_an_order_whose_seats_are_still_being_reserved_is_not_confirmed() -> None:
    given(ORDER, *placed(FREE)).when(confirm()).then_refused_because("reservation-pending")
    given(ORDER, *FREE_RESERVED, *updated(FREE)).when(confirm()).then_refused_because("reservation-pending")


def test_a_partially_reserved_order_is_not_confirmed_even_if_what_was_got_costs_nothing() -> None:
    partially = (*placed(FREE), *partially_reserved(seats(free=1)))
    given(ORDER, *partially).when(confirm()).then_refused_because("partially-reserved")
    given(ORDER, *placed(ONE), *partially_reserved(())).when(confirm()).then_refused_because("partially-reserved")


def test_an_expired_order_is_not_confirmed_for_free() -> None:
    given(ORDER, *FREE_RESERVED, expired()).when(confirm()).then_refused_because("order-expired")


def test_confirming_twice_confirms_once() -> None:
    given(ORDER, *CONFIRMED).when(confirm(199_00)).then_nothing()
    given(ORDER, *FREE_RESERVED, confirmed(FREE, payment_id=None)).when(confirm()).then_nothing()


def test_a_changed_order_is_confirmed_with_the_seats_of_the_change() -> None:
    changed = (*RESERVED, *updated(TWO), reservation_completed(TWO))
    given(ORDER, *changed).when(confirm(398_00)).then(confirmed(TWO))


# Paid, but not so


@pytest.mark.parametrize("amount", [198_99, 199_01, 0])
def test_a_payment_of_another_amount_is_to_be_given_back(amount: int) -> None:
    given(ORDER, *RESERVED).when(confirm(amount)).then(refund_required(amount))


def test_a_payment_before_the_seats_are_reserved_is_to_be_given_back() -> None:
    given(ORDER, *placed(ONE)).when(confirm(199_00)).then(refund_required(199_00))
    given(ORDER, *RESERVED, *updated(TWO)).when(confirm(398_00)).then(refund_required(398_00))


def test_a_payment_for_a_partial_reservation_is_to_be_given_back() -> None:
    given(ORDER, *placed(TWO), *partially_reserved(ONE)).when(confirm(199_00)).then(refund_required(199_00))


def test_a_second_payment_of_a_confirmed_order_is_to_be_given_back() -> None:
    second = confirm(199_00, ANOTHER_PAYMENT_ID)
    given(ORDER, *CONFIRMED).when(second).then(refund_required(199_00, ANOTHER_PAYMENT_ID))
    given(ORDER, *FREE_RESERVED, confirmed(FREE, payment_id=None)).when(confirm(0)).then(refund_required(0))


def test_what_is_to_be_given_back_is_said_once() -> None:
    history = (*CONFIRMED, refund_required(199_00, ANOTHER_PAYMENT_ID))
    given(ORDER, *history).when(confirm(199_00, ANOTHER_PAYMENT_ID)).then_nothing()
    given(ORDER, *history).when(require_refund(199_00, ANOTHER_PAYMENT_ID)).then_nothing()


def test_a_payment_that_is_to_be_given_back_buys_nothing_any_more() -> None:
    too_early = (*placed(ONE), refund_required(199_00), reservation_completed(ONE))
    given(ORDER, *too_early).when(confirm(199_00)).then_nothing()
    given(ORDER, *too_early).when(confirm(199_00, ANOTHER_PAYMENT_ID)).then(confirmed(ONE, ANOTHER_PAYMENT_ID))
    given(ORDER, *too_early, expired()).when(reinstate(199_00, ONE)).then_nothing()


# Expired


@pytest.mark.parametrize("history", [placed(ONE), RESERVED, (*placed(TWO), *partially_reserved(ONE))])
def test_an_order_that_is_not_confirmed_expires(history) -> None:
    given(ORDER, *history).when(REJECT).then(expired())


def test_a_confirmed_order_never_expires() -> None:
    given(ORDER, *CONFIRMED).when(REJECT).then_nothing()


def test_an_order_expires_once() -> None:
    given(ORDER, *EXPIRED).when(REJECT).then_nothing()


def test_an_expired_order_holds_no_seats() -> None:
    order = given(ORDER, *RESERVED).when(REJECT).state_after()
    assert (order.state, order.reserved) == (OrderState.REJECTED, ())


def test_payment_and_expiry_that_cross_never_both_win() -> None:
    given(ORDER, *EXPIRED).when(confirm(199_00)).then_nothing()
    given(ORDER, *CONFIRMED).when(REJECT).then_nothing()


# Paid after it had expired


def test_an_expired_order_whose_seats_could_be_had_again_is_confirmed_after_all() -> None:
    given(ORDER, *EXPIRED).when(reinstate(199_00, ONE)).then(reinstated(ONE), confirmed(ONE))


def test_an_order_that_expired_before_it_was_reserved_can_be_reinstated_too() -> None:
    given(ORDER, *placed(ONE), expired()).when(reinstate(199_00, ONE)).then(reinstated(ONE), confirmed(ONE))


def test_an_expired_order_is_reinstated_at_the_full_price_only() -> None:
    given(ORDER, *EXPIRED).when(reinstate(198_00, ONE)).then(refund_required(198_00))
    partially = (*placed(TWO), *partially_reserved(ONE), expired())
    given(ORDER, *partially).when(reinstate(199_00, TWO)).then(refund_required(199_00))
    given(ORDER, *partially).when(reinstate(398_00, TWO)).then(reinstated(TWO), confirmed(TWO))


@pytest.mark.parametrize("held", [(), seats(general=1), seats(workshop=2)])
def test_an_expired_order_is_not_reinstated_with_fewer_seats_than_it_asked_for(held) -> None:
    given(ORDER, *placed(TWO), expired()).when(reinstate(398_00, held)).then(refund_required(398_00))


@pytest.mark.parametrize("held", [seats(general=2), seats(general=1, workshop=1)])
def test_an_expired_order_is_not_reinstated_with_more_seats_than_it_paid_for(held) -> None:
    given(ORDER, *EXPIRED).when(reinstate(199_00, held)).then(refund_required(199_00))


def test_a_reinstated_order_holds_its_seats_again_until_it_is_confirmed() -> None:
    order = ORDER.fold(ORDER.initial, (*EXPIRED, reinstated(ONE)))
    assert (order.state, order.reserved) == (OrderState.RESERVATION_COMPLETED, ONE)


def test_reinstating_twice_confirms_once() -> None:
    history = (*EXPIRED, reinstated(ONE), confirmed(ONE))
    given(ORDER, *history).when(reinstate(199_00, ONE)).then_nothing()
    given(ORDER, *history).when(reinstate(199_00, ONE, ANOTHER_PAYMENT_ID)).then(
        refund_required(199_00, ANOTHER_PAYMENT_ID)
    )


def test_an_expired_order_whose_seats_are_gone_is_to_be_refunded_once() -> None:
    given(ORDER, *EXPIRED).when(require_refund(199_00)).then(refund_required(199_00))
    given(ORDER, *EXPIRED, refund_required(199_00)).when(require_refund(199_00)).then_nothing()


def test_the_payment_that_confirmed_an_order_is_never_to_be_given_back() -> None:
    given(ORDER, *CONFIRMED).when(require_refund(199_00, PAYMENT_ID)).then_nothing()
