"""What an indexed function is: its callable and the trigger that starts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from local.functions_host.settings import ServiceBusConnectionString

AuthLevel = Literal["anonymous", "function", "admin"]


@dataclass(frozen=True, slots=True)
class HttpTrigger:
    route: str
    methods: tuple[str, ...]
    auth_level: AuthLevel

    def __str__(self) -> str:
        return f"HTTP [{','.join(self.methods) or 'ANY'}] /{self.route}"


@dataclass(frozen=True, slots=True)
class ServiceBusTrigger:
    """`entity` is `queue` or `topic/Subscriptions/subscription`; `is_batch` is cardinality many."""

    entity: str
    connection: ServiceBusConnectionString
    is_batch: bool
    has_sessions: bool
    is_binary: bool

    def __str__(self) -> str:
        kind = "batches" if self.is_batch else "messages"
        return f"Service Bus {kind} of {self.entity}{' by session' if self.has_sessions else ''}"


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    schedule: str
    run_on_startup: bool
    use_monitor: bool

    def __str__(self) -> str:
        return f"timer {self.schedule}"


Trigger = HttpTrigger | ServiceBusTrigger | TimerTrigger


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the app, ready to be called with its trigger's value under `parameter`."""

    name: str
    call: Callable[..., Any]
    is_async: bool
    parameter: str
    wants_context: bool
    trigger: Trigger
    directory: str
