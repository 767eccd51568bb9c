"""Databases, containers, authorization, health."""

import base64
import hmac
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from email.utils import formatdate

import pytest
from azure.cosmos import CosmosClient, PartitionKey, exceptions

from local.cosmos.auth import EMULATOR_KEY


async def test_a_database_can_be_made_once(account, refused):
    name = account.database.proxy.id
    with refused(409):
        await account.client.create_database(name)
    assert (await account.client.create_database_if_not_exists(name)).id == name


async def test_databases_are_listed(account):
    assert account.database.proxy.id in [database["id"] for database in await account.client.list_databases()]


async def test_databases_and_containers_are_queried(account, container):
    name = account.database.proxy.id
    by_id = {"parameters": [{"name": "@id", "value": name}]}
    assert await account.client.query_databases("SELECT VALUE d.id FROM d WHERE d.id = @id", **by_id) == [name]
    query = "SELECT c.id FROM c WHERE ARRAY_CONTAINS(c.partitionKey.paths, '/streamId')"
    assert await account.database.query_containers(query) == [{"id": container.proxy.id}]


async def test_a_deleted_database_is_gone_with_its_containers(account, refused):
    container = await account.new_container()
    await container.create_item({"id": "1", "streamId": "a"})
    await account.client.delete_database(account.database.proxy.id)
    with refused(404):
        await container.read_item("1", "a")


async def test_a_container_keeps_its_settings(account, events):
    settings = await events.read()
    assert settings["partitionKey"]["paths"] == ["/streamId"]
    assert settings["defaultTtl"] == -1
    assert settings["uniqueKeyPolicy"] == {"uniqueKeys": [{"paths": ["/version"]}]}
    assert {"path": "/pending/?"} in settings["indexingPolicy"]["includedPaths"]
    assert [listed["id"] for listed in await account.database.list_containers()] == [settings["id"]]


async def test_a_container_can_be_made_once(account, container, refused):
    with refused(409):
        await account.database.create_container(container.proxy.id, PartitionKey(path="/streamId"))
    again = await account.database.create_container_if_not_exists(container.proxy.id, PartitionKey(path="/streamId"))
    assert again.id == container.proxy.id


async def test_a_deleted_container_is_empty_when_made_again(account, container, refused):
    await container.create_item({"id": "1", "streamId": "a"})
    await account.database.delete_container(container.proxy.id)
    with refused(404):
        await container.read()
    await account.database.create_container(container.proxy.id, PartitionKey(path="/streamId"))
    with refused(404):
        await container.read_item("1", "a")


async def test_replacing_a_container_changes_time_to_live_of_what_is_in_it(account, container):
    await container.create_item({"id": "1", "streamId": "a"})
    await account.database.replace_container(container.proxy.id, PartitionKey(path="/streamId"), default_ttl=1000)
    assert (await container.read())["defaultTtl"] == 1000
    assert (await container.read_item("1", "a"))["id"] == "1"


async def test_the_partition_key_of_a_container_cannot_change(account, container, refused):
    with refused(400):
        await account.database.replace_container(container.proxy.id, PartitionKey(path="/other"))


async def test_a_setting_that_would_change_answers_is_refused(account, refused):
    computed = [{"name": "lower", "query": "SELECT VALUE LOWER(c.name) FROM c"}]
    with refused(400) as refusal:
        await account.new_container(computed_properties=computed)
    assert "computedProperties" in refusal.value.message


async def test_throughput_is_refused_as_by_a_serverless_account(container, refused):
    with refused(400):
        await container.get_throughput()


def test_a_wrong_key_is_unauthorized(server):
    with pytest.raises(exceptions.CosmosHttpResponseError) as refusal:
        CosmosClient(server.url, "d3Jvbmc=")
    assert refusal.value.status_code == 401


def test_a_signature_is_good_for_its_own_request_only(server):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(urllib.request.Request(f"{server.url}/dbs", headers={"Authorization": "type%3Dmaster"}))
    assert refusal.value.code == 401
    assert json.load(refusal.value)["code"] == "Unauthorized"
    refusal.value.close()


def signed(server, date, prefix="type=master&ver=1.0&sig="):
    """A request for the list of databases, signed as at `date`."""
    text = f"get\ndbs\n\n{date.lower()}\n\n".encode()
    signature = base64.b64encode(hmac.digest(base64.b64decode(EMULATOR_KEY), text, "sha256")).decode()
    headers = {"x-ms-date": date, "Authorization": urllib.parse.quote(prefix + signature)}
    return urllib.request.Request(f"{server.url}/dbs", headers=headers)


def test_a_signature_is_good_for_a_quarter_of_an_hour(server):
    with urllib.request.urlopen(signed(server, formatdate(time.time() - 600, usegmt=True))) as answer:
        assert answer.status == 200
    for seconds in (-1000, 1000):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(signed(server, formatdate(time.time() + seconds, usegmt=True)))
        assert refusal.value.code == 403
        assert "clock" in json.load(refusal.value)["message"]
        refusal.value.close()


def test_other_kinds_of_tokens_are_refused_by_name(server):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(signed(server, formatdate(usegmt=True), prefix="type=aad&ver=1.0&sig="))
    assert refusal.value.code == 401
    assert "type=master" in json.load(refusal.value)["message"]
    refusal.value.close()


def test_a_server_takes_the_key_it_was_given(start_server):
    server = start_server("--key", "c2VjcmV0")
    with CosmosClient(server.url, "c2VjcmV0") as client:
        assert list(client.list_databases()) == []


def test_health_needs_no_key(server):
    assert server.health()["status"] == "healthy"


def test_a_second_server_on_the_same_file_says_why_it_does_not_start(start_server):
    server = start_server()
    command = [sys.executable, "-m", "local.cosmos", "--port", "0", "--db", str(server.database)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert "cannot start" in second.stderr
    assert "locked" in second.stderr


def test_a_key_that_is_not_base64_says_so(tmp_path):
    command = [sys.executable, "-m", "local.cosmos", "--port", "0", "--db", str(tmp_path / "c.db"), "--key", "no!"]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 1
    assert "not base64" in refused.stderr
