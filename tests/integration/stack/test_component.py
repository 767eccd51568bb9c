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
from local.stack_settings import StackError
from tests.support.patience import eventually

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


class Sleeper:
    """A component whose process does nothing, whose probe finds what `is_well` says, and which `prepare` prepares."""

    def __init__(self, logs: Path) -> None:
        self.is_well = True
        self.prepare: Callable[[], object] = lambda: None
        self.mendings: list[str] = []
        self._changed = asyncio.Event()
        blueprint = Blueprint(
            "sleeper",
            [SLEEPER],
            self._probe,
            url="",
            environment=dict(os.environ),
            prepare=lambda: self.prepare() and None,
            after_crash=self._mend,
        )
        self.component = Component(blueprint, logs, self._changed.set)

    def kill(self) -> None:
        os.kill(self.component.pids[0], signal.SIGKILL)

    async def until(self, condition: Callable[[Component], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition(self.component):
                self._changed.clear()
                await self._changed.wait()

    async def _mend(self) -> bool:
        self.mendings.append("begun")
        self._changed.set()
        try:
            return await asyncio.Event().wait()
        finally:
            self.mendings.append("given up")

    async def _probe(self) -> bool:
        return self.is_well


@pytest.fixture
async def unstarted(tmp_path: Path) -> AsyncIterator[Sleeper]:
    logs = tmp_path / "logs"
    logs.mkdir()
    sleeper = Sleeper(logs)
    yield sleeper
    await sleeper.component.stop()


@pytest.fixture
async def sleeper(unstarted: Sleeper) -> Sleeper:
    await unstarted.component.start()
    return unstarted


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


async def test_what_cannot_be_started_at_first_is_told(unstarted: Sleeper, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scarce(*_: Any, **__: Any) -> asyncio.subprocess.Process:
        raise OSError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(component, "spawn", scarce)
    with pytest.raises(StackError, match=r"sleeper cannot be started: .*no more processes"):
        await unstarted.component.start()


async def test_a_process_that_ends_while_it_is_prepared_is_restarted_and_prepared_again(
    unstarted: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(component, "PREPARE_PAUSE", 0.01)

    def prepare() -> None:
        if not unstarted.component.restarts:
            if unstarted.component.pids:
                unstarted.kill()
            raise ConnectionError("nobody listens")

    unstarted.prepare = prepare
    await unstarted.component.start()
    await unstarted.until(lambda started: started.state == "ready" and started.restarts == 1)


async def test_a_process_that_ended_and_came_back_while_it_was_prepared_is_mended_once(unstarted: Sleeper) -> None:
    calls: list[None] = []

    def prepare() -> None:
        calls.append(None)
        if len(calls) == 1:
            unstarted.kill()
            eventually(lambda: unstarted.mendings, "the restart, all of which comes before the start is done")

    unstarted.prepare = prepare
    await unstarted.component.start()
    assert unstarted.component.state == "ready"
    await unstarted.component.stop()
    assert unstarted.mendings == ["begun", "given up"]


async def test_what_cannot_be_prepared_is_told(unstarted: Sleeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(component, "START_PATIENCE", 0.1)
    monkeypatch.setattr(component, "PREPARE_PAUSE", 0.1)

    def prepare() -> None:
        raise ValueError("no such container")

    unstarted.prepare = prepare
    with pytest.raises(StackError, match="sleeper cannot be prepared: no such container"):
        await unstarted.component.start()


async def test_a_restarted_process_is_prepared_again_before_it_is_ready(sleeper: Sleeper) -> None:
    states: list[str] = []
    sleeper.prepare = lambda: states.append(sleeper.component.state)
    sleeper.kill()
    await sleeper.until(lambda restarted: restarted.restarts == 1 and restarted.state == "ready")
    assert states == ["restarting"]


async def test_a_process_that_ends_again_while_it_is_prepared_anew_is_restarted_again(
    sleeper: Sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(component, "PREPARE_PAUSE", 0.01)

    def prepare() -> None:
        if sleeper.component.restarts < 2:
            if sleeper.component.pids:
                sleeper.kill()
            raise ConnectionError("nobody listens")

    sleeper.prepare = prepare
    sleeper.kill()
    await sleeper.until(lambda restarted: restarted.restarts >= 2 and restarted.state == "ready")


async def test_what_a_crash_calls_for_is_begun_anew_after_another_and_given_up_at_a_stop(sleeper: Sleeper) -> None:
    sleeper.kill()
    await sleeper.until(lambda _: sleeper.mendings == ["begun"])
    assert sleeper.component.state == "ready"
    sleeper.kill()
    await sleeper.until(lambda _: sleeper.mendings == ["begun", "given up", "begun"])
    await sleeper.component.stop()
    assert sleeper.mendings[3:] == ["given up"]


async def test_an_end_that_was_asked_for_calls_for_nothing(sleeper: Sleeper) -> None:
    await sleeper.component.stop()
    assert sleeper.mendings == []
