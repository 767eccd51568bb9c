"""What every Service Bus function shares."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import azure.functions as func
from infra.batches import handle_batch
from infra.bootstrap import app

from domain.kernel.errors import DomainError
from domain.kernel.messages import Envelope

CONNECTION = "ServiceBusConnection"

Refused = Sequence[tuple[Envelope[Any], DomainError]]


async def consume(
    messages: list[func.ServiceBusMessage], handle: Callable[[Sequence[Envelope[Any]]], Awaitable[Refused]]
) -> None:
    """Handle a batch; what can never succeed is parked, anything else that fails gives the whole batch back."""
    await handle_batch(messages, handle, (await app()).parking)
