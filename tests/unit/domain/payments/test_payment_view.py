"""What its payer sees of a payment."""

from functools import reduce

from domain.payments.payment_view import PAYMENTS, PaymentView
from domain.payments.third_party_processor_payment import PAYMENT, PaymentState
from tests.support.orders import expired, payment_completed, payment_initiated, payment_rejected
from tests.support.vocabulary import ORDER_ID, PAYMENT_ID, recorded


def shown(*events: object) -> PaymentView | None:
    return reduce(PAYMENTS.evolve, recorded(PAYMENT.stream_id(PAYMENT_ID), *events), None)


def test_an_initiated_payment_shows_what_it_is_for_and_how_much() -> None:
    assert shown(payment_initiated(249_00)) == PaymentView(
        payment_id=PAYMENT_ID,
        order_id=ORDER_ID,
        description="Registration for CQRS summit",
        total_amount=249_00,
        state=PaymentState.INITIATED,
    )


def test_a_payment_shows_how_it_ended() -> None:
    assert shown(payment_initiated(), payment_completed()).state is PaymentState.ACCEPTED
    assert shown(payment_initiated(), payment_rejected()).state is PaymentState.REJECTED


def test_other_news_leaves_a_payment_as_it_was() -> None:
    assert shown(payment_initiated(), expired()) == shown(payment_initiated())


def test_a_payment_is_kept_under_its_own_id() -> None:
    events = (payment_initiated(), payment_completed(), payment_rejected())
    assert {PAYMENTS.key(event) for event in events} == {str(PAYMENT_ID)}


def test_a_payment_that_was_never_initiated_is_not_shown() -> None:
    assert shown(payment_completed()) is None
    assert shown(payment_rejected()) is None
