"""What the kernel needs from the world. `infra` provides it; contract suites in the tests hold each provider to it."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.kernel.messages import Commit, Envelope, OutgoingCommand, RecordedEvent
from domain.kernel.views import StoredView, View


class EventStore(Protocol):
    """Streams of commits. Every method raises Unavailable when the store does not answer in time."""

    async def read(self, stream_id: str, after: int = 0) -> Sequence[Commit]:
        """The commits whose first event is numbered above `after`, oldest first; empty for an unknown stream."""

    async def append(self, commits: Sequence[Commit]) -> None:
        """Write the commits of ONE stream, in order, all or none.

        Raises DuplicateMessage (naming those) when any of their causes was committed to this stream before, else
        ConcurrencyConflict when a version is taken.
        """

    async def handled(self, stream_id: str, message_ids: Collection[str]) -> frozenset[str]:
        """Those of `message_ids` that caused a commit of this stream."""

    async def mark_published(self, commits: Sequence[Commit]) -> None:
        """Their events are on the bus. Harmless when repeated."""

    def pending(self, older_than: datetime) -> AsyncIterator[Commit]:
        """Commits not marked published whose cause is older than `older_than`, stream by stream, each in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A memento: the state of a stream after event number `version`."""

    version: int
    state: Any


class Snapshots(Protocol):
    """Mementos kept beside the events. They save reading and are never the truth."""

    async def load(self, stream_id: str) -> Snapshot | None:
        """The latest memento, or None when there is none that this code can read."""

    async def save(self, stream_id: str, snapshot: Snapshot) -> None:
        """Keep it, unless a later one is kept already."""


class MessageBus(Protocol):
    """The way out. A call returns when the bus has acknowledged everything, else it raises Unavailable."""

    async def publish(self, commits: Sequence[Commit]) -> None:
        """Send the events of `commits` to their topic, in order, and each commit whole.

        Process managers listen to events, read models and the message log to commits.
        """

    async def send(self, commands: Sequence[OutgoingCommand]) -> None:
        """Send commands to the queues of their aggregates."""


class ViewStore(Protocol):
    """Documents of read models, one per key, each written only by its projection."""

    async def load(self, view: View[Any], key: str) -> StoredView | None:
        """The document, or None."""

    async def save(self, view: View[Any], key: str, stored: StoredView) -> None:
        """Write it if nobody wrote since `stored.token` was read (None: it must not exist yet).

        Raises ConcurrencyConflict otherwise.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What a process manager makes of a message: its next state and the commands to send.

    `state` is None only where there is no process, and none begins.
    """

    state: Any
    commands: tuple[OutgoingCommand, ...] = ()


React = Callable[[Any | None], Reaction | None]
"""Given the process's state (None: no such process), what follows. None: nothing does."""


class ProcessStore(Protocol):
    """Process managers as rows, with inbox and outbox, changed in one transaction."""

    async def transact(
        self, steps: Sequence[tuple[UUID, Envelope[Any], React]]
    ) -> Sequence[tuple[UUID, OutgoingCommand]]:
        """Take each step (order id, message, reaction) in turn, all in one transaction; gives what is in the outbox.

        A message the inbox has seen is skipped. Raises ConcurrencyConflict when another worker was faster: nothing was
        changed, take the steps again.
        """

    async def delete_sent(self, outbox_ids: Sequence[UUID]) -> None:
        """These were sent."""

    async def unsent(self, older_than: datetime) -> Sequence[tuple[UUID, OutgoingCommand]]:
        """What has stayed in the outbox since before `older_than`, oldest first, at most 1000."""


class StreamReader(Protocol):
    """Recorded events by stream, wherever that stream is kept; what projections mend gaps with."""

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        """Events numbered above `after`, in order."""
