"""What a registrant and the payment processor do about a payment, over the ports."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from domain.kernel.aggregates import Aggregates
from domain.kernel.errors import NotFound, NotPossible, Unavailable
from domain.kernel.ids import derive
from domain.kernel.messages import OutgoingCommand
from domain.kernel.ports import MessageBus
from domain.payments.third_party_processor_payment import (
    PAYMENT,
    CancelThirdPartyProcessorPayment,
    CompleteThirdPartyProcessorPayment,
    InitiateThirdPartyProcessorPayment,
    PaymentState,
    ThirdPartyProcessorPayment,
)
from domain.registration.catalogue import Catalogue
from domain.registration.order import ORDER, Order, refuse_unready
from domain.registration.order_messages import ConfirmOrder
from domain.registration.use_cases import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToPay:
    """The order was free, and is being confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDue:
    """This payment is waiting at the processor."""

    payment_id: UUID


MOST_TRIES = 20
"""At paying for one order. Every try but the last is over, and is looked at again by the next."""


class Payments:
    """Paying for an order: one open payment at a time, and a few tries while the reservation lasts."""

    def __init__(self, aggregates: Aggregates, bus: MessageBus, catalogue: Catalogue) -> None:
        self._aggregates = aggregates
        self._bus = bus
        self._catalogue = catalogue

    async def start(self, caller: Caller, order_id: UUID) -> NothingToPay | PaymentDue:
        """Begin to pay, or go on with the payment that is open; a free order is confirmed at once.

        Raises NotFound, and NotPossible with the reasons the contract names: `reservation-pending`,
        `partially-reserved`, `registrant-missing`, `order-expired`, `order-settled`; and `too-many-payments`.
        """
        order = (await self._aggregates.load(ORDER, order_id)).state
        if order.placed is None:
            raise NotFound(f"There is no order {order_id}.")
        refuse_unready(order)
        if order.registrant is None:
            raise NotPossible("registrant-missing", "Say who registers first.")
        if order.is_free_of_charge:
            await self._aggregates.execute(ORDER, order_id, caller.command(ConfirmOrder(order_id=order_id), order_id))
            return NothingToPay()
        name = await self._catalogue.name(order.placed.conference_code) or order.placed.conference_code
        for attempt in range(1, MOST_TRIES + 1):
            initiate = InitiateThirdPartyProcessorPayment(
                payment_id=derive(order_id, f"payment-{attempt}"),
                order_id=order_id,
                conference_id=order.placed.conference_id,
                description=f"Registration for {name}",
                total_amount=order.total,
            )
            if await self._open(caller, order, initiate):
                return PaymentDue(payment_id=initiate.payment_id)
        raise NotPossible(
            "too-many-payments", f"Of {MOST_TRIES} payments for this order none bought it. Place another order."
        )

    async def _open(self, caller: Caller, order: Order, initiate: InitiateThirdPartyProcessorPayment) -> bool:
        """Begin this payment, unless it was begun before: ids are derived, so a double click pays once.

        False when it is over.
        """
        payment_id, order_id = initiate.payment_id, initiate.order_id
        message_id = str(derive(payment_id, type(initiate).__name__))
        command = caller.command(initiate, order_id, message_id)
        payment = (await self._aggregates.execute(PAYMENT, payment_id, command, assume_new=True)).state
        if payment.state is PaymentState.INITIATED:
            if payment.initiated and payment.initiated.total_amount == order.total:
                return True
            cancel = CancelThirdPartyProcessorPayment(payment_id=payment_id)  # it would pay for other seats
            await self._aggregates.execute(PAYMENT, payment_id, caller.command(cancel, order_id))
        elif payment.state is PaymentState.ACCEPTED and payment_id not in order.refunds:
            raise NotPossible("order-settled", "The order is paid already and is being confirmed.")
        return False

    async def complete(self, caller: Caller, payment_id: UUID) -> ThirdPartyProcessorPayment | None:
        """The processor took the money. None: its command waits in the queue.

        Raises NotFound, and NotPossible `payment-rejected` when the payment was cancelled before.
        """
        payment = await self._settle(caller, payment_id, CompleteThirdPartyProcessorPayment(payment_id=payment_id))
        if payment and payment.state is not PaymentState.ACCEPTED:
            raise NotPossible("payment-rejected", "The payment was cancelled; start another one.")
        return payment

    async def cancel(self, caller: Caller, payment_id: UUID) -> ThirdPartyProcessorPayment | None:
        """The processor refused. None: its command waits in the queue.

        Raises NotFound, and NotPossible `payment-accepted` when the money was taken before.
        """
        payment = await self._settle(caller, payment_id, CancelThirdPartyProcessorPayment(payment_id=payment_id))
        if payment and payment.state is not PaymentState.REJECTED:
            raise NotPossible("payment-accepted", "The payment was completed before.")
        return payment

    async def _settle(
        self,
        caller: Caller,
        payment_id: UUID,
        message: CompleteThirdPartyProcessorPayment | CancelThirdPartyProcessorPayment,
    ) -> ThirdPartyProcessorPayment | None:
        conversation = await self._order_of(payment_id) or payment_id
        command = caller.command(message, conversation, str(derive(payment_id, type(message).__name__)))
        try:
            return (await self._aggregates.execute(PAYMENT, payment_id, command)).state
        except Unavailable:
            await self._bus.send([OutgoingCommand(envelope=command)])
            return None

    async def _order_of(self, payment_id: UUID) -> UUID | None:
        """What the payment is for; None when there is no such payment, or nobody knows for want of an answer."""
        with suppress(Unavailable):
            initiated = (await self._aggregates.recall(PAYMENT, payment_id)).state.initiated
            return initiated.order_id if initiated else None
        return None
