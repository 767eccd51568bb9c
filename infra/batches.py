"""The one way to handle a batch from the bus: a message that can never succeed must not take its neighbours along.

The host completes a batch as a whole when this returns and gives it back as a whole when this raises, so whatever has
been done is done again then, and must be harmless to repeat. Parking comes last for the same reason: a message is
parked only when its batch is about to be completed.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import azure.functions as func

from domain.kernel.errors import ConcurrencyConflict, DomainError, Unavailable, UnreadableMessage
from domain.kernel.messages import Envelope
from infra.parking import Parking
from infra.serialization import decode_envelope

logger = logging.getLogger(__name__)

Handle = Callable[[list[Any]], Awaitable[Sequence[tuple[Envelope[Any], DomainError]]]]
"""Handles messages and gives those it refused, or messages they led to, each with the rule that says no."""

Decode = Callable[[bytes], Any]
"""What a body is to `handle`, which has a `message_id`. Raises UnreadableMessage."""

MAX_FAULTY_DELIVERIES = 5
"""How often a message may fail for a reason nobody foresaw before it is looked at by itself."""

_Received = tuple[func.ServiceBusMessage, Any]
_Unfit = tuple[func.ServiceBusMessage, Exception]


async def handle_batch(
    messages: Sequence[func.ServiceBusMessage],
    handle: Handle,
    parking: Parking,
    *,
    decode: Decode = decode_envelope,
) -> None:
    """Decode `messages`, give them to `handle` in one call, and park what can never succeed.

    When the call itself raises DomainError, or fails for the MAX_FAULTY_DELIVERIES-th time, each message is taken by
    itself so that only the offender is parked. Raises Unavailable, ConcurrencyConflict, and until then what nobody
    foresaw.
    """
    received, unfit = _decode(messages, decode)
    if received:
        unfit += await _handle(received, handle)
    for message, error in unfit:
        await parking.park(message, error)


def _decode(messages: Sequence[func.ServiceBusMessage], decode: Decode) -> tuple[list[_Received], list[_Unfit]]:
    received: list[_Received] = []
    unfit: list[_Unfit] = []
    for message in messages:
        try:
            received.append((message, decode(message.get_body())))
        except UnreadableMessage as error:
            unfit.append((message, error))
    return received, unfit


async def _handle(received: list[_Received], handle: Handle) -> list[_Unfit]:
    try:
        return _whose(await handle([envelope for _, envelope in received]), received)
    except (Unavailable, ConcurrencyConflict):
        raise
    except Exception as error:
        if not (isinstance(error, DomainError) or _faulty_too_often(received)):
            raise
        if len(received) == 1:
            return [(received[0][0], error)]
        logger.warning("taking %d messages one by one after %r", len(received), error)
    return [unfit for one in received for unfit in await _handle([one], handle)]


def _faulty_too_often(received: list[_Received]) -> bool:
    return max(message.delivery_count or 1 for message, _ in received) >= MAX_FAULTY_DELIVERIES


def _whose(refused: Sequence[tuple[Envelope[Any], DomainError]], received: list[_Received]) -> list[_Unfit]:
    """The received message behind each refused one: itself, or the one that caused it."""
    by_id = {envelope.message_id: message for message, envelope in received}
    return [
        (by_id[envelope.message_id if envelope.message_id in by_id else envelope.causation_id], error)
        for envelope, error in refused
    ]
