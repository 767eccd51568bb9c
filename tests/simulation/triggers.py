"""What the Functions host does: hands batches to functions, settles them by how those end, and runs the timer."""

from __future__ import annotations

from typing import cast

import azure.functions as func
from azure.functions.servicebus import ServiceBusMessage

from domain.kernel.errors import ConcurrencyConflict, Unavailable
from functions.schedules import send_what_was_left_behind
from infra.bus_messages import JSON_CONTENT
from tests.simulation.deliveries import Copy, Lock
from tests.simulation.faults import COMPLETION_LOST
from tests.simulation.ledger import Violation
from tests.simulation.workers import Worker, at_work


async def handle_batch(worker: Worker, name: str, lock: Lock) -> None:
    """Trigger the function of the place where these messages were."""
    world = worker.world
    with at_work(worker, name):
        handled = await _is_handled(worker, lock)
    if worker.alive and not (
        handled and world.chance.happens(f"{name}: {COMPLETION_LOST}", world.weather.completion_lost)
    ):
        world.bus.settle(lock, handled=handled)


async def _is_handled(worker: Worker, lock: Lock) -> bool:
    world, place = worker.world, lock.copies[0].place
    assert place.function is not None
    if world.script is not None:
        world.note(f"{worker}: {place.function_name} <- {', '.join(map(str, lock.copies))}")
    try:
        received = [_received(copy) for copy in lock.copies]
        if place.takes_batches:
            await place.function(messages=received)
        else:
            (message,) = received
            await place.function(message=message)
    except (Unavailable, ConcurrencyConflict) as error:
        world.note(f"{worker}: {place.function_name} gives back: {error}")
        return False
    except Exception as error:
        world.fail(Violation("no handler fails in a way nobody foresaw", f"{place.function_name}: {error!r}"))
        return False
    return True


async def run_timer(worker: Worker, name: str) -> None:
    """Trigger the timer that finishes what was left undone."""
    with at_work(worker, name):
        try:
            await send_what_was_left_behind(cast("func.TimerRequest", None))
        except (Unavailable, ConcurrencyConflict) as error:
            worker.world.note(f"{worker}: the timer fails: {error}")


def _received(copy: Copy) -> ServiceBusMessage:
    message = copy.message
    return ServiceBusMessage(
        body=message.body,
        application_properties={},
        user_properties={},
        message_id=message.message_id,
        delivery_count=copy.deliveries,
        session_id=message.session_id,
        correlation_id=message.correlation_id,
        subject=message.subject,
        content_type=JSON_CONTENT,
        to=message.to,
    )
