"""Messages with other properties: what dead-lettering, a settlement or a rule's action changes in one.

Only the two sections of properties are written anew. All else, and in them what is not touched, stays byte by byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from local.servicebus import codec, encoding
from local.servicebus.payload import Payload

REMOVED: Final = object()
"""The value of an application property that goes."""

_CONTENT_TYPE = 6  # the only one among the properties that is a symbol


def with_application_properties(payload: Payload, changes: Mapping[str, Any]) -> Payload:
    """A copy of `payload` with `changes` made to its application properties, whose names ignore the case.

    Raises MalformedValueError if a value cannot be one.
    """
    changed = {name.lower() for name in changes}
    kept: list[bytes] = []
    for section in codec.sections(payload.bare):
        if section.code == codec.APPLICATION_PROPERTIES:
            entries = codec.map_entries(payload.bare, section.value)
            kept = [entry for name, entry in entries if str(name).lower() not in changed]
    added = [encoding.string(name) + encoding.value(value) for name, value in changes.items() if value is not REMOVED]
    return _with_section(
        payload, codec.APPLICATION_PROPERTIES, encoding.map_section(codec.APPLICATION_PROPERTIES, kept + added)
    )


def with_system_property(payload: Payload, place: int, value: str | None) -> Payload:
    """A copy of `payload` with the field at `place` of its Properties section set; None takes it out."""
    fields: list[bytes] = []
    for section in codec.sections(payload.bare):
        if section.code == codec.PROPERTIES:
            fields = _fields(payload.bare, section.value)
    fields += [encoding.value(None)] * (place + 1 - len(fields))
    fields[place] = encoding.symbol(value) if value and place == _CONTENT_TYPE else encoding.value(value)
    return _with_section(payload, codec.PROPERTIES, encoding.list_section(codec.PROPERTIES, fields))


def _fields(raw: bytes, position: int) -> list[bytes]:
    count, position = codec.list_fields(raw, position)
    fields = []
    for _ in range(count):
        end = codec.skip(raw, position)
        fields.append(raw[position:end])
        position = end
    return fields


def _with_section(payload: Payload, code: int, changed: bytes) -> Payload:
    before: list[bytes] = []
    after: list[bytes] = []
    for section in codec.sections(payload.bare):
        if section.code != code:
            target = before if section.code < code else after
            target.append(payload.bare[section.start : section.end])
    return Payload(payload.encode_with(b"".join((*before, changed, *after))))
