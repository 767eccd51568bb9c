"""The byte-level handling of messages: what the sender wrote comes through, whatever its encoding."""

from __future__ import annotations

import contextlib
from typing import Any

import proton
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.servicebus import codec
from local.servicebus.edits import with_application_properties
from local.servicebus.errors import ServiceBusError
from local.servicebus.frames import FormatWatch, FrameError
from local.servicebus.message import Message, State
from local.servicebus.payload import BATCH_FORMAT, Payload, parse_messages

SIMPLE_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(), st.binary()
)
# proton, which encodes them here, takes the text for a C string
SUBJECTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=300)


def encoded(**fields: Any) -> bytes:
    return bytes(proton.Message(**fields).encode())


def decoded_sections(raw: bytes) -> int:
    return len(list(codec.sections(raw)))


def decoded(raw: bytes) -> proton.Message:
    message = proton.Message()
    message.decode(raw)
    return message


@given(st.dictionaries(st.text(min_size=1, max_size=40), SIMPLE_VALUES, max_size=20), SUBJECTS)
def test_properties_are_read_and_passed_on(properties: dict[str, Any], subject: str) -> None:
    payload = Payload(encoded(id="m", group_id="s", subject=subject, properties=properties, body=b"body"))
    assert (payload.message_id, payload.session_id) == ("m", "s")
    assert payload.system_properties["label"] == subject
    assert payload.application_properties == {name.lower(): value for name, value in properties.items()}
    delivered = decoded(Message(payload, 7, 1000).encode())
    assert (delivered.properties or {}) == properties
    assert delivered.body == b"body"


def test_a_delivery_carries_the_brokers_annotations() -> None:
    message = Message(Payload(encoded(body=b"x", durable=True, priority=9)), 7, 1_000)
    message.enqueued_sequence, message.expires_at, message.delivery_count = 5, 61_000, 3
    message.lock_token, message.locked_until, message.state = b"t" * 16, 31_000, State.DEFERRED
    delivered = decoded(message.encode())
    assert delivered.instructions is None
    assert delivered.annotations == {
        "x-opt-sequence-number": 7,
        "x-opt-enqueue-sequence-number": 5,
        "x-opt-enqueued-time": 1_000,
        "x-opt-locked-until": 31_000,
        "x-opt-message-state": 1,
    }
    assert (delivered.durable, delivered.priority, delivered.ttl, delivered.delivery_count) == (True, 9, 60.0, 3)


def test_a_sender_cannot_forge_the_brokers_annotations() -> None:
    own = {proton.symbol("x-opt-sequence-number"): 99, proton.symbol("x-opt-partition-key"): "p"}
    payload = Payload(encoded(body=b"x", annotations=own))
    annotations = decoded(Message(payload, 7, 1000).encode()).annotations
    assert annotations["x-opt-sequence-number"] == 7
    assert annotations["x-opt-partition-key"] == "p"


def test_a_payload_reads_back_what_it_stored() -> None:
    scheduled = {proton.symbol("x-opt-scheduled-enqueue-time"): proton.timestamp(5_000)}
    first = Payload(encoded(id="m", group_id="s", ttl=30, priority=2, annotations=scheduled, body="text"))
    second = Payload(first.encode())
    for name in ("message_id", "session_id", "time_to_live", "priority", "scheduled_for", "bare", "annotations"):
        assert getattr(second, name) == getattr(first, name), name


def test_dead_letter_properties_replace_and_keep() -> None:
    payload = Payload(encoded(id="m", properties={"DeadLetterReason": "old", "own": 1}, body=b"x"))
    changed = with_application_properties(payload, {"DeadLetterReason": "new"})
    assert decoded(changed.encode()).properties == {"own": 1, "DeadLetterReason": "new"}
    bare = with_application_properties(Payload(encoded(body=b"x")), {"DeadLetterReason": "new"})
    assert decoded(bare.encode()).properties == {"DeadLetterReason": "new"}


def test_only_the_batch_format_makes_a_batch() -> None:
    inner = [encoded(id=str(number), body=b"x") for number in range(3)]
    envelope = b"".join(b"\x00\x53\x75\xb0" + len(raw).to_bytes(4, "big") + raw for raw in inner)
    assert [payload.message_id for payload in parse_messages(envelope, BATCH_FORMAT)] == ["0", "1", "2"]
    (whole,) = parse_messages(envelope, 0)
    assert whole.bare == envelope


