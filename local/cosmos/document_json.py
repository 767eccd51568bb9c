"""The JSON of documents: read once to be checked, and otherwise kept as the client wrote it."""

from __future__ import annotations

import base64
import re
from typing import Any

import msgspec

from local.cosmos.containers import SYSTEM_PROPERTIES, Container
from local.cosmos.errors import BadRequest, TooLarge

LARGEST_ITEM = 2 * 1024 * 1024
"""Bytes."""
_LONGEST_ID = 1023
_FORBIDDEN_IN_IDS = re.compile(r"[/\\?#]")


def parse_document(raw: bytes) -> dict[str, Any]:
    """The document in `raw`. Raises `BadRequest` if it is none or has no proper id, `TooLarge` above 2 MiB."""
    if len(raw) > LARGEST_ITEM:
        raise TooLarge
    document = parse_object(raw)
    identity = document.get("id")
    if not isinstance(identity, str) or not identity:
        raise BadRequest("The input content is invalid because the required properties - 'id; ' - are missing.")
    if len(identity) > _LONGEST_ID or _FORBIDDEN_IN_IDS.search(identity):
        raise BadRequest(f"An id has {_LONGEST_ID} characters at most, and none of / \\ ? #.")
    return document


def parse_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`; raises `BadRequest` if it is none."""
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise BadRequest(f"The request body is not a JSON object: {fault}.") from fault


def encode_document(document: dict[str, Any]) -> bytes:
    """A changed document as JSON, without the properties that the server adds."""
    own = {name: value for name, value in document.items() if name not in SYSTEM_PROPERTIES}
    return msgspec.json.encode(own)


def stamped(
    container: Container, raw: bytes, document: dict[str, Any], *, created: int, sequence: int, timestamp: int
) -> bytes:
    """`raw`, the JSON of `document`, with the properties that the server adds spliced in at its end.

    `created` numbers the document, `sequence` this version of it, `timestamp` is Unix time in seconds.
    """
    if not SYSTEM_PROPERTIES.isdisjoint(document):
        raw = encode_document(document)
    rid = base64.b64encode(container.rid_bytes + created.to_bytes(8, "little")).decode().replace("/", "-")
    properties = (
        f',"_rid":"{rid}","_self":"{container.properties["_self"]}docs/{rid}/","_etag":"\\"{sequence:016x}\\"",'
        f'"_attachments":"attachments/","_ts":{timestamp}}}'
    )
    return raw.rstrip()[:-1] + properties.encode()


def etag_of(sequence: int) -> str:
    """The ETag of a document's version, as its `_etag` and the HTTP header spell it."""
    return f'"{sequence:016x}"'


def with_property(body: bytes, name: str, json_value: str) -> bytes:
    """The JSON object `body` with one more property at its end."""
    return body[:-1] + f',"{name}":{json_value}}}'.encode()
