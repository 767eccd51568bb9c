"""Point operations, conditions, unique keys, patch, time-to-live."""

import pytest
from azure.core import MatchConditions
from azure.cosmos import PartitionKey

STALE = {"etag": '"stale"', "match_condition": MatchConditions.IfNotModified}


async def test_a_created_document_reads_back_as_written(container):
    written = {"id": "1", "streamId": "s1", "deep": {"x": [1, 2.5, None, True, 'é☃😀\n"quoted"']}, "empty": {}}
    created = await container.create_item(dict(written))
    read = await container.read_item("1", "s1")
    assert dict(read) == dict(created)
    assert {name: value for name, value in read.items() if not name.startswith("_")} == written
    assert {"_rid", "_self", "_etag", "_ts", "_attachments"} <= read.keys()


async def test_an_id_is_taken_within_its_partition_only(container, refused):
    await container.create_item({"id": "1", "streamId": "s1"})
    await container.create_item({"id": "1", "streamId": "s2"})
    with refused(409):
        await container.create_item({"id": "1", "streamId": "s1"})


async def test_what_is_not_there_is_not_found(container, refused):
    await container.create_item({"id": "1", "streamId": "s1"})
    for missing in (
        container.read_item("2", "s1"),
        container.read_item("1", "s2"),
        container.replace_item("2", {"id": "2", "streamId": "s1"}),
        container.delete_item("2", "s1"),
        container.patch_item("2", "s1", [{"op": "set", "path": "/v", "value": 1}]),
    ):
        with refused(404):
            await missing


async def test_replace_needs_the_current_etag(container, refused):
    first = await container.create_item({"id": "1", "streamId": "s1", "v": 1})
    current = {"etag": first["_etag"], "match_condition": MatchConditions.IfNotModified}
    second = await container.replace_item("1", {**first, "v": 2}, **current)
    assert (second["v"], second["_rid"]) == (2, first["_rid"])
    assert second["_etag"] != first["_etag"]
    with refused(412):
        await container.replace_item("1", {**first, "v": 3}, **current)
    assert (await container.read_item("1", "s1"))["v"] == 2


async def test_upsert_creates_and_then_replaces(container, refused):
    await container.upsert_item({"id": "u", "streamId": "s1", "v": 1})
    await container.upsert_item({"id": "u", "streamId": "s1", "v": 2})
    with refused(412):
        await container.upsert_item({"id": "u", "streamId": "s1", "v": 3}, **STALE)
    assert (await container.read_item("u", "s1"))["v"] == 2


async def test_delete_needs_the_current_etag(container, refused):
    await container.create_item({"id": "1", "streamId": "s1"})
    with refused(412):
        await container.delete_item("1", "s1", **STALE)
    await container.delete_item("1", "s1")
    with refused(404):
        await container.read_item("1", "s1")


async def test_an_unchanged_document_is_not_sent_again(container):
    created = await container.create_item({"id": "1", "streamId": "s1"})
    unless_changed = {"etag": created["_etag"], "match_condition": MatchConditions.IfModified}
    assert not await container.read_item("1", "s1", **unless_changed)
    assert container.proxy.client_connection.last_response_headers["etag"] == created["_etag"]
    await container.upsert_item({"id": "1", "streamId": "s1", "v": 2})
    assert (await container.read_item("1", "s1", **unless_changed))["v"] == 2


async def test_triggers_are_refused_rather_than_forgotten(container, refused):
    with refused(400) as refusal:
        await container.create_item({"id": "1", "streamId": "s1"}, pre_trigger_include="check")
    assert "pre-trigger" in refusal.value.message
    assert await container.read_all_items() == []


async def test_a_minimal_answer_has_no_body(container):
    answer = await container.create_item({"id": "1", "streamId": "s1"}, no_response=True)
    assert dict(answer) == {}
    assert (await container.read_item("1", "s1"))["id"] == "1"


@pytest.mark.parametrize("partition", ["text", "", "é/☃", 5, 0, -1.5, True, None], ids=repr)
async def test_any_scalar_is_a_partition_key(container, partition):
    await container.create_item({"id": "n", "streamId": partition})
    assert (await container.read_item("n", partition))["streamId"] == partition
    assert len(await container.query("SELECT * FROM c", partition)) == 1


async def test_ids_may_have_special_characters(container):
    identity = "a b+ü|%41:&='"
    await container.create_item({"id": identity, "streamId": "s1"})
    assert (await container.read_item(identity, "s1"))["id"] == identity


