"""How a pump asks for the messages of a session."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from local.functions_host import message_pump
from local.functions_host.message_pump import MessagePump
from local.functions_host.settings import ServiceBusOptions


class SessionReceiver:
    """A receiver on a session, and the pump's owner and context: what they are asked for and told is kept."""

    options, trigger = ServiceBusOptions(), SimpleNamespace(is_binary=True)
    is_closing = False

    def __init__(self) -> None:
        self.credit = self.unacknowledged = self.polls = self.times_empty = 0
        self.completed = asyncio.Event()

    def drain(self, count: int) -> None:
        self.credit += count
        self.polls += 1

    def complete(self, _: object) -> None:
        self.unacknowledged += 1
        self.completed.set()

    async def run(self, _: object) -> bool:
        return True

    def became_busy(self) -> None: ...

    def ran_empty(self) -> None:
        self.times_empty += 1


async def test_a_session_is_polled_once_after_each_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_pump, "decode_or_abandon", lambda *_: object())
    receiver: Any = SessionReceiver()
    pump = MessagePump(receiver, receiver, receiver, 1, is_session=True)
    pump.poll()
    receiver.credit = 0
    pump.received(receiver, b"")
    await asyncio.wait_for(receiver.completed.wait(), 5)
    assert receiver.polls == 2

    receiver.credit = receiver.unacknowledged = 0  # both answers came together, and are told one after another
    pump.acknowledged()
    pump.credit_changed()

    assert (receiver.polls, receiver.times_empty) == (2, 1)
