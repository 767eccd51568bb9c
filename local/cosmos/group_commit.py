"""Runs the writes that wait at the same time in one SQLite transaction, and answers after its commit.

A commit costs more than the writes in it, so under load each one carries many requests. A savepoint around every write
keeps one that fails from leaving anything, and from touching its neighbours.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from local.cosmos.errors import StorageFailed

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    work: Callable[[], Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class GroupCommit:
    """All writes to one connection, which must be in autocommit mode and used by one event loop only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: list[_Waiting] = []

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns, once it is durable.

        Raises what `work` raises, with nothing of it stored, or `StorageFailed` if the commit fails.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(work, loop.create_future())
        if not self._waiting:
            loop.call_soon(self.commit_waiting)
        self._waiting.append(waiting)
        result: Result = await waiting.done
        return result

    def commit_waiting(self) -> None:
        """Run and commit everything that waits; also called last, before the connection is closed."""
        group, self._waiting = self._waiting, []
        if not group:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for waiting in group:
                self._attempt(waiting)
            self._connection.execute("COMMIT")
        except sqlite3.Error as fault:
            _log.exception("A commit of %d writes failed", len(group))
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            failure = StorageFailed(f"{StorageFailed.standard_message} SQLite says: {fault}.")
            for waiting in group:
                waiting.error = failure
        for waiting in group:
            _settle(waiting)

    def _attempt(self, waiting: _Waiting) -> None:
        execute = self._connection.execute
        execute("SAVEPOINT one_write")
        try:
            waiting.result = waiting.work()
        except Exception as fault:  # whatever it is, it belongs to the one who waits for this write
            waiting.error = fault
            execute("ROLLBACK TO one_write")
        execute("RELEASE one_write")


def _settle(waiting: _Waiting) -> None:
    if waiting.done.done():  # the one who waited was cancelled
        return
    if waiting.error is None:
        waiting.done.set_result(waiting.result)
    else:
        waiting.done.set_exception(waiting.error)
