"""The stores beyond those of `tests.support.fakes`: read models, conferences, keys, and the message log."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha512
from typing import Any, TypeVar
from uuid import UUID

from domain.conference_management.conference import Changed, Conference, ConferenceChange, CreateConference
from domain.conference_management.events import stream_id
from domain.conference_management.ports import Saved, Script, Token
from domain.kernel.errors import ConcurrencyConflict, NotFound, NotPossible
from domain.kernel.messages import Commit, Envelope, RecordedEvent
from domain.kernel.views import StoredView, View
from infra.serialization import decode_document, encode_document
from tests.support.fakes import InMemoryEventStore, Interruptible

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Entity:
    """A document as table storage has it."""

    document: bytes
    versions: dict[str, int]
    etag: int


class Tables:
    """Table storage: entities by view and key, each write conditional."""

    def __init__(self) -> None:
        self.entities: dict[tuple[str, str], Entity] = {}
        self._listed: dict[tuple[str, str, str], str] = {}

    async def read(self, view: View[Any], key: str) -> Entity | None:
        """The entity, or None."""
        return self.entities.get((view.name, key))

    async def read_listed(self, view: View[Any], partition: str, row: str) -> Entity | None:
        """The entity that `listed_at` has put there, or None."""
        key = self._listed.get((view.name, partition, row))
        return self.entities.get((view.name, key)) if key is not None else None

    async def write(self, view: View[Any], key: str, stored: StoredView) -> str:
        """The new token. Raises ConcurrencyConflict unless the entity still has the token that was read."""
        known = self.entities.get((view.name, key))
        if stored.token != (str(known.etag) if known else None):
            self._refuse_outdated(view, key)
        etag = known.etag + 1 if known else 1
        self.entities[view.name, key] = Entity(encode_document(stored.document), dict(stored.versions), etag)
        if view.listed_at:
            self._listed[view.name, *view.listed_at(stored.document)] = key
        return str(etag)

    def _refuse_outdated(self, view: View[Any], key: str) -> None:
        raise ConcurrencyConflict(f"{view.name}, {key}: somebody else wrote it")


class WorkerViews:
    """The ViewStore of one worker, which remembers the documents it has seen. `tables` may be far away."""

    def __init__(self, tables: Any) -> None:
        self._tables = tables
        self._known: dict[tuple[str, str], StoredView] = {}

    async def load(self, view: View[Any], key: str) -> StoredView | None:
        """The document as this worker last knew it, else as the table has it. An outdated one cannot be saved."""
        if (known := self._known.get((view.name, key))) is not None:
            return known
        entity = await self._tables.read(view, key)
        if entity is None:
            return None
        stored = StoredView(
            document=decode_document(view.document, entity.document),
            versions=dict(entity.versions),
            token=str(entity.etag),
        )
        self._known[view.name, key] = stored
        return stored

    async def save(self, view: View[Any], key: str, stored: StoredView) -> None:
        """As the port says."""
        self._known.pop((view.name, key), None)
        token = await self._tables.write(view, key, stored)
        self._known[view.name, key] = StoredView(document=stored.document, versions=dict(stored.versions), token=token)

    async def get(self, view: View[D], key: str) -> D | None:
        """The document as the table has it now."""
        return _document(view, await self._tables.read(view, key))

    async def get_listed(self, view: View[D], partition: str, row: str) -> D | None:
        """The same for a document that is listed."""
        return _document(view, await self._tables.read_listed(view, partition, row))

    async def clear(self, view: View[Any]) -> None:
        """Nothing is in a store that has just been made."""


def _document(view: View[D], entity: Entity | None) -> D | None:
    return decode_document(view.document, entity.document) if entity else None


class InMemoryConferenceStore(Interruptible):
    """The ConferenceStore, and StreamReader of `conference-…` streams."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[UUID, tuple[int, Conference]] = {}
        """Version and conference by id."""
        self.inbox: set[str] = set()
        self.events = InMemoryEventStore()

    async def create(
        self, command: Envelope[CreateConference], changed: Changed, access_code: str, token: Token
    ) -> Saved:
        await self._called("create")
        conference = changed.conference
        if self._was_handled(command):
            return self._saved(conference.id)
        if any(other.code.lower() == conference.code.lower() for _, other in self.rows.values()):
            raise NotPossible("slug-taken", f"There is a conference {conference.code!r} already.")
        return await self._write(command, changed, version=1)

    async def change(self, command: Envelope[ConferenceChange], script: Script) -> Saved:
        await self._called("change")
        conference_id = command.message.conference_id
        if conference_id not in self.rows:
            raise NotFound(f"There is no conference {conference_id}.")
        if self._was_handled(command):
            return self._saved(conference_id)
        version, before = self.rows[conference_id]
        changed = script(before)
        if changed.conference == before and not changed.events:
            return self._saved(conference_id)
        await self._called("commit")
        if self.rows[conference_id][0] != version:
            self._refuse_outdated(conference_id)
        return await self._write(command, changed, version=version + 1)

    async def unpublished(self, older_than: datetime) -> Sequence[Commit]:
        await self._called("unpublished")
        return [commit async for commit in self.events.pending(older_than)]

    async def mark_published(self, commits: Sequence[Commit]) -> None:
        await self._called("mark_published")
        await self.events.mark_published(commits)

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        await self._called("read_events")
        return await self.events.read_events(stream_id, after)

    async def streams(self) -> AsyncIterator[str]:
        """All there are."""
        for conference_id in self.rows:
            yield stream_id(conference_id)

    async def _write(self, command: Envelope[Any], changed: Changed, version: int) -> Saved:
        conference = changed.conference
        self.rows[conference.id] = (version, conference)
        self.inbox.add(command.message_id)
        if changed.events:
            stream = stream_id(conference.id)
            last = len(self.events.recorded(stream))
            await self.events.append([Commit(stream_id=stream, version=last + 1, cause=command, events=changed.events)])
        return self._saved(conference.id)

    def _was_handled(self, command: Envelope[Any]) -> bool:
        return command.message_id in self.inbox

    def _saved(self, conference_id: UUID) -> Saved:
        left = self.events.unpublished.get(stream_id(conference_id), [])
        return Saved(conference=self.rows[conference_id][1], unpublished=list(left))

    def _refuse_outdated(self, conference_id: UUID) -> None:
        raise ConcurrencyConflict(f"conference {conference_id} changed meanwhile")


class Keys:
    """The table of keys of personal data. Those that are drawn are not used, or no run would be like the last."""

    def __init__(self) -> None:
        self.rows: dict[UUID, str | None] = {}
        """By order; None once destroyed."""

    async def keep(self, order_id: UUID, key: str) -> str | None:
        """The key of this order, None when it was destroyed."""
        return self.rows.setdefault(order_id, b64encode(sha512(order_id.bytes).digest()).decode())

    async def of(self, order_ids: Collection[UUID]) -> dict[UUID, str]:
        """The keys of those that have one."""
        return {order_id: key for order_id in order_ids if (key := self.rows.get(order_id)) is not None}

    async def destroy(self, order_id: UUID, now: datetime) -> None:
        """There is none, and never will be."""
        self.rows[order_id] = None


class Log:
    """The message log."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Commit] = {}
        """By id of the message and of the stream."""

    async def record(self, commits: Sequence[Commit]) -> None:
        """Keep `commits`; harmless when repeated."""
        for commit in commits:
            self.rows[commit.message_id, commit.stream_id] = commit
