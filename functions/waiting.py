"""Waiting for a read model to catch up, so that clients need no timers of their own."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.025
LONGEST_PAUSE_SECONDS = 0.5


async def wait_for(
    read: Callable[[], Awaitable[T | None]], good_enough: Callable[[T], bool], seconds: float
) -> T | None:
    """Read until it is good enough or `seconds` are over, with growing pauses; gives what was read last."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        seen = await read()
        left = deadline - time.monotonic()
        if (seen is not None and good_enough(seen)) or left <= 0:
            return seen
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
