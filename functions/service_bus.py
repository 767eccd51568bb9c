"""What every Service Bus function shares."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, List  # noqa: UP035

import azure.functions as func

from domain.kernel.errors import DomainError
from domain.kernel.messages import Envelope
from infra.batches import handle_batch
from infra.bootstrap import app
from infra.serialization import decode_envelope

CONNECTION = "ServiceBusConnection"

Batch = List[func.ServiceBusMessage]  # noqa: UP006 - the worker takes no other spelling of a list

Refused = Sequence[tuple[Envelope[Any], DomainError]]


async def consume(
    messages: Batch,
    handle: Callable[[Sequence[Any]], Awaitable[Refused]],
    decode: Callable[[bytes], Any] = decode_envelope,
) -> None:
    """Handle a batch; what can never succeed is parked, anything else that fails gives the whole batch back."""
    await handle_batch(messages, handle, (await app()).parking, decode=decode)
