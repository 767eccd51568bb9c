"""Timer triggers: one run at a time, on schedule, telling the function when it is late."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from azure.functions import meta
from azure.functions.timer import TimerRequest, TimerRequestConverter

from local.functions_host.invocation import Invoker
from local.functions_host.ncrontab import Interval, Schedule, parse_schedule
from local.functions_host.triggers import Function, TimerTrigger

log = logging.getLogger(__name__)
_LEAST_MONITORED = timedelta(minutes=1)
_LONGEST_SLEEP = 60.0


class TimerListener:
    """Runs one function by its schedule until stopped.

    A run that outlasts the next moment delays it; runs never overlap, and an error does not end them. With
    `monitor_directory` the last and next run are kept there, so that a start after a missed run is past due.
    Schedules under a minute are never monitored.
    Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
    """

    def __init__(self, function: Function, invoker: Invoker, monitor_directory: Path | None) -> None:
        assert isinstance(function.trigger, TimerTrigger)
        self._function, self._trigger, self._invoker = function, function.trigger, invoker
        self._schedule = parse_schedule(self._trigger.schedule)
        self._status = None
        if monitor_directory is not None and self._trigger.use_monitor and _is_monitored(self._schedule):
            self._status = monitor_directory / f"{function.name}.json"
        self._task: asyncio.Task[None] | None = None
        self._is_running = self._is_stopping = False

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._loop(), name=f"timer {self._function.name}")

    async def stop(self) -> None:
        """Take no further run; one that is on goes on (the invoker drains it)."""
        self._is_stopping = True
        if self._task is None or self._is_running:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _loop(self) -> None:
        last, due = self._read_status()
        is_late = due is not None and due < datetime.now(UTC)
        if is_late or self._trigger.run_on_startup:
            last = await self._run(last, is_late)
        while True:
            due = self._schedule.next_after(last or datetime.now(UTC))
            if due < datetime.now(UTC):
                due = self._schedule.next_after(datetime.now(UTC))
            self._write_status(last, due)
            if self._is_stopping:
                return
            await _sleep_until(due)
            last = await self._run(last, (datetime.now(UTC) - due) > timedelta(seconds=1))

    async def _run(self, last: datetime | None, is_late: bool) -> datetime:
        started = datetime.now(UTC)
        value = timer_request(self._schedule, last, started, is_late)
        self._is_running = True
        try:
            with contextlib.suppress(Exception):  # the invoker has logged and counted it
                await self._invoker.invoke(self._function, value)
        finally:
            self._is_running = False
        return started

    def _read_status(self) -> tuple[datetime | None, datetime | None]:
        if self._status is None or not self._status.exists():
            return None, None
        try:
            status = json.loads(self._status.read_text(encoding="utf-8"))
            return _moment(status["Last"]), _moment(status["Next"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("The timer status %s cannot be read and is begun anew: %s", self._status, error)
            return None, None

    def _write_status(self, last: datetime | None, due: datetime) -> None:
        if self._status is None:
            return
        try:
            self._status.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._status.with_suffix(".new")
            temporary.write_text(json.dumps({"Last": _text(last), "Next": _text(due)}), encoding="utf-8")
            temporary.replace(self._status)
        except OSError as error:  # such as a full disk: the timer goes on all the same
            log.warning("The timer status %s cannot be written: %s", self._status, error)


def timer_request(schedule: Schedule, last: datetime | None, now: datetime, is_late: bool) -> TimerRequest:
    """The `TimerRequest` a function gets, through the library's own converter."""
    following = schedule.next_after(now)
    status = {"Last": _text(last), "Next": _text(following), "LastUpdated": _text(last)}
    value = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": is_late}
    request: TimerRequest = TimerRequestConverter.decode(meta.Datum(json.dumps(value), "json"), trigger_metadata={})
    return request


def _is_monitored(schedule: Schedule) -> bool:
    first = schedule.next_after(datetime.now(UTC))
    gap = schedule.every if isinstance(schedule, Interval) else schedule.next_after(first) - first
    return gap >= _LEAST_MONITORED


async def _sleep_until(moment: datetime) -> None:
    left = (moment - datetime.now(UTC)).total_seconds()
    while left > 0:
        await asyncio.sleep(min(left, _LONGEST_SLEEP))  # in pieces, so that a changed clock is noticed
        left = (moment - datetime.now(UTC)).total_seconds()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
