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
NOT_DONE = b'{"statusCode":424,"subStatusCode":0,"requestCharge":0}'
"""The result of an operation that depended on one that failed."""


class Operation(msgspec.Struct, rename="camel"):
    operation_type: str
    id: str = ""
    resource_body: msgspec.Raw = msgspec.Raw(b"")
    partition_key: str | None = None
    """The JSON array of its components; only in bulk requests."""
    if_match: str | None = None
    if_none_match: str | None = None


class BatchFailed(Exception):
    """One operation failed, so none was done. `body` tells the client which, as the answer to status 207."""

    def __init__(self, count: int, failed: int, cause: CosmosError) -> None:
        super().__init__(f"Operation {failed} of {count} failed: {cause}")
        results = [NOT_DONE] * count
        results[failed] = failed_result(cause)
        self.body = b"[" + b",".join(results) + b"]"


def parse_batch(raw: bytes) -> list[Operation]:
    """The operations of a batch. Raises `BadRequest` or `TooLarge` for what Azure would not even begin."""
    if len(raw) > LARGEST_ITEM:
        raise TooLarge
    try:
        operations = msgspec.json.decode(raw, type=list[Operation])
    except msgspec.DecodeError as fault:
        raise BadRequest(f"The batch is malformed: {fault}.") from fault
    if not 1 <= len(operations) <= _MOST_OPERATIONS:
        raise BadRequest(f"A batch has 1 to {_MOST_OPERATIONS} operations, not {len(operations)}.")
    return operations


def run_batch(
    documents: Documents, partition: str, operations: list[Operation], *, minimal: bool
) -> tuple[bytes, float]:
    """The results as JSON, with documents in it unless `minimal`, and what they cost. Raises `BatchFailed`.

    Must run inside `Storage.write`, which undoes the operations before the one that failed.
    """
    results = []
    charge = 0.0
    for index, operation in enumerate(operations):
        try:
            outcome = run_operation(documents, partition, operation)
        except CosmosError as fault:
            raise BatchFailed(len(operations), index, fault) from fault
        results.append(result_of(operation, outcome, minimal=minimal))
        charge += outcome.charge
    return b"[" + b",".join(results) + b"]", charge


def run_operation(documents: Documents, partition: str, operation: Operation) -> Outcome:
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


def failed_result(cause: CosmosError) -> bytes:
    return msgspec.json.encode(
        {"statusCode": cause.status, "subStatusCode": cause.substatus, "requestCharge": 1, "message": str(cause)}
    )


def result_of(operation: Operation, outcome: Outcome, *, minimal: bool) -> bytes:
    """One that succeeded; `minimal` leaves out documents that were written."""
    body = b"" if minimal and operation.operation_type != "Read" else outcome.body
    result = f'{{"statusCode":{outcome.status},"requestCharge":{outcome.charge:.2f}'
    if outcome.etag:
        escaped_etag = outcome.etag.replace('"', '\\"')
        result += f',"eTag":"{escaped_etag}"'
    return result.encode() + (b',"resourceBody":' + body if body else b"") + b"}"
