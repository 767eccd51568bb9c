"""When the connections of a process write: together, once per turn of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.amqp import AmqpConnection


class FlushQueue:
    """The connections with something to write, written once per turn of the event loop.

    `before_flush` runs first, and again while flushing makes more to write. If it raises, nothing is written:
    all waiting connections are aborted, and the error reaches the event loop's exception handler.
    """

    def __init__(self, before_flush: Callable[[], None] | None = None) -> None:
        self._before_flush = before_flush
        self._waiting: dict[AmqpConnection, None] = {}
        self._is_scheduled = False

    def add(self, connection: AmqpConnection) -> None:
        self._waiting[connection] = None
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def discard(self, connection: AmqpConnection) -> None:
        self._waiting.pop(connection, None)

    def _flush(self) -> None:
        try:
            while self._waiting:
                connections, self._waiting = self._waiting, {}
                try:
                    if self._before_flush is not None:
                        self._before_flush()
                except BaseException:
                    for connection in connections:
                        connection.abort()
                    raise
                for connection in connections:
                    connection.flush()
        finally:
            self._is_scheduled = False
