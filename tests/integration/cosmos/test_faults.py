"""Throttling and outages on request, and how the clients live with them."""

import subprocess
import sys

import pytest
from azure.cosmos.exceptions import CosmosHttpResponseError


async def test_throttled_requests_say_when_to_retry_and_the_client_does(connect, start_server):
    async with connect(start_server("--throttle-percent", "40"), retry_throttle_total=30) as account:
        container = await account.new_container()
        for number in range(20):
            await container.create_item({"id": str(number), "streamId": "s"})
        assert await container.query("SELECT VALUE COUNT(1) FROM c", "s") == [20]


async def test_a_client_that_does_not_retry_sees_429_and_for_how_long(connect, start_server, refused):
    async with connect(start_server("--throttle-percent", "100"), retry_throttle_total=1) as account:
        container = await account.new_container()
        with refused(429) as refusal:
            await container.read_item("1", "s")
    assert refusal.value.sub_status == 3200
    assert int(refusal.value.headers["x-ms-retry-after-ms"]) > 0


async def test_an_unavailable_server_has_done_nothing(connect, start_server):
    """The client itself tries twice, so it gives up at a quarter of the requests."""
    refusals = []

    async def at_last(call, *arguments):
        while True:
            try:
                return await call(*arguments)
            except CosmosHttpResponseError as refusal:
                refusals.append(refusal.status_code)

    async with connect(start_server("--unavailable-percent", "50")) as account:
        container = await account.new_container()
        number = 0
        while number < 10 or not refusals:
            await at_last(container.create_item, {"id": str(number), "streamId": "s"})
            number += 1
        assert await at_last(container.query, "SELECT VALUE COUNT(1) FROM c", "s") == [number]
    assert set(refusals) == {503}


async def test_databases_and_containers_are_spared(connect, start_server):
    async with connect(start_server("--unavailable-percent", "100")) as account:
        container = await account.new_container()
        assert (await container.read())["id"] == container.proxy.id


def started_with(*options):
    command = [sys.executable, "-m", "local.cosmos", "--port", "0", "--db", ":memory:", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_the_environment_sets_the_shares_too(monkeypatch):
    monkeypatch.setenv("COSMOS_THROTTLE_PERCENT", "101")
    refused = started_with()
    assert (refused.returncode, "--throttle-percent" in refused.stderr) == (1, True)


@pytest.mark.parametrize("shares", [("-1", "0"), ("60", "50")])
def test_shares_that_are_none_are_refused(shares):
    refused = started_with(f"--throttle-percent={shares[0]}", f"--unavailable-percent={shares[1]}")
    assert (refused.returncode, "0 to 100" in refused.stderr) == (1, True)
