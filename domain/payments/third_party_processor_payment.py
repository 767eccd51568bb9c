"""ThirdPartyProcessorPayment: one try at paying for an order: initiated, then accepted or rejected, once.

Source: CQRS Journey, Payments/ThirdPartyProcessorPayment.cs.

WARNING: events are stored for ever. Add fields with defaults; for anything else make a new version and an upcaster.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.kernel.decider import Decider
from domain.kernel.errors import NotFound
from domain.kernel.money import Money

# Events


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInitiated:
    """The registrant is on her way to the processor."""

    payment_id: UUID
    order_id: UUID
    conference_id: UUID
    description: str
    total_amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCompleted:
    """The processor took the money."""

    payment_id: UUID
    order_id: UUID
    total_amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRejected:
    """The processor refused, or the registrant turned back."""

    payment_id: UUID
    order_id: UUID


PaymentEvent = PaymentInitiated | PaymentCompleted | PaymentRejected

# Commands


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiateThirdPartyProcessorPayment:
    """Begin to pay for an order."""

    payment_id: UUID
    order_id: UUID
    conference_id: UUID
    description: str
    total_amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteThirdPartyProcessorPayment:
    """The money is taken."""

    payment_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelThirdPartyProcessorPayment:
    """It will not be."""

    payment_id: UUID


PaymentCommand = (
    InitiateThirdPartyProcessorPayment | CompleteThirdPartyProcessorPayment | CancelThirdPartyProcessorPayment
)

# State


class PaymentState(StrEnum):
    """Where a payment stands."""

    INITIATED = "initiated"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartyProcessorPayment:
    """What decisions need. `initiated` is None until there is a payment."""

    initiated: PaymentInitiated | None = None
    state: PaymentState = PaymentState.INITIATED


def decide(command: PaymentCommand, payment: ThirdPartyProcessorPayment, now: datetime) -> tuple[PaymentEvent, ...]:
    """What happens when `command` meets `payment`; nothing, once it is settled. Raises NotFound."""
    if isinstance(command, InitiateThirdPartyProcessorPayment):
        return () if payment.initiated else (_initiate(command),)
    if payment.initiated is None:
        raise NotFound(f"There is no payment {command.payment_id}.")
    if payment.state is not PaymentState.INITIATED:
        return ()
    order_id = payment.initiated.order_id
    match command:
        case CompleteThirdPartyProcessorPayment(payment_id=payment_id):
            amount = payment.initiated.total_amount
            return (PaymentCompleted(payment_id=payment_id, order_id=order_id, total_amount=amount),)
        case CancelThirdPartyProcessorPayment(payment_id=payment_id):
            return (PaymentRejected(payment_id=payment_id, order_id=order_id),)
        case _ as unreachable:
            assert_never(unreachable)


def _initiate(command: InitiateThirdPartyProcessorPayment) -> PaymentInitiated:
    return PaymentInitiated(
        payment_id=command.payment_id,
        order_id=command.order_id,
        conference_id=command.conference_id,
        description=command.description,
        total_amount=command.total_amount,
    )


def evolve(payment: ThirdPartyProcessorPayment, event: PaymentEvent) -> ThirdPartyProcessorPayment:
    """The payment after `event`."""
    match event:
        case PaymentInitiated():
            return replace(payment, initiated=event)
        case PaymentCompleted():
            return replace(payment, state=PaymentState.ACCEPTED)
        case PaymentRejected():
            return replace(payment, state=PaymentState.REJECTED)
        case _ as unreachable:
            assert_never(unreachable)


PAYMENT = Decider(category="payment", initial=ThirdPartyProcessorPayment(), decide=decide, evolve=evolve)
