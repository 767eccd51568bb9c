"""Does every store answer, and the bus?"""

import asyncio
import logging
import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from infra.retries import patience

if TYPE_CHECKING:
    from infra.bootstrap import App

logger = logging.getLogger(__name__)

HEALTHY = "healthy"
BOUND_SECONDS = 3.0
WARM_UP_SECONDS = 90.0
"""A process that was just started fetches a token for each service, and everything competes for one processor."""
_PAUSE_SECONDS = 1.0


async def check_health(app: "App", *, bound_seconds: float = BOUND_SECONDS) -> dict[str, str]:
    """HEALTHY, or what is wrong, by the name of the store. Each is really asked.

    Anybody may read this: whatever errors say of hosts and addresses stands in the log alone. The bus has all its links
    opened, so that whoever is ready has nothing left to wait for.
    """
    checks = {
        "cosmos": app.event_store.ping(),
        "tables": app.views.ping(),
        "sql": app.database.ping(),
        "bus": app.bus.warm_up(),
    }
    results = await asyncio.gather(*(_check(name, check, bound_seconds) for name, check in checks.items()))
    return dict(zip(checks, results, strict=True))


def is_healthy(checks: dict[str, str]) -> bool:
    """All of it."""
    return all(result == HEALTHY for result in checks.values())


async def warm_up(app: "App") -> dict[str, str]:
    """What `check_health` says as soon as all is healthy, or WARM_UP_SECONDS later."""
    deadline = time.monotonic() + WARM_UP_SECONDS
    while True:
        checks = await check_health(app, bound_seconds=max(BOUND_SECONDS, deadline - time.monotonic()))
        if is_healthy(checks) or time.monotonic() >= deadline:
            return checks
        await asyncio.sleep(_PAUSE_SECONDS)


async def _check(name: str, check: Awaitable[None], bound_seconds: float) -> str:
    try:
        with patience(bound_seconds):
            await asyncio.wait_for(check, bound_seconds)
    except TimeoutError:
        return f"no answer within {bound_seconds:g} s"
    except Exception as error:
        logger.warning("%s is not healthy: %r", name, error)
        return type(error).__name__
    return HEALTHY
