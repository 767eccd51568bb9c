"""Clients that are told apart by their addresses, as behind Static Web Apps.

The site adds the address it was called from to X-Forwarded-For, the host adds the site's: what a test sends in it is
what the site would, where TRUSTED_PROXIES is 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

from tests.support.api import Api

_numbers = count(1)


def new_address() -> str:
    """One that nobody has used before."""
    number = next(_numbers)
    return f"10.0.{number // 256}.{number % 256}"


class Client(Api):
    """The API as somebody calls it from this address."""

    def __init__(self, url: str, forwarded_for: str) -> None:
        super().__init__(url)
        self._client.headers["X-Forwarded-For"] = forwarded_for


@contextmanager
def clients(url: str) -> Iterator[Callable[[str], Client]]:
    """Makes clients by their X-Forwarded-For, until the context ends."""
    with ExitStack() as closing:

        def client_at(forwarded_for: str) -> Client:
            client = Client(url, forwarded_for)
            closing.callback(client.close)
            return client

        yield client_at
