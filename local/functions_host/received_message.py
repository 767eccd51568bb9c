"""A Service Bus message as it comes over the wire."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.functions_host.amqp_values import decode

_HEADER, _ANNOTATIONS, _PROPERTIES, _APPLICATION, _DATA, _SEQUENCE, _VALUE = 0x70, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77
_NO_PROPERTIES: list[Any] = [None] * 13


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """The sections of a message. `properties` are in the order of the AMQP properties section, 13 of them."""

    header: list[Any]
    annotations: dict[str, Any]
    properties: list[Any]
    application_properties: dict[str, Any]
    body: bytes
    lock_token: uuid.UUID

    @property
    def delivery_count(self) -> int:
        """How often it was delivered, this time included, as Service Bus counts."""
        return int(self.header[4] or 0) + 1 if len(self.header) > 4 else 1

    @property
    def locked_until(self) -> datetime | None:
        until = self.annotations.get("x-opt-locked-until")
        return until if isinstance(until, datetime) else None


def decode_message(raw: bytes, lock_token: uuid.UUID) -> ReceivedMessage:
    """Decode an encoded message. Raises ValueError or IndexError when it is none."""
    header: list[Any] = []
    annotations: dict[str, Any] = {}
    properties, application_properties = _NO_PROPERTIES, {}
    body: list[bytes] = []
    at, size = 0, len(raw)
    while at < size:
        if raw[at]:
            raise ValueError(f"no section begins at byte {at} of the message")
        descriptor, at = decode(raw, at + 1)
        value, at = decode(raw, at)
        if descriptor == _DATA:
            body.append(value)
        elif descriptor == _PROPERTIES:
            properties = value + _NO_PROPERTIES[len(value) :]
        elif descriptor == _APPLICATION:
            application_properties = value
        elif descriptor == _ANNOTATIONS:
            annotations = value
        elif descriptor == _HEADER:
            header = value
        elif descriptor in (_VALUE, _SEQUENCE):
            body.append(value if isinstance(value, bytes) else str(value).encode())
    content = body[0] if len(body) == 1 else b"".join(body)
    return ReceivedMessage(header, annotations, properties, application_properties, content, lock_token)
