"""Runs a function: its context, its time limit, its thread if it is not async, and its log lines."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import azure.functions as func

from local.functions_host.triggers import Function

log = logging.getLogger(__name__)
_current: ContextVar[Context | None] = ContextVar("invocation", default=None)


@dataclass(frozen=True, slots=True)
class TraceContext:
    """The W3C trace context an invocation starts with."""

    trace_parent: str
    trace_state: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class Context(func.Context):
    """`azure.functions.Context` of one invocation."""

    def __init__(self, function: Function, trace_parent: str | None, trace_state: str) -> None:
        self._function = function
        self._trace_parent, self._trace_state = trace_parent, trace_state

    @cached_property
    def _id(self) -> uuid.UUID:
        return uuid.uuid4()

    @property
    def invocation_id(self) -> str:
        return str(self._id)

    @property
    def function_name(self) -> str:
        return self._function.name

    @property
    def function_directory(self) -> str:
        return self._function.directory

    @cached_property
    def thread_local_storage(self) -> Any:
        return threading.local()

    @property
    def trace_context(self) -> TraceContext:  # type: ignore[override]  # the library exports no base class
        own = f"00-{self._id.hex}-{self._id.hex[:16]}-01"
        return TraceContext(self._trace_parent or own, self._trace_state)

    @property
    def retry_context(self) -> None:  # type: ignore[override]  # this host refuses retry policies
        return None


class InvocationLogFilter(logging.Filter):
    """Gives every record `invocation`: `[Function invocation-id] ` inside an invocation, nothing outside."""

    def filter(self, record: logging.LogRecord) -> bool:
        context = _current.get()
        record.invocation = f"[{context.function_name} {context.invocation_id}] " if context else ""
        return True


@dataclass(slots=True)
class Use:
    """What one function did since the host started; `seconds` are of the clock."""

    executions: int = 0
    failures: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Counters:
    """What the host did since it started."""

    invocations: int = 0
    failures: int = 0
    running: int = 0
    by_function: dict[str, Use] = field(default_factory=dict)

    def count(self, function: str, seconds: float, *, failed: bool) -> None:
        """An execution has ended."""
        use = self.by_function.setdefault(function, Use())
        use.executions += 1
        use.failures += failed
        use.seconds += seconds


class Invoker:
    """Calls functions. `timeout` is host.json's functionTimeout in seconds, None for none."""

    def __init__(self, timeout: float | None, threads: int | None) -> None:
        self._timeout = timeout
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="function")
        self.counters = Counters()
        self._idle = asyncio.Event()
        self._idle.set()

    async def invoke(
        self, function: Function, value: Any, *, trace_parent: str | None = None, trace_state: str = ""
    ) -> Any:
        """The function's result. Whatever it raises, TimeoutError among it, is logged, counted and raised."""
        context = Context(function, trace_parent, trace_state)
        arguments = {function.parameter: value}
        if function.wants_context:
            arguments["context"] = context
        token = _current.set(context)
        self._begin()
        is_debugging, started = log.isEnabledFor(logging.DEBUG), time.perf_counter()
        if is_debugging:
            log.debug("Executing")
        outcome, limit = "Failed", asyncio.timeout(self._timeout)
        try:
            async with limit:
                result = await self._run(function, arguments)
            outcome = "Succeeded"
        except asyncio.CancelledError:
            self.counters.failures += 1
            raise
        except Exception:
            self.counters.failures += 1
            reason = f"timed out after {self._timeout} s" if limit.expired() else "failed"
            log.exception("Function %s", reason)
            raise
        else:
            return result
        finally:
            if is_debugging:
                log.debug("Executed (%s, %.1f ms)", outcome, (time.perf_counter() - started) * 1000)
            self.counters.count(function.name, time.perf_counter() - started, failed=outcome == "Failed")
            self._end()
            _current.reset(token)

    async def _run(self, function: Function, arguments: dict[str, Any]) -> Any:
        if function.is_async:
            return await function.call(**arguments)
        call = partial(copy_context().run, partial(function.call, **arguments))
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def _begin(self) -> None:
        self.counters.invocations += 1
        self.counters.running += 1
        self._idle.clear()

    def _end(self) -> None:
        self.counters.running -= 1
        if not self.counters.running:
            self._idle.set()

    async def drain(self, patience: float) -> bool:
        """Wait up to `patience` seconds until nothing runs. Returns whether that was reached."""
        try:
            async with asyncio.timeout(patience):
                await self._idle.wait()
        except TimeoutError:
            log.warning("%d invocations still run after %.0f s; they are given up", self.counters.running, patience)
            return False
        return True

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
