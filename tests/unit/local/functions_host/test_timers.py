"""When timers run, and what they are told."""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import azure.functions as func
import pytest

from local.functions_host import timers
from local.functions_host.invocation import Invoker
from local.functions_host.timers import TimerListener
from local.functions_host.triggers import Function, TimerTrigger

HOURLY = "0 0 * * * *"


class Clock:
    """A timer function that keeps what it is given, and is as slow as it is told."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.requests: list[func.TimerRequest] = []
        self.running = self.most_running = 0
        self.called = asyncio.Event()
        self._seconds = seconds

    async def __call__(self, timer: func.TimerRequest) -> None:
        self.requests.append(timer)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.called.set()
        await asyncio.sleep(self._seconds)
        self.running -= 1
        if len(self.requests) == 1:
            raise ValueError("an error does not end a timer")


def listener(clock: Clock, schedule: str, monitor: Path | None, *, run_on_startup: bool = False) -> TimerListener:
    trigger = TimerTrigger(schedule, run_on_startup, use_monitor=True)
    function = Function("tick", clock, True, "timer", False, trigger, "/")
    return TimerListener(function, Invoker(timeout=None, threads=1), monitor)


def wait_until_written(path: Path) -> None:
    deadline = time.monotonic() + 5
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} was not written"
        time.sleep(0.01)


async def test_a_run_missed_while_the_host_was_away_is_made_up_for_and_told(tmp_path: Path) -> None:
    missed = datetime.now(UTC) - timedelta(minutes=90)
    status = {"Last": (missed - timedelta(hours=1)).isoformat(), "Next": missed.isoformat()}
    (tmp_path / "tick.json").write_text(json.dumps(status), encoding="utf-8")
    clock = Clock()
    timer = listener(clock, HOURLY, tmp_path)
    timer.start()
    await asyncio.wait_for(clock.called.wait(), 5)
    await timer.stop()
    assert [request.past_due for request in clock.requests] == [True]


async def test_a_run_that_is_not_due_is_awaited(tmp_path: Path) -> None:
    following = datetime.now(UTC) + timedelta(minutes=30)
    (tmp_path / "tick.json").write_text(json.dumps({"Last": None, "Next": following.isoformat()}), encoding="utf-8")
    clock = Clock()
    timer = listener(clock, HOURLY, tmp_path)
    timer.start()
    await asyncio.sleep(0.05)
    await timer.stop()
    assert clock.requests == []


async def test_the_next_run_is_written_down_for_the_next_start(tmp_path: Path) -> None:
    clock = Clock()
    timer = listener(clock, HOURLY, tmp_path, run_on_startup=True)
    timer.start()
    await asyncio.wait_for(clock.called.wait(), 5)
    await asyncio.to_thread(wait_until_written, tmp_path / "tick.json")
    await timer.stop()
    status = json.loads((tmp_path / "tick.json").read_bytes())
    assert datetime.fromisoformat(status["Next"]) > datetime.fromisoformat(status["Last"])


async def test_schedules_under_a_minute_are_not_monitored(tmp_path: Path) -> None:
    clock = Clock()
    timer = listener(clock, "* * * * * *", tmp_path)
    timer.start()
    await asyncio.wait_for(clock.called.wait(), 5)
    await timer.stop()
    assert not os.listdir(tmp_path)


async def test_a_timer_goes_on_where_its_status_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "_LEAST_MONITORED", timedelta(0))
    (tmp_path / "tick.json").mkdir()  # no file can be there
    clock = Clock()
    timer = listener(clock, "00:00:00.05", tmp_path)
    timer.start()
    while len(clock.requests) < 2:
        clock.called.clear()
        await asyncio.wait_for(clock.called.wait(), 5)
    await timer.stop()


async def test_after_a_stop_a_run_that_is_on_is_written_down_and_no_other_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "_LEAST_MONITORED", timedelta(0))
    clock = Clock(seconds=0.1)
    timer = listener(clock, "00:00:00.05", tmp_path, run_on_startup=True)
    timer.start()
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "timer tick")
    await asyncio.wait_for(clock.called.wait(), 5)
    await timer.stop()
    await asyncio.wait_for(task, 5)
    assert len(clock.requests) == 1
    assert json.loads((tmp_path / "tick.json").read_bytes())["Last"] is not None


async def test_runs_do_not_overlap_and_an_error_does_not_end_them() -> None:
    clock = Clock(seconds=0.12)
    timer = listener(clock, "00:00:00.05", None, run_on_startup=True)
    timer.start()
    while len(clock.requests) < 3:
        clock.called.clear()
        await asyncio.wait_for(clock.called.wait(), 5)
    await timer.stop()
    assert clock.most_running == 1
