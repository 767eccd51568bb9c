"""One sending task per entity: batches, order, failures, replacement of what broke."""

from __future__ import annotations

import asyncio

import pytest
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageProperties
from azure.servicebus.exceptions import ServiceBusConnectionError, ServiceBusServerBusyError

from domain.kernel.errors import Unavailable
from infra import bus_sender
from infra.bus_links import LinkCloser
from infra.bus_sender import EntitySender
from infra.retries import patience
from tests.unit.infra.doubles import ScriptedSender


def message(message_id, size=10):
    return AmqpAnnotatedMessage(data_body=b"x" * size, properties=AmqpMessageProperties(message_id=message_id))


def messages(*message_ids):
    return [message(message_id) for message_id in message_ids]


class Bus:
    """An EntitySender over scripted senders, which it opens one after another."""

    def __init__(self, *senders):
        self.opened = []
        self._senders = list(senders)
        self.closer = LinkCloser()
        self.sender = EntitySender("a-queue", self._open, self.closer)

    def _open(self):
        self.opened.append(self._senders.pop(0))
        return self.opened[-1]


async def test_what_waits_while_a_batch_is_under_way_goes_out_as_the_next_one():
    scripted = ScriptedSender()
    bus = Bus(scripted)
    scripted.gate.clear()
    first = asyncio.create_task(bus.sender.send(messages("1")))
    await scripted.started.wait()
    others = [asyncio.create_task(bus.sender.send(messages(f"{n}a", f"{n}b"))) for n in (2, 3)]
    await asyncio.sleep(0)  # let them line up
    scripted.gate.set()
    await asyncio.gather(first, *others)

    assert scripted.batches == [["1"], ["2a", "2b", "3a", "3b"]]


async def test_the_messages_of_a_call_start_a_new_batch_rather_than_be_parted():
    scripted = ScriptedSender(max_batch_bytes=5000)
    bus = Bus(scripted)
    calls = [[message(f"{n}a", 1000), message(f"{n}b", 1000)] for n in (1, 2)]

    await asyncio.gather(*(bus.sender.send(call) for call in calls))

    assert scripted.batches == [["1a", "1b"], ["2a", "2b"]]


async def test_a_call_too_large_for_one_batch_goes_out_in_several_in_order():
    scripted = ScriptedSender(max_batch_bytes=5000)
    bus = Bus(scripted)

    await bus.sender.send([message(str(n), 2000) for n in range(5)])

    assert len(scripted.batches) > 1
    assert [message_id for batch in scripted.batches for message_id in batch] == ["0", "1", "2", "3", "4"]


async def test_a_message_too_large_for_any_batch_fails_its_caller_alone():
    scripted = ScriptedSender(max_batch_bytes=5000)
    bus = Bus(scripted)

    results = await asyncio.gather(
        bus.sender.send(messages("before")),
        bus.sender.send([message("too large", 6000)]),
        bus.sender.send(messages("after")),
        return_exceptions=True,
    )

    assert results[0] is None
    assert results[2] is None
    assert isinstance(results[1], ValueError)
    assert "a-queue" in str(results[1])
    assert [message_id for batch in scripted.batches for message_id in batch] == ["before", "after"]


async def test_a_failed_batch_fails_its_callers_and_not_those_who_wait_behind():
    scripted = ScriptedSender()
    bus = Bus(scripted)
    scripted.gate.clear()
    scripted.failures = [RuntimeError("not even transient")]
    failing = asyncio.create_task(bus.sender.send(messages("1")))
    await scripted.started.wait()
    bus._senders.append(replacement := ScriptedSender())
    waiting = asyncio.create_task(bus.sender.send(messages("2")))
    await asyncio.sleep(0)
    scripted.gate.set()

    with pytest.raises(RuntimeError):
        await failing
    await waiting
    assert replacement.batches == [["2"]]


async def test_a_broken_sender_is_replaced_and_the_message_sent_again():
    broken, sound = ScriptedSender(), ScriptedSender()
    broken.failures = [ServiceBusConnectionError(message="gone")]
    bus = Bus(broken, sound)

    await bus.sender.send(messages("1"))
    await bus.closer.finish()

    assert sound.batches == [["1"]]
    assert broken.closed


async def test_a_busy_service_does_not_cost_the_connection():
    scripted = ScriptedSender()
    scripted.failures = [ServiceBusServerBusyError(message="slow down")]
    bus = Bus(scripted)

    await bus.sender.send(messages("1"))

    assert (bus.opened, scripted.batches) == ([scripted], [["1"]])


async def test_a_sender_that_hangs_is_given_up_and_replaced(monkeypatch):
    monkeypatch.setattr(bus_sender, "ATTEMPT_SECONDS", 0.05)
    hanging, sound = ScriptedSender(), ScriptedSender()
    hanging.gate.clear()
    bus = Bus(hanging, sound)

    with patience(2):
        await bus.sender.send(messages("1"))
    await bus.closer.finish()

    assert sound.batches == [["1"]]


async def test_whoever_has_no_more_patience_waits_no_longer_for_a_sender_that_hangs(monkeypatch):
    monkeypatch.setattr("infra.retries.LEAST_SECONDS", 0.01)
    monkeypatch.setattr(bus_sender, "ATTEMPT_SECONDS", 3600)
    hanging = ScriptedSender()
    hanging.gate.clear()
    bus = Bus(hanging)

    async with asyncio.timeout(10):
        with patience(0.05), pytest.raises(Unavailable):
            await bus.sender.send(messages("1"))
    hanging.gate.set()
    await bus.sender.close()
    await bus.closer.finish()


async def test_a_bus_that_stays_away_is_unavailable_once_patience_is_over():
    scripted = [ScriptedSender() for _ in range(100)]
    for sender in scripted:
        sender.failures = [ServiceBusConnectionError(message="away")]
    bus = Bus(*scripted)

    with patience(0.2), pytest.raises(Unavailable):
        await bus.sender.send(messages("1"))
    await bus.closer.finish()


async def test_what_nobody_waits_for_any_more_is_not_sent():
    scripted = ScriptedSender()
    bus = Bus(scripted)
    scripted.gate.clear()
    first = asyncio.create_task(bus.sender.send(messages("1")))
    await scripted.started.wait()
    given_up = asyncio.create_task(bus.sender.send(messages("given up")))
    await asyncio.sleep(0)
    given_up.cancel()
    last = asyncio.create_task(bus.sender.send(messages("3")))
    await asyncio.sleep(0)
    scripted.gate.set()
    await asyncio.gather(first, last)

    assert scripted.batches == [["1"], ["3"]]


async def test_opening_sends_nothing():
    scripted = ScriptedSender()
    bus = Bus(scripted)

    await bus.sender.open()

    assert (bus.opened, scripted.batches) == ([scripted], [])


async def test_closing_sends_first_what_waits():
    scripted = ScriptedSender()
    bus = Bus(scripted)
    scripted.gate.clear()
    sending = asyncio.create_task(bus.sender.send(messages("1")))
    await scripted.started.wait()
    closing = asyncio.create_task(bus.sender.close())
    await asyncio.sleep(0)
    scripted.gate.set()
    await asyncio.gather(sending, closing)
    await bus.closer.finish()

    assert scripted.batches == [["1"]]
    assert scripted.closed
    assert not scripted.closed_while_sending
