"""The registration process of one order: its state, and the messages it listens to."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.payments.third_party_processor_payment import PaymentCompleted, PaymentInitiated, PaymentRejected
from domain.registration.order_messages import (
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRefundRequired,
    OrderUpdated,
    Paid,
)
from domain.registration.seats import Seats
from domain.registration.seats_availability import SeatsReserved


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireRegistrationProcess:
    """The order's time is up. Sent to the process itself, for later."""

    order_id: UUID


class ProcessState(StrEnum):
    """Where the process stands. The last two are final, though money may still arrive in Expired."""

    AWAITING_RESERVATION_CONFIRMATION = "AwaitingReservationConfirmation"
    RESERVATION_CONFIRMATION_RECEIVED = "ReservationConfirmationReceived"
    PAYMENT_CONFIRMATION_RECEIVED = "PaymentConfirmationReceived"
    AWAITING_REINSTATEMENT = "AwaitingReinstatement"
    CONFIRMED = "Confirmed"
    EXPIRED = "Expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationProcess:
    """The process of one order. Ids of messages are those of their envelopes."""

    order_id: UUID
    conference_id: UUID
    state: ProcessState
    seats: Seats
    revision: int
    """Of the order's seats: what the process is trying to get."""
    reservation_auto_expiration: datetime
    attempt: int = 0
    """Counts what was sent to SeatsAvailability."""
    reservation_command_id: str | None = None
    """The last MakeSeatReservation: only its answer counts."""
    expiration_command_id: str | None = None
    open_payments: tuple[UUID, ...] = ()
    settled_payments: tuple[UUID, ...] = ()
    """Accepted or rejected. What is said of a payment may come in any order, and its end is its end."""
    paid: Paid | None = None

    @property
    def completed(self) -> bool:
        """Nothing more is expected to happen."""
        return self.state in (ProcessState.CONFIRMED, ProcessState.EXPIRED)

    def with_payment_settled(self, payment_id: UUID) -> "RegistrationProcess":
        """The process once it knows that this payment was accepted or rejected."""
        if payment_id in self.settled_payments:
            return self
        return replace(
            self,
            open_payments=tuple(each for each in self.open_payments if each != payment_id),
            settled_payments=(*self.settled_payments, payment_id),
        )


RegistrationProcessMessage = (
    OrderPlaced
    | OrderUpdated
    | OrderConfirmed
    | OrderExpired
    | OrderRefundRequired
    | SeatsReserved
    | PaymentInitiated
    | PaymentCompleted
    | PaymentRejected
    | ExpireRegistrationProcess
)


def order_of(message: RegistrationProcessMessage) -> UUID:
    """The order, and so the process, that a message is about."""
    return message.reservation_id if isinstance(message, SeatsReserved) else message.order_id