async def test_a_document_belongs_to_the_partition_in_it(container, refused):
    first = await container.create_item({"id": "1", "streamId": "s1"})
    with refused(404):
        await container.replace_item("1", {**first, "streamId": "s2"})


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_a_document_above_two_mebibytes_is_too_large(container, refused):
    assert await container.create_item({"id": "1", "streamId": "s1", "x": "a" * 1_900_000})
    with refused(413):
        await container.create_item({"id": "2", "streamId": "s1", "x": "a" * 2_200_000})


async def test_unique_keys_hold_within_a_partition(events, refused):
    await events.create_item({"id": "a", "streamId": "s1", "version": 1})
    await events.create_item({"id": "a", "streamId": "s2", "version": 1})
    with refused(409):
        await events.create_item({"id": "b", "streamId": "s1", "version": 1})
    await events.create_item({"id": "b", "streamId": "s1", "version": 2})
    with refused(409):
        await events.patch_item("b", "s1", [{"op": "set", "path": "/version", "value": 1}])
    assert (await events.read_item("b", "s1"))["version"] == 2


async def test_unique_keys_tell_types_apart_but_not_spellings_of_a_number(events, refused):
    for number, version in enumerate([1, True, "1", "true", [1], {"a": 1}, None]):
        await events.create_item({"id": str(number), "streamId": "s1", "version": version})
    for version in (1.0, "1", [1], True):
        with refused(409):
            await events.create_item({"id": "again", "streamId": "s1", "version": version})


async def test_an_absent_unique_key_counts_as_null(events, refused):
    await events.create_item({"id": "a", "streamId": "s1"})
    with refused(409):
        await events.create_item({"id": "b", "streamId": "s1", "version": None})
    await events.create_item({"id": "c", "streamId": "s1", "version": "null"})


async def test_a_deleted_document_frees_its_unique_key(events):
    await events.create_item({"id": "a", "streamId": "s1", "version": 1})
    await events.delete_item("a", "s1")
    assert await events.create_item({"id": "b", "streamId": "s1", "version": 1})


async def test_all_documents_of_a_partition_can_be_deleted(container):
    await container.create_item({"id": "1", "streamId": "s1"})
    await container.create_item({"id": "1", "streamId": "s2"})
    await container.delete_all_items_by_partition_key("s1")
    assert [item["streamId"] for item in await container.read_all_items()] == ["s2"]


async def test_patch_applies_every_operation(container):
    await container.create_item({"id": "1", "streamId": "s", "n": 1, "list": [1, 2], "old": 5, "gone": 1, "o": {}})
    patched = await container.patch_item(
        "1",
        "s",
        [
            {"op": "set", "path": "/o/x", "value": {"y": 1}},
            {"op": "add", "path": "/list/1", "value": 9},
            {"op": "add", "path": "/list/-", "value": 3},
            {"op": "replace", "path": "/list/0", "value": 0},
            {"op": "incr", "path": "/n", "value": 2.5},
            {"op": "incr", "path": "/fresh", "value": 1},
            {"op": "remove", "path": "/gone"},
            {"op": "move", "from": "/old", "path": "/new"},
        ],
    )
    expected = {"o": {"x": {"y": 1}}, "list": [0, 9, 2, 3], "n": 3.5, "fresh": 1, "new": 5}
    assert {name: patched[name] for name in expected} == expected
    assert not {"gone", "old"} & patched.keys()
    assert dict(await container.read_item("1", "s")) == dict(patched)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/absent"},
        {"op": "replace", "path": "/absent", "value": 1},
        {"op": "set", "path": "/absent/below", "value": 1},
        {"op": "incr", "path": "/text", "value": 1},
        {"op": "set", "path": "/id", "value": "2"},
        {"op": "set", "path": "/streamId", "value": "other"},
        {"op": "set", "path": "/_ts", "value": 1},
        {"op": "set", "path": "/x"},
        {"op": "frobnicate", "path": "/x", "value": 1},
    ],
    ids=lambda operation: f"{operation['op']} {operation['path']}",
)
async def test_a_patch_that_cannot_be_applied_changes_nothing(container, refused, operation):
    created = await container.create_item({"id": "1", "streamId": "s", "text": "t"})
    with refused(400):
        await container.patch_item("1", "s", [{"op": "set", "path": "/before", "value": 1}, operation])
    assert dict(await container.read_item("1", "s")) == dict(created)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("from c where c.v = 1", True),
        ("FROM x WHERE x.v > 1 OR x.absent", False),
        ("from c where ARRAY_CONTAINS(c.tags, 'b') AND UPPER(c.tags[0]) = 'A'", True),
        ("from c where EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'z')", False),
        ("from c where c.none = null AND IS_DEFINED(c._etag)", True),
        ("from c where c.v", False),
    ],
)
async def test_any_condition_may_guard_a_patch(container, refused, condition, holds):
    await container.create_item({"id": "1", "streamId": "s", "v": 1, "tags": ["a", "b"], "none": None})
    patch = container.patch_item("1", "s", [{"op": "set", "path": "/done", "value": 1}], filter_predicate=condition)
    if holds:
        assert (await patch)["done"] == 1
    else:
        with refused(412):
            await patch
        assert "done" not in await container.read_item("1", "s")


