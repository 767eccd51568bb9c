"""Keeps the locks of running work: renews them before they end."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime

import proton

from local.functions_host.bus_connection import BusConnection
from local.functions_host.received_message import ReceivedMessage
from local.functions_host.receiver import Receiver

log = logging.getLogger(__name__)


class Lock(ABC):
    """A lock at the bus, renewed for at most `longest` seconds. Most end before anything is asked of them."""

    __slots__ = ("bus", "entity", "give_up_at", "renew_at")

    def __init__(self, bus: BusConnection, entity: str, longest: float) -> None:
        self.bus, self.entity = bus, entity
        self.give_up_at = time.time() + longest
        self.renew_at: float | None = None

    @abstractmethod
    def locked_until(self) -> datetime | None:
        """Until when it holds as the bus first gave it; None if the bus did not say."""

    @abstractmethod
    async def ask(self) -> datetime:
        """Renew it; returns its new end. Raises as `BusConnection.request` does."""

    def is_due(self, now: float) -> bool:
        if self.renew_at is None:
            until = self.locked_until()
            self.renew_at = float("inf") if until is None else when_to_renew(until.timestamp(), now)
        return self.renew_at <= now < self.give_up_at

    async def renew(self) -> None:
        self.renew_at = float("inf")  # until it is known when the next renewal is due
        try:
            until = await self.ask()
        except Exception as error:  # the lock may be lost by now; completing then says so once more
            log.warning("The lock on %s could not be renewed: %s", self, error or type(error).__name__)
            return
        self.renew_at = when_to_renew(until.timestamp(), time.time())


class MessageLock(Lock):
    """The lock on a message outside of sessions."""

    __slots__ = ("_message",)

    def __init__(self, bus: BusConnection, entity: str, longest: float, message: ReceivedMessage) -> None:
        super().__init__(bus, entity, longest)
        self._message = message

    def __str__(self) -> str:
        return f"message {self._message.properties[0]} of {self.entity}"

    def locked_until(self) -> datetime | None:
        return self._message.locked_until

    async def ask(self) -> datetime:
        tokens = proton.Array(proton.UNDESCRIBED, proton.Data.UUID, self._message.lock_token)  # type: ignore[arg-type]
        answer = await self.bus.request(self.entity, "renew-lock", {"lock-tokens": tokens})
        return datetime.fromtimestamp(next(iter(answer["expirations"])) / 1000, UTC)


class SessionLock(Lock):
    """The lock on a session, and so on all its messages."""

    __slots__ = ("_receiver",)

    def __init__(self, bus: BusConnection, entity: str, longest: float, receiver: Receiver) -> None:
        super().__init__(bus, entity, longest)
        self._receiver = receiver

    def __str__(self) -> str:
        return f"session {self._receiver.session_id} of {self.entity}"

    def locked_until(self) -> datetime | None:
        return self._receiver.session_locked_until

    async def ask(self) -> datetime:
        answer = await self.bus.request(self.entity, "renew-session-lock", {"session-id": self._receiver.session_id})
        return datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)


def when_to_renew(locked_until: float, now: float) -> float:
    """Ten seconds before the lock ends, or half way to its end if that is later."""
    return max(now + (locked_until - now) / 2, locked_until - 10)


class LockRenewer:
    """Renews the locks it holds when they fall due, looking once every `interval` seconds while it holds any."""

    def __init__(self, interval: float = 0.5) -> None:
        self._interval = interval
        self._locks: dict[Lock, None] = {}
        self._renewals: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def hold(self, lock: Lock) -> None:
        self._locks[lock] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval, self._sweep)

    def drop(self, lock: Lock | None) -> None:
        if lock is not None:
            self._locks.pop(lock, None)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for renewal in self._renewals:
            renewal.cancel()

    def _sweep(self) -> None:
        loop, now = asyncio.get_running_loop(), time.time()
        for lock in [lock for lock in self._locks if lock.is_due(now)]:
            renewal = loop.create_task(lock.renew())
            self._renewals.add(renewal)
            renewal.add_done_callback(self._renewals.discard)
        self._timer = loop.call_later(self._interval, self._sweep) if self._locks else None
