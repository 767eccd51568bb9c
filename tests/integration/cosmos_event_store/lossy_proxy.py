"""A proxy that can lose an answer: the request arrived and was done, and the client is not told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

METHODS = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"})


class LossyProxy:
    """Passes bytes on to `server_url`.

    Set `lose_answer_to` to a method, and the answer to the next such request is lost together with its connection;
    `lost` counts them, and `requests` all requests by method. While `away`, whoever asks is hung up on.
    """

    def __init__(self, server_url: str) -> None:
        target = urlsplit(server_url)
        self._target = (target.hostname, target.port)
        self.lose_answer_to: str | None = None
        self.lost = 0
        self.away = False
        self.requests: Counter[str] = Counter()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(*self._target)
        method = ""

        async def pass_requests_on() -> None:
            nonlocal method
            while request := await reader.read(65536):
                begins = request.split(b" ", 1)[0]
                if begins in METHODS:  # else it is the rest of a request
                    method = begins.decode()
                    self.requests[method] += 1
                if self.away:
                    break
                server_writer.write(request)
            server_writer.close()

        requests = asyncio.create_task(pass_requests_on())
        try:
            while answer := await server_reader.read(65536):
                if method == self.lose_answer_to:
                    self.lose_answer_to = None
                    self.lost += 1
                    return
                writer.write(answer)
        finally:
            requests.cancel()
            writer.close()
            server_writer.close()