@pytest.mark.parametrize("condition", ["from c", "from c where d.x = 1", "c.x = 1", "from c where"])
async def test_what_is_no_condition_of_a_patch_is_refused(container, refused, condition):
    await container.create_item({"id": "1", "streamId": "s"})
    with refused(400):
        await container.patch_item("1", "s", [{"op": "set", "path": "/v", "value": 1}], filter_predicate=condition)


async def test_a_patch_may_have_a_condition(container, refused):
    await container.create_item({"id": "1", "streamId": "s", "v": 1, "pending": True})
    operations = [{"op": "remove", "path": "/pending"}]
    with refused(412):
        await container.patch_item("1", "s", operations, filter_predicate="from c where c.v = 2")
    with refused(412):
        await container.patch_item("1", "s", operations, **STALE)
    patched = await container.patch_item(
        "1", "s", operations, filter_predicate="from c where c.v = 1 and c.pending = true"
    )
    assert "pending" not in patched


async def test_an_expired_document_is_gone_and_its_id_and_unique_key_are_free(events, refused, until):
    await events.create_item({"id": "1", "streamId": "s", "version": 1, "ttl": 1})
    await events.create_item({"id": "2", "streamId": "s", "version": 2})

    async def the_first_is_gone():
        return [item["id"] for item in await events.query("SELECT * FROM c", "s")] == ["2"]

    await until(the_first_is_gone)
    with refused(404):
        await events.read_item("1", "s")
    await events.create_item({"id": "3", "streamId": "s", "version": 1})
    await events.create_item({"id": "1", "streamId": "s", "version": 3})
    assert [item["id"] for item in await events.query("SELECT c.id FROM c ORDER BY c.version", "s")] == ["3", "2", "1"]


async def test_documents_live_as_long_as_their_container_says_unless_they_say_otherwise(account, until):
    container = await account.new_container(default_ttl=1)
    for identity, more in (("default", {}), ("longer", {"ttl": 1000}), ("for ever", {"ttl": -1})):
        await container.create_item({"id": identity, "streamId": "s", **more})

    async def default_is_gone():
        return sorted([item["id"] for item in await container.read_all_items()]) == ["for ever", "longer"]

    await until(default_is_gone)


async def test_a_write_begins_a_life_anew_and_may_end_it(account, until):
    container = await account.new_container(default_ttl=-1)
    await container.create_item({"id": "1", "streamId": "s", "ttl": 1})
    await container.patch_item("1", "s", [{"op": "set", "path": "/ttl", "value": -1}])
    await container.create_item({"id": "2", "streamId": "s"})
    await container.upsert_item({"id": "2", "streamId": "s", "ttl": 1})

    async def only_the_first_is_left():
        return [item["id"] for item in await container.read_all_items()] == ["1"]

    await until(only_the_first_is_left)


async def test_a_life_time_means_nothing_in_a_container_without_one(container, until):
    await container.create_item({"id": "1", "streamId": "s", "ttl": 1})
    other = await container.create_item({"id": "2", "streamId": "s"})

    async def a_second_has_passed():
        return (await container.upsert_item({"id": "2", "streamId": "s"}))["_ts"] > other["_ts"] + 2

    await until(a_second_has_passed)
    assert (await container.read_item("1", "s"))["ttl"] == 1


@pytest.mark.parametrize("ttl", [0, -2, "1", 1.5, None])
async def test_a_life_time_that_is_none_is_refused(events, refused, ttl):
    with refused(400):
        await events.create_item({"id": "1", "streamId": "s", "ttl": ttl})


async def test_hierarchical_partition_keys(account):
    tree = await account.new_container(partition_key=PartitionKey(path=["/tenant", "/user"], kind="MultiHash"))
    for tenant, user in (("t1", "a"), ("t1", "b"), ("t2", "a")):
        await tree.create_item({"id": "1", "tenant": tenant, "user": user})
    assert (await tree.read_item("1", ["t1", "b"]))["user"] == "b"
    assert [item["user"] for item in await tree.query("SELECT * FROM c ORDER BY c.user", ["t1"])] == ["a", "b"]
