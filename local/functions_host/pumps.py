"""Which pump a function gets."""

from __future__ import annotations

from local.functions_host.batch_pump import BatchPump
from local.functions_host.message_pump import MessagePump, Pump, PumpContext, PumpOwner
from local.functions_host.receiver import Receiver


def make_pump(context: PumpContext, receiver: Receiver, owner: PumpOwner) -> Pump:
    """The pump for the cardinality of the function."""
    options, is_session = context.options, context.trigger.has_sessions
    if context.trigger.is_batch:
        return BatchPump(context, receiver, owner)
    limit = options.max_concurrent_calls_per_session if is_session else options.max_concurrent_calls
    return MessagePump(context, receiver, owner, limit, is_session=is_session)
