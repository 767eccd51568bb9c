"""Authorization by the account key.

A client signs verb, resource type, resource link and date with HMAC-SHA256.
Source: https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import unquote

from local.cosmos.errors import Forbidden, Unauthorized

EMULATOR_KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=="
"""The public key of every Cosmos DB emulator. It protects nothing; it lets default settings work.

Source: https://learn.microsoft.com/azure/cosmos-db/emulator
"""
_BLOCK = 64  # bytes in a block of SHA-256
_MASTER_KEY = "type=master&ver=1.0&sig="
_LARGEST_CLOCK_DIFFERENCE = 15 * 60


class KeyAuthorization:
    """Accepts requests signed with one account key (base64)."""

    def __init__(self, key: str) -> None:
        try:
            secret = base64.b64decode(key, validate=True)
        except binascii.Error as fault:
            raise ValueError("The account key is not base64; give --key the key in base64.") from fault
        if len(secret) > _BLOCK:
            secret = hashlib.sha256(secret).digest()
        padded = secret.ljust(_BLOCK, b"\x00")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def check(self, method: str, segments: list[str], date: str, authorization: str) -> None:
        """Raise `Unauthorized` unless `authorization` signs exactly this request, `Forbidden` if it did so long ago.

        `segments` are the decoded parts of the path, `date` is the header x-ms-date.
        """
        resource_type, link = _signed_resource(segments)
        text = f"{method.lower()}\n{resource_type}\n{link}\n{date.lower()}\n\n"
        expected = base64.b64encode(self._signature(text.encode()))
        given = unquote(authorization)
        if not given.startswith(_MASTER_KEY):
            raise Unauthorized("The local Cosmos DB takes requests signed with the account key only (type=master).")
        if not hmac.compare_digest(expected, given.removeprefix(_MASTER_KEY).encode()):
            raise Unauthorized
        if abs(time.time() - _seconds(date)) > _LARGEST_CLOCK_DIFFERENCE:
            raise Forbidden

    def _signature(self, text: bytes) -> bytes:
        """HMAC-SHA256 (RFC 2104) from the prepared halves of the key: a fifth of the cost of the `hmac` module."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


@lru_cache(maxsize=8)
def _seconds(http_date: str) -> float:
    """Unix time; the requests of one second share it."""
    try:
        return parsedate_to_datetime(http_date).timestamp()
    except ValueError as fault:
        raise Forbidden(f"x-ms-date is no HTTP date: '{http_date}'.") from fault


def _signed_resource(segments: list[str]) -> tuple[str, str]:
    """The resource type and link that a client signs for a path."""
    if segments[-2:] == ["operations", "partitionkeydelete"]:
        return "colls", "/".join(segments[:-2])
    if len(segments) % 2:
        return segments[-1].lower(), "/".join(segments[:-1])
    return (segments[-2].lower() if segments else ""), "/".join(segments)
