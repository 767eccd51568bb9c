"""The timer that finishes what was left undone does all of it that can be done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from domain.kernel.errors import Unavailable
from functions import schedules
from functions.schedules import LEFT_BEHIND_AFTER, RUNNING_TIME, send_what_was_left_behind
from tests.support.vocabulary import NOW

TIMER: Any = None
ALL = ["conferences.publish_unpublished", "aggregates.publish_left_behind", "processes.send_unsent"]


class LeftBehind:
    """The parts of the app that know what was left behind. Those in `failures` cannot send it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, timedelta]] = []
        self.failures: dict[str, Exception] = {}
        self.running_times: list[Callable[[], bool]] = []
        self.meeting: Callable[[], Awaitable[object]] = partial(asyncio.sleep, 0)

    def __getattr__(self, part: str) -> Any:
        return _Part(self, part)


class _Part:
    def __init__(self, left_behind: LeftBehind, part: str) -> None:
        self._left_behind, self._part = left_behind, part

    def __getattr__(self, call: str) -> Any:
        name, left_behind = f"{self._part}.{call}", self._left_behind

        async def send(older_than: datetime, is_over: Callable[[], bool] | None = None) -> int:
            left_behind.running_times += [is_over] if is_over else []
            left_behind.asked.append((name, NOW - older_than))
            await left_behind.meeting()
            if name in left_behind.failures:
                raise left_behind.failures[name]
            return 2

        return send


@pytest.fixture
def left_behind(monkeypatch: pytest.MonkeyPatch) -> LeftBehind:
    left_behind = LeftBehind()

    async def app() -> LeftBehind:
        return left_behind

    monkeypatch.setattr(schedules, "app", app)
    monkeypatch.setattr(schedules, "now", lambda: NOW)
    return left_behind


async def test_all_that_was_left_behind_for_long_enough_is_sent(
    left_behind: LeftBehind, caplog: pytest.LogCaptureFixture
) -> None:
    await send_what_was_left_behind(TIMER)
    assert left_behind.asked == [(name, LEFT_BEHIND_AFTER) for name in ALL]
    assert caplog.messages == [
        f"left behind, and sent now: 2 {what}" for what in ("events of conferences", "commits", "commands")
    ]


@pytest.mark.parametrize("failing", [*([name] for name in ALL), ALL], ids=[*ALL, "all"])
async def test_what_fails_keeps_nothing_else_from_being_sent_and_is_named_at_the_end(
    left_behind: LeftBehind, failing: list[str]
) -> None:
    left_behind.failures = {name: ValueError(f"{name} is at fault") for name in failing}
    with pytest.raises(Unavailable) as failure:
        await send_what_was_left_behind(TIMER)
    assert [name for name, _ in left_behind.asked] == ALL
    assert [name for name in ALL if f"{name} is at fault" in str(failure.value)] == failing


async def test_nothing_waits_for_anything_else_to_be_sent(left_behind: LeftBehind) -> None:
    left_behind.meeting = asyncio.Barrier(len(ALL)).wait
    await send_what_was_left_behind(TIMER)


async def test_commits_are_sent_for_a_minute_and_then_left_to_the_next_run(
    left_behind: LeftBehind, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_what_was_left_behind(TIMER)
    (is_over,) = left_behind.running_times
    assert not is_over()
    monkeypatch.setattr(schedules, "now", lambda: NOW + RUNNING_TIME)
    assert is_over()
