"""Commands from their queues to the aggregates. A session is an aggregate's, so each has one writer.

The host works a function that takes batches one session at a time, and of one that takes messages
`maxConcurrentSessions` side by side. So the seats of a conference, which all its orders want, come in batches, and
what is an order's own comes message by message. In process or from a queue, the same `Aggregates` handle a command.
Source: Azure/azure-sdk-for-net, `ServiceBusListener.RunBatchReceiveLoopAsync`.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import azure.functions as func

from domain.conference_management.events import SeatCreated
from domain.kernel.decider import Decider
from domain.kernel.errors import DomainError
from domain.kernel.messages import Envelope, OutgoingCommand
from domain.payments.third_party_processor_payment import PAYMENT
from domain.registration.order import ORDER
from domain.registration.seat_assignments import SEAT_ASSIGNMENTS, CreateSeatAssignments, assignments_id
from domain.registration.seats_availability import SEATS_AVAILABILITY, AddSeats, RemoveSeats
from functions.service_bus import CONNECTION, Batch, Refused, consume
from infra.bootstrap import app

blueprint = func.Blueprint()


async def run_commands(
    decider: Decider[Any],
    aggregate_of: Callable[[Any], UUID],
    commands: Sequence[Envelope[Any]],
    *,
    assume_new: bool = False,
) -> Refused:
    """Run each aggregate's commands, in order, as one batch; gives those that were refused."""
    aggregates = (await app()).aggregates
    by_aggregate: dict[UUID, list[Envelope[Any]]] = {}
    for command in commands:
        by_aggregate.setdefault(aggregate_of(command.message), []).append(command)
    results = await asyncio.gather(
        *(
            aggregates.execute_all(decider, aggregate_id, batch, assume_new=assume_new)
            for aggregate_id, batch in by_aggregate.items()
        )
    )
    batches = zip(by_aggregate.values(), results, strict=True)
    return [
        (command, result)
        for batch, outcomes in batches
        for command, result in zip(batch, outcomes, strict=True)
        if isinstance(result, DomainError)
    ]


@blueprint.function_name("OrderCommands")
@blueprint.service_bus_queue_trigger("message", CONNECTION, "order-commands", is_sessions_enabled=True)
async def order_commands(message: func.ServiceBusMessage) -> None:
    """Commands to Orders: those of the process manager, and what HTTP could not handle in process."""
    await consume([message], lambda commands: run_commands(ORDER, lambda command: command.order_id, commands))


@blueprint.function_name("SeatsAvailabilityCommands")
@blueprint.service_bus_queue_trigger(
    "messages", CONNECTION, "seats-availability-commands", is_sessions_enabled=True, cardinality="many"
)
async def seats_availability_commands(messages: Batch) -> None:
    """All that is wanted of one conference's seats, decided one after another and stored in one batch."""
    await consume(
        messages, lambda commands: run_commands(SEATS_AVAILABILITY, lambda command: command.conference_id, commands)
    )


@blueprint.function_name("SeatAssignmentsCommands")
@blueprint.service_bus_queue_trigger("message", CONNECTION, "seat-assignments-commands", is_sessions_enabled=True)
async def seat_assignments_commands(message: func.ServiceBusMessage) -> None:
    """What HTTP could not handle in process."""
    await consume(
        [message], lambda commands: run_commands(SEAT_ASSIGNMENTS, lambda command: command.assignments_id, commands)
    )


@blueprint.function_name("PaymentCommands")
@blueprint.service_bus_queue_trigger("message", CONNECTION, "payment-commands", is_sessions_enabled=True)
async def payment_commands(message: func.ServiceBusMessage) -> None:
    """What HTTP could not handle in process, and payments that the process manager cancels."""
    await consume([message], lambda commands: run_commands(PAYMENT, lambda command: command.payment_id, commands))


@blueprint.function_name("SeatAssignmentsOfConfirmedOrders")
@blueprint.service_bus_topic_trigger("messages", CONNECTION, "order-events", "seat-assignments", cardinality="many")
async def seat_assignments_of_confirmed_orders(messages: Batch) -> None:
    """A confirmed order gets its seats, to put people on."""
    await consume(messages, _create_assignments)


async def _create_assignments(events: Sequence[Envelope[Any]]) -> Refused:
    creations = [
        event.caused(
            CreateSeatAssignments(
                assignments_id=assignments_id(event.message.order_id),
                order_id=event.message.order_id,
                seats=event.message.seats,
            )
        )
        for event in events
    ]
    return await run_commands(SEAT_ASSIGNMENTS, lambda command: command.assignments_id, creations, assume_new=True)


@blueprint.function_name("SeatsOfConferences")
@blueprint.service_bus_topic_trigger(
    "messages", CONNECTION, "conference-events", "seats-availability", is_sessions_enabled=True, cardinality="many"
)
async def seats_of_conferences(messages: Batch) -> None:
    """What organizers offer becomes seats to sell: added or removed by the difference, once per event."""
    await consume(messages, _change_seats)


async def _change_seats(events: Sequence[Envelope[Any]]) -> Refused:
    commands = [
        OutgoingCommand(envelope=event.caused(command))
        for event in events
        if (command := _seats_command(event.message))
    ]
    if commands:
        await (await app()).bus.send(commands)
    return []


def _seats_command(event: Any) -> AddSeats | RemoveSeats | None:
    change = event.quantity if isinstance(event, SeatCreated) else event.quantity_change
    if change > 0 or isinstance(event, SeatCreated):
        return AddSeats(conference_id=event.conference_id, seat_type=event.seat_type, quantity=change)
    if change < 0:
        return RemoveSeats(conference_id=event.conference_id, seat_type=event.seat_type, quantity=-change)
    return None
