"""Events to the RegistrationProcessManager, and its own time-out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import azure.functions as func

from domain.kernel.messages import Envelope
from domain.registration.process_manager import react
from domain.registration.registration_process import order_of
from functions.callers import now
from functions.service_bus import CONNECTION, Batch, Refused, consume
from infra.bootstrap import app

blueprint = func.Blueprint()


async def _react_to(messages: Sequence[Envelope[Any]]) -> Refused:
    system = await app()
    grace = timedelta(seconds=system.settings.reservation_grace_seconds)
    received = [replace(message, time=now()) for message in messages]
    await system.processes.react(
        [(order_of(message.message), message, partial(react, message=message, grace=grace)) for message in received]
    )
    return []


@blueprint.function_name("RegistrationProcessOrderEvents")
@blueprint.service_bus_topic_trigger("messages", CONNECTION, "order-events", "registration-process", cardinality="many")
async def registration_process_order_events(messages: Batch) -> None:
    """Orders placed, updated, confirmed, expired, or owed a refund."""
    await consume(messages, _react_to)


@blueprint.function_name("RegistrationProcessAvailabilityEvents")
@blueprint.service_bus_topic_trigger(
    "messages", CONNECTION, "availability-events", "registration-process", cardinality="many"
)
async def registration_process_availability_events(messages: Batch) -> None:
    """Seats reserved."""
    await consume(messages, _react_to)


@blueprint.function_name("RegistrationProcessPaymentEvents")
@blueprint.service_bus_topic_trigger(
    "messages", CONNECTION, "payment-events", "registration-process", cardinality="many"
)
async def registration_process_payment_events(messages: Batch) -> None:
    """Payments initiated, completed and rejected."""
    await consume(messages, _react_to)


@blueprint.function_name("RegistrationProcessCommands")
@blueprint.service_bus_queue_trigger("messages", CONNECTION, "registration-process-commands", cardinality="many")
async def registration_process_commands(messages: Batch) -> None:
    """Time is up."""
    await consume(messages, _react_to)
