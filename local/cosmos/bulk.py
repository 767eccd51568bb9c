"""Bulk execution: up to 100 operations in any partitions, each for itself, in one request.

Source: `executeBulkOperations` of @azure/cosmos, which sends a batch that says it is not atomic.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from local.cosmos.batch import NOT_DONE, Operation, failed_result, result_of, run_operation
from local.cosmos.documents import Documents, Outcome
from local.cosmos.errors import BadRequest, CosmosError
from local.cosmos.partition_keys import partition_text_from_header


async def run_bulk(
    documents: Documents, operations: Sequence[Operation], *, continue_on_error: bool, minimal: bool
) -> tuple[bytes, float]:
    """The results as JSON, and what they cost. One that fails stops those after it unless told otherwise."""
    outcomes: list[Outcome | BaseException] = []
    if continue_on_error:  # all in one commit
        running = (_run(documents, operation) for operation in operations)
        outcomes += await asyncio.gather(*running, return_exceptions=True)
    else:
        for operation in operations:
            outcomes += await asyncio.gather(_run(documents, operation), return_exceptions=True)
            if isinstance(outcomes[-1], BaseException):
                break
    results = [
        _result(operation, outcome, minimal=minimal) for operation, outcome in zip(operations, outcomes, strict=False)
    ]
    results += [NOT_DONE] * (len(operations) - len(results))
    charge = sum(outcome.charge for outcome in outcomes if isinstance(outcome, Outcome))
    return b"[" + b",".join(results) + b"]", charge


async def _run(documents: Documents, operation: Operation) -> Outcome:
    if operation.partition_key is None:
        raise BadRequest("Every operation of a bulk request needs a partitionKey.")
    partition = partition_text_from_header(operation.partition_key)
    return await documents.storage.write(lambda: run_operation(documents, partition, operation))


def _result(operation: Operation, outcome: Outcome | BaseException, *, minimal: bool) -> bytes:
    if isinstance(outcome, Outcome):
        return result_of(operation, outcome, minimal=minimal)
    if isinstance(outcome, CosmosError):
        return failed_result(outcome)
    raise outcome
