"""Faults on request: the throttling and the outages of a busy account, to see how clients live with them."""

from __future__ import annotations

import random

from local.cosmos.errors import TooManyRequests, Unavailable

_RETRY_AFTER_MS = 25


class InjectedFaults:
    """Refuses a share of requests, given in percent, before anything of them is done.

    As Azure does, 429 comes with x-ms-retry-after-ms, and 503 without a hint. Raises ValueError for what is no share.
    """

    def __init__(self, throttle_percent: float = 0, unavailable_percent: float = 0) -> None:
        self._throttled = throttle_percent / 100
        self._refused = self._throttled + unavailable_percent / 100
        if throttle_percent < 0 or unavailable_percent < 0 or self._refused > 1:
            raise ValueError("--throttle-percent and --unavailable-percent are 0 to 100, and no more together.")

    def strike(self) -> None:
        """Raise `TooManyRequests` or `Unavailable` now and then."""
        if not self._refused:
            return
        drawn = random.random()
        if drawn < self._throttled:
            raise TooManyRequests(_RETRY_AFTER_MS)
        if drawn < self._refused:
            raise Unavailable
