"""How many orders of one client may hold seats unpaid at once, counted where all workers see it."""

import math
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from domain.kernel.errors import ContosoError
from infra.keyed_hash import KeyedHash
from infra.sql.database import Database
from infra.sql.tables import open_orders

_OPEN = (
    select(open_orders.c.order_id, open_orders.c.open_until)
    .where(open_orders.c.client == bindparam("of_client"), open_orders.c.open_until > bindparam("now"))
    .order_by(open_orders.c.open_until)
    .with_hint(open_orders, "WITH (UPDLOCK, HOLDLOCK)", "mssql")
)
_ADD = insert(open_orders)
_REMOVE = delete(open_orders).where(
    open_orders.c.order_id == bindparam("of_order"), open_orders.c.client == bindparam("of_client")
)
_WITHDRAW = _REMOVE.where(open_orders.c.open_until == bindparam("since_opened"))
_CLOSE = delete(open_orders).where(open_orders.c.order_id.in_(bindparam("order_ids", expanding=True)))


class TooManyOpenOrders(ContosoError):
    """The client has as many unpaid orders as one may have. The first of them ends in `retry_after` seconds."""

    def __init__(self, orders: Collection[UUID], retry_after: int) -> None:
        super().__init__(f"{len(orders)} unpaid orders are open; the first of them ends in {retry_after} s")
        self.orders = orders
        self.retry_after = retry_after


def _now() -> datetime:
    return datetime.now(UTC)


class SqlOpenOrders:
    """The table `open_orders`. An order counts for each client who sent it: nobody takes it off another's account."""

    def __init__(self, database: Database, hashed: KeyedHash, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._hashed = hashed
        self._clock = clock

    async def open(self, client: str, order_id: UUID, until: datetime, *, most: int) -> datetime | None:
        """Count this order as one of the client's; gives what `withdraw` takes, None when it was counted already.

        Raises TooManyOpenOrders beyond `most`, and Unavailable.
        """

        mine = self._hashed("client", client)

        def work(connection: Connection, *, may_have_lapsed: bool = False) -> datetime | None:
            counted = self._open(connection, mine)
            before = next((row.open_until for row in counted if row.order_id == order_id), None)
            if before is None and len(counted) >= most:
                seconds = math.ceil((counted[0].open_until - self._clock()).total_seconds())
                raise TooManyOpenOrders([row.order_id for row in counted], max(1, seconds))
            # Another time than before: whoever opened it then and is refused must not withdraw it from under us.
            anew = max(until, before + timedelta.resolution) if before else until
            if before or may_have_lapsed:
                connection.execute(_REMOVE, {"of_order": order_id, "of_client": mine})
            connection.execute(_ADD, {"order_id": order_id, "client": mine, "open_until": anew})
            return None if before else anew

        # Where the primary key says no, the same order came twice at once, or has lapsed and is opened again.
        return await self._database.insist(work, partial(work, may_have_lapsed=True))

    async def withdraw(self, client: str, order_id: UUID, opened: datetime) -> None:
        """What was `opened` was refused, and does not count, unless the same order was opened again meanwhile.

        That one may have been placed. Raises Unavailable.
        """
        withdrawn = {"of_order": order_id, "of_client": self._hashed("client", client), "since_opened": opened}
        await self._database.write(lambda connection: connection.execute(_WITHDRAW, withdrawn))

    async def close(self, order_ids: Collection[UUID]) -> None:
        """These hold nothing unpaid any more, whoever sent them. Harmless when repeated. Raises Unavailable."""
        if order_ids:
            await self._database.write(lambda connection: connection.execute(_CLOSE, {"order_ids": list(order_ids)}))

    def _open(self, connection: Connection, client: str) -> Sequence[Row[UUID, datetime]]:
        return connection.execute(_OPEN, {"of_client": client, "now": self._clock()}).all()
