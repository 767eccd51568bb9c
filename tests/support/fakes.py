"""The kernel's ports in memory, with exactly the semantics `domain.kernel.ports` asks for.

Each call can be made to fail, or to find that something happened just before it: `store.before("append", action)`. The
calls are written down in `calls`. Nothing here waits, so a call is taken whole unless an interruption awaits.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from domain.kernel.errors import ConcurrencyConflict, DuplicateMessage
from domain.kernel.messages import Commit, OutgoingCommand, RecordedEvent
from domain.kernel.ports import Snapshot
from domain.kernel.views import StoredView, View

_version = attrgetter("version")


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
        self.unpublished: defaultdict[str, list[Commit]] = defaultdict(list)
        """By stream, in order: what is pending."""

    async def read(self, stream_id: str, after: int = 0) -> Sequence[Commit]:
        await self._called("read")
        stream = self.streams[stream_id]
        return stream[bisect_right(stream, after, key=_version) :]

    async def append(self, commits: Sequence[Commit]) -> None:
        await self._called("append")
        (stream_id,) = {commit.stream_id for commit in commits}
        if repeated := self._among(stream_id, {commit.message_id for commit in commits}):
            raise DuplicateMessage(repeated)
        self._refuse_conflicts(stream_id, commits)
        self.streams[stream_id].extend(commits)
        self.unpublished[stream_id].extend(commits)

    async def handled(self, stream_id: str, message_ids: Collection[str]) -> frozenset[str]:
        await self._called("handled")
        return self._among(stream_id, message_ids)

    async def mark_published(self, commits: Sequence[Commit]) -> None:
        await self._called("mark_published")
        for commit in commits:
            stream = self.streams[commit.stream_id]
            index = bisect_left(stream, commit.version, key=_version)
            stream[index] = replace(stream[index], pending=False)
            left = [other for other in self.unpublished.pop(commit.stream_id, ()) if other.version != commit.version]
            if left:
                self.unpublished[commit.stream_id] = left

    async def pending(self, older_than: datetime) -> AsyncIterator[Commit]:
        await self._called("pending")
        for left in list(self.unpublished.values()):
            old = [index for index, commit in enumerate(left) if commit.cause.time < older_than]
            for commit in left[: old[-1] + 1] if old else ():
                yield commit

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        await self._called("read_events")
        return [event for event in self.recorded(stream_id) if event.version > after]

    def recorded(self, stream_id: str) -> list[RecordedEvent[Any]]:
        """All events of a stream."""
        return [event for commit in self.streams[stream_id] for event in commit.recorded()]

    def events(self, stream_id: str) -> list[Any]:
        """What all events of a stream say."""
        return [event for commit in self.streams[stream_id] for event in commit.events]

    def _among(self, stream_id: str, message_ids: Collection[str]) -> frozenset[str]:
        return frozenset(commit.message_id for commit in self.streams[stream_id] if commit.message_id in message_ids)

    def _refuse_conflicts(self, stream_id: str, commits: Sequence[Commit]) -> None:
        stream = self.streams[stream_id]
        last = stream[-1].last_version if stream else 0
        if commits[0].version <= last:
            raise ConcurrencyConflict(f"{stream_id} has a version {commits[0].version} already")
        for commit in commits:
            # A real store would take a gap; whoever leaves one has lost count, and no test may pass over that.
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
