"""A broker of its own on a free port, and the real SDKs against it: a test that asks for `bus` runs with both.

Opening an SDK sender or receiver costs half a second and closing one as much, so they are kept for the whole run
and closed together; a queue therefore belongs to one test. A receiver that asked for more than it got would
catch what arrives later, so tests ask for as many messages as they expect.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from azure.servicebus import ServiceBusMessage, ServiceBusReceivedMessage, ServiceBusReceiver

from local.ports import free_ports

from .sdk import AsyncSdk, Sdk, SyncSdk

CONFIG = Path(__file__).with_name("broker.json")
ROOT = Path(__file__).parents[3]
KEY = "c2VjcmV0"
SDK_LEAVES_SOCKETS = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""For tests that take the broker away: the SDK then forgets its socket without closing it."""


class BrokerProcess:
    """`python -m local.servicebus` with its own database; can be killed and started again on the same port."""

    def __init__(self, directory: Path, *options: str) -> None:
        self._errors = directory / "errors"
        self.database = directory / "servicebus.db"
        self.port = self.health_port = 0
        self._options = options
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "local.servicebus", "--config", CONFIG, "--db", self.database]
        with self._errors.open("a") as errors:
            self._process = subprocess.Popen(
                [*map(str, command), "--port", str(self.port), *self._options],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        assert ready, self._errors.read_text()
        self.port = int(ready.split("amqp://127.0.0.1:")[1].split()[0])

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def ended(self) -> tuple[int, str]:
        """The exit status of a broker that ends by itself, and what it complained of."""
        return self._end(), self._errors.read_text()

    def kill(self) -> None:
        """kill -9: no chance to save anything."""
        assert self._process is not None
        self._process.kill()
        self._end()

    def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._end()

    def _end(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        status = self._process.wait(timeout=10)
        self._process.stdout.close()
        return status

    def counts(self, path: str) -> dict[str, int]:
        """The broker's own count of an entity's messages, by `GET /health`."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/health", timeout=5) as answer:
            found: dict[str, int] = json.load(answer)["entities"][path]
        return found

    def connection_string(self, key: str = KEY) -> str:
        return (
            f"Endpoint=sb://localhost:{self.port};SharedAccessKeyName=RootManageSharedAccessKey;"
            f"SharedAccessKey={key};UseDevelopmentEmulator=true;"
        )


class Bus:
    """What the tests do with an SDK, on senders and receivers that are opened once."""

    def __init__(self, sdk: Sdk, connection_string: str) -> None:
        self.client = sdk.client(connection_string, retry_total=0)
        self._kept: dict[Any, Any] = {}

    def sender(self, queue: str) -> Any:
        return self._keep(("to", queue), lambda: self.client.get_queue_sender(queue))

    def topic_sender(self, topic: str) -> Any:
        return self._keep(("to", topic), lambda: self.client.get_topic_sender(topic))

    def send(self, queue: str, *messages: ServiceBusMessage) -> None:
        self.sender(queue).send_messages(list(messages) if len(messages) > 1 else messages[0])

    def receiver(self, queue: str, **options: Any) -> ServiceBusReceiver:
        key = ("from", queue, *sorted((name, str(value)) for name, value in options.items()))
        return self._keep(key, lambda: self.client.get_queue_receiver(queue, **options))

    def subscription(self, topic: str, name: str, **options: Any) -> ServiceBusReceiver:
        key = ("from", topic, name, *sorted((name, str(value)) for name, value in options.items()))
        return self._keep(key, lambda: self.client.get_subscription_receiver(topic, name, **options))

    def _keep(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make().__enter__()
        return self._kept[key]

    def close(self) -> None:
        with ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda kept: kept.close(), self._kept.values()))
        self.client.close()


def receive(receiver: ServiceBusReceiver, count: int = 1) -> list[ServiceBusReceivedMessage]:
    """Exactly `count` messages, or a failure after five seconds without one."""
    messages: list[ServiceBusReceivedMessage] = []
    while len(messages) < count:
        more = receiver.receive_messages(count - len(messages), max_wait_time=5)
        assert more, f"{len(messages)} of {count} messages came"
        messages += more
    return messages


def bodies(messages: list[ServiceBusReceivedMessage]) -> list[str]:
    return [str(message) for message in messages]


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    return lambda: free_ports(1)[0]


@pytest.fixture(scope="session", params=[SyncSdk, AsyncSdk], ids=["sync", "asyncio"])
def sdk(request: pytest.FixtureRequest) -> Iterator[Sdk]:
    sdk: Sdk = request.param()
    yield sdk
    sdk.close()


@pytest.fixture(scope="session")
def shared_broker(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[BrokerProcess]:
    """For tests that need no SDK, or bring their own."""
    with running_broker(tmp_path_factory.mktemp("shared"), free_port()) as process:
        yield process


@pytest.fixture(scope="session")
def broker(sdk: Sdk, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[BrokerProcess]:
    """A broker for one of the SDKs, so that neither finds what the other left."""
    with running_broker(tmp_path_factory.mktemp("broker"), free_port()) as process:
        yield process


@contextmanager
def running_broker(directory: Path, health_port: int) -> Iterator[BrokerProcess]:
    process = BrokerProcess(directory, "--http-port", str(health_port))
    process.health_port = health_port
    process.start()
    try:
        yield process
    finally:
        code = process.stop()
    assert code == 0


@pytest.fixture(scope="session")
def bus(sdk: Sdk, broker: BrokerProcess) -> Iterator[Bus]:
    bus = Bus(sdk, broker.connection_string())
    yield bus
    bus.close()


@pytest.fixture
def counts(broker: BrokerProcess) -> Callable[[str], dict[str, int]]:
    return broker.counts


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Callable[..., BrokerProcess]]:
    """Starts brokers that a test may kill; what still runs is killed at its end."""
    running: list[BrokerProcess] = []

    def start(*options: str) -> BrokerProcess:
        process = BrokerProcess(tmp_path, *options)
        process.start()
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # here, not during a later test
