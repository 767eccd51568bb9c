"""One component of the local Azure: its processes, started, probed, restarted and stopped."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from local.child_processes import send, spawn, tail
from local.stack_settings import StackError

log = logging.getLogger(__name__)
State = Literal["waiting", "starting", "preparing", "ready", "restarting", "stopping", "stopped"]
Probe = Callable[[], Awaitable[bool]]
START_PATIENCE, PROBE_PAUSE = 60.0, 0.05
PREPARE_PAUSE = 1.0
FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER = 0.05, 2.0, 3.0
_LONGEST_LOG = 10 << 20


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How a component runs: one process for each of `commands`, ready when `probe` says so and `prepare` has been done.

    `prepare`, in a thread, makes what its users have to find there. It is repeated after each restart, which may have
    lost that, and until it succeeds. `after_crash` makes good what a component has lost that did not end in order, with
    exit code 0, once it is ready again, in this run or the next; it says whether it did. It is cancelled when that
    happens anew, or all is to stop.
    `details` go into stack.json as they are. `probe_pause` are the seconds between two probes. `last_signal` is what
    its processes get should the supervisor die.
    """

    name: str
    commands: Sequence[Sequence[str]]
    probe: Probe
    url: str
    environment: Mapping[str, str]
    prepare: Callable[[], None] | None = None
    after_crash: Callable[[], Awaitable[bool]] | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    probe_pause: float = PROBE_PAUSE
    stop_patience: float = 10.0
    last_signal: signal.Signals = signal.SIGKILL


class Component:
    """Keeps the processes of a blueprint alive. `changed` is called whenever its state does."""

    def __init__(self, blueprint: Blueprint, logs: Path, changed: Callable[[], None]) -> None:
        self.blueprint, self._changed = blueprint, changed
        self.log_file = logs / f"{blueprint.name}.log"
        self.state: State = "waiting"
        self.restarts = 0
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._recovery: asyncio.Task[None] | None = None
        self._unclean_mark = logs.parent / f"{blueprint.name}.unclean"  # there while it runs, or has something to mend
        self._has_lost = self._unclean_mark.exists()

    @property
    def pids(self) -> list[int]:
        return [process.pid for _, process in sorted(self._processes.items()) if process.returncode is None]

    @property
    def is_mending(self) -> bool:
        """It has lost something that is not made good yet."""
        return self._has_lost and self.blueprint.after_crash is not None

    async def start(self) -> None:
        """Start all processes and wait until the component is ready.

        Raises StackError when it takes over a minute until it answers or is prepared, a process cannot be started, or
        one ends before it has answered. From then on it is restarted.
        """
        self._turn_log_over()
        if self.blueprint.after_crash is not None:
            self._unclean_mark.touch()
        self._become("starting")
        for number, command in enumerate(self.blueprint.commands):
            try:
                await self._spawn(number, command)
            except OSError as error:
                raise StackError(f"{self.blueprint.name} cannot be started: {error}") from None
        if not await self._probe(
            lambda: any(p.returncode is not None for p in self._processes.values()), START_PATIENCE
        ):
            raise StackError(f"{self.blueprint.name} did not start; the end of {self.log_file}:\n{tail(self.log_file)}")
        for number, command in enumerate(self.blueprint.commands):
            self._keepers.append(asyncio.create_task(self._keep(number, command)))
        if self.blueprint.prepare is not None:
            self._become("preparing")
            await self._prepare(START_PATIENCE)
        if self.state != "restarting" and self._recovery is None:  # otherwise its recovery says when it is ready
            self._become("ready")
            self._recovery = asyncio.create_task(self._make_good())

    async def stop(self) -> None:
        """Ask the processes to end (SIGTERM), and end them after `stop_patience` seconds."""
        self._become("stopping")
        ours = [*self._keepers, *([self._recovery] if self._recovery is not None else [])]
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        running = [process for process in self._processes.values() if process.returncode is None]
        for process in running:
            send(process, signal.SIGTERM)
        if running:
            endings = [asyncio.ensure_future(process.wait()) for process in running]
            _, late = await asyncio.wait(endings, timeout=self.blueprint.stop_patience)
            for process in running if late else ():
                log.warning("%s did not stop in %.0f s", self.blueprint.name, self.blueprint.stop_patience)
                send(process, signal.SIGKILL)
            await asyncio.gather(*endings)
        if not self._has_lost and all(process.returncode == 0 for process in self._processes.values()):
            self._unclean_mark.unlink(missing_ok=True)
        self._become("stopped")

    def _turn_log_over(self) -> None:
        """Begin a new log where the old one has grown over 10 MiB, and keep that one beside it."""
        if self.log_file.exists() and self.log_file.stat().st_size > _LONGEST_LOG:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))

    async def _spawn(self, number: int, command: Sequence[str]) -> None:
        blueprint = self.blueprint
        self._processes[number] = await spawn(
            command, blueprint.environment, self.log_file, last_signal=blueprint.last_signal
        )
        self._changed()

    async def _keep(self, number: int, command: Sequence[str]) -> None:
        """Restart one process whenever it ends, at once at first, then after growing pauses."""
        pause = FIRST_PAUSE
        while True:
            process, started = self._processes[number], time.monotonic()
            code = await process.wait()
            pause = FIRST_PAUSE if time.monotonic() - started > STEADY_AFTER else min(pause * 2, LONGEST_PAUSE)
            self.restarts += 1
            self._has_lost |= code != 0
            self._give_recovery_up()
            self._become("restarting")
            log.warning("%s (pid %d) ended with %d and is restarted", self.blueprint.name, process.pid, code)
            await asyncio.sleep(pause)
            try:
                await self._spawn(number, command)
            except OSError as error:  # too many files or processes: the next try is as good as the next restart
                log.warning("%s cannot be started: %s", self.blueprint.name, error)
                continue
            self._give_recovery_up()
            self._recovery = asyncio.create_task(self._recover())

    async def _recover(self) -> None:
        """What follows a restart, for as long as it takes; given up when a process ends again."""
        await self._probe()
        await self._prepare()
        self._become("ready")
        await self._make_good()

    async def _make_good(self) -> None:
        if self._has_lost and self.blueprint.after_crash is not None:
            self._has_lost = not await self.blueprint.after_crash()
            self._changed()

    def _give_recovery_up(self) -> None:
        if self._recovery is not None:
            self._recovery.cancel()

    async def _probe(self, is_hopeless: Callable[[], bool] = lambda: False, patience: float = math.inf) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if is_hopeless():
                return False
            if await self.blueprint.probe():
                return True
            await asyncio.sleep(self.blueprint.probe_pause)
        return False

    async def _prepare(self, patience: float = math.inf) -> None:
        """Raises StackError when it fails for so long."""
        if self.blueprint.prepare is None:
            return
        deadline = time.monotonic() + patience
        while True:
            try:
                await asyncio.to_thread(self.blueprint.prepare)
            except Exception as error:  # whatever its SDK makes of a component that ended meanwhile
                if time.monotonic() >= deadline:
                    raise StackError(f"{self.blueprint.name} cannot be prepared: {error}") from error
                log.warning("%s cannot be prepared yet: %s", self.blueprint.name, error)
            else:
                return
            await asyncio.sleep(PREPARE_PAUSE)

    def _become(self, state: State) -> None:
        self.state = state
        self._changed()
