"""Transactions on threads of their own: the drivers block, and the event loop must not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from domain.kernel.errors import ConcurrencyConflict
from infra.retries import ATTEMPT_SECONDS, retrying_sql
from infra.sql.engine import AZURE_SQL_CONNECTIONS, SQLITE_READERS, WRITES, create_sql_engine

T = TypeVar("T")
Work = Callable[[Connection], T]


class Database:
    """The way to SQL. One per process.

    SQLite has one writer at a time, so its writes queue up here for one thread, where they wait for nobody's lock.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write_engine = engine.execution_options(**{WRITES: True})
        if engine.dialect.name == "sqlite":
            self._writers = ThreadPoolExecutor(1, thread_name_prefix="sql-write")
            self._readers = ThreadPoolExecutor(SQLITE_READERS, thread_name_prefix="sql-read")
        else:
            self._writers = self._readers = ThreadPoolExecutor(AZURE_SQL_CONNECTIONS, thread_name_prefix="sql")

    @classmethod
    def open(cls, url: str) -> "Database":
        """The database of SQL_URL. It connects when first used. Raises UnknownDatabase."""
        return cls(create_sql_engine(url, azure_sql_seconds=int(ATTEMPT_SECONDS)))

    async def write(self, work: Work[T]) -> T:
        """The result of `work` in one transaction, rolled back when it raises.

        `work` runs again after a transient fault, even one that hid that the commit succeeded, so it must know by
        itself what it has done before. Raises Unavailable, ConcurrencyConflict where a unique index said no, and what
        `work` raises.
        """
        return await self._run(self._writers, self._write_engine, work)

    async def insist(self, work: Work[T], again: Work[T] | None = None) -> T:
        """As `write`; where a unique index says no, `again` (None: `work`) is tried, and finds what was first."""
        try:
            return await self.write(work)
        except ConcurrencyConflict:
            return await self.write(again or work)

    async def read(self, work: Work[T]) -> T:
        """The result of `work`, which only reads, all from one moment (in SQLite). Raises Unavailable."""
        return await self._run(self._readers, self._engine, work)

    async def ping(self) -> None:
        """Really ask. Raises Unavailable."""
        await self.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())

    async def scrub(self) -> None:
        """Leave nothing in SQLite's files of what has been overwritten; a reader at work puts it off to the next time.

        Azure SQL keeps it in its encrypted log and backups for as long as those are retained.
        """
        if self._engine.dialect.name == "sqlite":
            await asyncio.get_running_loop().run_in_executor(self._writers, self._empty_log)

    def _empty_log(self) -> None:
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    async def close(self) -> None:
        """Let work under way end, and close all connections."""
        for executor in {self._writers, self._readers}:
            await asyncio.to_thread(executor.shutdown)
        self._engine.dispose()

    async def _run(self, executor: ThreadPoolExecutor, engine: Engine, work: Work[T]) -> T:
        def transaction() -> T:
            try:
                with engine.begin() as connection:
                    return work(connection)
            except IntegrityError as error:
                raise ConcurrencyConflict(str(error.orig)) from error

        loop = asyncio.get_running_loop()
        return await retrying_sql(lambda: loop.run_in_executor(executor, transaction))
