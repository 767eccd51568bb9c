"""Conferences in SQL: what changes, what it tells and who may change it, in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from domain.conference_management.conference import Changed, Conference, ConferenceChange, CreateConference
from domain.conference_management.events import stream_id
from domain.conference_management.ports import Saved, Script, Token
from domain.kernel.errors import ConcurrencyConflict, NotFound, NotPossible
from domain.kernel.messages import Commit, Envelope, RecordedEvent
from infra.sql import conference_events, inbox
from infra.sql.conference_rows import (
    SELECT_CONFERENCE,
    AnyRow,
    code_key,
    insert_conference,
    to_conference,
    update_conference,
)
from infra.sql.database import Database
from infra.sql.organizer_access import grant, hash_access_code
from infra.sql.tables import conferences

CONSUMER = "ConferenceManagement"

_BY_ID = SELECT_CONFERENCE.where(conferences.c.id == bindparam("conference_id"))
_WHOSE_CODE = select(conferences.c.id).where(conferences.c.code_key == bindparam("code_key"))
_ALL_IDS = select(conferences.c.id)


def _now() -> datetime:
    return datetime.now(UTC)


class SqlConferenceStore:
    """The ConferenceStore, and the StreamReader of `conference-…` streams. `clock` dates inbox rows."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self, command: Envelope[CreateConference], changed: Changed, access_code: str, token: Token
    ) -> Saved:
        """As the port says. The unique index decides about the code, not a look before."""
        conference = changed.conference
        access_code_hash = await asyncio.to_thread(hash_access_code, conference.owner_email, access_code)

        def work(connection: Connection) -> Saved:
            if inbox.seen(connection, CONSUMER, [command.message_id]):
                return _as_it_is(connection, _row(connection, conference.id))
            insert_conference(connection, conference, last_event=len(changed.events), access_code_hash=access_code_hash)
            grant(connection, conference.id, token)
            return self._append(connection, command, changed, last_event=0)

        try:
            return await self._database.write(work)
        except ConcurrencyConflict as conflict:
            await self._refuse_taken(conference, conflict)
            raise

    async def _refuse_taken(self, conference: Conference, conflict: ConcurrencyConflict) -> None:
        key = {"code_key": code_key(conference.code)}
        owner = await self._database.read(lambda connection: connection.execute(_WHOSE_CODE, key).scalar())
        if owner is not None and owner != conference.id:
            raise NotPossible("slug-taken", f"There is a conference {conference.code!r} already.") from conflict

    async def change(self, command: Envelope[ConferenceChange], script: Script) -> Saved:
        """As the port says."""

        def work(connection: Connection) -> Saved:
            row = _row(connection, command.message.conference_id)
            if inbox.seen(connection, CONSUMER, [command.message_id]):
                return _as_it_is(connection, row)
            before = to_conference(connection, row)
            changed = script(before)
            if changed.conference == before and not changed.events:
                return _as_it_is(connection, row)
            last_event = row.last_event + len(changed.events)
            update_conference(connection, before, changed.conference, version=row.version, last_event=last_event)
            return self._append(connection, command, changed, last_event=row.last_event)

        return await self._database.write(work)

    def _append(self, connection: Connection, command: Envelope[Any], changed: Changed, *, last_event: int) -> Saved:
        conference = changed.conference
        if changed.events:
            commit = Commit(
                stream_id=stream_id(conference.id), version=last_event + 1, cause=command, events=changed.events
            )
            conference_events.append(connection, conference.id, commit)
        inbox.remember(connection, CONSUMER, [command.message_id], self._clock())
        return Saved(conference=conference, unpublished=conference_events.unpublished_of(connection, conference.id))

    async def unpublished(self, older_than: datetime) -> Sequence[Commit]:
        """As the port says."""
        return await self._database.read(lambda connection: conference_events.left_behind(connection, older_than))

    async def mark_published(self, commits: Sequence[Commit]) -> None:
        """Their events are on the bus. Harmless when repeated."""
        if commits:
            await self._database.write(lambda connection: conference_events.mark_published(connection, commits))

    async def read(self, stream_id: str) -> Sequence[Commit]:
        """The commits of a stream, oldest first."""
        return await self._database.read(lambda connection: conference_events.commits_of_stream(connection, stream_id))

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        """Events numbered above `after`, in order."""
        return await self._database.read(lambda connection: conference_events.of_stream(connection, stream_id, after))

    async def streams(self) -> AsyncIterator[str]:
        """All streams there are, for building views again."""
        for conference_id in await self._database.read(lambda connection: connection.execute(_ALL_IDS).scalars().all()):
            yield stream_id(conference_id)


def _row(connection: Connection, conference_id: UUID) -> AnyRow:
    row = connection.execute(_BY_ID, {"conference_id": conference_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no conference {conference_id}.")
    return row


def _as_it_is(connection: Connection, row: AnyRow) -> Saved:
    return Saved(
        conference=to_conference(connection, row),
        unpublished=conference_events.unpublished_of(connection, row.id),
    )
