"""The supervisor: starts the local Azure, keeps it running, and stops it in order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp

from local import azurite, blueprints, ports, stack_file
from local.blueprints import Plan
from local.child_processes import run, tail
from local.component import Blueprint, Component
from local.demo import DemoConference, seed
from local.parts import Part
from local.provision import provision_sql
from local.stack_lock import hold
from local.stack_settings import PROJECT_ROOT, StackError, StackSettings, load_secrets

log = logging.getLogger(__name__)
_PARTS = ("servicebus", "cosmos", "storage", "sql", "functions", "web")
_STOP_ORDER = (("web", "functions"), ("servicebus",), ("cosmos", "storage"))


class Stack:
    """All components of one STATE_DIR. `changed` is called whenever one of its `parts` changes, `say` with news.

    Raises StackError when the STATE_DIR is in use or a port is taken.
    """

    def __init__(self, settings: StackSettings, changed: Callable[[], None], say: Callable[[str], None]) -> None:
        self.settings, self._changed, self._say = settings, changed, say
        settings.state_directory.mkdir(0o700, parents=True, exist_ok=True)  # it holds keys, and what people order
        settings.logs.mkdir(parents=True, exist_ok=True)
        self._lock = hold(settings.state_directory)
        self.plan: Plan = blueprints.make_plan(settings, load_secrets(settings.state_directory))
        self._kept_port = ports.keep(self.plan.api_port)  # the functions, which would share it, listen on it last
        self.components: dict[str, Component] = {}
        self.parts = {name: Part(name) for name in _PARTS}
        self.is_ready = False
        self.seconds, self._began = 0.0, time.monotonic()
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Start everything, what can be at once at once.

        Raises StackError when something cannot be started; what runs by then is for `stop`.
        """
        self._http = aiohttp.ClientSession()
        stack_file.write(
            self.settings.state_directory / blueprints.APPLICATION_SETTINGS,
            {"IsEncrypted": False, "Values": blueprints.application_settings(self.plan)},
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._start(blueprints.service_bus(self.plan, self._http)))
                group.create_task(self._start(blueprints.cosmos(self.plan, self._http)))
                group.create_task(self._start_storage(self._http))
                group.create_task(self._start_sql())
                group.create_task(self._start(blueprints.site(self.plan, self._http)))
            await self._start(blueprints.functions(self.plan, self._http))
        except* StackError as errors:
            raise StackError("\n".join(map(str, errors.exceptions))) from None

    def announce(self) -> None:
        """Everything is ready, and filled with what it was to be filled with."""
        self.seconds = time.monotonic() - self._began
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
        self._kept_port.close()
        self._lock.close()

    async def _start_storage(self, http: aiohttp.ClientSession) -> None:
        installed = await asyncio.to_thread(azurite.find)
        if installed is None:
            self._begin("storage", "installing")
            installed = await self._install_storage()
        await self._start(blueprints.storage(self.plan, http, *installed, say=self._say))

    async def _install_storage(self) -> tuple[str, Path]:
        """In a process, which unlike a thread can be ended when all is to stop."""
        log_file = self.settings.logs / "storage.log"
        command = [sys.executable, "-m", "local.azurite"]
        await run(command, os.environ, log_file, last_signal=signal.SIGINT, directory=PROJECT_ROOT)
        installed = await asyncio.to_thread(azurite.find)
        if installed is None:
            raise StackError(f"storage cannot be installed; the end of {log_file}:\n{tail(log_file)}")
        return installed

    async def _start_sql(self) -> None:
        self._begin("sql", "preparing")
        await asyncio.to_thread(provision_sql, self.settings.app_root, self.plan.sql_url)
        self._end("sql")

    async def _start(self, blueprint: Blueprint) -> None:
        component = Component(blueprint, self.settings.logs, self._component_changed)
        self.components[blueprint.name] = self.parts[blueprint.name].component = component
        self._begin(blueprint.name, "starting")
        await component.start()
        self._end(blueprint.name)

    def _begin(self, part: str, doing: str) -> None:
        self.parts[part].begin(doing)
        self._changed()

    def _end(self, part: str) -> None:
        self.parts[part].end()
        self._changed()

    def _component_changed(self) -> None:
        content = stack_file.describe(self.components.values(), is_ready=self.is_ready)
        try:
            stack_file.write(self.settings.state_directory / "stack.json", content)
        except OSError as error:  # such as a full disk: components are kept running all the same
            log.warning("stack.json is out of date: %s", error)
        self._changed()
