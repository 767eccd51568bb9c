"""Requests for the documents of a container: one, a batch, a query, a feed."""

from __future__ import annotations

from collections.abc import Callable

from local.cosmos.batch import BatchFailed, parse_batch, run_batch
from local.cosmos.bulk import run_bulk
from local.cosmos.charges import feed_charge, query_charge
from local.cosmos.documents import Documents, Outcome
from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.feeds import Page, all_documents, change_feed
from local.cosmos.messages import Call, Reply, feed_reply, outcome_reply
from local.cosmos.patch import patch
from local.cosmos.queries import QueryRun, parse_query_request
from local.cosmos.query_plan import QUERY_PLAN

_MULTI_STATUS = 207
_FEED_NAME = "Documents"


async def document_reply(documents: Documents, call: Call, identity: str) -> Reply:
    _refuse_triggers(call)
    if call.method == "GET":
        outcome = documents.read(call.partition, identity, call.condition.if_none_match)
        return outcome_reply(outcome, without_body=False)
    outcome = await documents.storage.write(_operation(documents, call, identity))
    return outcome_reply(outcome, without_body=call.wants_no_body)


async def documents_reply(documents: Documents, call: Call) -> Reply:
    _refuse_triggers(call)
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
    minimal, operations = call.wants_no_body, parse_batch(call.body)
    if call.headers.get("x-ms-cosmos-batch-atomic", "true").lower() == "false":
        goes_on = call.says("x-ms-cosmos-batch-continue-on-error")
        results, charge = await run_bulk(documents, operations, continue_on_error=goes_on, minimal=minimal)
        return Reply(_MULTI_STATUS, results, charge=charge)
    partition = call.partition
    try:
        results, charge = await documents.storage.write(
            lambda: run_batch(documents, partition, operations, minimal=minimal)
        )
    except BatchFailed as fault:
        return Reply(_MULTI_STATUS, fault.body)
    return Reply(200, results, charge=charge)


def _query_reply(documents: Documents, call: Call) -> Reply:
    scope = call.scope
    run = QueryRun(documents, scope, parse_query_request(call.body))
    if call.says("x-ms-cosmos-is-query-plan-request"):
        return Reply(200, QUERY_PLAN)
    if scope.partition is None and not _may_cross_partitions(call):
        raise BadRequest("Cross partition query is required but disabled. Set enable_cross_partition_query.")
    page = run.page(call.headers.get("x-ms-continuation"), call.page_size)
    return feed_reply(_FEED_NAME, documents.container.rid, page, charge=query_charge(page.rows))


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
    charge = feed_charge(changes.rows)
    return feed_reply(_FEED_NAME, documents.container.rid, Page(changes.rows), headers, charge=charge)


def _list_reply(documents: Documents, call: Call) -> Reply:
    page = all_documents(documents, call.scope, call.headers.get("x-ms-continuation"), call.page_size)
    return feed_reply(_FEED_NAME, documents.container.rid, page, charge=feed_charge(page.rows))


def _refuse_triggers(call: Call) -> None:
    for when in ("pre", "post"):
        if f"x-ms-documentdb-{when}-trigger-include" in call.headers:
            raise NotSupported(f"A {when}-trigger")


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
