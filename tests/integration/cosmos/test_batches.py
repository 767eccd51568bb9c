"""Transactional batches: all or none."""

import pytest
from azure.cosmos.exceptions import CosmosBatchOperationError, CosmosHttpResponseError


def create(number, **more):
    return ("create", ({"id": str(number), "streamId": "b", "version": number, **more},))


def statuses(failure):
    return [result["statusCode"] for result in failure.value.operation_responses]


async def stored(container):
    return sorted(int(item["id"]) for item in await container.query("SELECT c.id FROM c", "b"))


async def test_a_batch_stores_all_its_documents(events):
    results = await events.execute_item_batch([create(number) for number in range(100)], "b")
    assert {result["statusCode"] for result in results} == {201}
    assert results[7]["resourceBody"]["version"] == 7
    assert results[7]["eTag"] == results[7]["resourceBody"]["_etag"]
    assert await stored(events) == list(range(100))


@pytest.mark.parametrize("failing", [0, 1, 3])
async def test_a_batch_with_a_taken_id_leaves_nothing(container, failing):
    await container.create_item({"id": "0", "streamId": "b"})
    operations = [create(1), create(2), create(3)]
    operations.insert(failing, create(0))
    with pytest.raises(CosmosBatchOperationError) as failure:
        await container.execute_item_batch(operations, "b")
    assert statuses(failure) == [409 if index == failing else 424 for index in range(4)]
    assert (failure.value.status_code, failure.value.error_index) == (409, failing)
    assert await stored(container) == [0]


async def test_a_batch_with_a_taken_unique_key_leaves_nothing(events):
    await events.create_item({"id": "0", "streamId": "b", "version": 5})
    with pytest.raises(CosmosBatchOperationError) as failure:
        await events.execute_item_batch([create(4), create(5)], "b")
    assert statuses(failure) == [424, 409]
    assert await stored(events) == [0]


async def test_a_batch_mixes_all_operations(container):
    await container.execute_item_batch([create(number) for number in range(4)], "b")
    etag = (await container.read_item("0", "b"))["_etag"]
    results = await container.execute_item_batch(
        [
            ("upsert", ({"id": "9", "streamId": "b"},)),
            ("read", ("1",)),
            ("replace", ("0", {"id": "0", "streamId": "b", "z": 1}), {"if_match_etag": etag}),
            ("patch", ("3", [{"op": "set", "path": "/version", "value": 30}])),
            ("delete", ("2",)),
        ],
        "b",
    )
    assert [result["statusCode"] for result in results] == [201, 200, 200, 200, 204]
    assert results[1]["resourceBody"]["id"] == "1"
    assert (await container.read_item("3", "b"))["version"] == 30
    assert await stored(container) == [0, 1, 3, 9]


async def test_a_stale_etag_undoes_the_operations_before_it(container):
    first = await container.create_item({"id": "0", "streamId": "b"})
    await container.upsert_item({"id": "0", "streamId": "b", "z": 1})

    def stale():
        return ("replace", ("0", {"id": "0", "streamId": "b", "z": 2}), {"if_match_etag": first["_etag"]})

    with pytest.raises(CosmosBatchOperationError) as failure:
        await container.execute_item_batch([create(1), ("delete", ("0",)), create(2), stale()], "b")
    assert statuses(failure) == [424, 424, 424, 404]
    with pytest.raises(CosmosBatchOperationError) as failure:
        await container.execute_item_batch([create(1), stale()], "b")
    assert statuses(failure) == [424, 412]
    assert (await container.read_item("0", "b"))["z"] == 1
    assert await stored(container) == [0]


async def test_a_batch_stays_in_its_partition(container):
    with pytest.raises(CosmosBatchOperationError) as failure:
        await container.execute_item_batch([("create", ({"id": "1", "streamId": "other"},))], "b")
    assert statuses(failure) == [400]
    assert await container.read_all_items() == []


async def test_a_batch_has_a_hundred_operations_at_most(container):
    with pytest.raises(CosmosHttpResponseError) as refusal:
        await container.execute_item_batch([create(number) for number in range(101)], "b")
    assert refusal.value.status_code == 400
    assert await stored(container) == []


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_a_batch_above_two_mebibytes_is_too_large(container):
    with pytest.raises(CosmosHttpResponseError) as refusal:
        await container.execute_item_batch([create(number, x="a" * 750_000) for number in range(3)], "b")
    assert refusal.value.status_code == 413
    assert await stored(container) == []
