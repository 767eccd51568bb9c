"""Reading many documents in the order of their changes: the change feed, and the list of all."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from local.cosmos.document_json import with_property
from local.cosmos.documents import Documents
from local.cosmos.errors import BadRequest

_WHOLE_RANGE = ("", "FF")
_CHANGES_PER_PAGE = 100
_DOCUMENTS_PER_PAGE = 1000
LARGEST_PAGE = 4 * 1024 * 1024
"""Bytes; a page ends with the document that passes it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents of a container a request is about: one partition, a range of hashes, or all."""

    partition: str | None = None
    first_hash: str = ""
    end_hash: str = "FF"

    def conditions(self) -> tuple[str, dict[str, Any]]:
        """SQL over a table aliased `documents`, and its bindings. Expired documents are in no scope."""
        values: dict[str, Any] = {"now": int(time.time())}
        sql = "(documents.expires IS NULL OR documents.expires >= :now)"
        if self.partition is not None:
            values["partition"] = self.partition
            return f"documents.partition = :partition AND {sql}", values
        if (self.first_hash, self.end_hash) != _WHOLE_RANGE:
            values |= {"first_hash": self.first_hash, "end_hash": self.end_hash}
            hash_sql = "effective_partition_key(documents.partition)"
            return f"{hash_sql} >= :first_hash AND {hash_sql} < :end_hash AND {sql}", values
        return sql, values


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[bytes]
    """Each the JSON of one result."""
    continuation: str = ""
    """What to send for the next page; empty after the last."""


@dataclass(frozen=True, slots=True)
class Changes:
    rows: list[bytes]
    etag: str
    """Where the reader stands now; to be sent as If-None-Match for what comes next."""


def change_feed(
    documents: Documents, scope: Scope, if_none_match: str | None, modified_since: str | None, page_size: int
) -> Changes:
    """The latest version of every document changed after a position, in the order of the changes.

    `if_none_match` is the ETag of an earlier answer, `*` for changes from now on, None for all there are;
    `modified_since` is an HTTP date.
    """
    start = _start(documents, if_none_match, modified_since)
    since = _timestamp(modified_since) if modified_since else 0
    last = documents.storage.sequence
    limit = page_size if page_size > 0 else _CHANGES_PER_PAGE
    rows = []
    for sequence, body in _after(documents, scope, start, limit, since):
        rows.append(with_property(body, "_lsn", str(sequence)))
        last = sequence
    return Changes(rows, f'"{last}"')


def all_documents(documents: Documents, scope: Scope, continuation: str | None, page_size: int) -> Page:
    start = _position(continuation) if continuation else 0
    limit = page_size if page_size > 0 else _DOCUMENTS_PER_PAGE
    found = _after(documents, scope, start, limit + 1, 0)
    more = len(found) > limit
    return Page([body for _, body in found[:limit]], str(found[limit - 1][0]) if more else "")


def _start(documents: Documents, if_none_match: str | None, modified_since: str | None) -> int:
    if if_none_match == "*":
        return 0 if modified_since else documents.storage.sequence
    return _position(if_none_match) if if_none_match else 0


def _position(token: str) -> int:
    number = token.strip('"')
    if not number.isdigit():
        raise BadRequest(f"'{token}' is no continuation that this server gave out.")
    return int(number)


def _timestamp(http_date: str) -> int:
    try:
        return int(parsedate_to_datetime(http_date).timestamp())
    except ValueError as fault:
        raise BadRequest(f"If-Modified-Since is no HTTP date: '{http_date}'.") from fault


def _after(documents: Documents, scope: Scope, start: int, limit: int, since: int) -> list[tuple[int, bytes]]:
    conditions, values = scope.conditions()
    statement = (
        f"SELECT sequence, CAST(body AS BLOB) FROM {documents.container.table} AS documents"
        f" WHERE sequence > :start AND timestamp >= :since AND {conditions} ORDER BY sequence LIMIT :limit"
    )
    values |= {"start": start, "since": since, "limit": limit}
    return documents.storage.connection.execute(statement, values).fetchall()
