"""The `HttpRequest` a function gets, against the library's own converter."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from aiohttp.test_utils import make_mocked_request
from aiohttp.web import BaseRequest
from azure.functions.http import HttpRequest, HttpRequestConverter
from azure.functions.meta import Datum
from multidict import CIMultiDict

from local.functions_host.http import http_request

CALLER = ("203.0.113.7", 50123)


def asked(path: str, caller: object = CALLER, **headers: str) -> BaseRequest:
    transport = Mock(asyncio.Transport)
    transport.get_extra_info.side_effect = {"peername": caller}.get
    named = CIMultiDict((name.replace("_", "-"), text) for name, text in headers.items())
    return make_mocked_request("PUT", path, headers=named, transport=transport)


def converted(path: str, headers: dict[str, str], query: dict[str, str], route: dict[str, str]) -> HttpRequest:
    """What the library makes of the datum that the host sends."""

    def data(values: dict[str, str]) -> dict[str, Datum]:
        return {name: Datum(text, "string") for name, text in values.items()}

    datum = SimpleNamespace(
        type="http",
        value={
            "method": Datum("PUT", "string"),
            "url": Datum(f"https://site.example{path}", "string"),
            "headers": data(headers),
            "query": data(query),
            "params": data(route),
            "body": Datum(b'{"a": 1}', "bytes"),
        },
    )
    made: HttpRequest = HttpRequestConverter.decode(datum, trigger_metadata={})
    return made


def test_it_is_what_the_converter_makes_of_the_hosts_datum() -> None:
    path = "/api/orders/7?b=x%20y&empty=&b=z"
    request = asked(path, Host="site.example", X_Forwarded_Proto="https", X_Mixed_Case="Kept")
    built = http_request(request, {"id": "7"}, b'{"a": 1}')
    headers = {
        "host": "site.example",
        "x-forwarded-proto": "https",
        "x-mixed-case": "Kept",
        "x-forwarded-for": "203.0.113.7:50123",
    }
    wanted = converted(path, headers, {"b": "x y,z"}, {"id": "7"})
    for name in ("method", "url", "params", "route_params"):
        assert getattr(built, name) == getattr(wanted, name), name
    assert dict(built.headers) == dict(wanted.headers)
    assert (built.get_body(), built.get_json()) == (wanted.get_body(), wanted.get_json())


@pytest.mark.parametrize(
    ("caller", "before", "forwarded"),
    [
        (CALLER, None, "203.0.113.7:50123"),
        (CALLER, "10.0.0.1:80", "10.0.0.1:80, 203.0.113.7:50123"),
        (("2001:db8::1", 443, 0, 0), None, "[2001:db8::1]:443"),
        ("/run/socket", None, None),
        (None, "10.0.0.1:80", "10.0.0.1:80"),
    ],
)
def test_the_callers_address_comes_last_in_x_forwarded_for(
    caller: object, before: str | None, forwarded: str | None
) -> None:
    request = asked("/", caller, **({"X_Forwarded_For": before} if before else {}))
    assert http_request(request, {}, b"").headers.get("x-forwarded-for") == forwarded
