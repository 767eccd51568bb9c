"""What can be forgotten after a while, deleted a little at a time so that nobody waits for long locks."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Table, delete, select

from domain.kernel.attempts import WINDOW
from infra.sql.database import Database
from infra.sql.tables import inbox, open_orders, organizer_tokens, wrong_tries

INBOX_RETENTION = timedelta(days=14)
"""As long as Service Bus keeps a message at most."""
LOCKS_BEFORE_ESCALATION = 5000
"""From so many on a table or index, SQL Server locks the whole of it instead."""
ROWS_AT_A_TIME = 2000
"""Well below that, as rows of the same time as the last one go with it."""


class Housekeeping:
    """Deletes old inbox rows, expired tokens, and wrong tries and open orders that no longer count."""

    def __init__(self, database: Database, *, rows_at_a_time: int = ROWS_AT_A_TIME) -> None:
        self._database = database
        self._rows_at_a_time = rows_at_a_time

    async def run(self, now: datetime) -> int:
        """Do it all; gives how many rows went. Harmless when repeated or broken off. Raises Unavailable."""
        return (
            await self._delete_before(inbox, inbox.c.received_at, now - INBOX_RETENTION)
            + await self._delete_before(organizer_tokens, organizer_tokens.c.expires_at, now)
            + await self._delete_before(wrong_tries, wrong_tries.c.tried_at, now - WINDOW)
            + await self._delete_before(open_orders, open_orders.c.open_until, now)
        )

    async def _delete_before(self, table: Table, time: Column[datetime], end: datetime) -> int:
        old = time < end
        last_of_slice = select(time).where(old).order_by(time).offset(self._rows_at_a_time - 1).limit(1)

        def work(connection: Connection) -> tuple[int, bool]:
            last = connection.execute(last_of_slice).scalar()
            deleted = connection.execute(delete(table).where(old if last is None else time <= last)).rowcount
            return deleted, last is None

        total, done = 0, False
        while not done:
            deleted, done = await self._database.write(work)
            total += deleted
        return total
