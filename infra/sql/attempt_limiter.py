"""Wrong tries, counted where all workers see them."""

import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, bindparam, insert, select

from domain.kernel.attempts import MAX_WRONG_TRIES, WINDOW, Attempt, TooManyAttempts
from infra.sql.database import Database
from infra.sql.sequential_guid import new_sequential_guid
from infra.sql.tables import failed_attempts

_LATEST = (
    select(failed_attempts.c.failed_at)
    .where(
        failed_attempts.c.purpose == bindparam("purpose"),
        failed_attempts.c.email_key == bindparam("email_key"),
        failed_attempts.c.failed_at > bindparam("since"),
    )
    .order_by(failed_attempts.c.failed_at.desc())
    .limit(MAX_WRONG_TRIES)
)
_LATEST_LOCKED = _LATEST.with_hint(failed_attempts, "WITH (UPDLOCK, HOLDLOCK)", "mssql")
"""Locks the range, so that of wrong tries at the same time each sees the ones before."""
_ADD = insert(failed_attempts)


def _now() -> datetime:
    return datetime.now(UTC)


class SqlAttemptLimiter:
    """The AttemptLimiter."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def guard(self, purpose: str, email: str) -> AsyncIterator[Attempt]:
        """As the port says."""
        key = {"purpose": purpose, "email_key": email.casefold()}
        await self._database.read(lambda connection: self._refuse_too_many(connection, key, _LATEST))
        attempt = Attempt()
        yield attempt
        if not attempt.right:
            await self._database.write(lambda connection: self._count(connection, key))

    def _count(self, connection: Connection, key: dict[str, str]) -> None:
        self._refuse_too_many(connection, key, _LATEST_LOCKED)
        connection.execute(_ADD, {"id": new_sequential_guid(), "failed_at": self._clock(), **key})

    def _refuse_too_many(self, connection: Connection, key: dict[str, str], latest: Select[datetime]) -> None:
        now = self._clock()
        failures: Sequence[datetime] = connection.scalars(latest, {"since": now - WINDOW, **key}).all()
        if len(failures) >= MAX_WRONG_TRIES:
            free_at = min(failures) + WINDOW
            raise TooManyAttempts(max(1, math.ceil((free_at - now).total_seconds())))
