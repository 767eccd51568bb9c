"""The events of conferences: kept for ever, and published after the transaction that brought them about."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, true, update

from domain.conference_management.events import CATEGORY
from domain.kernel.messages import Commit, RecordedEvent
from infra.serialization import decode_envelope, encode_envelope
from infra.sql.conference_rows import AnyRow
from infra.sql.tables import conference_events as events

_APPEND = insert(events)
_IN_ORDER = select(events.c.event, events.c.cause).order_by(events.c.conference_id, events.c.version)
_UNPUBLISHED = _IN_ORDER.where(events.c.is_unpublished == true())
_UNPUBLISHED_OF_ONE = _UNPUBLISHED.where(events.c.conference_id == bindparam("conference_id"))
_LEFT_BEHIND = _UNPUBLISHED.where(events.c.occurred_at < bindparam("older_than"))
_MARK = (
    update(events)
    .where(
        events.c.conference_id == bindparam("of_conference"),
        events.c.version.between(bindparam("first"), bindparam("last")),
    )
    .values(is_unpublished=False)
)
_STREAM = _IN_ORDER.where(events.c.conference_id == bindparam("conference_id"), events.c.version > bindparam("after"))


def append(connection: Connection, conference_id: UUID, commit: Commit) -> None:
    """Keep its events, to be published; the command that caused them stands beside the first."""
    cause = encode_envelope(commit.cause).decode()
    connection.execute(
        _APPEND,
        [
            {
                "conference_id": conference_id,
                "version": recorded.version,
                "event": encode_envelope(recorded).decode(),
                "cause": cause if recorded.version == commit.version else None,
                "occurred_at": recorded.time,
                "is_unpublished": True,
            }
            for recorded in commit.recorded()
        ],
    )


def unpublished_of(connection: Connection, conference_id: UUID) -> list[Commit]:
    """The commits of a conference that may not have reached the bus, lowest version first."""
    return _to_commits(connection.execute(_UNPUBLISHED_OF_ONE, {"conference_id": conference_id}))


def left_behind(connection: Connection, older_than: datetime) -> list[Commit]:
    """Those of all conferences that occurred before `older_than`."""
    return _to_commits(connection.execute(_LEFT_BEHIND, {"older_than": older_than}))


def mark_published(connection: Connection, commits: Sequence[Commit]) -> None:
    """Their events are on the bus."""
    connection.execute(
        _MARK,
        [
            {
                "of_conference": conference_of(commit.stream_id),
                "first": commit.version,
                "last": commit.last_version,
            }
            for commit in commits
        ],
    )


def of_stream(connection: Connection, stream: str, after: int) -> list[RecordedEvent[Any]]:
    """Events numbered above `after`, in order."""
    rows = connection.execute(_STREAM, {"conference_id": conference_of(stream), "after": after})
    return [cast("RecordedEvent[Any]", decode_envelope(row.event)) for row in rows]


def commits_of_stream(connection: Connection, stream: str) -> list[Commit]:
    """All of them, in order."""
    return _to_commits(connection.execute(_STREAM, {"conference_id": conference_of(stream), "after": 0}))


def conference_of(stream: str) -> UUID:
    """The conference whose events stream `stream` has."""
    return UUID(stream.removeprefix(f"{CATEGORY}-"))


def _to_commits(rows: Iterable[AnyRow]) -> list[Commit]:
    recorded = [(cast("RecordedEvent[Any]", decode_envelope(row.event)), row.cause) for row in rows]
    commits = []
    for (stream, _), group in groupby(recorded, key=lambda pair: (pair[0].stream_id, pair[0].causation_id)):
        of_one = list(group)
        commits.append(
            Commit(
                stream_id=stream,
                version=of_one[0][0].version,
                cause=decode_envelope(of_one[0][1]),
                events=tuple(event.message for event, _ in of_one),
            )
        )
    return commits
