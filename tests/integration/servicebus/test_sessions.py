"""Sessions: one receiver at a time, in order, with a state."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusMessage
from azure.servicebus.exceptions import (
    MessageLockLostError,
    OperationTimeoutError,
    ServiceBusError,
    SessionCannotBeLockedError,
    SessionLockLostError,
)

from .conftest import BrokerProcess, Bus, bodies, receive

Counts = Callable[[str], dict[str, int]]


def messages(session_id: str, *texts: str) -> list[ServiceBusMessage]:
    return [ServiceBusMessage(text, session_id=session_id) for text in texts]


def test_a_session_is_exclusive_ordered_and_keeps_its_state(bus: Bus) -> None:
    bus.send("sessions", *messages("A", "a0", "a1", "a2", "a3"), *messages("B", "b0"))
    with bus.client.get_queue_receiver("sessions", session_id="A") as receiver:
        with pytest.raises(SessionCannotBeLockedError):
            bus.client.get_queue_receiver("sessions", session_id="A").__enter__()
        assert receiver.session.session_id == "A"
        assert receiver.session.get_state() is None
        receiver.session.set_state("halfway")
        until = receiver.session.locked_until_utc
        assert timedelta(seconds=20) < until - datetime.now(UTC) < timedelta(seconds=31)
        assert receiver.session.renew_lock() > until
        first, second, third = receive(receiver, 3)
        assert bodies([first, second, third]) == ["a0", "a1", "a2"]
        receiver.complete_message(first)
        receiver.abandon_message(second)
        (again,) = receive(receiver)
        assert (str(again), again.delivery_count) == ("a1", 1)
        receiver.defer_message(again)
        receiver.complete_message(third)
        assert bodies(receiver.peek_messages(10, sequence_number=1)) == ["a1", "a3"]
        assert bodies(receive(receiver)) == ["a3"]  # left unsettled

    with bus.client.get_queue_receiver("sessions", session_id="A") as receiver:
        assert bytes(receiver.session.get_state()) == b"halfway"
        receiver.session.set_state(None)
        (unsettled,) = receive(receiver)
        assert (str(unsettled), unsettled.delivery_count) == ("a3", 0), "closing is no failed delivery"
        receiver.complete_message(unsettled)
        (deferred,) = receiver.receive_deferred_messages([again.sequence_number])
        receiver.complete_message(deferred)


def test_the_next_sessions_go_to_whoever_asks_first_come_first_served(bus: Bus) -> None:
    bus.send("next-sessions", *messages("first", "1"), *messages("second", "2"))
    with (
        bus.client.get_queue_receiver("next-sessions", session_id=NEXT_AVAILABLE_SESSION) as one,
        bus.client.get_queue_receiver("next-sessions", session_id=NEXT_AVAILABLE_SESSION) as two,
    ):
        assert (one.session.session_id, two.session.session_id) == ("first", "second")
        for receiver in (one, two):
            (message,) = receive(receiver)
            receiver.complete_message(message)


def test_who_waits_for_a_session_gets_the_first_that_has_messages(bus: Bus) -> None:
    sender = bus.sender("waited-sessions")
    late = threading.Timer(0.5, lambda: sender.send_messages(messages("late", "x")))
    late.start()
    with bus.client.get_queue_receiver(
        "waited-sessions", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=10
    ) as receiver:
        assert receiver.session.session_id == "late"
        receiver.complete_message(receive(receiver)[0])
    late.join()


def test_who_waits_in_vain_is_told_so(bus: Bus) -> None:
    with pytest.raises(OperationTimeoutError):
        bus.client.get_queue_receiver("idle-sessions", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=1).__enter__()


def test_a_session_lock_that_ran_out_is_lost_and_counts_as_a_delivery(bus: Bus) -> None:
    bus.send("short-sessions", *messages("Z", "x"))
    loser = bus.client.get_queue_receiver("short-sessions", session_id="Z", max_wait_time=3).__enter__()
    (message,) = receive(loser)
    waiting = {"session_id": NEXT_AVAILABLE_SESSION, "max_wait_time": 5}
    with bus.client.get_queue_receiver("short-sessions", **waiting) as winner:
        loser.session._locked_until_utc = datetime.now(UTC) + timedelta(minutes=1)  # let the broker refuse
        with pytest.raises((SessionLockLostError, MessageLockLostError)):
            loser.complete_message(message)
        winner.session.renew_lock()
        (again,) = receive(winner)
        assert again.delivery_count == 1
        winner.complete_message(again)
    with pytest.raises(ServiceBusError):
        loser.session.renew_lock()
    loser.close()


def test_a_message_without_session_is_refused_with_all_of_its_batch(bus: Bus, counts: Counts) -> None:
    for refused in ([ServiceBusMessage("x")], [*messages("many", "y"), ServiceBusMessage("x")]):
        with pytest.raises(ServiceBusError, match="SessionId was not set"):
            bus.send("many-sessions", *refused)
    assert counts("many-sessions")["active"] == 0


def test_session_and_plain_receivers_cannot_be_exchanged(bus: Bus) -> None:
    with pytest.raises(ServiceBusError, match="requires sessions"):
        bus.client.get_queue_receiver("sessions").__enter__()
    with pytest.raises(ServiceBusError, match="does not require sessions"):
        bus.client.get_queue_receiver("sending", session_id="x").__enter__()


def test_the_sessions_of_a_queue_can_be_listed(bus: Bus) -> None:
    bus.send("many-sessions", *(message for number in range(250) for message in messages(f"s{number:03}", "x")))
    assert sorted(bus.client.list_queue_sessions("many-sessions")) == [f"s{number:03}" for number in range(250)]


def test_the_sessions_whose_state_was_set_since_can_be_listed(bus: Bus) -> None:
    bus.send("stateful-sessions", *messages("without state", "x"))
    before = datetime.now(UTC) - timedelta(seconds=1)
    with bus.client.get_queue_receiver("stateful-sessions", session_id="with state") as receiver:
        receiver.session.set_state("x")
    listed = bus.client.list_queue_sessions("stateful-sessions", state_updated_after=before)
    assert list(listed) == ["with state"]
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert list(bus.client.list_queue_sessions("stateful-sessions", state_updated_after=later)) == []


def test_a_scheduled_message_joins_its_session_when_its_time_comes(bus: Bus) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    bus.sender("scheduled-sessions").schedule_messages(messages("S", "later"), soon)
    with bus.client.get_queue_receiver(
        "scheduled-sessions", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=10
    ) as receiver:
        assert receiver.session.session_id == "S"
        assert datetime.now(UTC) >= soon - timedelta(milliseconds=1)
        receiver.complete_message(receive(receiver)[0])


def test_the_session_of_a_dead_client_is_free_at_once(bus: Bus, broker: BrokerProcess) -> None:
    bus.send("next-sessions", *messages("orphan", "x"))
    script = (
        "import os; from azure.servicebus import ServiceBusClient\n"
        f"client = ServiceBusClient.from_connection_string({broker.connection_string()!r})\n"
        "receiver = client.get_queue_receiver('next-sessions', session_id='orphan')\n"
        "assert receiver.receive_messages(1, max_wait_time=5)\n"
        "os._exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=30).returncode == 7
    with bus.client.get_queue_receiver("next-sessions", session_id="orphan") as receiver:
        (message,) = receive(receiver)
        assert message.delivery_count == 0
        receiver.complete_message(message)
