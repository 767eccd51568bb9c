"""A commit as the document that the event store keeps, and as it is sent whole to read models and the message log.

WARNING: documents are stored for ever. New members must be ones that older documents can do without.
"""

from datetime import UTC, datetime
from typing import Any

from domain.kernel.messages import Commit, Envelope
from infra.serialization import decode, to_builtins, type_name

Document = dict[str, Any]


def document_of(commit: Commit) -> Document:
    """`id` makes it the inbox, `version` the concurrency check, and `pending` the outbox."""
    return {
        "id": commit.message_id,
        "streamId": commit.stream_id,
        "version": commit.version,
        "correlationId": commit.cause.correlation_id,
        "causationId": commit.cause.causation_id,
        "time": sortable(commit.cause.time),
        "pending": commit.pending,
        "cause": _typed(commit.cause.message),
        "events": [_typed(event) for event in commit.events],
    }


def commit_of(document: Document) -> Commit:
    """The other way round. Raises UnreadableMessage."""
    return Commit(
        stream_id=document["streamId"],
        version=document["version"],
        cause=Envelope(
            message=_message(document["cause"]),
            message_id=document["id"],
            correlation_id=document["correlationId"],
            causation_id=document["causationId"],
            time=datetime.fromisoformat(document["time"]),
        ),
        events=tuple(_message(event) for event in document["events"]),
        pending=document.get("pending", False),
    )


def sortable(time: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds, so that texts sort as times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _typed(message: Any) -> Document:
    return {"type": type_name(message), "data": to_builtins(message)}


def _message(typed: Document) -> Any:
    return decode(typed["type"], typed["data"])
