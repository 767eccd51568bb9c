"""A request and its answer, free of the web framework."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from local.cosmos.charges import LEAST
from local.cosmos.document_json import parse_object
from local.cosmos.documents import Condition, Outcome
from local.cosmos.errors import BadRequest, CosmosError, NotModified, TooManyRequests
from local.cosmos.feeds import Page, Scope
from local.cosmos.partition_keys import partition_text_from_header

_PARTITION_KEY = "x-ms-documentdb-partitionkey"
_ACTIVITY_PREFIX = f"{os.urandom(4).hex()}-{os.urandom(2).hex()}-4000-8000"
_activities = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. The names of headers ignore case."""

    method: str
    segments: list[str]
    headers: Mapping[str, str]
    body: bytes
    host: str

    def says(self, header: str) -> bool:
        return self.headers.get(header, "").lower() == "true"

    def json(self) -> dict[str, Any]:
        return parse_object(self.body)

    @property
    def is_query(self) -> bool:
        content_type = self.headers.get("Content-Type", "")
        return self.says("x-ms-documentdb-isquery") or content_type.startswith("application/query+json")

    @property
    def wants_no_body(self) -> bool:
        return self.headers.get("Prefer") == "return=minimal"

    @property
    def condition(self) -> Condition:
        return Condition(self.headers.get("If-Match"), self.headers.get("If-None-Match"))

    @property
    def partition(self) -> str:
        """The partition key text; raises `BadRequest` if the request names none."""
        header = self.headers.get(_PARTITION_KEY)
        if header is None:
            raise BadRequest("PartitionKey value must be supplied for this operation.")
        return partition_text_from_header(header)

    @property
    def scope(self) -> Scope:
        header = self.headers.get(_PARTITION_KEY)
        return Scope(
            None if header is None else partition_text_from_header(header),
            self.headers.get("x-ms-start-epk", ""),
            self.headers.get("x-ms-end-epk", "FF"),
        )

    @property
    def page_size(self) -> int:
        """The most results asked for; zero or less leaves it to the server."""
        number = self.headers.get("x-ms-max-item-count") or "0"
        try:
            return int(number)
        except ValueError as fault:
            raise BadRequest(f"x-ms-max-item-count is no number: '{number}'.") from fault


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    charge: float = LEAST
    """In request units."""


def resource_reply(status: int, properties: dict[str, Any]) -> Reply:
    """A database or container."""
    return Reply(status, msgspec.json.encode(properties), {"etag": properties["_etag"]})


def outcome_reply(outcome: Outcome, *, without_body: bool) -> Reply:
    """The outcome of an operation on a document."""
    headers = {"etag": outcome.etag} if outcome.etag else {}
    return Reply(outcome.status, b"" if without_body else outcome.body, headers, outcome.charge)


def feed_reply(
    name: str, rid: str, page: Page, headers: dict[str, str] | None = None, *, charge: float = LEAST
) -> Reply:
    """A list of resources; `name` is the property they stand under, `rid` that of their parent."""
    all_headers = {"x-ms-item-count": str(len(page.rows)), **(headers or {})}
    if page.continuation:
        all_headers["x-ms-continuation"] = page.continuation
    body = b'{"_rid":"%b","%b":[%b],"_count":%d}' % (
        rid.encode(),
        name.encode(),
        b",".join(page.rows),
        len(page.rows),
    )
    return Reply(200, body, all_headers, charge)


def error_reply(fault: CosmosError) -> Reply:
    headers = {"x-ms-substatus": str(fault.substatus)} if fault.substatus else {}
    if isinstance(fault, TooManyRequests):
        headers["x-ms-retry-after-ms"] = str(fault.retry_after_ms)
    elif isinstance(fault, NotModified):
        headers["etag"] = fault.etag
    body = msgspec.json.encode({"code": fault.code, "message": str(fault)})
    return Reply(fault.status, b"" if fault.status == 304 else body, headers)


def standard_headers(sequence: int, charge: float) -> dict[str, str]:
    """What every answer carries; `sequence` is that of the last change, `charge` in request units."""
    return {
        "Content-Type": "application/json",
        "x-ms-activity-id": f"{_ACTIVITY_PREFIX}-{next(_activities):012x}",
        "x-ms-request-charge": f"{charge:.2f}",
        "x-ms-session-token": f"0:-1#{sequence}",
        "lsn": str(sequence),
    }
