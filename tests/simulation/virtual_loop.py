"""An event loop with nothing outside: its clock is a number, which leaps to whatever is due next.

What is ready runs in the order in which it became ready, and what is due at one moment in the order in which it was
put on the agenda. So a program that asks nobody but this loop runs the same way every time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVarTuple, Unpack, cast

Arguments = TypeVarTuple("Arguments")


class NothingLeftToHappen(Exception):
    """Everybody waits, and nothing is on the agenda that could wake anybody."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs tasks, `asyncio.sleep`, `gather` and `timeout` on virtual seconds."""

    _ready: Any  # the base class has it; its stubs have not

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        """How often something was due."""
        self._now = 0.0
        self._agenda: list[tuple[float, int, asyncio.TimerHandle | asyncio.Future[None]]] = []
        self._numbers = count()

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def leap(self, seconds: float) -> None:
        """Let so much time pass in which nothing runs, as when a machine is put to sleep."""
        self._now += seconds

    async def pause(self, seconds: float) -> None:
        """`asyncio.sleep` for the many who are never cancelled."""
        awakened = self.create_future()
        heappush(self._agenda, (self._now + seconds, next(self._numbers), awakened))
        await awakened

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Arguments]], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._agenda, (when, next(self._numbers), handle))
        return handle

    def create_task(
        self,
        coro: Generator[Any, None, Any] | Coroutine[Any, Any, Any],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> asyncio.Task[Any]:
        task: Any = asyncio.Task(coro, loop=self, name="simulated", context=context)
        task._log_destroy_pending = False  # a process that dies leaves its tasks as they are
        return cast("asyncio.Task[Any]", task)

    def _run_once(self) -> None:
        while not self._ready:
            self._advance()
        for _ in range(len(self._ready)):
            handle = self._ready.popleft()
            if not handle._cancelled:
                handle._run()

    def _advance(self) -> None:
        if not self._agenda:
            raise NothingLeftToHappen
        when, _, due = heappop(self._agenda)
        self._now = max(self._now, when)
        self.steps += 1
        if isinstance(due, asyncio.TimerHandle):
            self._ready.append(due)
        else:
            due.set_result(None)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It stays on the agenda, where its turn passes without effect."""

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        """The garbage collector must not decide what happens when."""

    def _write_to_self(self) -> None:
        """There are no other threads to be woken for."""
