"""Time, as a test sets it."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.support.vocabulary import NOW


class Clock:
    """A clock that stands still unless told otherwise."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        """Let this much time pass."""
        self.now += time
