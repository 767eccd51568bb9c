"""How long to bear with a service that does not answer: one policy per service.

    await retrying_cosmos(lambda: container.create_item(item))

A transient fault is tried again with jitter until PATIENCE_SECONDS are over; then `Unavailable` is raised from it.
Everything else comes through at once, as it was raised: answers the adapter knows (404, 409, 412), mistakes of ours.

The bound has two sides. A call must end well inside the lock of the message it is made for (60 s). And because an
abandoned message comes back at once, the bound times MaxDeliveryCount (20) is how long a store may be away before
messages are dead-lettered: more than ten minutes. Whoever has a person waiting shows less `patience`.

The retries of the SDKs themselves are off, or they would multiply with these.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn, TypeVar

import tenacity

from domain.kernel.errors import Unavailable
from infra.transient_faults import is_transient_bus, is_transient_cosmos, is_transient_http, is_transient_sql

logger = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_SECONDS = 32.0
ATTEMPT_SECONDS = 8.0
"""One attempt over HTTP, or one statement of SQL; whoever takes longer has lost the request or the answer."""
LEAST_SECONDS = 2.0
"""The same when patience is at its end: what is done instead of something that failed must have its chance, such as
queueing a command that the event store does not take."""
LONGEST_WAIT_SECONDS = 5.0
"""Between two attempts, whatever a service asks for."""

_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Give everything inside `seconds` in all, where that is less than the policies would.

    Tasks inherit it: one that outlives the block must be created with a `Context()` of its own.
    """
    token = _deadline.set(min(time.monotonic() + seconds, _deadline.get()))
    try:
        yield
    finally:
        _deadline.reset(token)


def within_patience(seconds: float) -> float:
    """For one attempt: `seconds`, or what is left of the patience where that is less, but not under LEAST_SECONDS."""
    deadline = _deadline.get()
    return seconds if deadline == float("inf") else min(seconds, max(deadline - time.monotonic(), LEAST_SECONDS))


class Retrying:
    """The policy for one service. `is_transient` says which exceptions are worth another try."""

    def __init__(
        self,
        service: str,
        is_transient: Callable[[BaseException], bool],
        *,
        seconds: float = PATIENCE_SECONDS,
        attempt_seconds: float | None = None,
    ) -> None:
        self._service = service
        self._seconds = seconds
        self._attempt_seconds = attempt_seconds
        self._is_transient = is_transient
        self._retry = tenacity.retry_if_exception(is_transient)

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `await call()`, tried until it answers. Raises Unavailable, and what is not transient."""
        try:
            return await self._attempt(call)  # nearly always: the policy costs more than many a call
        except Exception as error:
            if not self._is_transient(error):
                raise
            failed: list[Exception] = [error]

        async def attempt() -> T:
            if failed:
                raise failed.pop()  # the policy's first attempt is the one already made
            return await self._attempt(call)

        return await tenacity.AsyncRetrying(
            stop=self._stop, wait=_wait, retry=self._retry, before_sleep=self._log, retry_error_callback=self._give_up
        )(attempt)

    async def _attempt(self, call: Callable[[], Awaitable[T]]) -> T:
        bound = self._attempt_seconds
        async with asyncio.timeout(None if bound is None else within_patience(bound)):
            return await call()

    def _stop(self, state: tenacity.RetryCallState) -> bool:
        waited = state.seconds_since_start or 0.0
        return waited >= self._seconds or time.monotonic() + state.upcoming_sleep >= _deadline.get()

    def _log(self, state: tenacity.RetryCallState) -> None:
        logger.info("%s, attempt %d: %r", self._service, state.attempt_number, _error(state))

    def _give_up(self, state: tenacity.RetryCallState) -> NoReturn:
        raise Unavailable(
            f"{self._service} did not answer in {state.attempt_number} attempts over "
            f"{state.seconds_since_start or 0:.1f} s; the last said: {_error(state)!r}"
        ) from _error(state)


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


_jitter = tenacity.wait_random_exponential(multiplier=0.05, max=2)


def _wait(state: tenacity.RetryCallState) -> float:
    """Full jitter up to 2 s; longer where the service asks for it."""
    return max(_jitter(state), _retry_after(_error(state)))


def _retry_after(error: BaseException | None) -> float:
    """Seconds the service wants us to wait, within LONGEST_WAIT_SECONDS; 0 where it does not say."""
    headers = getattr(error, "headers", None) or getattr(getattr(error, "response", None), "headers", None) or {}
    if milliseconds := headers.get("x-ms-retry-after-ms"):
        return min(float(milliseconds) / 1000, LONGEST_WAIT_SECONDS)
    seconds = headers.get("Retry-After", "")  # or a date, which no service of ours sends
    return min(float(seconds), LONGEST_WAIT_SECONDS) if seconds.isdigit() else 0.0


retrying_cosmos = Retrying("Cosmos DB", is_transient_cosmos, attempt_seconds=ATTEMPT_SECONDS)
retrying_tables = Retrying("Table storage", is_transient_http, attempt_seconds=ATTEMPT_SECONDS)
retrying_bus = Retrying("Service Bus", is_transient_bus)
"""Without a time-out of its own: cancelling a send breaks an AMQP link. Its clients are given time-outs instead."""
retrying_sql = Retrying("SQL", is_transient_sql)
"""Without one as well: nobody can cancel a thread. The driver bounds itself, see `infra.sql.engine`."""
