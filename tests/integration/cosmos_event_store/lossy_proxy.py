"""A proxy that can lose an answer: the request arrived and was done, and the client is not told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class LossyProxy:
    """Passes bytes on to `server_url`. Set `lose_answer` and the next answer is lost together with its connection."""

    def __init__(self, server_url: str) -> None:
        target = urlsplit(server_url)
        self._target = (target.hostname, target.port)
        self.lose_answer = False
        self.lost = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(*self._target)
        requests = asyncio.create_task(_pass_on(reader, server_writer))
        try:
            while chunk := await server_reader.read(65536):
                if self.lose_answer:
                    self.lose_answer = False
                    self.lost += 1
                    break
                writer.write(chunk)
                await writer.drain()
        finally:
            requests.cancel()
            writer.close()
            server_writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()
