"""Transactional batches: up to 100 operations in one logical partition, all or none.

Source: https://learn.microsoft.com/azure/cosmos-db/transactional-batch
"""

from __future__ import annotations

import msgspec

from local.cosmos.document_json import LARGEST_ITEM
from local.cosmos.documents import Condition, Documents, Outcome
from local.cosmos.errors import BadRequest, CosmosError, TooLarge
from local.cosmos.patch import patch

_MOST_OPERATIONS = 100
_FAILED_DEPENDENCY = 424


class _Operation(msgspec.Struct, rename="camel"):
    operation_type: str
    id: str = ""
    resource_body: msgspec.Raw = msgspec.Raw(b"")
    if_match: str | None = None
    if_none_match: str | None = None


class BatchFailed(Exception):
    """One operation failed, so none was done. `body` tells the client which, as the answer to status 207."""

    def __init__(self, count: int, failed: int, cause: CosmosError) -> None:
        super().__init__(f"Operation {failed} of {count} failed: {cause}")
        results = [{"statusCode": _FAILED_DEPENDENCY, "subStatusCode": 0, "requestCharge": 0}] * count
        results[failed] = {"statusCode": cause.status, "subStatusCode": cause.substatus, "requestCharge": 1}
        self.body = msgspec.json.encode(results)


def parse_batch(raw: bytes) -> list[_Operation]:
    """The operations of a batch. Raises `BadRequest` or `TooLarge` for what Azure would not even begin."""
    if len(raw) > LARGEST_ITEM:
        raise TooLarge
    try:
        operations = msgspec.json.decode(raw, type=list[_Operation])
    except msgspec.DecodeError as fault:
        raise BadRequest(f"The batch is malformed: {fault}.") from fault
    if not 1 <= len(operations) <= _MOST_OPERATIONS:
        raise BadRequest(f"A batch has 1 to {_MOST_OPERATIONS} operations, not {len(operations)}.")
    return operations


def run_batch(documents: Documents, partition: str, operations: list[_Operation], *, minimal: bool) -> bytes:
    """The results as JSON, with documents in it unless `minimal`. Raises `BatchFailed`.

    Must run inside `Storage.write`, which undoes the operations before the one that failed.
    """
    results = []
    for index, operation in enumerate(operations):
        try:
            outcome = _run(documents, partition, operation)
        except CosmosError as fault:
            raise BatchFailed(len(operations), index, fault) from fault
        keep_body = not minimal or operation.operation_type == "Read"
        results.append(_result(outcome, outcome.body if keep_body else b""))
    return b"[" + b",".join(results) + b"]"


def _run(documents: Documents, partition: str, operation: _Operation) -> Outcome:
    raw, identity = bytes(operation.resource_body), operation.id
    condition = Condition(operation.if_match, operation.if_none_match)
    match operation.operation_type:
        case "Create":
            return documents.create(partition, raw)
        case "Upsert":
            return documents.upsert(partition, raw, condition)
        case "Replace":
            return documents.replace(partition, identity, raw, condition)
        case "Patch":
            return patch(documents, partition, identity, raw, condition)
        case "Delete":
            return documents.delete(partition, identity, condition)
        case "Read":
            return documents.read(partition, identity)
        case unknown:
            raise BadRequest(f"'{unknown}' is no operation of a batch.")


def _result(outcome: Outcome, body: bytes) -> bytes:
    result = f'{{"statusCode":{outcome.status},"requestCharge":1'
    if outcome.etag:
        escaped_etag = outcome.etag.replace('"', '\\"')
        result += f',"eTag":"{escaped_etag}"'
    return result.encode() + (b',"resourceBody":' + body if body else b"") + b"}"
