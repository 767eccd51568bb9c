"""A bare HTTP/1.1 client: it sends the bytes it is given, also those that no proper client would send."""

from __future__ import annotations

import http.client
import select
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 10.0
"""Longer than any request may take, and what the operating system gives each single read."""
HEAD_END = b"\r\n\r\n"
_PATIENCE_WITH_100_SECONDS = 1.0
_BROKEN = (ConnectionError, http.client.HTTPException)


@dataclass(frozen=True, slots=True, kw_only=True)
class BareAnswer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class NoAnswer(AssertionError):
    """The server hung, or closed the connection without a word."""


class BareClient:
    """One connection, opened again when the server closes it. For one thread."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._address = (parts.hostname, parts.port or 80)
        self._socket: socket.socket | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, request: bytes, *, method: str = "GET", waits_for_100: bool = False) -> BareAnswer:
        """Send the bytes and read the answer.

        With `waits_for_100` the body goes out when the server says Continue, or nothing for a while. Raises NoAnswer.
        """
        was_open = self._socket is not None
        try:
            return self._ask(request, method, waits_for_100)
        except TimeoutError:
            self.close()
            raise NoAnswer(f"no answer within {TIMEOUT_SECONDS:g} s") from None
        except _BROKEN as error:
            self.close()
            if not was_open:
                raise NoAnswer(f"the connection was closed without an answer: {error!r}") from None
        return self.ask(request, method=method, waits_for_100=waits_for_100)  # it was closed since the last answer

    def _ask(self, request: bytes, method: str, waits_for_100: bool) -> BareAnswer:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, TIMEOUT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if waits_for_100:
            head_end = request.index(HEAD_END) + len(HEAD_END)
            self._socket.sendall(request[:head_end])
            select.select([self._socket], [], [], _PATIENCE_WITH_100_SECONDS)
            request = request[head_end:]
        with suppress(ConnectionError):  # refused before it was read to the end: the answer may be there nevertheless
            self._socket.sendall(request)
        return self._answer(self._socket, method)

    def _answer(self, connection: socket.socket, method: str) -> BareAnswer:
        response = http.client.HTTPResponse(connection, method=method)
        try:
            response.begin()
            body = response.read()
        finally:
            response.close()
        if response.will_close:
            self.close()
        return BareAnswer(status=response.status, headers=httpx.Headers(response.getheaders()), body=body)
