"""What a sender said: the part of a message that never changes, shared by all copies of a fan-out.

A payload keeps the bytes after header and message annotations exactly as they came; the header and the broker's
annotations are written anew for each delivery (see `message`). Times are milliseconds since the epoch; 0 means "none".
"""

from __future__ import annotations

import struct
from typing import Any

from local.servicebus import codec, encoding
from local.servicebus.errors import malformed

BATCH_FORMAT = 0x80013700
"""The message-format of a batch: an envelope whose Data sections are encoded messages."""

# The broker's own; any other x-opt- annotation a client sends is dropped, as Azure does.
_KEPT_ANNOTATIONS = frozenset({"x-opt-partition-key", "x-opt-via-partition-key"})
_SCHEDULED = "x-opt-scheduled-enqueue-time"
SCHEDULED_KEY = encoding.symbol(_SCHEDULED)

MESSAGE_ID, _SESSION_ID = 0, 10
# The properties that filters and actions know, by their place in the Properties section.
PROPERTY_NAMES = {
    0: "messageid",
    2: "to",
    3: "label",
    4: "replyto",
    5: "correlationid",
    6: "contenttype",
    10: "sessionid",
    12: "replytosessionid",
}

# What hostile bytes make of the readers in `codec`; UnicodeDecodeError and MalformedValueError are ValueErrors.
_DECODING_FAULTS = (ValueError, IndexError, TypeError, AttributeError, struct.error, RecursionError)
_HEADER_START = struct.Struct(">4sBB B BB")
_USUAL_PRIORITY = 4
_LARGEST_UNSIGNED_INT = 0xFFFFFFFF
_LATEST = 2**63 - 1
"""The last moment an AMQP timestamp, or a number in SQLite, can say."""


