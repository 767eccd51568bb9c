"""The limit on unpaid orders of one client: nobody may hold a whole conference and pay for nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import azure.functions as func

from domain.kernel.errors import DomainError
from domain.registration.order import SETTLED
from domain.registration.order_views import ORDERS
from functions.callers import client_address, now
from infra.bootstrap import App, app
from infra.sql.open_orders import TooManyOpenOrders


@asynccontextmanager
async def one_of_few_open_orders(req: func.HttpRequest, order_id: UUID) -> AsyncIterator[None]:
    """Inside, the order is placed; one that is refused does not count. Raises TooManyOpenOrders before.

    Without OPEN_HOLDS_PER_CLIENT, or the client's address, nothing is counted.
    """
    system = await app()
    client = client_address(req, system.settings.trusted_proxies)
    if not (client and system.settings.open_holds_per_client):
        yield
        return
    opened = await _open(system, client, order_id)
    try:
        yield
    except DomainError:
        if opened:
            await system.open_orders.withdraw(client, order_id, opened)
        raise


async def _open(system: App, client: str, order_id: UUID) -> datetime | None:
    """Whether an order paid for, or expired, still counts is looked up only when it matters."""
    settings = system.settings  # the seats are given back when the grace is over too
    until = now() + timedelta(seconds=settings.reservation_expiry_seconds + settings.reservation_grace_seconds)
    most = settings.open_holds_per_client
    try:
        return await system.open_orders.open(client, order_id, until, most=most)
    except TooManyOpenOrders as full:
        settled = [order_id for order_id in full.orders if await _is_settled(system, order_id)]
        if not settled:
            raise
        await system.open_orders.close(settled)
        return await system.open_orders.open(client, order_id, until, most=most)


async def _is_settled(system: App, order_id: UUID) -> bool:
    order = await system.views.get(ORDERS, str(order_id))
    return order is not None and order.state in SETTLED
