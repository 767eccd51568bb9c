"""Keys that grow: GUIDs that SQL Server's `uniqueidentifier` sorts by the time they were drawn.

SQL Server compares the last six bytes first, then the two before them. Those hold the time (Unix milliseconds) and a
counter; the rest is random. A clustered index so grows at its end instead of splitting its pages all over.
Source: System.Data.SqlTypes.SqlGuid; RFC 9562, version 8.
"""

import secrets
import threading
import time
from collections.abc import Callable
from uuid import UUID

_COUNTER_BITS = 14


class SequentialGuids:
    """Draws GUIDs, each sorting after the one before. Safe for threads; a clock set back does not lead it back."""

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0

    def __call__(self) -> UUID:
        """The next one."""
        with self._lock:
            now = (self._clock() // 1_000_000) << _COUNTER_BITS
            self._last = max(now, self._last + 1)
            drawn = self._last
        milliseconds, counter = drawn >> _COUNTER_BITS, drawn & ((1 << _COUNTER_BITS) - 1)
        random = secrets.token_bytes(8)
        version_8 = 0x80 | (random[6] & 0x0F)
        variant = 0b10 << _COUNTER_BITS
        return UUID(
            bytes=random[:6]
            + bytes((version_8, random[7]))
            + (variant | counter).to_bytes(2, "big")
            + milliseconds.to_bytes(6, "big")
        )


new_sequential_guid = SequentialGuids()


def to_sortable_text(guid: UUID) -> str:
    """32 hexadecimal digits that sort as text the way SQL Server sorts `guid`."""
    stored = guid.bytes_le  # as SQL Server keeps it
    return (stored[10:] + stored[8:10] + stored[6:8] + stored[4:6] + stored[:4]).hex()


def from_sortable_text(text: str) -> UUID:
    """The other way round."""
    sortable = bytes.fromhex(text)
    return UUID(bytes_le=sortable[12:] + sortable[10:12] + sortable[8:10] + sortable[6:8] + sortable[:6])
