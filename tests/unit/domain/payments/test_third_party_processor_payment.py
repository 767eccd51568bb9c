"""ThirdPartyProcessorPayment: initiated, then accepted or rejected, once."""

import pytest

from domain.kernel.errors import NotFound
from domain.payments.third_party_processor_payment import (
    PAYMENT,
    CancelThirdPartyProcessorPayment,
    CompleteThirdPartyProcessorPayment,
    PaymentState,
)
from tests.support.given_when_then import given
from tests.support.orders import initiate_payment, payment_completed, payment_initiated, payment_rejected
from tests.support.vocabulary import PAYMENT_ID

INITIATE = initiate_payment(249_00)
INITIATED = payment_initiated(249_00)
COMPLETE = CompleteThirdPartyProcessorPayment(payment_id=PAYMENT_ID)
COMPLETED = payment_completed(249_00)
CANCEL = CancelThirdPartyProcessorPayment(payment_id=PAYMENT_ID)
REJECTED = payment_rejected()


def test_a_payment_is_initiated_with_what_it_is_for_and_how_much() -> None:
    given(PAYMENT).when(INITIATE).then(INITIATED)


@pytest.mark.parametrize("history", [[INITIATED], [INITIATED, COMPLETED], [INITIATED, REJECTED]])
def test_a_payment_is_initiated_once(history) -> None:
    given(PAYMENT, *history).when(INITIATE).then_nothing()
    given(PAYMENT, *history).when(initiate_payment(1_00)).then_nothing()


def test_a_payment_is_completed_with_the_amount_it_was_initiated_with() -> None:
    result = given(PAYMENT, INITIATED).when(COMPLETE)
    result.then(COMPLETED)
    assert result.state_after().state is PaymentState.ACCEPTED


def test_a_payment_is_rejected() -> None:
    result = given(PAYMENT, INITIATED).when(CANCEL)
    result.then(REJECTED)
    assert result.state_after().state is PaymentState.REJECTED


@pytest.mark.parametrize("end", [COMPLETED, REJECTED], ids=["completed", "rejected"])
@pytest.mark.parametrize("command", [COMPLETE, CANCEL], ids=["complete", "cancel"])
def test_a_payment_ends_once(end, command) -> None:
    given(PAYMENT, INITIATED, end).when(command).then_nothing()


@pytest.mark.parametrize("command", [COMPLETE, CANCEL], ids=["complete", "cancel"])
def test_a_payment_nobody_initiated_is_unknown(command) -> None:
    given(PAYMENT).when(command).then_refused(NotFound)
