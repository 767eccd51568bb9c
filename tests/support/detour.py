"""A port that leads to another, over connections that can be cut."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_CHUNK = 1 << 16
Line = tuple[asyncio.WriteTransport, asyncio.WriteTransport]
"""To whoever came, and on to the target."""


class Detour:
    """Passes on whatever comes to its `port`. With `seconds`, no connection lasts longer than that.

    They are cut as a broken line cuts them: in the middle of whatever is under way, without a word to either side.
    `target` is asked for each connection, so that it may be known later than this.
    """

    def __init__(self, target: Callable[[], int], seconds: float | None = None) -> None:
        self._target, self._seconds = target, seconds
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._lines: set[Line] = set()
        self._loop = asyncio.new_event_loop()
        self.cuts = 0
        """How many connections were cut while they were open."""

    @contextmanager
    def running(self) -> Iterator[Detour]:
        """Lead the way for as long as the context lasts."""
        end = asyncio.Event()
        serving = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve(end)), name="detour")
        serving.start()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(end.set)
            serving.join()
            self._loop.close()

    def cut(self) -> None:
        """Cut every connection there is now. From any thread."""
        self._loop.call_soon_threadsafe(self._cut_all)

    async def _serve(self, end: asyncio.Event) -> None:
        async with await asyncio.start_server(self._pass_on, sock=self._socket):
            await end.wait()
        self._cut_all()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    def _cut_all(self) -> None:
        for line in self._lines:
            self._cut(line)

    def _cut(self, line: Line) -> None:
        self.cuts += 1
        for transport in line:
            transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, onward = await asyncio.open_connection("127.0.0.1", self._target())
        except OSError:  # nobody listens there yet, or any more
            writer.transport.abort()
            return
        line = (writer.transport, onward.transport)
        self._lines.add(line)
        end = self._loop.call_later(self._seconds, self._cut, line) if self._seconds else None
        await asyncio.gather(_copy(reader, onward), _copy(answers, writer))
        self._lines.discard(line)
        if end is not None:
            end.cancel()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on until one side hangs up or the line is cut; then hang up on the other."""
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
