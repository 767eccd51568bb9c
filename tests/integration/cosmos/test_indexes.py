"""Queries that the app runs are served by indexes after the container's policy, so their cost does not grow."""

import json
from pathlib import Path

import pytest

from local.cosmos.catalog import Catalog
from local.cosmos.feeds import Scope
from local.cosmos.queries import QueryRun, parse_query_request
from local.cosmos.storage import Storage

READ_STREAM = "SELECT * FROM c WHERE c.version > 5 ORDER BY c.version"
FIND_PENDING = "SELECT c.id, c.streamId FROM c WHERE c.pending = true AND c.time < '2026'"
STREAM = Scope(partition='["s1"]')
EVERYWHERE = Scope()
INDEXED = {"includedPaths": [{"path": "/version/?"}, {"path": "/pending/?"}, {"path": '/"a b"/deep/*'}]}


@pytest.fixture
async def catalog(tmp_path: Path):
    storage = Storage(tmp_path / "cosmos.db", "NORMAL")
    catalog = Catalog(storage)
    yield catalog
    storage.close()


async def make(catalog, policy):
    database = await catalog.create_database({"id": "d"})
    settings = {"id": "c", "partitionKey": {"paths": ["/streamId"]}, "indexingPolicy": policy}
    await catalog.create_container(database, settings)
    return catalog.documents("d", "c")


def plan(documents, query, scope, **parameters):
    given = [{"name": f"@{name}", "value": value} for name, value in parameters.items()]
    request = json.dumps({"query": query, "parameters": given}).encode()
    run = QueryRun(documents, scope, parse_query_request(request))
    statement = run.statement(limit=100)
    steps = documents.storage.connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.values)
    return " | ".join(step[-1] for step in steps)


@pytest.mark.parametrize(
    ("query", "scope", "expected"),
    [
        (READ_STREAM, STREAM, "documents_1_path_version_in_partition (partition=? AND <expr>>?)"),
        (READ_STREAM.replace("ORDER", "AND c.x = 1 ORDER"), STREAM, "version_in_partition (partition=? AND <expr>>?)"),
        ("SELECT VALUE COUNT(1) FROM c WHERE c.version > 5", STREAM, "version_in_partition (partition=? AND <expr>>?)"),
        (FIND_PENDING, EVERYWHERE, "documents_1_path_pending_across (<expr>=?)"),
        ("SELECT * FROM c WHERE c.pending", EVERYWHERE, "documents_1_path_pending_across (<expr>=?)"),
        ("SELECT * FROM c WHERE c.version IN (1, 2)", EVERYWHERE, "documents_1_path_version_across (<expr>=?)"),
        ("SELECT * FROM c WHERE c['a b'].deep = 1", EVERYWHERE, "_deep_across (<expr>=?)"),
        ("SELECT * FROM c WHERE c.id = 'x'", STREAM, "documents_1_key (partition=? AND id=?)"),
        ("SELECT * FROM c WHERE c.streamId = 's' AND c.id = 'x'", EVERYWHERE, "documents_1_key (partition=? AND id=?)"),
    ],
)
async def test_the_plan_searches_an_index(catalog, query, scope, expected):
    found = plan(await make(catalog, INDEXED), query, scope)
    assert expected in found
    assert "SCAN" not in found


async def test_ids_of_a_list_are_sought_one_by_one(catalog):
    query = "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(@ids, c.id)"
    found = plan(await make(catalog, INDEXED), query, STREAM, ids=["a", "b"])
    assert "documents_1_key (partition=? AND id=?)" in found


async def test_a_stream_is_read_in_order_without_sorting(catalog):
    first_term_only = plan(await make(catalog, INDEXED), READ_STREAM, STREAM)
    assert "USE TEMP B-TREE FOR ORDER BY" not in first_term_only


async def test_a_path_that_no_policy_names_is_not_indexed(catalog):
    documents = await make(catalog, {"includedPaths": [{"path": "/*"}]})
    assert "path_version" not in plan(documents, READ_STREAM, STREAM)


async def test_the_partition_key_is_indexed_across_partitions_alone(catalog):
    documents = await make(catalog, {"includedPaths": [{"path": "/streamId/?"}, {"path": "/version/?"}]})
    indexes = documents.storage.connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%_path_%'")
    assert sorted(name.removeprefix("documents_1_path_") for (name,) in indexes) == [
        "stream_49_d_across",
        "version_across",
        "version_in_partition",
    ]
    in_order = "SELECT VALUE c.streamId FROM c WHERE c.streamId > 's1' ORDER BY c.streamId"
    assert "stream_49_d_across (<expr>>?)" in plan(documents, in_order, EVERYWHERE)


async def test_a_new_policy_makes_new_indexes_and_drops_the_old(catalog):
    documents = await make(catalog, INDEXED)
    reads_stream = READ_STREAM.removesuffix(" ORDER BY c.version")
    assert "path_version" in plan(documents, reads_stream, STREAM)
    policy = {"includedPaths": [{"path": "/time/?"}], "compositeIndexes": [[{"path": "/a"}, {"path": "/b"}]]}
    await catalog.replace_container(catalog.database("d"), documents.container, {"indexingPolicy": policy})
    documents = catalog.documents("d", "c")
    assert "path_version" not in plan(documents, reads_stream, STREAM)
    assert "path_time_across" in plan(documents, "SELECT * FROM c WHERE c.time < '2026' ORDER BY c.time", EVERYWHERE)
    composite = plan(documents, "SELECT * FROM c WHERE c.a = 1 ORDER BY c.a, c.b", STREAM)
    assert "documents_1_composite_0 (partition=? AND <expr>=?)" in composite
