"""The read model of payments."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.kernel.messages import RecordedEvent
from domain.kernel.money import Money
from domain.kernel.views import View
from domain.payments.third_party_processor_payment import (
    PAYMENT,
    PaymentCompleted,
    PaymentInitiated,
    PaymentRejected,
    PaymentState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """A payment as its payer sees it."""

    payment_id: UUID
    order_id: UUID
    description: str
    total_amount: Money
    state: PaymentState = PaymentState.INITIATED


def evolve_payment(view: PaymentView | None, recorded: RecordedEvent[Any]) -> PaymentView | None:
    """The payment after one of its events."""
    match recorded.message:
        case PaymentInitiated() as event:
            return PaymentView(
                payment_id=event.payment_id,
                order_id=event.order_id,
                description=event.description,
                total_amount=event.total_amount,
            )
        case PaymentCompleted():
            return view and replace(view, state=PaymentState.ACCEPTED)
        case PaymentRejected():
            return view and replace(view, state=PaymentState.REJECTED)
        case _:
            return view


PAYMENTS = View(
    name="payments",
    document=PaymentView,
    sources=(PAYMENT.category,),
    key=lambda event: str(event.payment_id),
    evolve=evolve_payment,
)
