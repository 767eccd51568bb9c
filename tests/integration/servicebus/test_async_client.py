"""The asyncio SDK as no blocking one can be used: several receivers at once in one event loop."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient
from azure.servicebus.exceptions import MessagingEntityNotFoundError, OperationTimeoutError

from .conftest import BrokerProcess


async def receive(receiver: Any, count: int) -> list[Any]:
    found: list[Any] = []
    while len(found) < count:
        more = await receiver.receive_messages(count - len(found), max_wait_time=5)
        assert more, f"{len(found)} of {count} messages came"
        found += more
    return found


async def test_sessions_are_worked_on_side_by_side(shared_broker: BrokerProcess) -> None:
    async with ServiceBusClient.from_connection_string(shared_broker.connection_string(), retry_total=0) as client:
        async with client.get_queue_sender("async-sessions") as sender:
            await sender.send_messages(
                [ServiceBusMessage(str(number), session_id=f"S{number % 3}") for number in range(9)]
            )

        async def work() -> str:
            async with client.get_queue_receiver(
                "async-sessions", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=5
            ) as receiver:
                await receiver.session.set_state("busy")
                assert bytes(await receiver.session.get_state()) == b"busy"
                await receiver.session.renew_lock()
                await receiver.session.set_state(None)
                session_id: str = receiver.session.session_id
                own = int(session_id[1:])
                messages = await receive(receiver, 3)
                assert [int(str(message)) for message in messages] == [own, own + 3, own + 6]
                for message in messages:
                    await receiver.complete_message(message)
                return session_id

        assert sorted(await asyncio.gather(work(), work(), work())) == ["S0", "S1", "S2"]
        with pytest.raises(OperationTimeoutError):
            await client.get_queue_receiver(
                "async-sessions", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=1
            ).__aenter__()
        with pytest.raises(MessagingEntityNotFoundError):
            await client.get_queue_sender("nowhere").__aenter__()
