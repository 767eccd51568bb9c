"""What happens to the processes of a stack: killed, paused, and not there at all for a while."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random

from tests.chaos.plan import Kill, Outage, Pause, Plan, Trouble
from tests.support.stack import Stack

FIND_SECONDS = 120.0
"""Longer than any pause: who sleeps cannot be found."""
SHORT_SECONDS = 0.05


class Troublemaker:
    """Makes trouble for one stack, and ends what lasts. `made` counts the troubles by kind and component."""

    def __init__(self, stack: Stack, plan: Plan) -> None:
        self._stack, self._plan = stack, plan
        self._draw = Random(f"{plan.seed} processes")
        self._killed: defaultdict[str, set[int]] = defaultdict(set)
        """Who is listed as running still, by component. Later another process may have the same number."""
        self._paused: dict[int, float] = {}
        """Until when, by process."""
        self.made: dict[str, int] = {}

    def make(self, trouble: Trouble) -> None:
        """Make it. An outage is over when this returns; a pause goes on.

        Raises AssertionError if there is no such process.
        """
        match trouble:
            case Kill():
                self._kill(trouble.component)
            case Pause():
                self._pause(trouble.component, trouble.seconds)
            case Outage():
                self._outage(trouble.component, trouble.seconds)
        name = f"{type(trouble).__name__.lower()} {trouble.component}"
        if isinstance(trouble, Kill) and self._ends_in_order(trouble.component):
            name += " (in order)"
        self.made[name] = self.made.get(name, 0) + 1

    def wake_up(self, *, all_of_them: bool = False) -> None:
        """Let those go on whose pause is over."""
        for pid, until in list(self._paused.items()):
            if all_of_them or time.monotonic() >= until:
                del self._paused[pid]
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def _kill(self, component: str) -> None:
        self._end(component, self._process_of(component))

    def _living(self, component: str) -> list[int]:
        """Its processes, but for those that were killed a moment ago."""
        listed: list[int] = self._stack.component(component)["pids"]
        self._killed[component].intersection_update(listed)
        return [pid for pid in listed if pid not in self._killed[component]]

    def _end(self, component: str, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM if self._ends_in_order(component) else signal.SIGKILL)
            os.kill(pid, signal.SIGCONT)
        self._paused.pop(pid, None)
        self._killed[component].add(pid)

    def _ends_in_order(self, component: str) -> bool:
        return component == "storage" and not self._plan.kills_storage

    def _pause(self, component: str, seconds: float) -> None:
        pid = self._process_of(component)
        os.kill(pid, signal.SIGSTOP)
        self._paused[pid] = time.monotonic() + seconds

    def _process_of(self, component: str) -> int:
        """One that runs."""
        deadline = time.monotonic() + FIND_SECONDS
        while True:
            if pids := [pid for pid in self._living(component) if pid not in self._paused]:
                return self._draw.choice(pids)
            assert time.monotonic() < deadline, f"{component} does not run\n{self._stack.logs()}"
            self._wait(SHORT_SECONDS)

    def _outage(self, component: str, seconds: float) -> None:
        """Nobody answers: SQL is locked, of anything else each process that the supervisor starts is ended at once."""
        if component == "sql":
            with self._locked_database():
                self._wait(seconds)
            return
        over = time.monotonic() + seconds
        while time.monotonic() < over:
            for pid in self._living(component):
                self._end(component, pid)
            self._wait(SHORT_SECONDS)

    @contextmanager
    def _locked_database(self) -> Iterator[None]:
        """Nobody can write to SQL."""
        connection = sqlite3.connect(self._stack.state_directory / "contoso.db", timeout=FIND_SECONDS)
        connection.isolation_level = None
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.wake_up()
            time.sleep(min(left, SHORT_SECONDS))
