"""`python -m infra.rebuild VIEW …`: drop read models and build them again from everything that ever happened.

It may run beside the app: whatever happens meanwhile is applied once, by whichever comes first. Until it is done,
readers of the view miss what is not built yet. With `--missing` nothing is dropped: what table storage has lost is
added to all read models and to the message log.
"""

import argparse
import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from domain.conference_management.events import CATEGORY
from domain.kernel.views import View
from domain.payments.payment_view import PAYMENTS
from domain.registration.conference_view import CONFERENCES
from domain.registration.managed_orders import MANAGED_ORDERS
from domain.registration.order_views import ASSIGNMENTS, ORDER_LOCATIONS, ORDERS
from infra.bootstrap import MESSAGE_LOG_TABLE, App, compose
from infra.bus_routes import EVENT_ROUTES
from infra.settings import read_settings

VIEWS: dict[str, View[Any]] = {
    view.name: view for view in (CONFERENCES, ORDERS, ORDER_LOCATIONS, ASSIGNMENTS, MANAGED_ORDERS, PAYMENTS)
}


async def rebuild(app: App, view: View[Any]) -> int:
    """Build `view` anew; gives the number of streams it was built from. Raises Unavailable."""
    await app.views.clear(view)
    return await complete(app, view)


async def complete(app: App, view: View[Any]) -> int:
    """Apply what `view` has not seen of everything that ever happened; gives the number of streams it is built from.

    Raises Unavailable.
    """
    count = 0
    for category in view.sources:
        async for stream_id in _streams(app, category):
            await app.projections.apply(view, await app.streams.read_events(stream_id))
            count += 1
    return count


async def complete_log(app: App) -> int:
    """Keep every commit in the message log; gives their number. Raises Unavailable."""
    count = 0
    for category in EVENT_ROUTES:
        store = app.conference_store if category == CATEGORY else app.event_store
        async for stream_id in _streams(app, category):
            commits = await store.read(stream_id)
            await app.message_log.record(commits)
            count += len(commits)
    return count


def _streams(app: App, category: str) -> AsyncIterator[str]:
    return app.conference_store.streams() if category == CATEGORY else app.event_store.streams(category)


async def _run(work: Callable[[App], Awaitable[None]], environment: dict[str, str]) -> None:
    app = await compose(read_settings(environment))
    try:
        await work(app)
    finally:
        await app.close()


async def _rebuild_all(views: Iterable[View[Any]], app: App) -> None:
    for view in views:
        print(f"{view.name}: built from {await rebuild(app, view)} streams", flush=True)


async def _complete_all(app: App) -> None:
    for view in VIEWS.values():
        print(f"{view.name}: complete, from {await complete(app, view)} streams", flush=True)
    print(f"{MESSAGE_LOG_TABLE}: complete, {await complete_log(app)} commits", flush=True)


def _view(name: str) -> View[Any]:
    if name not in VIEWS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(VIEWS)}")
    return VIEWS[name]


def main() -> None:
    """Rebuild what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m infra.rebuild", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("views", nargs="*", default=[], type=_view, metavar="VIEW", help=f"of {', '.join(VIEWS)}")
    what.add_argument("--missing", action="store_true", help="drop nothing, and add to all what they have lost")
    parser.add_argument("--settings", type=Path, help="a local.settings.json to read instead of the environment")
    arguments = parser.parse_args()
    settings = json.loads(arguments.settings.read_bytes())["Values"] if arguments.settings else dict(os.environ)
    asyncio.run(_run(_complete_all if arguments.missing else partial(_rebuild_all, arguments.views), settings))


if __name__ == "__main__":
    main()
