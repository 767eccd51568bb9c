"""One timer per entity, set to the earliest of all that falls due in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from local.servicebus.message import clock

_LONGEST_SLEEP = 60_000
"""The event loop's clock stands still while the machine sleeps."""


class Alarm:
    """Calls `ring(now)` when something is due; what that returns is the next time, or None. Milliseconds."""

    __slots__ = ("_due", "_ring", "_timer")

    def __init__(self, ring: Callable[[int], int | None]) -> None:
        self._ring = ring
        self._due: int | None = None
        self._timer: asyncio.TimerHandle | None = None

    def no_later_than(self, when: int) -> None:
        """Ring at `when`, unless it is set to ring before. May ring early; a minute late if the machine slept."""
        if self._due is not None and self._due <= when:
            return
        self.cancel()
        self._due = when
        delay = min(max(0, when - clock()), _LONGEST_SLEEP)
        self._timer = asyncio.get_running_loop().call_later(delay / 1000, self._go_off)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._due = None

    def _go_off(self) -> None:
        self._timer = self._due = None
        following = self._ring(clock())
        if following is not None:
            self.no_later_than(following)
