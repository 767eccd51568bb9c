"""The SQLite file: how it is opened, its tables, and the sequence that orders all changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from local.cosmos.group_commit import GroupCommit
from local.cosmos.partition_keys import effective_partition_key

Result = TypeVar("Result")

_OLDEST_SQLITE = (3, 38, 0)  # the first with the JSON operator `->`
_SCHEMA = """
CREATE TABLE IF NOT EXISTS databases(
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, properties TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS containers(
    number INTEGER PRIMARY KEY AUTOINCREMENT, database INTEGER NOT NULL REFERENCES databases, id TEXT NOT NULL,
    properties TEXT NOT NULL, UNIQUE(database, id));
CREATE TABLE IF NOT EXISTS high_water(sequence INTEGER NOT NULL);
INSERT INTO high_water SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM high_water);
"""


class Storage:
    """One SQLite file, owned by this process alone.

    `synchronous` is SQLite's: FULL survives a power cut, NORMAL survives a killed process.
    Raises `sqlite3.OperationalError` if the file cannot be opened or another process has it.
    """

    def __init__(self, path: Path, synchronous: str = "FULL") -> None:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise RuntimeError(f"SQLite 3.38 or newer is needed; this Python has {sqlite3.sqlite_version}.")
        self.connection = sqlite3.connect(path, isolation_level=None, cached_statements=1024)
        for pragma in (
            "locking_mode=EXCLUSIVE",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "wal_autocheckpoint=4000",
            "cache_size=-65536",
            "case_sensitive_like=ON",
        ):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.executescript(_SCHEMA)
        self.connection.create_function("effective_partition_key", 1, effective_partition_key, deterministic=True)
        self._commits = GroupCommit(self.connection)
        self.sequence = self._last_sequence()

    async def write(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a transaction; see `GroupCommit.run`."""
        return await self._commits.run(work)

    def next_sequence(self) -> int:
        """The number of a new change: above all others, of any container, that there ever were."""
        self.sequence += 1
        return self.sequence

    def keep_high_water(self) -> None:
        """Must be called when rows go away, so that the numbers they held are not given again after a restart:
        whoever follows the change feed would miss the changes that get them.
        """
        self.connection.execute("UPDATE high_water SET sequence = ?", (self.sequence,))

    def close(self) -> None:
        self._commits.commit_waiting()
        self.connection.close()

    def _last_sequence(self) -> int:
        (last,) = self.connection.execute("SELECT sequence FROM high_water").fetchone()
        for (number,) in self.connection.execute("SELECT number FROM containers").fetchall():
            found = self.connection.execute(f"SELECT max(sequence) FROM {documents_table(number)}").fetchone()
            last = max(last, found[0] or 0)
        return int(last)


def documents_table(container_number: int) -> str:
    return f"documents_{container_number}"
