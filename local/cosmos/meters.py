"""What the server was asked, for `GET /metrics`: by container and operation, with refusals and request units."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from local.cosmos.errors import TooManyRequests, Unavailable
from local.cosmos.messages import Call, Reply

_DEPTH_OF_ALL_DOCUMENTS = len(("dbs", "database", "colls", "container", "docs"))


class Use(msgspec.Struct, rename="camel"):
    """Of one operation on one container. `throttled` were answered with 429, `unavailable` with 503."""

    requests: int = 0
    throttled: int = 0
    unavailable: int = 0
    request_units: float = 0.0


class Meters:
    """Counts since the start, in memory."""

    def __init__(self) -> None:
        self._containers: defaultdict[str, defaultdict[str, Use]] = defaultdict(lambda: defaultdict(Use))

    def count(self, container: str, call: Call, reply: Reply) -> None:
        """A request for documents was answered."""
        use = self._containers[container][operation_of(call)]
        use.requests += 1
        use.throttled += reply.status == TooManyRequests.status
        use.unavailable += reply.status == Unavailable.status
        use.request_units += reply.charge

    def as_json(self) -> dict[str, Any]:
        """By container, then by operation."""
        return {"containers": self._containers}


def operation_of(call: Call) -> str:
    """What a request for documents wants: create, read, replace, patch, delete, upsert, batch, query or feed."""
    if call.says("x-ms-cosmos-is-batch-request"):
        return "batch"
    if call.is_query:
        return "query"
    if len(call.segments) == _DEPTH_OF_ALL_DOCUMENTS:
        if call.method == "GET":
            return "feed"
        return "upsert" if call.says("x-ms-documentdb-is-upsert") else "create"
    return {"GET": "read", "PUT": "replace", "PATCH": "patch", "DELETE": "delete"}.get(call.method, call.method)