class Payload:
    """What the sender said. Immutable, and held once however many queues hold a copy."""

    __slots__ = (
        "_application_properties",
        "_system_properties",
        "annotations",
        "bare",
        "durable",
        "message_id",
        "priority",
        "references",
        "scheduled_for",
        "session_id",
        "stored_id",
        "time_to_live",
    )

    def __init__(self, raw: bytes) -> None:
        """Parse an encoded message. Raises ServiceBusError (amqp:decode-error) if it is none."""
        self.stored_id = 0
        self.references = 0
        self.durable = False
        self.priority: int | None = None
        self.time_to_live = 0
        self.scheduled_for = 0
        self.annotations: list[bytes] = []
        self.message_id: Any = None
        self.session_id: str | None = None
        self._system_properties: dict[str, Any] | None = None
        self._application_properties: dict[str, Any] | None = None
        try:
            self.bare = self._parse(raw)
        except _DECODING_FAULTS as fault:
            raise malformed(f"The message cannot be decoded: {fault}.") from fault

    def _parse(self, raw: bytes) -> bytes:
        kept = []
        for section in codec.sections(raw):
            if section.code == codec.HEADER:
                self._read_header(raw, section.value)
            elif section.code == codec.MESSAGE_ANNOTATIONS:
                self._read_annotations(raw, section.value)
            elif section.code != codec.DELIVERY_ANNOTATIONS:
                if section.code == codec.PROPERTIES:
                    self._read_properties(raw, section.value)
                kept.append(raw[section.start : section.end])
        return b"".join(kept)

    def _read_header(self, raw: bytes, position: int) -> None:
        fields, _ = codec.decode(raw, position)
        durable, priority, time_to_live = (*fields, None, None, None)[:3]
        self.durable, self.time_to_live = bool(durable), _whole_number(time_to_live, _LARGEST_UNSIGNED_INT)
        self.priority = None if priority is None else min(_whole_number(priority, _LARGEST_UNSIGNED_INT), 9)

    def _read_annotations(self, raw: bytes, position: int) -> None:
        for key, entry in codec.map_entries(raw, position):
            if key == _SCHEDULED:
                self.scheduled_for = _whole_number(codec.decode(entry, codec.skip(entry, 0))[0], _LATEST)
            elif not str(key).startswith("x-opt-") or key in _KEPT_ANNOTATIONS:
                self.annotations.append(entry)

    def _read_properties(self, raw: bytes, position: int) -> None:
        count, position = codec.list_fields(raw, position)
        for index in range(min(count, _SESSION_ID + 1)):
            if index == MESSAGE_ID:
                self.message_id, position = codec.decode(raw, position)
            elif index == _SESSION_ID:
                self.session_id, position = codec.decode(raw, position)
                if not isinstance(self.session_id, str | None):
                    raise codec.MalformedValueError("the group-id is no string")
            else:
                position = codec.skip(raw, position)

    @property
    def system_properties(self) -> dict[str, Any]:
        """What a filter calls `sys.…`, by lower-case name. Absent ones are not there."""
        if self._system_properties is None:
            fields: list[Any] = self._section(codec.PROPERTIES) or []
            self._system_properties = {
                PROPERTY_NAMES[index]: value
                for index, value in enumerate(fields)
                if index in PROPERTY_NAMES and value is not None
            }
        return self._system_properties

    @property
    def application_properties(self) -> dict[str, Any]:
        """The sender's own properties, by lower-case name: filters ignore the case."""
        if self._application_properties is None:
            found: dict[Any, Any] = self._section(codec.APPLICATION_PROPERTIES) or {}
            self._application_properties = {str(name).lower(): value for name, value in found.items()}
        return self._application_properties

    def _section(self, code: int) -> Any:
        try:
            for section in codec.sections(self.bare):
                if section.code == code:
                    return codec.decode(self.bare, section.value)[0]
        except _DECODING_FAULTS as fault:
            raise malformed(f"The message's properties cannot be decoded: {fault}.") from fault
        return None

    def encode(self) -> bytes:
        """The message as its sender wrote it, but for what a broker drops; `Payload` reads it back."""
        return self.encode_with(self.bare)

    def encode_with(self, bare: bytes) -> bytes:
        """The message with `bare` (its sections from the properties on) in place of its own."""
        entries = self.annotations
        if self.scheduled_for:
            entries = [*entries, SCHEDULED_KEY + encoding.timestamp(self.scheduled_for)]
        annotations = encoding.map_section(codec.MESSAGE_ANNOTATIONS, entries) if entries else b""
        return b"".join((encode_header(self, self.time_to_live, 0), annotations, bare))


def encode_header(payload: Payload, time_to_live: int, delivery_count: int) -> bytes:
    """The header section; `time_to_live` in milliseconds, 0 for none."""
    priority = _USUAL_PRIORITY if payload.priority is None else payload.priority
    lifetime = b"\x40"
    if time_to_live:
        lifetime = b"\x70" + codec.UNSIGNED_INT.pack(min(time_to_live, _LARGEST_UNSIGNED_INT))
    start = _HEADER_START.pack(
        b"\x00\x53\x70\xc0", 10 + len(lifetime), 5, 0x41 if payload.durable else 0x42, 0x50, priority
    )
    return start + lifetime + b"\x42\x70" + codec.UNSIGNED_INT.pack(delivery_count)


def _whole_number(value: Any, most: int) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or not 0 <= value <= most:
        raise codec.MalformedValueError(f"a whole number of at most {most} was expected, not {value!r}")
    return int(value)


def parse_messages(raw: bytes, message_format: int) -> list[Payload]:
    """The messages of one transfer: itself, or those of the batch it carries. Raises ServiceBusError."""
    if message_format != BATCH_FORMAT:
        return [Payload(raw)]
    try:
        parts = [codec.data_content(raw, part) for part in codec.sections(raw) if part.code == codec.DATA]
    except _DECODING_FAULTS as fault:
        raise malformed(f"The batch cannot be decoded: {fault}.") from fault
    if not parts:
        raise malformed("The batch holds no messages.")
    return [Payload(part) for part in parts]
