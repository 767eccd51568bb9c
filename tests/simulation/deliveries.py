"""Messages, their copies in queues and subscriptions, and the locks of those who receive them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from azure.servicebus.amqp import AmqpAnnotatedMessage

from tests.simulation.topology import Place
from tests.simulation.workers import Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was sent. `expires_at` in seconds of the simulation."""

    message_id: str
    subject: str
    session_id: str | None
    correlation_id: str
    to: str
    body: bytes
    expires_at: float


@dataclass(slots=True, eq=False)
class Copy:
    """A message in one place. `name` tells it from all others of a run."""

    message: Message
    place: Place
    name: str
    deliveries: int = 0

    @property
    def attempt(self) -> str:
        """The name of its present delivery."""
        return f"{self.name} #{self.deliveries}"

    def __str__(self) -> str:
        again = f", delivery {self.deliveries}" if self.deliveries > 1 else ""
        return f"{self.message.subject} ({self.message.correlation_id}{again})"


@dataclass(slots=True, eq=False)
class Session:
    """Messages of one session, in order; one receiver at a time."""

    copies: deque[Copy] = field(default_factory=deque)
    not_before: float = 0.0
    locked: bool = False
    awaited: bool = False


@dataclass(slots=True, eq=False)
class Lock:
    """What one receiver has, until it settles, dies, or takes too long."""

    copies: Sequence[Copy]
    session: Session | None
    worker: Worker
    until: float
    held: bool = True


def read_message(annotated: AmqpAnnotatedMessage, appears: float) -> Message:
    """What was sent, as it appears in a queue at `appears`."""
    properties: Any = annotated.properties
    milliseconds = annotated.header.time_to_live if annotated.header else None
    return Message(
        message_id=properties.message_id,
        subject=properties.subject,
        session_id=properties.group_id,
        correlation_id=properties.correlation_id,
        to=properties.to,
        body=b"".join(annotated.body),
        expires_at=appears + milliseconds / 1000 if milliseconds else float("inf"),
    )
