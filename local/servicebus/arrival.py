"""A message as the rules of a subscription meet it: what its sender said, and what its topic added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from local.servicebus.codec import Timestamp, decode, skip
from local.servicebus.payload import PROPERTY_NAMES, Payload


class Arrival(NamedTuple):
    """`enqueued_at` is in milliseconds since the epoch; `sequence` is the topic's."""

    payload: Payload
    enqueued_at: int
    sequence: int


Property = Callable[[Arrival], Any]
"""Reads a property of an arrival: None if it has none."""


def _sent(name: str) -> Property:
    return lambda arrival: arrival.payload.system_properties.get(name)


def _annotation(name: str) -> Property:
    def read(arrival: Arrival) -> Any:
        for entry in arrival.payload.annotations:
            if decode(entry, 0)[0] == name:
                return decode(entry, skip(entry, 0))[0]
        return None

    return read


def _scheduled_at(arrival: Arrival) -> Timestamp | None:
    return Timestamp(arrival.payload.scheduled_for) if arrival.payload.scheduled_for else None


def _expires_at(arrival: Arrival) -> Timestamp | None:
    lifetime = arrival.payload.time_to_live
    return Timestamp(arrival.enqueued_at + lifetime) if lifetime else None


SYSTEM_PROPERTIES: Mapping[str, Property] = {
    **{name: _sent(name) for name in PROPERTY_NAMES.values()},
    "subject": _sent("label"),
    "partitionkey": _annotation("x-opt-partition-key"),
    "viapartitionkey": _annotation("x-opt-via-partition-key"),
    "enqueuedtimeutc": lambda arrival: Timestamp(arrival.enqueued_at),
    "scheduledenqueuetimeutc": _scheduled_at,
    "expiresatutc": _expires_at,
    "sequencenumber": lambda arrival: arrival.sequence,
    "enqueuedsequencenumber": lambda arrival: arrival.sequence,
    "deliverycount": lambda arrival: 0,
    "size": lambda arrival: len(arrival.payload.bare),
}
"""What SQL calls `sys.…`, by lower-case name. A lock, a state or a dead-letter source no arriving message has.

Source: Microsoft Learn, "Messages, payloads, and serialization". Its TimeToLive is left out: nothing that SQL can
write is comparable to a duration.
"""


def user_property(name: str) -> Property:
    """One of the sender's own properties, whose names ignore the case."""
    key = name.lower()
    return lambda arrival: arrival.payload.application_properties.get(key)
