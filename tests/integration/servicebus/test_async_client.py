"""The asyncio SDK, which shares the protocol but not the code of the sync one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusMessage, ServiceBusSubQueue
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


async def test_a_queue_does_all_it_does_for_the_sync_client(broker: BrokerProcess) -> None:
    async with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_sender("async") as sender,
        client.get_queue_receiver("async") as receiver,
        client.get_queue_receiver("async", sub_queue=ServiceBusSubQueue.DEAD_LETTER) as graveyard,
    ):
        await sender.send_messages(ServiceBusMessage("a"))
        await sender.send_messages([ServiceBusMessage(text) for text in "bcd"])
        completed, abandoned, dead, deferred = await receive(receiver, 4)
        await receiver.complete_message(completed)
        await receiver.dead_letter_message(dead, "reason", "description")
        await receiver.defer_message(deferred)
        await receiver.abandon_message(abandoned)
        (again,) = await receive(receiver, 1)
        assert (str(again), again.delivery_count) == ("b", 1)
        await receiver.renew_message_lock(again)
        await receiver.complete_message(again)
        (retrieved,) = await receiver.receive_deferred_messages([deferred.sequence_number])
        await receiver.complete_message(retrieved)
        (buried,) = await receive(graveyard, 1)
        assert buried.dead_letter_reason == "reason"
        await graveyard.complete_message(buried)
        scheduled = await sender.schedule_messages(ServiceBusMessage("x"), datetime.now(UTC) + timedelta(hours=1))
        assert len(await receiver.peek_messages(5)) == 1
        await sender.cancel_scheduled_messages(scheduled)
        assert await receiver.peek_messages(5) == []


async def test_sessions_are_worked_on_side_by_side(broker: BrokerProcess) -> None:
    async with ServiceBusClient.from_connection_string(broker.connection_string(), retry_total=0) as client:
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
