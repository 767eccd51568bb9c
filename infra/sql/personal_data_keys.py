"""Keys of personal data, one per order. What is sealed under a key that is gone cannot be read by anybody."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, update

from infra.sql.database import Database
from infra.sql.tables import personal_data_keys

_KEYS = select(personal_data_keys.c.order_id, personal_data_keys.c.key_text).where(
    personal_data_keys.c.order_id.in_(bindparam("order_ids", expanding=True))
)
_ADD = insert(personal_data_keys)
_DESTROY = (
    update(personal_data_keys)
    .where(personal_data_keys.c.order_id == bindparam("of_order"), personal_data_keys.c.destroyed_at.is_(None))
    .values(key_text=None, destroyed_at=bindparam("at"))
)


class SqlPersonalDataKeys:
    """The table `personal_data_keys`. A key once destroyed leaves its row behind, so that no other is ever drawn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, order_id: UUID, key: str) -> str | None:
        """The key of this order: `key`, unless it has one already. None when that was destroyed. Raises Unavailable."""

        def work(connection: Connection) -> str | None:
            if (row := connection.execute(_KEYS, {"order_ids": [order_id]}).one_or_none()) is not None:
                kept: str | None = row.key_text
                return kept
            connection.execute(_ADD, {"order_id": order_id, "key_text": key})
            return key

        return await self._database.insist(work)  # somebody else may draw one at the same moment

    async def of(self, order_ids: Collection[UUID]) -> dict[UUID, str]:
        """The keys of those orders that have one. Raises Unavailable."""
        rows = await self._database.read(lambda connection: connection.execute(_KEYS, {"order_ids": order_ids}).all())
        return {row.order_id: row.key_text for row in rows if row.key_text is not None}

    async def destroy(self, order_id: UUID, now: datetime) -> None:
        """There is no key for this order, and never will be. Harmless when repeated. Raises Unavailable."""

        def work(connection: Connection) -> None:
            if connection.execute(_KEYS, {"order_ids": [order_id]}).one_or_none() is None:
                connection.execute(_ADD, {"order_id": order_id, "destroyed_at": now})
            else:
                connection.execute(_DESTROY, {"of_order": order_id, "at": now})

        await self._database.insist(work)
        await self._database.scrub()
