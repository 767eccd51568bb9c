"""Messages, documents and states as JSON, and back.

Messages are known by the names of `message_types.REGISTRY`. On the wire an envelope is

    {"header": {"type", "messageId", "correlationId", "causationId", "time", "streamId"?, "version"?}, "payload": {…}}

and nothing else stands at the top, because the Functions host lets members of a body hide the metadata of a message.
Payloads have the names of the dataclasses' fields, money in cents, times in ISO 8601 with their offset (UTC).

Releases N-1 and N+1 run side by side during a swap, so members nobody knows are ignored and new fields have defaults.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from immutables import Map

from domain.kernel.errors import UnreadableMessage
from domain.kernel.messages import Envelope, RecordedEvent
from infra.message_types import REGISTRY
from infra.upcasters import upcast

T = TypeVar("T")

_TYPE_NAMES = {message_type: name for name, message_type in REGISTRY.items()}


def _encode_foreign(value: Any) -> Any:
    if isinstance(value, Map):
        return dict(value)
    raise NotImplementedError(f"no JSON form is known for {type(value).__name__}")


def _decode_foreign(expected: Any, value: Any) -> Any:
    if get_origin(expected) is Map:
        keys, values = get_args(expected)
        return Map(msgspec.convert(value, dict[keys, values], str_keys=True))  # type: ignore[valid-type]
    raise NotImplementedError(f"no JSON form is known for {expected}")


_encoder = msgspec.json.Encoder(enc_hook=_encode_foreign)


_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder(expected: Any) -> msgspec.json.Decoder[Any]:
    if expected not in _decoders:
        _decoders[expected] = msgspec.json.Decoder(expected, dec_hook=_decode_foreign)
    return _decoders[expected]


# Documents: views, states of process managers, mementos


def encode_document(document: Any) -> bytes:
    """Any dataclass of ours as JSON."""
    return _encoder.encode(document)


def decode_document(expected: type[T], data: bytes | str) -> T:
    """The other way round. Raises UnreadableMessage when `data` is not in the form of `expected`."""
    document: T = _readable(expected.__name__, lambda: _decoder(expected).decode(data))
    return document


def to_builtins(value: Any) -> Any:
    """What `encode_document` would write, as dicts, lists and strings, for a client that makes the JSON itself."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=_encode_foreign)


def from_builtins(expected: type[T], value: Any) -> T:
    """The other way round. Raises UnreadableMessage."""
    return _readable(
        expected.__name__, lambda: msgspec.convert(value, expected, str_keys=True, dec_hook=_decode_foreign)
    )


def _readable(what: str, decode: Callable[[], T]) -> T:
    try:
        return decode()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableMessage(f"{what}: {error}") from error


# Messages


def type_name(message: Any) -> str:
    """The name `message` is stored and sent under. Raises LookupError when nobody has registered its class."""
    try:
        return _TYPE_NAMES[type(message)]
    except KeyError:
        raise LookupError(f"{type(message).__qualname__} is missing from infra.message_types.REGISTRY") from None


def decode(name: str, payload: Any) -> Any:
    """The message called `name` from its payload as builtins. Raises UnreadableMessage."""
    if name not in REGISTRY:
        name, payload = upcast(name, payload)
    return from_builtins(_registered(name), payload)


def _registered(name: str) -> type[Any]:
    try:
        return REGISTRY[name]
    except KeyError:
        raise UnreadableMessage(f"this release knows no message called {name!r}") from None


# Envelopes


class _Header(msgspec.Struct, rename="camel", omit_defaults=True):
    type: str
    message_id: str
    correlation_id: str
    causation_id: str
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    stream_id: str | None = None
    version: int | None = None


class _Wire(msgspec.Struct):
    header: _Header
    payload: msgspec.Raw


def encode_envelope(envelope: Envelope[Any]) -> bytes:
    """A message with all that is known about it; a RecordedEvent with its place in its stream."""
    recorded = envelope if isinstance(envelope, RecordedEvent) else None
    header = _Header(
        type=type_name(envelope.message),
        message_id=envelope.message_id,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        time=envelope.time,
        stream_id=recorded.stream_id if recorded else None,
        version=recorded.version if recorded else None,
    )
    return _encoder.encode(_Wire(header=header, payload=msgspec.Raw(_encoder.encode(envelope.message))))


def decode_envelope(data: bytes | str) -> Envelope[Any]:
    """The other way round; a RecordedEvent when it says where it is recorded. Raises UnreadableMessage."""
    wire: _Wire = _readable("an envelope", lambda: _decoder(_Wire).decode(data))
    header = wire.header
    known: dict[str, Any] = {
        "message": _decode_raw(header.type, wire.payload),
        "message_id": header.message_id,
        "correlation_id": header.correlation_id,
        "causation_id": header.causation_id,
        "time": header.time,
    }
    if header.stream_id is None or header.version is None:
        return Envelope(**known)
    return RecordedEvent(**known, stream_id=header.stream_id, version=header.version)


def _decode_raw(name: str, payload: msgspec.Raw) -> Any:
    if (message_type := REGISTRY.get(name)) is not None:
        return _readable(name, lambda: _decoder(message_type).decode(payload))
    return decode(name, decode_document(dict, bytes(payload)))
