"""RegistrationProcessManager: leads one order through reservation and payment to its end, whatever comes twice or late.

    (none) → AwaitingReservationConfirmation → ReservationConfirmationReceived → PaymentConfirmationReceived → Confirmed
                        any of them, when the order expires → Expired → (paid after all) AwaitingReinstatement → …

Source: CQRS Journey, Registration/RegistrationProcessManager.cs. Beyond it:
- the Order decides its end; the process commits or gives back seats only when OrderConfirmed or OrderExpired says so;
- what it sends to SeatsAvailability is numbered (`attempt`), so that overtaking does no harm;
- money that comes after expiry reserves again, and else ends in a visible refund case.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.kernel.errors import NotFound
from domain.kernel.messages import Envelope, OutgoingCommand
from domain.kernel.ports import Reaction
from domain.payments.third_party_processor_payment import (
    CancelThirdPartyProcessorPayment,
    PaymentCompleted,
    PaymentInitiated,
    PaymentRejected,
)
from domain.registration.order_messages import (
    ConfirmOrder,
    MarkSeatsAsReserved,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRefundRequired,
    OrderUpdated,
    Paid,
    ReinstateOrder,
    RejectOrder,
    RequireRefund,
)
from domain.registration.registration_process import ExpireRegistrationProcess, ProcessState, order_of
from domain.registration.registration_process import RegistrationProcess as Process
from domain.registration.seats import by_type
from domain.registration.seats_availability import (
    CancelSeatReservation,
    CommitSeatReservation,
    MakeSeatReservation,
    SeatsReserved,
)

RESERVATION_TIME_TO_LIVE_BEYOND_EXPIRY = timedelta(minutes=1)
LEAST_PATIENCE = timedelta(seconds=15)
"""Money that came late waits for its seats as long as the grace is, and as this, before it is given back."""


def react(process: Process | None, message: Envelope[Any], *, grace: timedelta) -> Reaction | None:
    """What follows from `message`; None when nothing does.

    `message.time` is now. `grace` is how long after the order's expiration the process gives up, and how long money
    that came after that may wait for its seats. Raises NotFound for a message that cannot be without a process.
    """
    said = message.message
    if process is None:
        return _react_without_process(message, grace)
    match said:
        case OrderPlaced() | OrderUpdated():
            return _seats_asked_for(process, said, message)
        case SeatsReserved():
            return _seats_reserved(process, said, message)
        case PaymentInitiated(payment_id=payment_id):
            return _payment_initiated(process, payment_id, message)
        case PaymentRejected(payment_id=payment_id):
            return Reaction(state=process.with_payment_settled(payment_id))
        case PaymentCompleted():
            return _payment_completed(process, said, message, grace)
        case OrderConfirmed():
            return _order_confirmed(process, message)
        case OrderExpired():
            return _order_expired(process, message, grace)
        case OrderRefundRequired(payment_id=payment_id):
            return _refund_required(process, payment_id, message)
        case ExpireRegistrationProcess():
            return _expire(process, message)
        case _:
            raise NotFound(f"The registration process knows nothing of {type(said).__name__}.")


def _react_without_process(message: Envelope[Any], grace: timedelta) -> Reaction | None:
    said = message.message
    match said:
        case OrderPlaced() | OrderUpdated():
            return _begin(said, message, grace)
        case SeatsReserved():
            return Reaction(state=None, commands=(_give_back_seats(said, message),))
        case ExpireRegistrationProcess():
            return None
        case _:
            raise NotFound(f"{type(said).__name__} came for order {order_of(said)}, which has no registration process.")


def _send(cause: Envelope[Any], command: Any, **timing: datetime) -> OutgoingCommand:
    return OutgoingCommand(envelope=cause.caused(command), **timing)


def _begin(said: OrderPlaced | OrderUpdated, message: Envelope[Any], grace: timedelta) -> Reaction:
    process = Process(
        order_id=said.order_id,
        conference_id=said.conference_id,
        state=ProcessState.AWAITING_RESERVATION_CONFIRMATION,
        seats=said.seats,
        revision=said.revision,
        reservation_auto_expiration=said.reservation_auto_expiration,
    )
    if message.time >= said.reservation_auto_expiration:
        return Reaction(state=process, commands=(_send(message, RejectOrder(order_id=said.order_id)),))
    process, reserve = _reserve(process, message)
    process, expire = _expire_at(said.reservation_auto_expiration + grace, process, message)
    return Reaction(state=process, commands=(reserve, expire))


def _expire_at(end: datetime, process: Process, message: Envelope[Any]) -> tuple[Process, OutgoingCommand]:
    """Only the last one counts: what was to end the process before is void."""
    expire = _send(message, ExpireRegistrationProcess(order_id=process.order_id), not_before=end)
    return replace(process, expiration_command_id=expire.envelope.message_id), expire


def _reserve(process: Process, message: Envelope[Any], *, late: bool = False) -> tuple[Process, OutgoingCommand]:
    """Ask for the seats. In time, the asking itself expires soon after the order; money that came late must have an
    answer, whenever it is."""
    process = replace(process, attempt=process.attempt + 1)
    reserve = MakeSeatReservation(
        conference_id=process.conference_id,
        reservation_id=process.order_id,
        seats=process.seats,
        attempt=process.attempt,
    )
    timing = {} if late else {"not_after": process.reservation_auto_expiration + RESERVATION_TIME_TO_LIVE_BEYOND_EXPIRY}
    sent = _send(message, reserve, **timing)
    return replace(process, reservation_command_id=sent.envelope.message_id), sent


def _seats_asked_for(process: Process, said: OrderPlaced | OrderUpdated, message: Envelope[Any]) -> Reaction | None:
    if process.completed or said.revision <= process.revision:
        return None
    process = replace(process, seats=said.seats, revision=said.revision)
    if process.state is ProcessState.AWAITING_REINSTATEMENT:
        return Reaction(state=process)  # the reservation under way is for other seats, so its end is a refund
    if message.time >= process.reservation_auto_expiration:
        # Heard of too late to reserve. An answer still under way is for other seats, and must not count for these.
        return Reaction(state=replace(process, reservation_command_id=None), commands=_reject(process, message))
    commands = _cancel_open_payments(process, message)  # it would pay for what she no longer wants
    process, reserve = _reserve(process, message)
    process = replace(process, state=ProcessState.AWAITING_RESERVATION_CONFIRMATION)
    return Reaction(state=process, commands=(*commands, reserve))


def _seats_reserved(process: Process, said: SeatsReserved, message: Envelope[Any]) -> Reaction | None:
    if message.causation_id != process.reservation_command_id:
        # The answer to an attempt that was overtaken: a live process has asked again, a completed one wants none of it.
        return Reaction(state=process, commands=(_give_back_seats(said, message),)) if process.completed else None
    match process.state:
        case ProcessState.AWAITING_RESERVATION_CONFIRMATION:
            return _mark_reserved(process, said, message)
        case ProcessState.AWAITING_REINSTATEMENT:
            return _reinstate_or_refund(process, said, message)
        case ProcessState.EXPIRED:
            return Reaction(state=process, commands=(_give_back_seats(said, message),))
        case _:
            return None


def _mark_reserved(process: Process, said: SeatsReserved, message: Envelope[Any]) -> Reaction:
    mark = MarkSeatsAsReserved(
        order_id=process.order_id,
        seats=said.reservation_details,
        expiration=process.reservation_auto_expiration,
        revision=process.revision,
    )
    commands = [_send(message, mark)]
    state = ProcessState.RESERVATION_CONFIRMATION_RECEIVED
    if process.paid:  # the money was faster
        commands.append(_send(message, ConfirmOrder(order_id=process.order_id, paid=process.paid)))
        state = ProcessState.PAYMENT_CONFIRMATION_RECEIVED
    return Reaction(state=replace(process, state=state), commands=tuple(commands))


def _reinstate_or_refund(process: Process, said: SeatsReserved, message: Envelope[Any]) -> Reaction | None:
    if process.paid and by_type(said.reservation_details) == by_type(process.seats):
        reinstate = ReinstateOrder(order_id=process.order_id, paid=process.paid, seats=said.reservation_details)
        return Reaction(state=process, commands=(_send(message, reinstate),))
    return _give_back_money(process, message)


def _give_back_money(process: Process, message: Envelope[Any]) -> Reaction | None:
    if process.paid is None:
        return None
    refund = RequireRefund(order_id=process.order_id, paid=process.paid)
    return Reaction(state=process, commands=(_send(message, refund),))


def _payment_initiated(process: Process, payment_id: UUID, message: Envelope[Any]) -> Reaction | None:
    if payment_id in process.open_payments or payment_id in process.settled_payments:
        return None
    process = replace(process, open_payments=(*process.open_payments, payment_id))
    if process.completed:
        return Reaction(state=process, commands=_cancel_open_payments(process, message))
    return Reaction(state=process)


def _cancel_open_payments(process: Process, message: Envelope[Any]) -> tuple[OutgoingCommand, ...]:
    return tuple(
        OutgoingCommand(
            envelope=message.caused(CancelThirdPartyProcessorPayment(payment_id=payment_id), suffix=str(payment_id))
        )
        for payment_id in process.open_payments
    )


def _payment_completed(
    process: Process, said: PaymentCompleted, message: Envelope[Any], grace: timedelta
) -> Reaction | None:
    paid = Paid(payment_id=said.payment_id, amount=said.total_amount)
    process = process.with_payment_settled(said.payment_id)
    if process.paid is not None:
        if process.paid == paid:
            return None
        # Paid twice: the order asks for the refund of the one it does not need.
        return Reaction(state=process, commands=(_send(message, RequireRefund(order_id=process.order_id, paid=paid)),))
    process = replace(process, paid=paid)
    match process.state:
        case ProcessState.AWAITING_RESERVATION_CONFIRMATION:
            return Reaction(state=process)
        case ProcessState.EXPIRED:
            return _try_to_reinstate(process, message, grace)
        case _:
            confirm = _send(message, ConfirmOrder(order_id=process.order_id, paid=paid))
            if not process.completed:
                process = replace(process, state=ProcessState.PAYMENT_CONFIRMATION_RECEIVED)
            return Reaction(state=process, commands=(confirm,))


def _try_to_reinstate(process: Process, message: Envelope[Any], grace: timedelta) -> Reaction:
    process, reserve = _reserve(process, message, late=True)
    process, expire = _expire_at(message.time + max(grace, LEAST_PATIENCE), process, message)
    return Reaction(state=replace(process, state=ProcessState.AWAITING_REINSTATEMENT), commands=(reserve, expire))


def _order_confirmed(process: Process, message: Envelope[Any]) -> Reaction | None:
    if process.state is ProcessState.CONFIRMED:
        return None
    commit = CommitSeatReservation(conference_id=process.conference_id, reservation_id=process.order_id)
    commands = (_send(message, commit), *_cancel_open_payments(process, message))
    return Reaction(state=replace(process, state=ProcessState.CONFIRMED), commands=commands)


def _order_expired(process: Process, message: Envelope[Any], grace: timedelta) -> Reaction | None:
    if process.state is ProcessState.CONFIRMED or process.state is ProcessState.AWAITING_REINSTATEMENT:
        return None
    if process.paid:
        return _try_to_reinstate(process, message, grace)
    return _give_up(process, message)


def _give_up(process: Process, message: Envelope[Any]) -> Reaction:
    cancel = CancelSeatReservation(
        conference_id=process.conference_id, reservation_id=process.order_id, attempt=process.attempt
    )
    commands = (_send(message, cancel), *_cancel_open_payments(process, message))
    return Reaction(state=replace(process, state=ProcessState.EXPIRED), commands=commands)


def _give_back_seats(said: SeatsReserved, message: Envelope[Any]) -> OutgoingCommand:
    """Undo this very reservation, and no later one."""
    cancel = CancelSeatReservation(
        conference_id=said.conference_id, reservation_id=said.reservation_id, attempt=said.attempt
    )
    return _send(message, cancel)


def _refund_required(process: Process, payment_id: UUID, message: Envelope[Any]) -> Reaction | None:
    if process.paid is None or process.paid.payment_id != payment_id:
        return None
    process = replace(process, paid=None)
    match process.state:
        case ProcessState.AWAITING_REINSTATEMENT:
            return _give_up(process, message)
        case ProcessState.PAYMENT_CONFIRMATION_RECEIVED:
            return Reaction(state=replace(process, state=ProcessState.RESERVATION_CONFIRMATION_RECEIVED))
        case _:
            return Reaction(state=process)


def _expire(process: Process, message: Envelope[Any]) -> Reaction | None:
    if process.completed or message.message_id != process.expiration_command_id:
        return None
    if process.state is ProcessState.AWAITING_REINSTATEMENT:
        return _give_back_money(process, message)  # whoever was asked for the seats has not answered
    return Reaction(state=process, commands=_reject(process, message))


def _reject(process: Process, message: Envelope[Any]) -> tuple[OutgoingCommand, ...]:
    reject = _send(message, RejectOrder(order_id=process.order_id))
    return (reject, *_cancel_open_payments(process, message))
