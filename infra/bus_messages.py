"""Commands and events in the form they have on the bus.

Body: the envelope as JSON. Subject: the class of the message, which subscriptions filter on. Message id: what duplicate
detection goes by, and the same however often a message is sent. `AmqpAnnotatedMessage` costs half of what a
`ServiceBusMessage` does to build, which counts at a dozen messages for an order.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageHeader, AmqpMessageProperties

from domain.kernel.errors import UnreadableMessage
from domain.kernel.messages import Commit, Envelope, OutgoingCommand
from infra.bus_routes import Route
from infra.commit_documents import commit_of, document_of
from infra.serialization import decode_document, encode_document, encode_envelope

JSON_CONTENT = "application/json"
COMMIT = "Commit"
"""Subject of whole commits, which read models and the message log take, and the one member of their body."""
_SCHEDULED_ENQUEUE_TIME = "x-opt-scheduled-enqueue-time"
"""Source: Microsoft, "AMQP 1.0 in Azure Service Bus protocol guide", message annotations."""


def event_messages(commits: Iterable[Commit], route: Route) -> Iterator[AmqpAnnotatedMessage]:
    """The events of `commits`, in order, and after those of each the commit whole."""
    for commit in commits:
        recorded = commit.recorded()
        for event in recorded:
            yield _envelope(event, route.entity, route.session_id(event))
        yield _message(
            encode_document({COMMIT: document_of(commit)}),
            AmqpMessageProperties(
                message_id=f"{COMMIT}:{commit.message_id}:{commit.stream_id}",
                correlation_id=commit.cause.correlation_id,
                to=route.entity,
                subject=COMMIT,
                group_id=route.session_id(recorded[0]),
            ),
        )


def decode_commit(body: bytes) -> Commit:
    """A commit that `event_messages` sent whole. Raises UnreadableMessage."""
    try:
        return commit_of(decode_document(dict[str, Any], body)[COMMIT])
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableMessage(f"not a commit: {error!r}") from error


def command_message(command: OutgoingCommand, route: Route, now: datetime) -> AmqpAnnotatedMessage | None:
    """A command with its time-to-live and delay; None when it is over before it could arrive."""
    message = _envelope(command.envelope, route.entity, route.session_id(command.envelope.message))
    delayed = command.not_before is not None and command.not_before > now
    if delayed:
        message.annotations = {_SCHEDULED_ENQUEUE_TIME: command.not_before}
    if command.not_after is not None:
        # The bus counts from when a delayed message appears.
        appears = command.not_before if delayed and command.not_before else now
        milliseconds = int((command.not_after - appears).total_seconds() * 1000)
        if milliseconds <= 0:
            return None
        message.header = AmqpMessageHeader(time_to_live=milliseconds)
    return message


def _envelope(envelope: Envelope[Any], entity: str, session_id: str | None) -> AmqpAnnotatedMessage:
    return _message(
        encode_envelope(envelope),
        AmqpMessageProperties(
            message_id=envelope.message_id,
            correlation_id=envelope.correlation_id,
            to=entity,  # the bus ignores it; parking says by it where a message came from
            subject=type(envelope.message).__name__,
            group_id=session_id,
        ),
    )


def _message(body: bytes, properties: AmqpMessageProperties) -> AmqpAnnotatedMessage:
    properties.content_type = JSON_CONTENT
    return AmqpAnnotatedMessage(data_body=body, properties=properties)
