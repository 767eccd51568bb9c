"""A message: a payload's place in one queue. Times are milliseconds since the epoch; 0 means "none"."""

from __future__ import annotations

import struct
import time
from enum import IntEnum
from typing import TYPE_CHECKING

from local.servicebus import encoding
from local.servicebus.payload import SCHEDULED_KEY, Payload, encode_header

if TYPE_CHECKING:
    from local.servicebus.session import Session

_ENQUEUED_TIME_KEY = encoding.symbol("x-opt-enqueued-time")
_SEQUENCE_KEY = encoding.symbol("x-opt-sequence-number")
_ENQUEUED_SEQUENCE_KEY = encoding.symbol("x-opt-enqueue-sequence-number")
_STATE_KEY = encoding.symbol("x-opt-message-state")
_DEAD_LETTER_SOURCE_KEY = encoding.symbol("x-opt-deadletter-source")
_LOCKED_UNTIL_KEY = encoding.symbol("x-opt-locked-until")
_ANNOTATIONS = struct.Struct(
    f">4sII {len(_ENQUEUED_TIME_KEY)}sBq {len(_SEQUENCE_KEY)}sBq {len(_ENQUEUED_SEQUENCE_KEY)}sBq {len(_STATE_KEY)}sBi"
)
_FIXED_ANNOTATIONS_SIZE = _ANNOTATIONS.size - 8  # the map's size counts neither its descriptor nor itself


class State(IntEnum):
    """Where a message stands, in the numbers of `x-opt-message-state`."""

    ACTIVE = 0
    DEFERRED = 1
    SCHEDULED = 2


def clock() -> int:
    """Now, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Message:
    """A payload's place in one queue."""

    __slots__ = (
        "dead_letter_source",
        "delivery_count",
        "enqueued_at",
        "enqueued_sequence",
        "expires_at",
        "is_stored",
        "lock_token",
        "locked_until",
        "payload",
        "sequence",
        "session",
        "state",
    )

    def __init__(self, payload: Payload, sequence: int, enqueued_at: int) -> None:
        self.payload = payload
        self.sequence = sequence
        self.enqueued_sequence = sequence
        self.enqueued_at = enqueued_at
        self.expires_at = 0
        self.delivery_count = 0
        self.state = State.ACTIVE
        self.dead_letter_source: str | None = None
        self.session: Session | None = None
        self.lock_token: bytes | None = None
        self.locked_until = 0
        self.is_stored = False

    @property
    def time_to_live(self) -> int:
        """Milliseconds it may live from its enqueuing; where nothing expires, what its sender asked for."""
        return self.expires_at - self.enqueued_at if self.expires_at else self.payload.time_to_live

    def encode(self) -> bytes:
        """The message as a receiver gets it: header, annotations, and what the sender wrote."""
        payload = self.payload
        entries = payload.annotations
        if payload.scheduled_for:
            entries = [*entries, SCHEDULED_KEY + encoding.timestamp(payload.scheduled_for)]
        if self.dead_letter_source:
            entries = [*entries, _DEAD_LETTER_SOURCE_KEY + encoding.string(self.dead_letter_source)]
        if self.lock_token is not None:
            entries = [*entries, _LOCKED_UNTIL_KEY + encoding.timestamp(self.locked_until)]
        size = _FIXED_ANNOTATIONS_SIZE
        for entry in entries:
            size += len(entry)
        annotations = _ANNOTATIONS.pack(
            b"\x00\x53\x72\xd1", size, 8 + 2 * len(entries),
            _ENQUEUED_TIME_KEY, 0x83, self.enqueued_at,
            _SEQUENCE_KEY, 0x81, self.sequence,
            _ENQUEUED_SEQUENCE_KEY, 0x81, self.enqueued_sequence,
            _STATE_KEY, 0x71, self.state,
        )  # fmt: skip
        header = encode_header(payload, self.time_to_live, self.delivery_count)
        return b"".join((header, annotations, *entries, payload.bare))
