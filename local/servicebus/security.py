"""Shared access signatures, as clients put them on `$cbs`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from collections.abc import Iterable
from urllib.parse import unquote

from local.servicebus.errors import ServiceBusError, unauthorized

_SCHEME_AND_HOST = re.compile(r"^(\w+://)?[^/]*")


def check_token(token: str, key: str) -> str:
    """Accept a token signed with `key` and not expired; returns the path it is for, empty for the whole namespace.

    The path is in lower case. Raises ServiceBusError (amqp:unauthorized-access).

    Source: Microsoft Learn, "Service Bus access control with Shared Access Signatures".
    """
    scheme, _, text = token.partition(" ")
    fields = dict(field.partition("=")[::2] for field in text.split("&"))
    if scheme != "SharedAccessSignature" or not {"sr", "sig", "se"} <= fields.keys():
        raise unauthorized("MalformedToken: a SharedAccessSignature with sr, sig and se was expected.")
    signed = f"{fields['sr']}\n{fields['se']}".encode()
    expected = hmac.new(key.encode(), signed, hashlib.sha256).digest()
    if not hmac.compare_digest(_signature(fields["sig"]), expected):
        raise unauthorized("InvalidSignature: The token has an invalid signature.")
    if not fields["se"].isdecimal() or int(fields["se"]) <= time.time():
        raise unauthorized("ExpiredToken: The token is expired.")
    return _SCHEME_AND_HOST.sub("", unquote(fields["sr"])).strip("/").lower()


def covers(scopes: Iterable[str], path: str) -> bool:
    """Whether one of the paths in `scopes` is `path` or above it."""
    return any(not scope or path == scope or path.startswith(scope + "/") for scope in scopes)


def _signature(text: str) -> bytes:
    try:
        return base64.b64decode(unquote(text), validate=True)
    except binascii.Error as fault:
        raise _malformed_signature() from fault


def _malformed_signature() -> ServiceBusError:
    return unauthorized("MalformedToken: the signature is not base64.")
