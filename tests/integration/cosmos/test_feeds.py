"""The change feed, the list of all documents, feed ranges."""

from datetime import UTC, datetime, timedelta


def ids(items):
    return [item["id"] for item in items]


async def create(container, identity, partition="s"):
    await container.create_item({"id": identity, "streamId": partition})


async def test_the_change_feed_has_the_latest_version_of_each_document_in_order_of_change(container):
    for identity in ("a", "b", "c"):
        await create(container, identity)
    await container.patch_item("a", "s", [{"op": "set", "path": "/v", "value": 2}])
    await container.delete_item("c", "s")
    changes = await container.query_items_change_feed(start_time="Beginning")
    assert [(change["id"], change.get("v")) for change in changes] == [("b", None), ("a", 2)]
    assert changes[0]["_lsn"] < changes[1]["_lsn"]


async def test_the_change_feed_pages_through_many_changes(container):
    identities = [f"{number:03d}" for number in range(250)]
    for start in range(0, 250, 50):
        batch = [("create", ({"id": identity, "streamId": "s"},)) for identity in identities[start : start + 50]]
        await container.execute_item_batch(batch, "s")
    assert ids(await container.query_items_change_feed(start_time="Beginning", max_item_count=30)) == identities


async def test_the_change_feed_of_a_partition_leaves_out_the_others(container):
    for partition in ("s1", "s2", "s1"):
        await container.upsert_item({"id": "x", "streamId": partition})
        await container.upsert_item({"id": "y", "streamId": partition})
    changes = await container.query_items_change_feed(start_time="Beginning", partition_key="s1")
    assert [(change["id"], change["streamId"]) for change in changes] == [("x", "s1"), ("y", "s1")]


async def test_the_change_feed_starts_from_now_unless_told_otherwise(container):
    await create(container, "a")
    assert await container.query_items_change_feed() == []


async def test_a_reader_from_now_gets_what_comes_next_in_each_partition_in_order(container):
    await create(container, "before", "s1")
    await container.query_items_change_feed(start_time="Now")
    continuation = container.proxy.client_connection.last_response_headers["etag"]
    for number in range(6):
        await create(container, str(number), f"s{number % 2}")
    await container.patch_item("0", "s0", [{"op": "set", "path": "/v", "value": 1}])
    assert ids(await container.query_items_change_feed(continuation=continuation)) == ["1", "2", "3", "4", "5", "0"]
    of_one = await container.query_items_change_feed(start_time="Beginning", partition_key="s0")
    assert ids(of_one) == ["2", "4", "0"]


async def test_an_expired_document_is_in_no_feed(account, until):
    container = await account.new_container(default_ttl=1)
    await create(container, "1")

    async def the_feed_is_empty():
        return await container.query_items_change_feed(start_time="Beginning") == []

    await until(the_feed_is_empty)


async def test_a_mode_of_the_change_feed_that_is_not_kept_is_refused(container, refused):
    with refused(400) as refusal:
        await container.query_items_change_feed(mode="AllVersionsAndDeletes")
    assert "not supported" in refusal.value.message


async def test_the_change_feed_starts_at_a_time(container):
    await create(container, "a")
    now = datetime.now(UTC)
    assert ids(await container.query_items_change_feed(start_time=now - timedelta(minutes=1))) == ["a"]
    assert await container.query_items_change_feed(start_time=now + timedelta(minutes=1)) == []


async def test_the_change_feed_goes_on_from_a_continuation(container):
    await create(container, "a")
    await container.query_items_change_feed(start_time="Beginning")
    continuation = container.proxy.client_connection.last_response_headers["etag"]
    await create(container, "b")
    assert ids(await container.query_items_change_feed(continuation=continuation)) == ["b"]


async def test_all_documents_are_listed(container):
    for number in range(5):
        await create(container, str(number), f"s{number}")
    assert ids(await container.read_all_items(max_item_count=2)) == ["0", "1", "2", "3", "4"]


async def test_the_feed_range_of_a_partition_key_holds_its_documents(container):
    await create(container, "1", "s1")
    await create(container, "2", "s2")
    feed_range = await container.feed_range_from_partition_key("s2")
    assert ids(await container.query_items("SELECT * FROM c", feed_range=feed_range)) == ["2"]
    changes = await container.query_items_change_feed(start_time="Beginning", feed_range=feed_range)
    assert ids(changes) == ["2"]
