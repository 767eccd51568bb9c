"""Commands and events on their way: what they say, and what is known about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from domain.kernel.ids import derive

M = TypeVar("M", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(Generic[M]):
    """A command, or anything else that was said, with where it comes from.

    `message_id` is unique; for a command it is also the id of the commit it causes. `correlation_id` is the
    conversation (the order, mostly); `causation_id` the message that led directly to this one. `time` is the
    moment it was said, UTC: the only clock a decision ever sees.
    """

    message: M
    message_id: str
    correlation_id: str
    causation_id: str
    time: datetime

    def caused(self, command: Any, *, suffix: str = "") -> "Envelope[Any]":
        """The envelope of a command this message brings about; the same id every time it is asked."""
        return Envelope(
            message=command,
            message_id=str(derive(self.message_id, type(command).__name__ + suffix)),
            correlation_id=self.correlation_id,
            causation_id=self.message_id,
            time=self.time,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent(Envelope[M]):
    """An event as the event store has it: number `version` (from 1) of stream `stream_id`.

    Its `message_id` is `{stream_id}:{version}`; its `causation_id` is the id of the command that caused it, which
    the reference calls the event's correlation id.
    """

    stream_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """All that one message did to one stream: one document, written whole or not at all.

    `version` is the number of its first event. `cause` is the command itself, kept for audit. While `pending`,
    its events may not have reached the bus.
    """

    stream_id: str
    version: int
    cause: Envelope[Any]
    events: tuple[Any, ...]
    pending: bool = True

    @property
    def message_id(self) -> str:
        """The id of the message that caused it: a second commit with the same one is refused."""
        return self.cause.message_id

    @property
    def last_version(self) -> int:
        """The number of its last event."""
        return self.version + len(self.events) - 1

    def recorded(self) -> tuple[RecordedEvent[Any], ...]:
        """Its events, as everybody who listens sees them."""
        return tuple(
            RecordedEvent(
                message=event,
                message_id=f"{self.stream_id}:{version}",
                correlation_id=self.cause.correlation_id,
                causation_id=self.cause.message_id,
                time=self.cause.time,
                stream_id=self.stream_id,
                version=version,
            )
            for version, event in enumerate(self.events, self.version)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingCommand:
    """A command to be sent, not before `not_before` and not after `not_after` (UTC)."""

    envelope: Envelope[Any]
    not_before: datetime | None = None
    not_after: datetime | None = None
