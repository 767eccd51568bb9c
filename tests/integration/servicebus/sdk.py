"""Both Python clients behind one face, so that each test runs with either.

The asyncio client shares the protocol but not the code of the other. `Waiting` makes it look like that: each call
runs on an event loop of its own thread, and waits for what it returns.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Coroutine
from typing import Any

from azure.servicebus import ServiceBusClient
from azure.servicebus.aio import ServiceBusClient as AsyncServiceBusClient

PATIENCE = 60


class SyncSdk:
    """The client with blocking calls, as it is."""

    def client(self, connection_string: str, **options: Any) -> Any:
        return ServiceBusClient.from_connection_string(connection_string, **options)

    def close(self) -> None:
        """Nothing to close."""


class AsyncSdk:
    """The asyncio client, with an event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def client(self, connection_string: str, **options: Any) -> Any:
        async def make() -> Any:
            return AsyncServiceBusClient.from_connection_string(connection_string, **options)

        return Waiting(self.wait_for(make()), self)

    def wait_for(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Waiting:
    """An object of the asyncio client whose methods return what they would let one await."""

    def __init__(self, target: Any, sdk: AsyncSdk) -> None:
        self.__dict__.update(_target=target, _sdk=sdk)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        return self._waiting_call(value) if callable(value) else self._wrapped(value)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._target, name, value)

    def __enter__(self) -> Any:
        return self.__getattr__("__aenter__")()

    def __exit__(self, *error: object) -> None:
        self.__getattr__("__aexit__")(*error)

    def _waiting_call(self, method: Any) -> Any:
        async def call(*arguments: Any, **options: Any) -> Any:
            result = method(*arguments, **options)
            if inspect.isawaitable(result):
                return await result
            return [each async for each in result] if hasattr(result, "by_page") else result

        return lambda *arguments, **options: self._wrapped(self._sdk.wait_for(call(*arguments, **options)))

    def _wrapped(self, value: Any) -> Any:
        is_theirs = type(value).__module__.startswith("azure.servicebus.aio")
        return Waiting(value, self._sdk) if is_theirs else value


Sdk = SyncSdk | AsyncSdk
