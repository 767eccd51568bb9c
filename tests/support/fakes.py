"""The kernel's ports in memory, with exactly the semantics `domain.kernel.ports` asks for.

Each call can be made to fail, or to find that something happened just before it: `store.before("append", action)`. The
calls are written down in `calls`. Nothing here waits, so a call is taken whole unless an interruption awaits.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.kernel.errors import ConcurrencyConflict, DuplicateMessage
from domain.kernel.ids import derive
from domain.kernel.messages import Commit, Envelope, OutgoingCommand, RecordedEvent
from domain.kernel.ports import React, Snapshot
from domain.kernel.views import StoredView, View

Interruption = Callable[[], Awaitable[None]]


class Interruptible:
    """Writes down calls, and lets a test happen in between."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._interruptions: defaultdict[str, deque[Interruption]] = defaultdict(deque)

    def before(self, call: str, action: Interruption) -> None:
        """Run `action` just before the next call of this name; several wait for one call each."""
        self._interruptions[call].append(action)

    def fail(self, call: str, error: Exception, *, times: int = 1) -> None:
        """The next `times` calls of this name raise `error` and do nothing."""

        async def refuse() -> None:
            raise error

        for _ in range(times):
            self.before(call, refuse)

    async def _called(self, call: str) -> None:
        self.calls.append(call)
        if self._interruptions[call]:
            await self._interruptions[call].popleft()()


class InMemoryEventStore(Interruptible):
    """EventStore and StreamReader."""

    def __init__(self) -> None:
        super().__init__()
        self.streams: defaultdict[str, list[Commit]] = defaultdict(list)

    async def read(self, stream_id: str, after: int = 0) -> Sequence[Commit]:
        await self._called("read")
        return [commit for commit in self.streams[stream_id] if commit.version > after]

    async def append(self, commits: Sequence[Commit]) -> None:
        await self._called("append")
        (stream_id,) = {commit.stream_id for commit in commits}
        stream = self.streams[stream_id]
        if repeated := {known.message_id for known in stream} & {commit.message_id for commit in commits}:
            raise DuplicateMessage(repeated)
        if {known.version for known in stream} & {commit.version for commit in commits}:
            raise ConcurrencyConflict(stream_id)
        self._refuse_gaps(stream, commits)
        stream.extend(commits)

    async def handled(self, stream_id: str, message_ids: Collection[str]) -> frozenset[str]:
        await self._called("handled")
        return frozenset(message_ids) & {commit.message_id for commit in self.streams[stream_id]}

    async def mark_published(self, commits: Sequence[Commit]) -> None:
        await self._called("mark_published")
        for commit in commits:
            stream = self.streams[commit.stream_id]
            (index,) = (index for index, stored in enumerate(stream) if stored.version == commit.version)
            stream[index] = replace(stream[index], pending=False)

    async def pending(self, older_than: datetime) -> AsyncIterator[Commit]:
        await self._called("pending")
        for stream in list(self.streams.values()):
            for commit in list(stream):
                if commit.pending and commit.cause.time < older_than:
                    yield commit

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        await self._called("read_events")
        return [event for event in self.recorded(stream_id) if event.version > after]

    def recorded(self, stream_id: str) -> list[RecordedEvent[Any]]:
        """All events of a stream."""
        return [event for commit in self.streams[stream_id] for event in commit.recorded()]

    def events(self, stream_id: str) -> list[Any]:
        """What all events of a stream say."""
        return [event.message for event in self.recorded(stream_id)]

    def _refuse_gaps(self, stream: list[Commit], commits: Sequence[Commit]) -> None:
        """A real store would take a gap; whoever leaves one has lost count, and no test may pass over that."""
        last = stream[-1].last_version if stream else 0
        for commit in commits:
            assert commit.version == last + 1, f"{commit.stream_id}: {commit.version} follows {last}"
            last = commit.last_version


class InMemorySnapshots(Interruptible):
    """Snapshots."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Snapshot] = {}

    async def load(self, stream_id: str) -> Snapshot | None:
        await self._called("load")
        return self.kept.get(stream_id)

    async def save(self, stream_id: str, snapshot: Snapshot) -> None:
        await self._called("save")
        known = self.kept.get(stream_id)
        if known is None or known.version < snapshot.version:
            self.kept[stream_id] = snapshot


class InMemoryBus(Interruptible):
    """MessageBus that keeps what went out, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[Commit] = []
        self.sent: list[OutgoingCommand] = []

    async def publish(self, commits: Sequence[Commit]) -> None:
        await self._called("publish")
        self.published.extend(commits)

    async def send(self, commands: Sequence[OutgoingCommand]) -> None:
        await self._called("send")
        self.sent.extend(commands)

    @property
    def published_ids(self) -> list[str]:
        """Ids of the events, in the order they went out."""
        return [event.message_id for commit in self.published for event in commit.recorded()]


class InMemoryProcessStore(Interruptible):
    """ProcessStore. A transaction works on copies that replace the originals at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[UUID, Any] = {}
        self.inbox: set[str] = set()
        self.outbox: dict[UUID, tuple[datetime, OutgoingCommand]] = {}

    async def transact(
        self, steps: Sequence[tuple[UUID, Envelope[Any], React]]
    ) -> Sequence[tuple[UUID, OutgoingCommand]]:
        await self._called("transact")
        states, inbox, outbox = dict(self.states), set(self.inbox), dict(self.outbox)
        for order_id, message, react in steps:
            if message.message_id in inbox:
                continue
            inbox.add(message.message_id)
            reaction = react(states.get(order_id))
            if reaction is None:
                continue
            if reaction.state is not None:
                states[order_id] = reaction.state
            for command in reaction.commands:
                outbox[derive(command.envelope.message_id, "outbox")] = (message.time, command)
        added = [(outbox_id, command) for outbox_id, (_, command) in outbox.items() if outbox_id not in self.outbox]
        self.states, self.inbox, self.outbox = states, inbox, outbox
        return added

    async def delete_sent(self, outbox_ids: Sequence[UUID]) -> None:
        await self._called("delete_sent")
        for outbox_id in outbox_ids:
            self.outbox.pop(outbox_id, None)

    async def unsent(self, older_than: datetime) -> Sequence[tuple[UUID, OutgoingCommand]]:
        await self._called("unsent")
        left = [(at, outbox_id, command) for outbox_id, (at, command) in self.outbox.items() if at < older_than]
        left.sort(key=lambda row: row[0])
        return [(outbox_id, command) for _, outbox_id, command in left[:1000]]


class InMemoryViewStore(Interruptible):
    """ViewStore. Tokens count the writes of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], StoredView] = {}

    async def load(self, view: View[Any], key: str) -> StoredView | None:
        await self._called("load")
        return self.kept.get((view.name, key))

    async def save(self, view: View[Any], key: str, stored: StoredView) -> None:
        await self._called("save")
        known = self.kept.get((view.name, key))
        if stored.token != (known.token if known else None):
            raise ConcurrencyConflict(f"{view.name} {key}")
        token = str(int(stored.token or "0") + 1)
        self.kept[view.name, key] = replace(stored, versions=dict(stored.versions), token=token)

    def document(self, view: View[Any], key: object) -> Any:
        """The document, or None."""
        stored = self.kept.get((view.name, str(key)))
        return stored.document if stored else None

    def writes(self, view: View[Any], key: object) -> int:
        """How often the document was written."""
        stored = self.kept.get((view.name, str(key)))
        return int(stored.token or 0) if stored else 0
