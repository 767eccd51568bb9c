"""A component of the local Azure keeps its processes alive."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from local import component
from local.child_processes import spawn
from local.component import Blueprint, Component

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


class Sleeper:
    """A component whose process does nothing, and whose probe finds what `is_well` says."""

    def __init__(self, logs: Path) -> None:
        self.is_well = True
        self._changed = asyncio.Event()
        blueprint = Blueprint("sleeper", [SLEEPER], self._probe, url="", environment=dict(os.environ))
        self.component = Component(blueprint, logs, self._changed.set)

    def kill(self) -> None:
        os.kill(self.component.pids[0], signal.SIGKILL)

    async def until(self, condition: Callable[[Component], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition(self.component):
                self._changed.clear()
                await self._changed.wait()

    async def _probe(self) -> bool:
        return self.is_well


@pytest.fixture
async def sleeper(tmp_path: Path) -> AsyncIterator[Sleeper]:
    sleeper = Sleeper(tmp_path)
    await sleeper.component.start()
    yield sleeper
    await sleeper.component.stop()


async def test_a_process_that_takes_long_to_come_back_is_ready_in_the_end(
    sleeper: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(component, "START_PATIENCE", 0.0)
    sleeper.is_well = False
    sleeper.kill()
    await sleeper.until(lambda restarting: restarting.restarts == 1 and bool(restarting.pids))
    assert sleeper.component.state == "restarting"
    sleeper.is_well = True
    await sleeper.until(lambda restarted: restarted.state == "ready")


async def test_a_process_that_cannot_be_started_again_at_once_is_tried_again(
    sleeper: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[None] = []

    async def scarce(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        tries.append(None)
        if len(tries) < 3:
            raise OSError(errno.EAGAIN, "no more processes")
        return await spawn(*arguments, **options)

    monkeypatch.setattr(component, "spawn", scarce)
    sleeper.kill()
    await sleeper.until(lambda restarted: restarted.restarts == 3 and restarted.state == "ready")
    assert sleeper.component.pids
