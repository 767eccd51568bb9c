"""A look into the Service Bus with Microsoft's own SDK, as an operator has it; and a hand on the brake."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from azure.servicebus import (
    AutoLockRenewer,
    ServiceBusClient,
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
    ServiceBusSubQueue,
)

from tests.support.patience import eventually

TOPOLOGY_FILE = Path(__file__).parents[2] / "infra" / "servicebus.json"
PARKED = "parked-messages"
DEAD = ServiceBusSubQueue.DEAD_LETTER
SDK_CONNECTIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMessage:
    """A message that was dead-lettered or parked."""

    where: str
    subject: str | None
    message_id: str | None
    reason: str


class BusInspector:
    """Sees dead-letter queues and parked messages, and can hold up the messages of one session."""

    def __init__(self, connection: str) -> None:
        self._client = ServiceBusClient.from_connection_string(connection)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def failed_messages(self) -> list[FailedMessage]:
        """Everything that was given up, in all entities."""
        (namespace,) = json.loads(TOPOLOGY_FILE.read_bytes())["UserConfig"]["Namespaces"]
        queues = [queue["Name"] for queue in namespace["Queues"]]
        subscriptions = [
            (topic["Name"], each["Name"]) for topic in namespace["Topics"] for each in topic["Subscriptions"]
        ]
        with ThreadPoolExecutor(SDK_CONNECTIONS) as threads:  # opening one takes the SDK most of a second
            looks = [
                threads.submit(self._peek, PARKED, self._client.get_queue_receiver(PARKED)),
                *(
                    threads.submit(self._peek, name, self._client.get_queue_receiver(name, sub_queue=DEAD))
                    for name in queues
                    if name != PARKED
                ),
                *(
                    threads.submit(
                        self._peek,
                        f"{topic}/{name}",
                        self._client.get_subscription_receiver(topic, name, sub_queue=DEAD),
                    )
                    for topic, name in subscriptions
                ),
            ]
            return [message for look in looks for message in look.result()]

    @staticmethod
    def _peek(where: str, receiver: ServiceBusReceiver) -> list[FailedMessage]:
        with receiver:
            return [_failed(where, message) for message in receiver.peek_messages(max_message_count=100)]

    @contextmanager
    def held_up(self, queue: str, session_id: str) -> Iterator[HeldSession]:
        """Nothing of this session is handled until the context ends: its lock is ours."""
        with (
            AutoLockRenewer() as renewer,
            self._client.get_queue_receiver(queue, session_id=session_id, max_wait_time=5) as receiver,
        ):
            renewer.register(receiver, receiver.session, max_lock_renewal_duration=300)

            def waiting() -> int:
                return len(receiver.peek_messages(max_message_count=1000, sequence_number=1))

            yield HeldSession(waiting)


class HeldSession:
    """A session that is held up."""

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._waiting = waiting

    def wait_for_messages(self, count: int) -> None:
        """Wait until so many messages wait."""
        eventually(lambda: self._waiting() >= count, f"{count} messages waiting")


def _failed(where: str, message: ServiceBusReceivedMessage) -> FailedMessage:
    properties = {_text(key): _text(value) for key, value in (message.application_properties or {}).items()}
    reason = message.dead_letter_reason or "; ".join(f"{key}={value}" for key, value in properties.items())
    return FailedMessage(where=where, subject=message.subject, message_id=message.message_id, reason=reason)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
