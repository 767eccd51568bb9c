"""Makes what a Service Bus function is given out of received messages.

The real host sends a body and a map of trigger metadata, and the library's `serviceBusTrigger` converter builds
`ServiceBusMessage`s of them. For a batch that costs the square of its size, so the same objects are built here
directly, and the metadata only when somebody reads it; a test holds both ways together.

Sources: `ServiceBusTriggerBindingStrategy` of the WebJobs extension for what the metadata holds, and
`azure.functions.servicebus` for what becomes of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import msgspec
from azure.functions.meta import Datum
from azure.functions.servicebus import ServiceBusMessage, ServiceBusMessageInConverter

from local.functions_host.received_message import ReceivedMessage

_STRINGS = (
    "MessageId",
    "ContentType",
    "CorrelationId",
    "Label",
    "Subject",
    "To",
    "ReplyTo",
    "SessionId",
    "ReplyToSessionId",
    "PartitionKey",
    "TransactionPartitionKey",
    "LockToken",
    "DeadLetterSource",
    "DeadLetterReason",
    "DeadLetterErrorDescription",
)
_JSON = (
    "DeliveryCount",
    "EnqueuedTimeUtc",
    "ExpiresAtUtc",
    "LockedUntil",
    "ApplicationProperties",
    "UserProperties",
)
_NAMES = {name.lower(): name for name in (*_STRINGS, *_JSON, "SequenceNumber")}
_TOP_LEVEL = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NEVER = datetime.max
_JSON_TYPES = frozenset((str, int, float, bool, type(None)))
_LONGEST_TTL_MS = 0xFFFFFFFF


class LazyMetadata(Mapping[str, Datum]):
    """Trigger metadata that is made when it is first looked at."""

    def __init__(self, make: Callable[[], dict[str, Datum]]) -> None:
        self._make: Callable[[], dict[str, Datum]] = make
        self._made: dict[str, Datum] | None = None

    def _all(self) -> dict[str, Datum]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, key: str) -> Datum:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def single_value(message: ReceivedMessage, is_binary: bool) -> ServiceBusMessage:
    """The argument of a function with cardinality one.

    Unless its data type is binary, the members of a JSON object body overwrite metadata of the same name, in any
    letter case, as they do in the real host.
    """
    if not is_binary and (overwritten := _overwritten(message.body)):
        metadata = {**single_metadata(message), **overwritten}
        body = Datum(message.body.decode("utf-8", "replace"), "string")
        return ServiceBusMessageInConverter.decode_single_message(body, trigger_metadata=metadata)
    return _build(message.body, fields(message), LazyMetadata(partial(single_metadata, message)))


def batch_value(messages: Sequence[ReceivedMessage], is_binary: bool) -> list[ServiceBusMessage]:
    """The argument of a function with cardinality many.

    As in the real host, empty strings drop out of the string arrays, so that what follows shifts to an earlier
    message, and bodies without a data type are serialised anew when all of them are JSON.
    """
    every = [fields(message) for message in messages]
    for name in _STRINGS:
        present = [values[name] for values in every if values[name]]
        if len(present) < len(every):
            shifted = present + [None] * (len(every) - len(present))
            for values, text in zip(every, shifted, strict=True):
                values[name] = text
    bodies = [message.body for message in messages]
    metadata = LazyMetadata(partial(batch_metadata, messages))
    bodies = bodies if is_binary else _reserialised(bodies)
    return [_build(body, values, metadata) for body, values in zip(bodies, every, strict=True)]


def fields(message: ReceivedMessage) -> dict[str, Any]:
    """Name and value of everything the host puts into the metadata; None for what the message has not."""
    properties, annotations = message.properties, message.annotations
    application = _as_json(message.application_properties)
    enqueued = annotations.get("x-opt-enqueued-time")
    subject, correlation_id = properties[3], properties[5]
    return {
        "MessageId": _text(properties[0]),
        "ContentType": properties[6],
        "CorrelationId": _text(correlation_id),
        "Label": subject,
        "Subject": subject,
        "To": properties[2],
        "ReplyTo": properties[4],
        "SessionId": properties[10],
        "ReplyToSessionId": properties[12],
        "PartitionKey": annotations.get("x-opt-partition-key"),
        "TransactionPartitionKey": annotations.get("x-opt-via-partition-key"),
        "LockToken": str(message.lock_token),
        "DeadLetterSource": annotations.get("x-opt-deadletter-source"),
        "DeadLetterReason": application.get("DeadLetterReason"),
        "DeadLetterErrorDescription": application.get("DeadLetterErrorDescription"),
        "DeliveryCount": message.delivery_count,
        "EnqueuedTimeUtc": enqueued and enqueued.replace(tzinfo=None),
        "ExpiresAtUtc": _expiry(message.header, enqueued),
        "LockedUntil": message.locked_until,
        "ApplicationProperties": application,
        "UserProperties": application,
        "SequenceNumber": annotations.get("x-opt-sequence-number"),
    }


def single_metadata(message: ReceivedMessage) -> dict[str, Datum]:
    """The trigger metadata of one message, as the host sends it."""
    values = fields(message)
    metadata = {name: Datum(values[name], "string") for name in _STRINGS if values[name] is not None}
    metadata |= {name: Datum(_json(values[name]), "json") for name in _JSON if values[name] is not None}
    metadata["SequenceNumber"] = Datum(values["SequenceNumber"], "int")
    return metadata


def batch_metadata(messages: Sequence[ReceivedMessage]) -> dict[str, Datum]:
    """The trigger metadata of a batch: the same names with `Array` behind them."""
    every = [fields(message) for message in messages]
    metadata: dict[str, Datum] = {}
    for name in _STRINGS:
        strings = [values[name] for values in every if values[name]]
        metadata[f"{name}Array"] = Datum(SimpleNamespace(string=strings), "collection_string")
    for name in _JSON:
        metadata[f"{name}Array"] = Datum(_json([values[name] for values in every]), "json")
    numbers = [values["SequenceNumber"] for values in every]
    metadata["SequenceNumberArray"] = Datum(SimpleNamespace(sint64=numbers), "collection_sint64")
    return metadata


def _build(body: bytes, values: Mapping[str, Any], metadata: Mapping[str, Datum]) -> ServiceBusMessage:
    return ServiceBusMessage(
        body=body,
        trigger_metadata=metadata,
        application_properties=values["ApplicationProperties"],
        content_type=values["ContentType"],
        correlation_id=values["CorrelationId"],
        dead_letter_error_description=values["DeadLetterErrorDescription"],
        dead_letter_reason=values["DeadLetterReason"],
        dead_letter_source=values["DeadLetterSource"],
        delivery_count=values["DeliveryCount"],
        enqueued_time_utc=values["EnqueuedTimeUtc"],
        expires_at_utc=values["ExpiresAtUtc"],
        label=values["Label"],
        locked_until=values["LockedUntil"],
        lock_token=values["LockToken"],
        message_id=values["MessageId"],
        partition_key=values["PartitionKey"],
        reply_to=values["ReplyTo"],
        reply_to_session_id=values["ReplyToSessionId"],
        sequence_number=values["SequenceNumber"],
        session_id=values["SessionId"],
        subject=values["Subject"],
        to=values["To"],
        transaction_partition_key=values["TransactionPartitionKey"],
        user_properties=values["UserProperties"],
    )


def _as_json(application: dict[str, Any]) -> dict[str, Any]:
    """The application properties as they are after the way through JSON."""
    if all(type(value) in _JSON_TYPES for value in application.values()):
        return application
    as_json: dict[str, Any] = json.loads(_json(application))
    return as_json


def _text(identifier: object) -> str | None:
    return None if identifier is None else str(identifier)


def _expiry(header: Sequence[Any], enqueued: datetime | None) -> datetime:
    ttl = header[2] if len(header) > 2 else None
    if enqueued is None or not ttl or ttl >= _LONGEST_TTL_MS:
        return _NEVER
    return enqueued.replace(tzinfo=None) + timedelta(milliseconds=ttl)


def _json(value: Any) -> str:
    return json.dumps(value, default=_json_of_other)


def _json_of_other(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _overwritten(body: bytes) -> dict[str, Datum]:
    if body.lstrip()[:1] != b"{":
        return {}
    try:
        members = _TOP_LEVEL.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    found = {_NAMES[key.lower()]: bytes(raw).decode() for key, raw in members.items() if key.lower() in _NAMES}
    return {name: Datum(raw, "json") for name, raw in found.items()}


def _reserialised(bodies: list[bytes]) -> list[bytes]:
    try:
        return [json.dumps(json.loads(body)).encode() for body in bodies]
    except ValueError:
        return bodies
