"""Many writers at once, a killed process, an orderly stop."""

import asyncio
import signal
import uuid

import pytest
from azure.core.exceptions import AzureError
from azure.cosmos import PartitionKey
from azure.cosmos.aio import CosmosClient
from azure.cosmos.exceptions import CosmosBatchOperationError, CosmosHttpResponseError

KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=="
WRITERS = 16
PATCHED = " patched"
UNIQUE_VERSION = {"uniqueKeys": [{"paths": ["/version"]}]}


async def make_events(client):
    database = await client.create_database_if_not_exists("d")
    return await database.create_container_if_not_exists(
        "events", PartitionKey(path="/streamId"), unique_key_policy=UNIQUE_VERSION
    )


async def rows(container, query, stream):
    return [row async for row in container.query_items(query, partition_key=stream)]


def pair_of_commits(stream, version, writer):
    return [
        ("create", ({"id": str(uuid.uuid4()), "streamId": stream, "version": version + place, "by": writer},))
        for place in range(2)
    ]


async def test_sixteen_writers_on_one_stream_leave_no_gap_and_no_half_batch(start_server):
    """Each appends two commits at a time after the last version it knows; a conflict makes it look again."""
    wanted = 160
    async with CosmosClient(start_server().url, KEY) as client:
        events = await make_events(client)

        async def write(writer):
            version = won = 0
            while version < wanted:
                try:
                    await events.execute_item_batch(pair_of_commits("hot", version, writer), "hot")
                    version, won = version + 2, won + 1
                except CosmosBatchOperationError as conflict:
                    if conflict.status_code != 409:
                        raise
                    version = (await rows(events, "SELECT VALUE MAX(c.version) FROM c", "hot"))[0] + 1
            return won

        wins = await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
        commits = await rows(events, "SELECT * FROM c ORDER BY c.version", "hot")
    assert [commit["version"] for commit in commits] == list(range(wanted))
    assert all(first["by"] == second["by"] for first, second in zip(commits[::2], commits[1::2], strict=True))
    assert sum(wins) == wanted // 2


async def test_a_killed_server_has_every_acknowledged_write_and_no_half_batch(start_server):
    """Three times: write from all sides, kill -9 in the middle of it, start again, count."""
    server = start_server()
    acknowledged: set[str] = set()
    for kill in range(3):
        enough, wanted = asyncio.Event(), len(acknowledged) + 400

        def acknowledge(*ids, enough=enough, wanted=wanted):
            acknowledged.update(ids)
            if len(acknowledged) >= wanted:
                enough.set()

        async with CosmosClient(server.url, KEY, retry_total=0) as client:
            events = await make_events(client)
            writers = [asyncio.create_task(write_until_it_dies(events, acknowledge)) for _ in range(WRITERS)]
            await enough.wait()
            server.stop(signal.SIGKILL)
            await asyncio.gather(*writers)
        server.start()
        async with CosmosClient(server.url, KEY) as client:
            events = await make_events(client)
            stored = [row async for row in events.query_items("SELECT c.id, c.streamId, c.pending FROM c")]
        created = {identity for identity in acknowledged if not identity.endswith(PATCHED)}
        assert created - {row["id"] for row in stored} == set()
        assert not [row["id"] for row in stored if "pending" in row and row["id"] + PATCHED in acknowledged]
        streams = [row["streamId"] for row in stored]
        assert [stream for stream in set(streams) if streams.count(stream) != 2] == [], f"after kill {kill + 1}"


async def write_until_it_dies(events, acknowledge):
    """Batches of two in a stream of their own, of which one is patched; notes what was answered."""
    while True:
        stream = str(uuid.uuid4())
        batch = [
            ("create", ({"id": f"{stream}-{version}", "streamId": stream, "version": version, "pending": True},))
            for version in range(2)
        ]
        try:
            await events.execute_item_batch(batch, stream)
            acknowledge(f"{stream}-0", f"{stream}-1")
            await events.patch_item(f"{stream}-0", stream, [{"op": "remove", "path": "/pending"}])
            acknowledge(f"{stream}-0{PATCHED}")
        except AzureError:
            return


async def test_a_stopped_server_goes_on_with_the_same_state(start_server):
    server = start_server()
    async with CosmosClient(server.url, KEY) as client:
        events = await make_events(client)
        created = await events.create_item({"id": "1", "streamId": "s", "version": 1})
        await events.create_item({"id": "last", "streamId": "s", "version": 2})
        await events.delete_item("last", "s")
    assert server.stop(signal.SIGINT) == 0
    server.start()
    async with CosmosClient(server.url, KEY) as client:
        events = await make_events(client)
        assert dict(await events.read_item("1", "s")) == dict(created)
        with pytest.raises(CosmosHttpResponseError) as refusal:
            await events.create_item({"id": "2", "streamId": "s", "version": 1})
        assert refusal.value.status_code == 409


async def test_changes_after_a_restart_come_after_those_before_it_even_if_the_last_was_a_deletion(start_server):
    server = start_server()
    async with CosmosClient(server.url, KEY) as client:
        events = await make_events(client)
        await events.create_item({"id": "1", "streamId": "s", "version": 1})
        assert len([change async for change in events.query_items_change_feed(start_time="Beginning")]) == 1
        continuation = events.client_connection.last_response_headers["etag"]
        await events.delete_item("1", "s")
    server.stop()
    server.start()
    async with CosmosClient(server.url, KEY) as client:
        events = await make_events(client)
        await events.create_item({"id": "2", "streamId": "s", "version": 1})
        changes = [change async for change in events.query_items_change_feed(continuation=continuation)]
    assert [change["id"] for change in changes] == ["2"]
