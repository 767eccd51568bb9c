"""Who calls, by the proxies' word and not by her own; and guesses, which take the same time whatever was wrong."""

from __future__ import annotations

import asyncio
import time

import azure.functions as func
import pytest

from functions.callers import WRONG_ANSWER_SECONDS, client_address, guessing, organizer_token

TOLERANCE_SECONDS = 0.01
"""The loop's clock is coarser than the test's."""


def request(**headers: str) -> func.HttpRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return func.HttpRequest("GET", "http://localhost/api/conferences", headers=named, body=b"")


def address(forwarded_for: str, trusted_proxies: int = 1) -> str:
    return client_address(request(x_forwarded_for=forwarded_for), trusted_proxies)


@pytest.mark.parametrize(
    ("hop", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:50123", "192.0.2.1"),
        ("  192.0.2.1:50123 ", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("[2001:db8::1]:50123", "2001:db8::/64"),
        ("::1", "::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:0:ffff::9", "2001:db8::/64"),
    ],
)
def test_an_address_is_the_same_with_and_without_a_port(hop: str, expected: str) -> None:
    assert address(hop) == expected


@pytest.mark.parametrize(
    "forwarded_for",
    [
        "192.0.2.1:50123, 10.0.0.1:443",
        "198.51.100.7, 192.0.2.1:50123, 10.0.0.1:443",
        "198.51.100.7,198.51.100.8,,unknown,192.0.2.1,10.0.0.1",
        "192.0.2.1,10.0.0.1:443",
    ],
)
def test_what_the_caller_says_herself_stands_further_left_and_is_ignored(forwarded_for: str) -> None:
    assert address(forwarded_for, trusted_proxies=2) == "192.0.2.1"


def test_one_proxy_more_is_one_address_further_left() -> None:
    hops = "203.0.113.1, 203.0.113.2, 203.0.113.3"
    assert [address(hops, proxies) for proxies in (1, 2, 3)] == ["203.0.113.3", "203.0.113.2", "203.0.113.1"]


@pytest.mark.parametrize(
    ("forwarded_for", "trusted_proxies"),
    [("", 1), ("", 2), (" , ", 1), ("192.0.2.1", 0), ("192.0.2.1, 10.0.0.1", 0)],
)
def test_nobody_knows_the_address_where_no_proxy_says_it_or_none_is_trusted(
    forwarded_for: str, trusted_proxies: int
) -> None:
    assert address(forwarded_for, trusted_proxies) == ""


@pytest.mark.parametrize(("forwarded_for", "trusted_proxies"), [("192.0.2.1", 2), ("anything, 192.0.2.1:50123", 3)])
def test_whoever_goes_around_the_first_proxy_is_who_the_last_one_saw(forwarded_for: str, trusted_proxies: int) -> None:
    assert address(forwarded_for, trusted_proxies) == "192.0.2.1"


@pytest.mark.parametrize("trusted_proxies", [0, 1, 2])
def test_nobody_knows_the_address_without_the_header(trusted_proxies: int) -> None:
    assert client_address(request(), trusted_proxies) == ""


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, ""),
        ({"authorization": "Bearer secret"}, "secret"),
        ({"authorization": "bearer  secret "}, "secret"),
        ({"authorization": "Basic secret"}, ""),
        ({"authorization": "secret"}, ""),
        ({"x_organizer_token": "secret"}, "secret"),
        ({"x_organizer_token": "secret", "authorization": "Bearer of-the-static-web-app"}, "secret"),
    ],
)
def test_the_organizers_token_is_taken_from_either_header(headers: dict[str, str], token: str) -> None:
    assert organizer_token(request(**headers)) == token


async def seconds_until_refused(error: Exception, *, found_out_after: float = 0) -> float:
    async def guess() -> None:
        async with guessing():
            await asyncio.sleep(found_out_after)
            raise error

    started = time.monotonic()
    with pytest.raises(type(error)):
        await guess()
    return time.monotonic() - started


async def test_every_refusal_takes_as_long_as_the_longest_way_to_it() -> None:
    refusals = [
        seconds_until_refused(LookupError("no such address")),
        seconds_until_refused(PermissionError("wrong code"), found_out_after=WRONG_ANSWER_SECONDS / 2),
    ]
    assert min(await asyncio.gather(*refusals)) >= WRONG_ANSWER_SECONDS - TOLERANCE_SECONDS


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each wait was to be; none is waited."""
    asked_for: list[float] = []

    async def sleep(seconds: float) -> None:
        asked_for.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return asked_for


async def test_the_wait_is_counted_from_the_try_and_not_from_the_refusal(waits: list[float]) -> None:
    """Else the time would tell how long it took to find out."""

    async def guess() -> None:
        async with guessing():
            time.sleep(WRONG_ANSWER_SECONDS)  # noqa: ASYNC251 - it takes a while, whatever the loop does
            raise PermissionError("wrong code")

    with pytest.raises(PermissionError):
        await guess()
    assert len(waits) == 1
    assert waits[0] <= TOLERANCE_SECONDS


async def test_a_right_guess_waits_for_nothing(waits: list[float]) -> None:
    async with guessing():
        pass
    assert waits == []