@pytest.mark.parametrize(
    "raw", [b"\x01", b"\x00\x53\x75", b"\x00\x53\x75\xa0\x09abc", b"\x00\xa3\x01a\x40", b"\x00\x53\x73\x0f"]
)
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(ServiceBusError, match="cannot be decoded"):
        Payload(raw)


def header(time_to_live: bytes) -> bytes:
    return b"\x00\x53\x70\xc0" + bytes((len(time_to_live) + 3, 3)) + b"\x40\x40" + time_to_live


def test_a_number_that_cannot_be_kept_or_passed_on_is_refused() -> None:
    for moment, time_to_live in ((proton.ulong(2**63), b"\x40"), (0, b"\x80" + (2**32).to_bytes(8, "big"))):
        scheduled = {proton.symbol("x-opt-scheduled-enqueue-time"): moment}
        with pytest.raises(ServiceBusError, match="a whole number of at most"):
            Payload(encoded(body=b"x", annotations=scheduled) + header(time_to_live))


def test_the_largest_numbers_are_kept_and_passed_on() -> None:
    scheduled = {proton.symbol("x-opt-scheduled-enqueue-time"): proton.ulong(2**63 - 1)}
    largest = b"\x80" + (2**32 - 1).to_bytes(8, "big")
    payload = Payload(Payload(encoded(body=b"x", annotations=scheduled) + header(largest)).encode())
    assert (payload.scheduled_for, payload.time_to_live) == (2**63 - 1, 2**32 - 1)


@given(st.binary(max_size=60))
def test_no_input_breaks_the_parser(raw: bytes) -> None:
    with contextlib.suppress(ServiceBusError):
        payload = Payload(raw)
        assert decoded_sections(payload.encode()) >= decoded_sections(payload.bare)


def transfer(handle: int, delivery_id: int | None, message_format: int, *, more: bool, body: bytes) -> bytes:
    fields = [
        b"\x52" + bytes((handle,)),
        b"\x40" if delivery_id is None else b"\x70" + codec.UNSIGNED_INT.pack(delivery_id),
        b"\xa0\x01t",
        b"\x70" + codec.UNSIGNED_INT.pack(message_format),
        b"\x42",
        b"\x41" if more else b"\x42",
    ]
    if delivery_id is None:
        fields[2:4] = [b"\x40", b"\x40"]
    content = b"".join(fields)
    performative = b"\x00\x53\x14\xc0" + bytes((len(content) + 1, len(fields))) + content
    frame = b"\x02\x00\x00\x00" + performative + body
    return (len(frame) + 4).to_bytes(4, "big") + frame


@given(st.integers(1, 40))
def test_formats_are_found_however_the_stream_is_cut(piece: int) -> None:
    frames = [
        (0, transfer(1, 1, 0, more=False, body=b"plain")),
        (BATCH_FORMAT, transfer(1, 2, BATCH_FORMAT, more=True, body=b"first")),
        (BATCH_FORMAT, transfer(2, 3, BATCH_FORMAT, more=False, body=b"other link")),
        (BATCH_FORMAT, transfer(1, None, 0, more=False, body=b"second")),
        (0, transfer(1, 4, 0, more=False, body=b"plain again")),
    ]
    stream = b"AMQP\x00\x01\x00\x00" + b"".join(frame for _, frame in frames)
    watch = FormatWatch(1 << 20)
    runs = [
        (watch.current, run)
        for start in range(0, len(stream), piece)
        for run in watch.runs(stream[start : start + piece])
    ]
    assert b"".join(run for _, run in runs) == stream
    batches = [run for format_, run in runs if format_ == BATCH_FORMAT]
    assert batches == [frame for format_, frame in frames if format_ == BATCH_FORMAT]


def test_a_frame_beyond_the_agreed_size_is_refused() -> None:
    with pytest.raises(FrameError):
        list(FormatWatch(1024).runs(b"\x00\x10\x00\x00\x02\x00\x00\x00"))
