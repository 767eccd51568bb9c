"""`python -m infra.rebuild VIEW …`: drop read models and build them again from everything that ever happened.

It may run beside the app: whatever happens meanwhile is applied once, by whichever comes first. Until it is done,
readers of the view miss what is not built yet.
"""

import argparse
import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from domain.conference_management.events import CATEGORY
from domain.kernel.views import View
from domain.payments.payment_view import PAYMENTS
from domain.registration.conference_view import CONFERENCES
from domain.registration.managed_orders import MANAGED_ORDERS
from domain.registration.order_views import ASSIGNMENTS, ORDER_LOCATIONS, ORDERS
from infra.bootstrap import App, compose
from infra.settings import read_settings

VIEWS: dict[str, View[Any]] = {
    view.name: view for view in (CONFERENCES, ORDERS, ORDER_LOCATIONS, ASSIGNMENTS, MANAGED_ORDERS, PAYMENTS)
}


async def rebuild(app: App, view: View[Any]) -> int:
    """Build `view` anew; gives the number of streams it was built from. Raises Unavailable."""
    await app.views.clear(view)
    count = 0
    for category in view.sources:
        async for stream_id in _streams(app, category):
            await app.projections.apply(view, await app.streams.read_events(stream_id))
            count += 1
    return count


def _streams(app: App, category: str) -> AsyncIterator[str]:
    return app.conference_store.streams() if category == CATEGORY else app.event_store.streams(category)


async def _rebuild_all(names: list[str], environment: dict[str, str]) -> None:
    app = await compose(read_settings(environment))
    try:
        for name in names:
            print(f"{name}: built from {await rebuild(app, VIEWS[name])} streams", flush=True)
    finally:
        await app.close()


def main() -> None:
    """Rebuild what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m infra.rebuild", description=__doc__)
    parser.add_argument("view", nargs="+", choices=sorted(VIEWS))
    parser.add_argument("--settings", type=Path, help="a local.settings.json to read instead of the environment")
    arguments = parser.parse_args()
    settings = json.loads(arguments.settings.read_bytes())["Values"] if arguments.settings else dict(os.environ)
    asyncio.run(_rebuild_all(arguments.view, settings))


if __name__ == "__main__":
    main()
