"""Requests for the documents of a container: one, a batch, a query, a feed."""

from __future__ import annotations

from collections.abc import Callable

from local.cosmos.batch import BatchFailed, parse_batch, run_batch
from local.cosmos.documents import Documents, Outcome
from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.feeds import Page, all_documents, change_feed
from local.cosmos.messages import Call, Reply, feed_reply, outcome_reply
from local.cosmos.patch import patch
from local.cosmos.queries import QueryRun, parse_query_request

_MULTI_STATUS = 207
_FEED_NAME = "Documents"


async def document_reply(documents: Documents, call: Call, identity: str) -> Reply:
    if call.method == "GET":
        outcome = documents.read(call.partition, identity, call.condition.if_none_match)
        return outcome_reply(outcome, without_body=False)
    outcome = await documents.storage.write(_operation(documents, call, identity))
    return outcome_reply(outcome, without_body=call.wants_no_body)


async def documents_reply(documents: Documents, call: Call) -> Reply:
    if call.method == "GET":
        return _change_feed_reply(documents, call) if "A-IM" in call.headers else _list_reply(documents, call)
    if call.says("x-ms-cosmos-is-batch-request"):
        return await _batch_reply(documents, call)
    if call.is_query:
        return _query_reply(documents, call)
    return await _write_reply(documents, call)


async def delete_partition_reply(documents: Documents, call: Call) -> Reply:
    partition = call.partition
    outcome = await documents.storage.write(lambda: documents.delete_partition(partition))
    return outcome_reply(outcome, without_body=True)


async def _write_reply(documents: Documents, call: Call) -> Reply:
    partition, body, condition = call.partition, call.body, call.condition
    if call.says("x-ms-documentdb-is-upsert"):
        outcome = await documents.storage.write(lambda: documents.upsert(partition, body, condition))
    else:
        outcome = await documents.storage.write(lambda: documents.create(partition, body))
    return outcome_reply(outcome, without_body=call.wants_no_body)


async def _batch_reply(documents: Documents, call: Call) -> Reply:
    partition, minimal, operations = call.partition, call.wants_no_body, parse_batch(call.body)
    try:
        results = await documents.storage.write(lambda: run_batch(documents, partition, operations, minimal=minimal))
    except BatchFailed as fault:
        return Reply(_MULTI_STATUS, fault.body)
    return Reply(200, results)


def _query_reply(documents: Documents, call: Call) -> Reply:
    if call.says("x-ms-cosmos-is-query-plan-request"):
        raise NotSupported("A query plan (one range holds all documents, so a client needs none)")
    scope = call.scope
    if scope.partition is None and not _may_cross_partitions(call):
        raise BadRequest("Cross partition query is required but disabled. Set enable_cross_partition_query.")
    run = QueryRun(documents, scope, parse_query_request(call.body))
    page = run.page(call.headers.get("x-ms-continuation"), call.page_size)
    return feed_reply(_FEED_NAME, documents.container.rid, page)


def _may_cross_partitions(call: Call) -> bool:
    return call.says("x-ms-documentdb-query-enablecrosspartition") or "x-ms-start-epk" in call.headers


def _change_feed_reply(documents: Documents, call: Call) -> Reply:
    if call.headers["A-IM"].lower() != "incremental feed":
        raise NotSupported(f"The change feed mode '{call.headers['A-IM']}'")
    changes = change_feed(
        documents,
        call.scope,
        call.headers.get("If-None-Match"),
        call.headers.get("If-Modified-Since"),
        call.page_size,
    )
    headers = {"etag": changes.etag}
    if not changes.rows:
        return Reply(304, headers=headers)
    return feed_reply(_FEED_NAME, documents.container.rid, Page(changes.rows), headers)


def _list_reply(documents: Documents, call: Call) -> Reply:
    page = all_documents(documents, call.scope, call.headers.get("x-ms-continuation"), call.page_size)
    return feed_reply(_FEED_NAME, documents.container.rid, page)


def _operation(documents: Documents, call: Call, identity: str) -> Callable[[], Outcome]:
    """What to do inside the transaction for a request that changes one document."""
    partition, body, condition = call.partition, call.body, call.condition
    match call.method:
        case "PUT":
            return lambda: documents.replace(partition, identity, body, condition)
        case "PATCH":
            return lambda: patch(documents, partition, identity, body, condition)
        case "DELETE":
            return lambda: documents.delete(partition, identity, condition)
    raise BadRequest(f"An item has no method {call.method}.")
