"""When receivers are opened: once for each connection, and again a while after the bus refused one."""

from __future__ import annotations

import asyncio
from types import ModuleType, SimpleNamespace
from typing import Any

import proton
import pytest

from local.functions_host import entity_listener, session_listener
from local.functions_host.entity_listener import EntityListener
from local.functions_host.session_listener import SessionListener

REFUSED = proton.Condition("amqp:not-found", "no such entity")
RETRY = 0.01


class Receivers:
    """Takes the place of `Receiver`, and remembers who asked for one."""

    def __init__(self) -> None:
        self.owners: list[Any] = []
        self.are_refused_at_once = False

    def __call__(self, bus: Any, entity: str, owner: Any, *, next_session: bool) -> Any:
        self.owners.append(owner)
        if self.are_refused_at_once:
            asyncio.get_running_loop().call_soon(owner.receiver_lost, REFUSED)
        return SimpleNamespace()

    def refuse_all(self, *, but: int = 0) -> None:
        for owner in self.owners[but:]:
            owner.receiver_lost(REFUSED)


def receivers_of(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Receivers:
    receivers = Receivers()
    monkeypatch.setattr(module, "Receiver", receivers)
    monkeypatch.setattr(module, "make_pump", lambda *_: None, raising=False)
    monkeypatch.setattr(module, "_PAUSE_AFTER_REFUSAL", RETRY)
    return receivers


def context() -> Any:
    return SimpleNamespace(
        bus=SimpleNamespace(is_up=True),
        trigger=SimpleNamespace(entity="q", is_batch=True),
        function=SimpleNamespace(name="work"),
    )


async def until_retries_are_over() -> None:
    """Timers go off in the order of their moments: any retry that was to come has come."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(3 * RETRY, over.set)
    await over.wait()


async def test_a_refused_receiver_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    receivers = receivers_of(entity_listener, monkeypatch)
    EntityListener(context()).connected()
    receivers.refuse_all()
    await until_retries_are_over()
    assert len(receivers.owners) == 2


async def test_a_new_connection_takes_the_place_of_a_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    receivers = receivers_of(entity_listener, monkeypatch)
    listener = EntityListener(context())
    listener.connected()
    receivers.refuse_all()
    listener.connected()
    await until_retries_are_over()
    assert len(receivers.owners) == 2, "the one that was refused, and that of the new connection"


async def test_a_listener_that_listens_opens_no_second_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    receivers = receivers_of(entity_listener, monkeypatch)
    listener = EntityListener(context())
    listener.connected()
    listener.connected()
    assert len(receivers.owners) == 1


async def test_a_new_connection_takes_the_place_of_a_retry_for_sessions_too(monkeypatch: pytest.MonkeyPatch) -> None:
    receivers = receivers_of(session_listener, monkeypatch)
    context_of_sessions = context()
    context_of_sessions.renewer = SimpleNamespace(drop=lambda _: None)
    listener = SessionListener(context_of_sessions)
    listener.connected()
    receivers.refuse_all()
    listener.connected()
    monkeypatch.setattr(session_listener, "_PAUSE_AFTER_REFUSAL", 2 * RETRY)
    receivers.refuse_all(but=1)
    receivers.are_refused_at_once = True
    monkeypatch.setattr(session_listener, "_PAUSE_AFTER_REFUSAL", 60.0)  # what is refused from now on stays so
    await until_retries_are_over()
    assert len(receivers.owners) == 3, "two that were refused, and one retry"
