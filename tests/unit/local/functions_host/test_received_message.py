"""The AMQP decoder against messages that qpid-proton encoded."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import proton
import pytest
from proton import symbol, timestamp

from local.functions_host.received_message import decode_message

TOKEN = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")


def test_every_section_is_read() -> None:
    sent = proton.Message(
        body=b"x" * 300,
        inferred=True,
        id="m-1",
        subject="OrderPlaced",
        correlation_id=uuid.UUID(int=5),
        content_type="application/json",
        group_id="s" * 300,
        ttl=5.0,
        delivery_count=3,
        properties={"int": 7, "negative": -7, "flag": True, "ratio": 1.5, "none": None, "big": 1 << 40},
        annotations={symbol("x-opt-enqueued-time"): timestamp(1_800_000_000_000), symbol("x-opt-list"): [1, "a"]},
    )
    received = decode_message(bytes(sent.encode()), TOKEN)
    assert received.body == b"x" * 300
    assert received.properties[0] == "m-1"
    assert received.properties[3] == "OrderPlaced"
    assert received.properties[5] == uuid.UUID(int=5)
    assert received.properties[10] == "s" * 300
    assert received.application_properties == {
        "int": 7,
        "negative": -7,
        "flag": True,
        "ratio": 1.5,
        "none": None,
        "big": 1 << 40,
    }
    assert received.annotations["x-opt-enqueued-time"] == datetime.fromtimestamp(1_800_000_000, UTC)
    assert received.annotations["x-opt-list"] == [1, "a"]
    assert received.header[2] == 5000
    assert (received.delivery_count, received.lock_token) == (4, TOKEN)


@pytest.mark.parametrize(("body", "decoded"), [("text", b"text"), (b"raw", b"raw"), ("ü" * 200, ("ü" * 200).encode())])
def test_a_value_body_counts_as_its_bytes(body: str | bytes, decoded: bytes) -> None:
    assert decode_message(bytes(proton.Message(body=body).encode()), TOKEN).body == decoded


@pytest.mark.parametrize("raw", [b"\x01", b"\x00\x53\x75\xff"])
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        decode_message(raw, TOKEN)
