"""`python -m tests.bench.servicebus`: what a message costs the local Service Bus, however many wait. Never asserts.

Each row sends and receives the same number of messages while others wait. `ms` is the median time of one operation,
one after the other; `CPU µs` is what the broker's process used for each of many under way together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import proton
import uvloop

from local.amqp import ACCEPTED, AmqpConnection, Delivery, FlushQueue, Link, connect

_SESSION_FILTER = proton.symbol("com.microsoft:session-filter")
_BODY = b"x" * 500
_WINDOW = 50
_SINGLE = 300
_ROUND = 2_000
_SESSION_ROUND = 400


class Sender(Link):
    """Sends messages and waits until the broker has accepted them."""

    def __init__(self, connection: AmqpConnection, session: proton.Session, queue: str) -> None:
        super().__init__(connection, session.sender(f"to-{queue}"))
        self.engine.target.address = queue
        self._waiting: dict[bytes, asyncio.Future[None]] = {}
        self._last = 0
        self._has_credit = asyncio.Event()
        self.open()

    def credit_changed(self) -> None:
        self._has_credit.set()

    async def post(self, session_id: str | None = None) -> None:
        await self._has_credit.wait()
        self._last += 1
        tag = self._last.to_bytes(8, "big")
        self._waiting[tag] = asyncio.get_running_loop().create_future()
        message = proton.Message(id=f"message-{self._last}", subject="Measured", group_id=session_id, body=_BODY)
        self.send(tag, bytes(message.encode()), context=tag)
        await self._waiting[tag]

    def delivery_updated(self, delivery: Delivery) -> None:
        assert delivery.outcome == ACCEPTED
        self._waiting.pop(delivery.context).set_result(None)
        delivery.settle()


class Receiver(Link):
    """Receives messages one credit at a time, and completes them."""

    def __init__(self, connection: AmqpConnection, session: proton.Session, name: str, queue: str) -> None:
        super().__init__(connection, session.receiver(name))
        self.engine.source.address = queue
        self.engine.rcv_settle_mode = proton.Link.RCV_SECOND
        self._done: asyncio.Queue[None] = asyncio.Queue()

    async def take(self) -> None:
        self.give_credit(1)
        await self._done.get()

    def message_received(self, delivery: Delivery, body: bytes) -> None:
        delivery.update(ACCEPTED)

    def delivery_updated(self, delivery: Delivery) -> None:
        delivery.settle()
        self._done.put_nowait(None)


class SessionReceiver(Receiver):
    """Takes the next session."""

    def __init__(self, connection: AmqpConnection, session: proton.Session, name: str, queue: str) -> None:
        super().__init__(connection, session, name, queue)
        self.engine.source.filter.put_dict({_SESSION_FILTER: None})
        self.accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.open()

    def opened(self) -> None:
        self.accepted.set_result(None)

    def detached(self, error: proton.Condition | None) -> None:
        self._closed.set_result(None)

    async def work(self) -> None:
        await self.accepted
        await self.take()
        self.close()
        await self._closed


class Broker:
    """`python -m local.servicebus` with an empty database."""

    def __init__(self, directory: Path, queues: Sequence[dict[str, Any]]) -> None:
        config = directory / "Config.json"
        config.write_text(json.dumps({"UserConfig": {"Namespaces": [{"Name": "bench", "Queues": list(queues)}]}}))
        options = ["--config", str(config), "--db", str(directory / "servicebus.db"), "--port", "0"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.servicebus", *options], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline().split("amqp://127.0.0.1:")[1].split()[0])

    def cpu_seconds(self) -> float:
        """What the process has used so far, of all its processors. Source: proc(5), schedstat."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory_mebibytes(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/status").read_text().split("VmRSS:")[1].split()
        return int(fields[0]) / 1024

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Cost(NamedTuple):
    milliseconds: float
    cpu_microseconds: float


