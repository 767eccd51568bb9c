"""Commits to the read models and to the message log.

They come whole, so nobody ever reads half of what one message did, such as an order without its price. Only conferences
are fed in sessions, because all orders of a conference change the same document. Documents of orders know which event
comes next by themselves, and a session for each order would be open longer than it has work.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import azure.functions as func

from domain.conference_management.events import ConferenceEvent
from domain.kernel.messages import Commit
from domain.kernel.views import View
from domain.payments.payment_view import PAYMENTS
from domain.registration.conference_view import CONFERENCES
from domain.registration.managed_orders import MANAGED_ORDERS
from domain.registration.order_views import ASSIGNMENTS, ORDER_LOCATIONS, ORDERS
from domain.registration.seats_availability import AvailableSeatsChanged, SeatsReservationCancelled
from functions.service_bus import CONNECTION, Batch, Refused, consume
from infra.bootstrap import app
from infra.bus_messages import decode_commit

blueprint = func.Blueprint()

LIST_PAUSE_SECONDS = 0.5
LOG_PAUSE_SECONDS = 1.0
"""After a batch for which nobody waits: what gathers meanwhile costs one write instead of several."""


async def _project(commits: Sequence[Commit], *views: View[Any]) -> Refused:
    projections = (await app()).projections
    events = [event for commit in commits for event in commit.recorded()]
    await asyncio.gather(*(projections.apply(view, events) for view in views))
    return []


async def _project_conferences(commits: Sequence[Commit]) -> Refused:
    refused = await _project(commits, CONFERENCES)
    catalogue = (await app()).catalogue
    for event in (event for commit in commits for event in commit.events):
        if isinstance(event, ConferenceEvent):
            catalogue.forget_list()
        if _outdates_readings(event):
            catalogue.forget(event.conference_id)
    return refused


def _outdates_readings(event: Any) -> bool:
    """Fewer seats left are found out when they are sold; more, or other words and prices, should be seen at once."""
    match event:
        case AvailableSeatsChanged(seats=changes) | SeatsReservationCancelled(available_seats_changed=changes):
            return any(change.quantity > 0 for change in changes)
        case _:
            return isinstance(event, ConferenceEvent)


async def _consume_commits(messages: Batch, handle: Callable[[Sequence[Commit]], Awaitable[Refused]]) -> None:
    await consume(messages, handle, decode_commit)


async def _log(commits: Sequence[Commit]) -> Refused:
    await (await app()).message_log.record(commits)
    return []


@blueprint.function_name("OrderViews")
@blueprint.service_bus_topic_trigger("messages", CONNECTION, "order-events", "order-views", cardinality="many")
async def order_views(messages: Batch) -> None:
    """The registrant's order, how to find it, and its seats."""
    await _consume_commits(messages, lambda commits: _project(commits, ORDERS, ORDER_LOCATIONS, ASSIGNMENTS))


@blueprint.function_name("ManagedOrders")
@blueprint.service_bus_topic_trigger("messages", CONNECTION, "order-events", "managed-orders", cardinality="many")
async def managed_orders(messages: Batch) -> None:
    """The organizer's list of orders."""
    await _consume_commits(messages, lambda commits: _project(commits, MANAGED_ORDERS))
    await asyncio.sleep(LIST_PAUSE_SECONDS)


@blueprint.function_name("PaymentViews")
@blueprint.service_bus_topic_trigger("messages", CONNECTION, "payment-events", "order-views", cardinality="many")
async def payment_views(messages: Batch) -> None:
    """Payments."""
    await _consume_commits(messages, lambda commits: _project(commits, PAYMENTS))


@blueprint.function_name("ConferenceViewsOfConferences")
@blueprint.service_bus_topic_trigger(
    "messages", CONNECTION, "conference-events", "conference-views", is_sessions_enabled=True, cardinality="many"
)
async def conference_views_of_conferences(messages: Batch) -> None:
    """What organizers say of a conference."""
    await _consume_commits(messages, _project_conferences)


@blueprint.function_name("ConferenceViewsOfAvailability")
@blueprint.service_bus_topic_trigger(
    "messages", CONNECTION, "availability-events", "conference-views", is_sessions_enabled=True, cardinality="many"
)
async def conference_views_of_availability(messages: Batch) -> None:
    """What is left of its seats."""
    await _consume_commits(messages, _project_conferences)


@blueprint.function_name("MessageLog")
@blueprint.service_bus_queue_trigger("messages", CONNECTION, "message-log", cardinality="many")
async def message_log(messages: Batch) -> None:
    """Every commit, command and events: the subscriptions `message-log` of all topics forward to one queue."""
    await _consume_commits(messages, _log)
    await asyncio.sleep(LOG_PAUSE_SECONDS)
