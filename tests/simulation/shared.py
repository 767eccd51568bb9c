"""The stores as the workers of a world share them: they tell the world what is written, and take time to commit.

A negative control leaves something undone; `Omission` says what.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.conference_management.conference import Changed
from domain.conference_management.ports import Saved
from domain.kernel.messages import Commit, Envelope, OutgoingCommand
from domain.kernel.ports import Snapshot
from domain.kernel.views import View
from domain.registration.seats_availability import SeatsAvailability
from infra.serialization import decode_document, encode_document
from tests.simulation.mechanisms import Omission
from tests.simulation.stores import InMemoryConferenceStore, Tables
from tests.simulation.workers import WORK, reach, time_at_work
from tests.support.fake_process_store import InMemoryProcessStore, Row
from tests.support.fakes import InMemoryEventStore, InMemorySnapshots, Interruptible

if TYPE_CHECKING:
    from tests.simulation.world import World


async def _nothing() -> None:
    pass


class _Shared(Interruptible):
    """Writes no calls down; between what a transaction reads and what it writes, time passes."""

    port: str
    world: World

    def leaves_out(self, omission: Omission) -> bool:
        """Whether this run does without it."""
        return omission in self.world.mechanisms.omitted

    async def _called(self, call: str) -> None:
        if call == "commit":
            await reach(WORK.get().worker, f"{self.port}.commit", _nothing)


class SharedEvents(_Shared, InMemoryEventStore):
    """The event store."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    async def append(self, commits: Sequence[Commit]) -> None:
        if self.leaves_out(Omission.EVENT_OUTBOX):
            commits = [replace(commit, pending=False) for commit in commits]
        await super().append(commits)
        if self.leaves_out(Omission.EVENT_OUTBOX):
            self.unpublished.clear()
        self.world.happened(commits)

    def _among(self, stream_id: str, message_ids: Collection[str]) -> frozenset[str]:
        if self.leaves_out(Omission.EVENT_INBOX):
            return frozenset()
        return super()._among(stream_id, message_ids)

    def _refuse_conflicts(self, stream_id: str, commits: Sequence[Commit]) -> None:
        if not self.leaves_out(Omission.EVENT_VERSIONS):
            super()._refuse_conflicts(stream_id, commits)


class SharedSnapshots(_Shared, InMemorySnapshots):
    """Mementos, in the form in which they are stored."""

    async def save(self, stream_id: str, snapshot: Snapshot) -> None:
        state = decode_document(SeatsAvailability, encode_document(snapshot.state))
        await super().save(stream_id, Snapshot(version=snapshot.version, state=state))


class SharedProcesses(_Shared, InMemoryProcessStore):
    """The rows of process managers."""

    port = "processes"

    def __init__(self, world: World) -> None:
        super().__init__(clock=time_at_work)
        self.world = world
        self.doubled: set[UUID] = set()
        """Orders with a second row, which the unique index refuses."""

    def _seen(self, message_ids: Collection[str]) -> frozenset[str]:
        return frozenset() if self.leaves_out(Omission.PROCESS_INBOX) else super()._seen(message_ids)

    def _refuse(self, order_id: UUID, *, begun: bool) -> None:
        if not self.leaves_out(Omission.PROCESS_VERSIONS if begun else Omission.ORDER_INDEX):
            super()._refuse(order_id, begun=begun)

    def _write(self, order_id: UUID, row: Row | None, state: Any) -> None:
        if row is None and order_id in self.rows:
            self.doubled.add(order_id)
        super()._write(order_id, row, state)

    def _put(self, commands: Sequence[OutgoingCommand]) -> list[tuple[UUID, OutgoingCommand]]:
        added = super()._put(commands)
        if self.leaves_out(Omission.PROCESS_OUTBOX):
            self.outbox.clear()
        return added


class SharedConferences(_Shared, InMemoryConferenceStore):
    """Conferences."""

    port = "conferences"

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    async def _write(self, command: Envelope[Any], changed: Changed, version: int) -> Saved:
        saved = await super()._write(command, changed, version)
        if self.leaves_out(Omission.CONFERENCE_OUTBOX):
            self.events.unpublished.clear()
        return saved


class SharedTables(Tables):
    """Read models."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def _refuse_outdated(self, view: View[Any], key: str) -> None:
        if Omission.VIEW_TOKENS not in self.world.mechanisms.omitted:
            super()._refuse_outdated(view, key)
