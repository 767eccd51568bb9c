"""The host: indexes an app, starts its listeners, reports its state, and stops in order."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.functions_host.bus_connection import BusConnection
from local.functions_host.entity_listener import EntityListener
from local.functions_host.http import HttpListener
from local.functions_host.indexing import index_app
from local.functions_host.invocation import Invoker
from local.functions_host.keys import HostKeys
from local.functions_host.locks import LockRenewer
from local.functions_host.message_pump import PumpContext
from local.functions_host.session_listener import SessionListener
from local.functions_host.settings import (
    HostSettings,
    ServiceBusConnectionString,
    cors_policy,
    is_disabled,
    read_host_settings,
    read_local_settings,
)
from local.functions_host.sql_meter import SqlMeter
from local.functions_host.timers import TimerListener
from local.functions_host.triggers import Function, HttpTrigger, ServiceBusTrigger, TimerTrigger

log = logging.getLogger(__name__)
DRAIN_PATIENCE = 30.0
_ACKNOWLEDGEMENT_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class HostOptions:
    """Where the app is and how this process serves it. Only the worker with index 0 runs timers."""

    app_root: Path
    port: int
    address: str = "127.0.0.1"
    worker_index: int = 0
    keys: HostKeys | None = None
    state_directory: Path | None = None


class Host:
    """One process of the Functions host. `start` raises IndexingError or SettingsError when the app is at fault."""

    def __init__(self, options: HostOptions, settings: Mapping[str, str]) -> None:
        self._options, self._settings = options, settings
        self._host_settings: HostSettings = read_host_settings(options.app_root)
        self.functions: list[Function] = []
        self.disabled: frozenset[str] = frozenset()
        self._buses: dict[ServiceBusConnectionString, BusConnection] = {}
        self._listeners: list[EntityListener | SessionListener] = []
        self._timers: list[TimerListener] = []
        self._renewer = LockRenewer()
        self._sql = SqlMeter()
        self._state = "Default"

    async def start(self) -> None:
        self.functions = index_app(self._options.app_root, self._settings)
        for name in self._host_settings.ignored:
            log.warning("host.json: %s has no effect in this host", name)
        self._sql.start()
        self.disabled = frozenset(f.name for f in self.functions if is_disabled(f.name, self._settings))
        threads = self._settings.get("PYTHON_THREADPOOL_THREAD_COUNT")
        self._invoker = Invoker(self._host_settings.function_timeout, int(threads) if threads else None)
        enabled = [function for function in self.functions if function.name not in self.disabled]
        self._prepare(enabled)
        await self._listen(enabled)
        for bus in self._buses.values():
            bus.start()
        for timer in self._timers:
            timer.start()
        self._state = "Running"

    def _prepare(self, enabled: list[Function]) -> None:
        for function in enabled:
            if isinstance(function.trigger, ServiceBusTrigger):
                self._listen_to_bus(function, function.trigger)
            elif isinstance(function.trigger, TimerTrigger) and self._options.worker_index == 0:
                state = self._options.state_directory
                self._timers.append(TimerListener(function, self._invoker, state and state / "timers"))

    def _listen_to_bus(self, function: Function, trigger: ServiceBusTrigger) -> None:
        bus = self._buses.get(trigger.connection)
        if bus is None:
            container = f"functions-host-{os.getpid()}-{len(self._buses)}"
            bus = self._buses[trigger.connection] = BusConnection(trigger.connection, container)
        options = self._host_settings.service_bus
        context = PumpContext(function, trigger, options, bus, self._invoker, self._renewer)
        listener = SessionListener(context) if trigger.has_sessions else EntityListener(context)
        self._listeners.append(listener)
        bus.add_user(listener)

    async def _listen(self, enabled: list[Function]) -> None:
        functions = [function for function in enabled if isinstance(function.trigger, HttpTrigger)]
        cors = cors_policy(read_local_settings(self._options.app_root))
        self._http = HttpListener(
            functions,
            self._invoker,
            route_prefix=self._host_settings.route_prefix,
            keys=self._options.keys,
            cors=cors,
            pages={"/admin/host/status": self.status, "/admin/host/metrics": self.metrics},
        )
        self._protocols = self._http.server()
        loop = asyncio.get_running_loop()
        address, port = self._options.address, self._options.port
        self._socket = await loop.create_server(self._protocols, address, port, reuse_port=True, backlog=1024)

    def status(self) -> dict[str, Any]:
        """What `/admin/host/status` answers."""
        counters = self._invoker.counters
        return {
            "state": self._state,
            "processId": os.getpid(),
            "functions": [function.name for function in self.functions],
            "disabled": sorted(self.disabled),
            "invocations": counters.invocations,
            "errors": counters.failures,
            "running": counters.running,
            "serviceBusConnected": all(bus.is_up for bus in self._buses.values()),
        }

    def metrics(self) -> dict[str, Any]:
        """What `/admin/host/metrics` answers: what this process did since it started, by function, and its SQL."""
        uses = self._invoker.counters.by_function.items()
        return {"functions": {name: asdict(use) for name, use in sorted(uses)}, "sql": self._sql.as_json()}

    async def stop(self) -> None:
        """Stop taking work, finish and settle what runs (at most 30 s), close."""
        self._state, self._http.is_stopping = "Stopping", True
        self._socket.close()
        for listener in self._listeners:
            listener.stop()
        for timer in self._timers:
            await timer.stop()
        await self._invoker.drain(DRAIN_PATIENCE)
        for bus in self._buses.values():
            await bus.acknowledged(_ACKNOWLEDGEMENT_PATIENCE)
            await bus.stop()
        self._renewer.stop()
        await self._protocols.shutdown(1.0)
        self._invoker.close()
        self._sql.stop()
