"""Commits of orders, and how they arrive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from azure.servicebus import ServiceBusReceivedMessage

from domain.kernel.messages import Commit, Envelope
from domain.registration.order_messages import AssignRegistrantDetails, OrderRegistrantAssigned
from infra.bus_messages import decode_commit
from infra.serialization import decode_envelope
from tests.support.vocabulary import JANE, NOW


def commit(order_id: UUID, version: int, *, events: int = 1) -> Commit:
    """Commit of `events` events to an order, caused by a command of its own."""
    cause = Envelope(
        message=AssignRegistrantDetails(order_id=order_id, registrant=JANE),
        message_id=str(uuid4()),
        correlation_id=str(order_id),
        causation_id="an http request",
        time=NOW,
    )
    event = OrderRegistrantAssigned(order_id=order_id, registrant=JANE)
    return Commit(stream_id=f"order-{order_id}", version=version, cause=cause, events=(event,) * events)


def envelopes(messages: Iterable[ServiceBusReceivedMessage]) -> list[Envelope[Any]]:
    return [decode_envelope(b"".join(message.body)) for message in messages]


def commits(messages: Iterable[ServiceBusReceivedMessage]) -> list[Commit]:
    return [decode_commit(b"".join(message.body)) for message in messages]


def first_versions(messages: Iterable[ServiceBusReceivedMessage]) -> dict[str, list[int]]:
    """The versions of each stream that the message log was sent, in the order in which each was first seen."""
    versions: dict[str, list[int]] = {}
    for commit in commits(messages):
        seen = versions.setdefault(commit.stream_id, [])
        if commit.version not in seen:
            seen.append(commit.version)
    return versions
