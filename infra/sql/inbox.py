"""Which messages were handled: a row per consumer and message, written in the transaction that handles it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from infra.sql.tables import inbox

_SEEN = select(inbox.c.message_id).where(
    inbox.c.consumer == bindparam("consumer"), inbox.c.message_id.in_(bindparam("message_ids", expanding=True))
)
_REMEMBER = insert(inbox)


def seen(connection: Connection, consumer: str, message_ids: Collection[str]) -> set[str]:
    """Those of `message_ids` that `consumer` has handled."""
    rows = connection.execute(_SEEN, {"consumer": consumer, "message_ids": list(message_ids)})
    return set(rows.scalars())


def remember(connection: Connection, consumer: str, message_ids: Collection[str], now: datetime) -> None:
    """`consumer` has handled these. The primary key lets only one of several workers say so."""
    connection.execute(
        _REMEMBER,
        [{"consumer": consumer, "message_id": message_id, "received_at": now} for message_id in message_ids],
    )
