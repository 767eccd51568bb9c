"""Does every store answer, and the bus?"""

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from infra.retries import patience

if TYPE_CHECKING:
    from infra.bootstrap import App

BOUND_SECONDS = 3.0


async def check_health(app: "App") -> dict[str, str]:
    """`healthy`, or what is wrong, by the name of the store. Each is really asked.

    The bus has all its links opened, so that whoever is ready has nothing left to wait for.
    """
    checks = {
        "cosmos": app.event_store.ping(),
        "tables": app.views.ping(),
        "sql": app.database.ping(),
        "bus": app.bus.warm_up(),
    }
    results = await asyncio.gather(*(_check(check) for check in checks.values()))
    return dict(zip(checks, results, strict=True))


async def _check(check: Awaitable[None]) -> str:
    try:
        with patience(BOUND_SECONDS):
            await asyncio.wait_for(check, BOUND_SECONDS)
    except TimeoutError:
        return f"no answer within {BOUND_SECONDS:g} s"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "healthy"
