"""The queue `parked-messages`: what could never succeed, with its reason, until an operator has read it."""

import logging
from datetime import UTC

import azure.functions as func
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageProperties

from domain.kernel.ids import derive
from infra.bus_routes import PARKED_MESSAGES
from infra.service_bus import ServiceBusMessageBus

logger = logging.getLogger(__name__)

_REASON_CHARACTERS = 4096
"""More than any message of ours says, and well inside the 64 KB that all properties together may take."""


class Parking:
    """Moves messages out of the way of their neighbours."""

    def __init__(self, bus: ServiceBusMessageBus) -> None:
        self._bus = bus

    async def park(self, message: func.ServiceBusMessage, reason: BaseException | str) -> None:
        """Send `message` to the queue, body as it was; the caller then completes it. Raises Unavailable.

        What was known about it is kept in application properties; `source` is the queue or topic it was sent to.
        """
        properties = _known(message, reason)
        logger.error(
            "parked message %(messageId)s (%(subject)s, session %(sessionId)s, correlation %(correlationId)s) "
            "from %(source)s: %(errorType)s: %(reason)s",
            {"subject": "?", "sessionId": "-", "correlationId": "-"} | properties,
        )
        await self._bus.deliver(PARKED_MESSAGES, [_parked(message, properties)])


def _known(message: func.ServiceBusMessage, reason: BaseException | str) -> dict[str, str | int]:
    known = {
        "source": message.to or "unknown",
        "messageId": message.message_id,
        "subject": message.subject or message.label,
        "sessionId": message.session_id,
        "correlationId": message.correlation_id,
        "enqueuedTimeUtc": _enqueued(message),
        "deliveryCount": message.delivery_count,
        "reason": str(reason)[:_REASON_CHARACTERS],
        "errorType": type(reason).__name__ if isinstance(reason, BaseException) else "Refused",
    }
    return {name: value for name, value in known.items() if value is not None}


def _enqueued(message: func.ServiceBusMessage) -> str | None:
    time = message.enqueued_time_utc
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()  # the host leaves the zone out


def _parked(message: func.ServiceBusMessage, properties: dict[str, str | int]) -> AmqpAnnotatedMessage:
    body = message.get_body()
    return AmqpAnnotatedMessage(
        data_body=body.encode() if isinstance(body, str) else body,
        properties=AmqpMessageProperties(
            message_id=str(derive(message.message_id, f"parked from {properties['source']}")),
            correlation_id=message.correlation_id,
            subject=message.subject or message.label,
            content_type=message.content_type,
        ),
        application_properties=dict(properties),
    )
