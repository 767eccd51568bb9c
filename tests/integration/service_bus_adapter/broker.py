"""A local Service Bus with the project's own topology, and a look at what it holds."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from azure.servicebus import ServiceBusReceivedMessage, ServiceBusReceiveMode
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver

from local.ports import free_ports

ROOT = Path(__file__).parents[3]
Wanted = Callable[[ServiceBusReceivedMessage], bool]
_TAKE = ServiceBusReceiveMode.RECEIVE_AND_DELETE


class Broker:
    """`python -m local.servicebus`, which can be killed, frozen, and started again with the same messages."""

    def __init__(self, directory: Path) -> None:
        self._database = directory / "servicebus.db"
        (self._health_port,), self._port = free_ports(1), 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def connection(self) -> str:
        return (
            f"Endpoint=sb://127.0.0.1:{self._port};SharedAccessKeyName=RootManageSharedAccessKey;"
            "SharedAccessKey=c2VjcmV0;UseDevelopmentEmulator=true;"
        )

    def start(self) -> None:
        command = [sys.executable, "-m", "local.servicebus", "--config", "infra/servicebus.json"]
        options = ["--db", str(self._database), "--port", str(self._port), "--http-port", str(self._health_port)]
        self._process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline().split("amqp://127.0.0.1:")[1].split()[0])

    def connections(self) -> int:
        """How many there are. The SDK opens one for each sender and receiver."""
        health = httpx.get(f"http://127.0.0.1:{self._health_port}/health", trust_env=False)
        count: int = health.json()["connections"]
        return count

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def freeze(self) -> None:
        """It keeps its connections and says nothing any more."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Onlooker:
    """Takes messages out of queues and subscriptions."""

    def __init__(self, connection: str) -> None:
        self._client = ServiceBusClient.from_connection_string(connection)

    async def queue(
        self, name: str, count: int, *, wanted: Wanted = lambda message: True, **options: Any
    ) -> list[ServiceBusReceivedMessage]:
        """`count` messages that are `wanted`, without the others before them; fails after ten seconds without one."""
        return await _take(self._client.get_queue_receiver(name, receive_mode=_TAKE, **options), count, wanted)

    async def subscription(
        self, topic: str, name: str, count: int, wanted: Wanted = lambda message: True
    ) -> list[ServiceBusReceivedMessage]:
        """`count` messages that are `wanted`; fails after ten seconds without one."""
        receiver = self._client.get_subscription_receiver(topic, name, receive_mode=_TAKE)
        return await _take(receiver, count, wanted)

    async def is_empty(self, name: str, **options: Any) -> bool:
        async with self._client.get_queue_receiver(name, **options) as receiver:
            return not await receiver.peek_messages(1)

    async def close(self) -> None:
        await self._client.close()


async def _take(receiver: ServiceBusReceiver, count: int, wanted: Wanted) -> list[ServiceBusReceivedMessage]:
    messages: list[ServiceBusReceivedMessage] = []
    async with receiver:
        while len(messages) < count:
            more = await receiver.receive_messages(min(count - len(messages), 200), max_wait_time=10)
            assert more, f"{len(messages)} of {count} messages came"
            messages += filter(wanted, more)
    return messages