async def _measure(broker: Broker, operation: Callable[[], Awaitable[None]], many: int, single: int) -> Cost:
    seconds = []
    for _ in range(single):
        started = time.perf_counter()
        await operation()
        seconds.append(time.perf_counter() - started)
    before = broker.cpu_seconds()
    await _together(operation, many, _WINDOW)
    return Cost(statistics.median(seconds) * 1e3, (broker.cpu_seconds() - before) / many * 1e6)


async def _together(operation: Callable[[], Awaitable[None]], count: int, window: int) -> None:
    """`count` times, `window` at once."""
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            await operation()

    await asyncio.gather(*(work() for _ in range(window)))


async def _connected(broker: Broker) -> tuple[AmqpConnection, proton.Session]:
    connection = AmqpConnection(FlushQueue(), is_server=False, container="bench", hostname="localhost")
    await connect(connection, "127.0.0.1", broker.port)
    return connection, connection.session()


async def measure_queue(waiting: int) -> tuple[Cost, Cost, float]:
    """Sending, and receiving and completing, while `waiting` messages wait; and the broker's memory then, in MiB."""
    with tempfile.TemporaryDirectory(prefix="contoso-bench-") as directory:
        broker = Broker(Path(directory), [{"Name": "queue"}])
        try:
            connection, session = await _connected(broker)
            sender = Sender(connection, session, "queue")
            await _together(sender.post, waiting, 200)
            sending = await _measure(broker, sender.post, _ROUND, _SINGLE)
            memory = broker.memory_mebibytes()
            receiver = Receiver(connection, session, "from-queue", "queue")
            receiver.open()
            receiving = await _measure(broker, receiver.take, _ROUND, _SINGLE)
            connection.close()
            await connection.lost
        finally:
            broker.stop()
    return sending, receiving, memory


async def measure_sessions(sessions: int) -> Cost:
    """Taking the next of `sessions` sessions, receiving and completing its message, and closing."""
    with tempfile.TemporaryDirectory(prefix="contoso-bench-") as directory:
        broker = Broker(Path(directory), [{"Name": "queue", "Properties": {"RequiresSession": True}}])
        try:
            connection, session = await _connected(broker)
            sender = Sender(connection, session, "queue")
            ids = iter(f"session-{number}" for number in range(sessions + _SINGLE + _SESSION_ROUND))
            await _together(lambda: sender.post(next(ids)), sessions + _SINGLE + _SESSION_ROUND, 200)
            names = iter(f"link-{number}" for number in range(_SINGLE + _SESSION_ROUND))

            async def take() -> None:
                await SessionReceiver(connection, session, next(names), "queue").work()

            cost = await _measure(broker, take, _SESSION_ROUND, _SINGLE)
            connection.close()
            await connection.lost
        finally:
            broker.stop()
    return cost


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.servicebus", description=__doc__)
    parser.add_argument("--waiting", type=int, nargs="+", default=[100, 1_000, 10_000, 100_000], help="messages")
    parser.add_argument("--sessions", type=int, nargs="+", default=[100, 1_000, 10_000])
    options = parser.parse_args()
    print("               send               receive + complete")
    print("   waiting     ms     CPU µs      ms     CPU µs      broker MiB")
    for waiting in options.waiting:
        sending, receiving, memory = uvloop.run(measure_queue(waiting))
        print(
            f"{waiting:10,} {sending.milliseconds:6.2f} {sending.cpu_microseconds:10.0f} "
            f"{receiving.milliseconds:7.2f} {receiving.cpu_microseconds:10.0f} {memory:15.0f}",
            flush=True,
        )
    print("\n               next session, receive, complete, close")
    print("  sessions     ms     CPU µs")
    for sessions in options.sessions:
        cost = uvloop.run(measure_sessions(sessions))
        print(f"{sessions:10,} {cost.milliseconds:6.2f} {cost.cpu_microseconds:10.0f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
