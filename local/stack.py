"""The supervisor: starts the local Azure, keeps it running, and stops it in order."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import aiohttp

from local import azurite, blueprints, stack_file
from local.blueprints import Plan
from local.component import Blueprint, Component
from local.demo import DemoConference, seed
from local.provision import provision_cosmos, provision_sql, provision_tables
from local.stack_settings import StackError, StackSettings, load_secrets

log = logging.getLogger(__name__)
_STOP_ORDER = (("web", "functions"), ("servicebus",), ("cosmos", "storage"))


class Stack:
    """All components of one STATE_DIR. `changed` is called whenever one of them changes.

    Raises StackError when the STATE_DIR is in use or a port is taken.
    """

    def __init__(self, settings: StackSettings, changed: Callable[[], None]) -> None:
        self.settings, self._changed = settings, changed
        settings.logs.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(settings.state_directory)
        self.plan: Plan = blueprints.make_plan(settings, load_secrets(settings.state_directory))
        self.components: dict[str, Component] = {}
        self.is_ready = False
        self.seconds = 0.0
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Start everything, what can be at once at once.

        Raises StackError when something cannot be started; what runs by then is for `stop`.
        """
        started = time.monotonic()
        self._http = aiohttp.ClientSession()
        stack_file.write(
            self.settings.state_directory / "local.settings.json",
            {"IsEncrypted": False, "Values": blueprints.application_settings(self.plan)},
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._start(blueprints.service_bus(self.plan, self._http)))
                group.create_task(self._start_cosmos(self._http))
                group.create_task(self._start_storage(self._http))
                group.create_task(asyncio.to_thread(provision_sql, self.settings.app_root, self.plan.sql_url))
                group.create_task(self._start(blueprints.site(self.plan, self._http)))
            await self._start(blueprints.functions(self.plan, self._http))
        except* StackError as errors:
            raise StackError("\n".join(map(str, errors.exceptions))) from None
        self.seconds = time.monotonic() - started
        self.is_ready = True
        self._component_changed()

    async def seed_demo(self) -> DemoConference:
        """Make the demo conference, if it is not there yet. Raises DemoError."""
        assert self._http is not None
        return await seed(self._http, self.plan.api_url, self.settings.state_directory / "demo.json")

    async def stop(self) -> None:
        """Stop the components, those first that use others."""
        self.is_ready = False
        for names in _STOP_ORDER:
            present = [self.components[name] for name in names if name in self.components]
            await asyncio.gather(*(component.stop() for component in present))
        if self._http is not None:
            await self._http.close()
        self._lock.close()

    async def _start_cosmos(self, http: aiohttp.ClientSession) -> None:
        await self._start(blueprints.cosmos(self.plan, http))
        description = self.settings.app_root / "infra/cosmos.json"
        await asyncio.to_thread(provision_cosmos, self.plan.cosmos_url, blueprints.COSMOS_KEY, description)

    async def _start_storage(self, http: aiohttp.ClientSession) -> None:
        node, program = await asyncio.to_thread(azurite.install)
        await self._start(blueprints.storage(self.plan, http, node, program))
        tables = self.settings.app_root / "infra/tables.json"
        await asyncio.to_thread(provision_tables, self.plan.storage.connection, tables)

    async def _start(self, blueprint: Blueprint) -> None:
        component = Component(blueprint, self.settings.logs, self._component_changed)
        self.components[blueprint.name] = component
        await component.start()

    def _component_changed(self) -> None:
        content = stack_file.describe(self.components.values(), is_ready=self.is_ready)
        stack_file.write(self.settings.state_directory / "stack.json", content)
        self._changed()


def _lock(state_directory: Path) -> TextIO:
    lock = (state_directory / "stack.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        running = (stack_file.read(state_directory / "stack.json") or {}).get("supervisor")
        raise StackError(
            f"{state_directory} is in use by a running stack (pid {running}); stop it, or set STATE_DIR to another"
        ) from None
    return lock
