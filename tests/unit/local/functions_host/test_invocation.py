"""How functions are run: in threads or on the loop, within their time, with log lines of their own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from local.functions_host.invocation import InvocationLogFilter, Invoker
from local.functions_host.triggers import Function, HttpTrigger


def function(call: Callable[..., Any], *, is_async: bool) -> Function:
    return Function("Work", call, is_async, "value", True, HttpTrigger("x", (), "anonymous"), "/")


async def test_sync_functions_run_side_by_side_in_threads() -> None:
    together = threading.Barrier(3, timeout=5)

    def call(value: int, context: object) -> int:
        together.wait()
        return value

    invoker = Invoker(timeout=None, threads=3)
    work = function(call, is_async=False)
    assert await asyncio.gather(*(invoker.invoke(work, number) for number in range(3))) == [0, 1, 2]
    invoker.close()


async def test_no_more_sync_functions_run_than_there_are_threads() -> None:
    running, most = 0, 0

    def call(value: int, context: object) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        threading.Event().wait(0.01)
        running -= 1

    invoker = Invoker(timeout=None, threads=1)
    work = function(call, is_async=False)
    await asyncio.gather(*(invoker.invoke(work, number) for number in range(4)))
    invoker.close()
    assert most == 1


@pytest.mark.parametrize("is_async", [True, False])
async def test_a_function_over_its_time_is_a_failure(is_async: bool, caplog: pytest.LogCaptureFixture) -> None:
    released = threading.Event()

    async def on_the_loop(value: int, context: object) -> None:
        await asyncio.sleep(60)

    def in_a_thread(value: int, context: object) -> None:
        released.wait(60)

    invoker = Invoker(timeout=0.05, threads=1)
    with pytest.raises(TimeoutError):
        await invoker.invoke(function(on_the_loop if is_async else in_a_thread, is_async=is_async), 1)
    released.set()
    assert (invoker.counters.invocations, invoker.counters.failures, invoker.counters.running) == (1, 1, 0)
    assert caplog.messages == ["Function timed out after 0.05 s"]
    invoker.close()


@pytest.mark.parametrize("is_async", [True, False])
async def test_a_time_limit_of_the_function_s_own_is_not_that_of_the_host(
    is_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def on_the_loop(value: int, context: object) -> None:
        raise TimeoutError("the store does not answer")

    def in_a_thread(value: int, context: object) -> None:
        raise TimeoutError("the store does not answer")

    invoker = Invoker(timeout=60, threads=1)
    with pytest.raises(TimeoutError, match="the store does not answer"):
        await invoker.invoke(function(on_the_loop if is_async else in_a_thread, is_async=is_async), 1)
    assert caplog.messages == ["Function failed"]
    invoker.close()


@pytest.mark.parametrize("is_async", [True, False])
async def test_log_lines_name_the_function_and_its_invocation(is_async: bool) -> None:
    lines: list[str] = []

    def log_line() -> None:
        record = logging.LogRecord("app", logging.INFO, "", 0, "said", None, None)
        InvocationLogFilter().filter(record)
        lines.append(str(vars(record)["invocation"]))

    async def on_the_loop(value: int, context: Any) -> str:
        log_line()
        return str(context.invocation_id)

    def in_a_thread(value: int, context: Any) -> str:
        log_line()
        return str(context.invocation_id)

    invoker = Invoker(timeout=None, threads=1)
    call = on_the_loop if is_async else in_a_thread
    first, second = [await invoker.invoke(function(call, is_async=is_async), 1) for _ in range(2)]
    log_line()
    invoker.close()
    assert lines == [f"[Work {first}] ", f"[Work {second}] ", ""]
    assert first != second
