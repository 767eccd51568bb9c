"""The fast way to a `ServiceBusMessage` against the library's own converter."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from azure.functions.meta import Datum
from azure.functions.servicebus import ServiceBusMessage, ServiceBusMessageInConverter

from local.functions_host.received_message import ReceivedMessage
from local.functions_host.service_bus_values import batch_metadata, batch_value, single_metadata, single_value

ATTRIBUTES = [
    name
    for name, value in vars(ServiceBusMessage).items()
    if isinstance(value, property) and name != "force_persistence"
]
ENQUEUED = datetime(2027, 6, 14, 9, 30, 0, 123000, UTC)


def message(body: bytes = b'{"a": 1}', number: int = 1, **properties: Any) -> ReceivedMessage:
    names = ("message_id", "user_id", "to", "subject", "reply_to", "correlation_id", "content_type")
    values = [properties.get(name) for name in names] + [None] * 3 + [properties.get("session_id"), None, None]
    return ReceivedMessage(
        header=[False, None, properties.get("ttl"), None, 2],
        annotations={
            "x-opt-enqueued-time": ENQUEUED,
            "x-opt-sequence-number": number,
            "x-opt-locked-until": ENQUEUED,
            "x-opt-partition-key": properties.get("session_id"),
        },
        properties=values,
        application_properties=properties.get("application", {}),
        body=body,
        lock_token=uuid.UUID(int=number),
    )


RICH = message(
    message_id="m-1",
    subject="OrderPlaced",
    correlation_id="c-1",
    content_type="application/json",
    session_id="s-1",
    to="there",
    reply_to="here",
    ttl=60_000,
    application={"kind": "event", "number": 7, "at": ENQUEUED, "id": uuid.UUID(int=9)},
)


def attributes(built: ServiceBusMessage) -> dict[str, Any]:
    return {name: getattr(built, name) for name in ATTRIBUTES if name != "metadata"} | {"body": built.get_body()}


@pytest.mark.parametrize("received", [RICH, message(), message(b"", message_id="x", correlation_id="")])
def test_a_single_message_is_what_the_converter_makes_of_its_metadata(received: ReceivedMessage) -> None:
    body = Datum(received.body, "bytes")
    converted = ServiceBusMessageInConverter.decode(body, trigger_metadata=single_metadata(received))
    built = single_value(received, is_binary=True)
    assert attributes(built) == attributes(converted)
    assert built.metadata == converted.metadata


def test_a_batch_is_what_the_converter_makes_of_its_metadata() -> None:
    batch = [RICH, message(b"2", 2, message_id="m-2"), message(b"3", 3, message_id="m-3", correlation_id="c-3")]
    bodies = Datum(SimpleNamespace(bytes=[each.body for each in batch]), "collection_bytes")
    converted = ServiceBusMessageInConverter.decode(bodies, trigger_metadata=batch_metadata(batch))
    built = batch_value(batch, is_binary=True)
    assert [attributes(each) for each in built] == [attributes(each) for each in converted]


def test_an_absent_correlation_id_shifts_those_behind_it_to_earlier_messages() -> None:
    batch = [message(message_id="1"), message(message_id="2", correlation_id="of-2"), message(message_id="3")]
    assert [each.correlation_id for each in batch_value(batch, is_binary=True)] == ["of-2", None, None]


def test_bodies_without_a_data_type_are_serialised_anew() -> None:
    batch = [message(b'{"a":1,\n"b":2}'), message(b"[1,2]")]
    assert [each.get_body() for each in batch_value(batch, is_binary=False)] == [b'{"a": 1, "b": 2}', b"[1, 2]"]
    assert [each.get_body() for each in batch_value(batch, is_binary=True)] == [b'{"a":1,\n"b":2}', b"[1,2]"]


def test_a_json_body_overwrites_metadata_of_the_same_name_unless_it_is_binary() -> None:
    received = message(json.dumps({"messageId": "from the body"}).encode(), message_id="real")
    assert single_value(received, is_binary=False).message_id == "from the body"
    assert single_value(received, is_binary=True).message_id == "real"
