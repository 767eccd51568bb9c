"""Wrong tries, counted where all workers see them."""

import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, bindparam, insert, select

from domain.kernel.attempts import MAX_WRONG_TRIES, WINDOW, Attempt, TooManyAttempts
from infra.keyed_hash import KeyedHash
from infra.sql.database import Database
from infra.sql.sequential_guid import new_sequential_guid
from infra.sql.tables import wrong_tries

_LATEST = (
    select(wrong_tries.c.tried_at)
    .where(
        wrong_tries.c.purpose == bindparam("purpose"),
        wrong_tries.c.guesser == bindparam("guesser"),
        wrong_tries.c.tried_at > bindparam("since"),
    )
    .order_by(wrong_tries.c.tried_at.desc())
)
_LATEST_LOCKED = _LATEST.with_hint(wrong_tries, "WITH (UPDLOCK, HOLDLOCK)", "mssql")
"""Locks the range, so that of wrong tries at the same time each sees the ones before."""
_ADD = insert(wrong_tries)

_Limits = Sequence[tuple[str, int]]
"""Whose wrong tries count, and how many may be made."""


def _now() -> datetime:
    return datetime.now(UTC)


class SqlAttemptLimiter:
    """The AttemptLimiter. `per_client` is how many a client may make within WINDOW at all targets; 0: any number."""

    def __init__(
        self, database: Database, hashed: KeyedHash, *, per_client: int = 0, clock: Callable[[], datetime] = _now
    ) -> None:
        self._database = database
        self._hashed = hashed
        self._per_client = per_client
        self._clock = clock

    @asynccontextmanager
    async def guard(self, purpose: str, target: str, client: str) -> AsyncIterator[Attempt]:
        """As the port says."""
        limits = self._limits(target, client)
        await self._database.read(lambda connection: self._refuse_too_many(connection, purpose, limits, _LATEST))
        attempt = Attempt()
        yield attempt
        if not attempt.right:
            await self._database.write(lambda connection: self._count(connection, purpose, limits))

    def _limits(self, target: str, client: str) -> _Limits:
        limits = [(self._hashed("target", target.casefold()), MAX_WRONG_TRIES)]
        if client and self._per_client:
            limits.append((self._hashed("client", client), self._per_client))
        return limits

    def _count(self, connection: Connection, purpose: str, limits: _Limits) -> None:
        self._refuse_too_many(connection, purpose, limits, _LATEST_LOCKED)
        for guesser, _ in limits:
            row = {"id": new_sequential_guid(), "purpose": purpose, "guesser": guesser, "tried_at": self._clock()}
            connection.execute(_ADD, row)

    def _refuse_too_many(self, connection: Connection, purpose: str, limits: _Limits, latest: Select[datetime]) -> None:
        now = self._clock()
        for guesser, most in limits:
            mine = {"purpose": purpose, "guesser": guesser, "since": now - WINDOW}
            tries: Sequence[datetime] = connection.scalars(latest, mine).all()
            if len(tries) >= most:
                free_at = tries[most - 1] + WINDOW
                raise TooManyAttempts(max(1, math.ceil((free_at - now).total_seconds())))
