"""What the answers say beyond their contract: when an order was placed, and that money must be given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from domain.registration.managed_orders import ManagedOrder
from domain.registration.order import OrderState
from domain.registration.order_views import OrderView
from functions import answers
from infra.serialization import from_builtins, to_builtins
from tests.support.vocabulary import ACCESS_CODE, CODE, CONFERENCE, NOW, ORDER_ID

IN_KOLKATA = timezone(timedelta(hours=5, minutes=30))
ORDER = OrderView(
    order_id=ORDER_ID,
    conference_id=CONFERENCE,
    conference_code=CODE,
    access_code=ACCESS_CODE,
    state=OrderState.REJECTED,
    version=4,
    reservation_expires_at=None,
)
MANAGED = ManagedOrder(order_id=ORDER_ID, conference_id=CONFERENCE, placed_at=NOW, access_code=ACCESS_CODE)


def refund(answer: answers.Json) -> answers.Json:
    return {member: answer[member] for member in ("refundDue", "refundAmount") if member in answer}


def test_a_registrant_is_told_of_her_refund_and_of_nothing_where_none_is_due() -> None:
    owed = replace(ORDER, total=898_00, refund_due=True, refund_amount=199_00)
    assert refund(answers.order(owed)) == {"refundDue": True, "refundAmount": "199.00"}
    assert refund(answers.order(ORDER)) == {}


def test_an_organizer_is_told_which_refunds_are_due() -> None:
    owed = replace(MANAGED, total=898_00, refund_due=True, refund_amount=199_00)
    assert refund(answers.managed_order(owed)) == {"refundDue": True, "refundAmount": "199.00"}
    assert refund(answers.managed_order(MANAGED)) == {}


@pytest.mark.parametrize(("answer", "document"), [(answers.order, ORDER), (answers.managed_order, MANAGED)])
def test_of_a_refund_that_the_release_before_marked_without_an_amount_the_total_is_told(answer, document) -> None:
    stored = to_builtins(replace(document, total=199_00, refund_due=True))
    del stored["refund_amount"]
    assert answer(from_builtins(type(document), stored))["refundAmount"] == "199.00"


def test_an_organizer_is_told_when_an_order_was_placed_in_the_one_time_of_the_api() -> None:
    placed_at = answers.managed_order(replace(MANAGED, placed_at=NOW.astimezone(IN_KOLKATA)))["placedAt"]
    assert placed_at == answers.utc(NOW)
    assert placed_at.endswith("Z")
