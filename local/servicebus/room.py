"""Whether the store has room for another message.

New messages are refused before the disk or the size agreed is used up: what is left then is enough to settle the
messages there are, so that clients can make room themselves.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from local.servicebus.errors import quota_exceeded

_MEBIBYTE = 1 << 20
RESERVE = 16 * _MEBIBYTE
"""What is kept free, in bytes, on the disk and (beyond the size agreed) in the file."""

_BYTES_BETWEEN_MEASUREMENTS = 64 * 1024
_SECONDS_BETWEEN_MEASUREMENTS = 0.1


class Room:
    """Measured now and then, as SQLite and the file system have to be asked. `most_bytes` 0 means the disk's size."""

    def __init__(self, database: sqlite3.Connection, path: Path, most_bytes: int) -> None:
        self._database = database
        self._directory = path.absolute().parent
        self._most_bytes = most_bytes
        self._page_size = self._pragma("page_size")
        self._unmeasured = 0
        self._measured_at = 0.0
        self._fault = ""
        if most_bytes:
            database.execute(f"PRAGMA max_page_count={(most_bytes + RESERVE) // self._page_size}")

    def require(self, size: int) -> None:
        """Raises ServiceBusError (amqp:resource-limit-exceeded) if `size` more bytes cannot be taken in."""
        self._unmeasured += size
        now = time.monotonic()
        is_due = now - self._measured_at >= _SECONDS_BETWEEN_MEASUREMENTS
        if is_due or self._unmeasured >= _BYTES_BETWEEN_MEASUREMENTS:
            self._unmeasured, self._measured_at = 0, now
            self._fault = self._measure()
        if self._fault:
            raise quota_exceeded(self._fault)

    def _measure(self) -> str:
        used = (self._pragma("page_count") - self._pragma("freelist_count")) * self._page_size
        if self._most_bytes and used >= self._most_bytes:
            most = self._most_bytes / _MEBIBYTE
            return (
                f"The broker holds as much as it may, {most:.0f} MiB. Receive messages, or give it more (--max-size)."
            )
        disk = os.statvfs(self._directory)
        if disk.f_bavail * disk.f_frsize < RESERVE:
            least = RESERVE // _MEBIBYTE
            return (
                f"The disk of {self._directory} has less than {least} MiB left. Make room on it, or receive messages."
            )
        return ""

    def _pragma(self, name: str) -> int:
        value: int = self._database.execute(f"PRAGMA {name}").fetchone()[0]
        return value
