"""Shared access signatures: which are good, and what they open."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import quote, quote_plus

import pytest

from local.servicebus.errors import ServiceBusError
from local.servicebus.security import check_token, covers

KEY = "secret"


def token(resource: str, *, key: str = KEY, expiry: int | None = None) -> str:
    signed = quote_plus(resource)
    ends = int(time.time()) + 60 if expiry is None else expiry
    digest = hmac.new(key.encode(), f"{signed}\n{ends}".encode(), hashlib.sha256).digest()
    signature = quote(base64.b64encode(digest), safe="")
    return f"SharedAccessSignature sr={signed}&sig={signature}&se={ends}&skn=RootManageSharedAccessKey"


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ("sb://localhost:5672/", ""),
        ("amqps://localhost", ""),
        ("localhost", ""),
        ("sb://localhost:5672/Orders/Subscriptions/Log", "orders/subscriptions/log"),
        ("localhost/orders", "orders"),
    ],
)
def test_a_good_token_is_for_the_path_it_names(resource: str, path: str) -> None:
    assert check_token(token(resource), KEY) == path


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (token("sb://localhost/q", key="other"), "InvalidSignature"),
        (token("sb://localhost/q", expiry=1), "ExpiredToken"),
        ("Bearer x", "MalformedToken"),
        ("SharedAccessSignature sr=x&se=1", "MalformedToken"),
        ("SharedAccessSignature sr=x&se=1&sig=*", "MalformedToken"),
        ("", "MalformedToken"),
    ],
    ids=["another key", "expired", "another scheme", "without signature", "no base64", "empty"],
)
def test_a_bad_token_is_refused_with_the_reason(wrong: str, complaint: str) -> None:
    with pytest.raises(ServiceBusError, match=complaint) as refusal:
        check_token(wrong, KEY)
    assert refusal.value.condition == "amqp:unauthorized-access"


def test_a_token_opens_its_path_and_what_is_below() -> None:
    assert covers({"q"}, "q")
    assert covers({"q"}, "q/$management")
    assert covers({"a", "t"}, "t/subscriptions/s")
    assert covers({""}, "anything")
    assert not covers({"q"}, "queue")
    assert not covers({"t/subscriptions/s"}, "t")
    assert not covers(set(), "q")
