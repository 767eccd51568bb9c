"""The documents of one container: create, read, replace, upsert, delete.

Methods that write must run inside `Storage.write`, which undoes them when they raise.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.cosmos import charges
from local.cosmos.containers import Container
from local.cosmos.document_json import etag_of, parse_document, parse_object, stamped
from local.cosmos.errors import BadRequest, Conflict, NotFound, NotModified, PreconditionFailed
from local.cosmos.storage import Storage

_PURGED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a client is told of one operation that succeeded."""

    status: int
    body: bytes = b""
    etag: str = ""
    charge: float = charges.LEAST
    """In request units."""


@dataclass(frozen=True, slots=True)
class Version:
    """A document as it is stored."""

    sequence: int
    created: int
    body: bytes

    @property
    def etag(self) -> str:
        return etag_of(self.sequence)


@dataclass(frozen=True, slots=True)
class Condition:
    """The headers If-Match and If-None-Match, or None where they are absent."""

    if_match: str | None = None
    if_none_match: str | None = None

    def check(self, etag: str) -> None:
        """Raise `PreconditionFailed` unless a document with this ETag may be written."""
        if self.if_match not in (None, "*", etag) or self.if_none_match in ("*", etag):
            raise PreconditionFailed


ALWAYS = Condition()


class Documents:
    def __init__(self, storage: Storage, container: Container) -> None:
        self.storage = storage
        self.container = container
        table = container.table
        self._execute = storage.connection.execute
        self._select = (
            f"SELECT sequence, created, CAST(body AS BLOB) FROM {table}"
            " WHERE partition = ? AND id = ? AND (expires IS NULL OR expires >= ?)"
        )
        self._insert = f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TEXT))"
        self._update = (
            f"UPDATE {table} SET sequence = ?, timestamp = ?, expires = ?, body = CAST(? AS TEXT) WHERE sequence = ?"
        )
        self._purge = (
            f"DELETE FROM {table} WHERE sequence IN"
            f" (SELECT sequence FROM {table} WHERE expires < ? LIMIT {_PURGED_AT_ONCE})"
        )

    def read(self, partition: str, identity: str, if_none_match: str | None = None) -> Outcome:
        version = self.version(partition, identity)
        if if_none_match == version.etag:
            raise NotModified(version.etag)
        return Outcome(200, version.body, version.etag, charges.read_charge(len(version.body)))

    def create(self, partition: str, raw: bytes) -> Outcome:
        """Raises `Conflict` if the id or a unique key is taken in this partition."""
        return self._create(partition, parse_document(raw), raw)

    def upsert(self, partition: str, raw: bytes, condition: Condition = ALWAYS) -> Outcome:
        document = parse_document(raw)
        existing = self._find(partition, document["id"])
        if existing is None:
            return self._create(partition, document, raw)
        condition.check(existing.etag)
        return self.write_over(existing, partition, document, raw)

    def replace(self, partition: str, identity: str, raw: bytes, condition: Condition = ALWAYS) -> Outcome:
        document = parse_document(raw)
        existing = self.version(partition, identity)
        if document["id"] != identity:
            raise BadRequest("The id of an item cannot be changed.")
        condition.check(existing.etag)
        return self.write_over(existing, partition, document, raw)

    def delete(self, partition: str, identity: str, condition: Condition = ALWAYS) -> Outcome:
        existing = self.version(partition, identity)
        condition.check(existing.etag)
        self.storage.next_sequence()
        self._execute(f"DELETE FROM {self.container.table} WHERE sequence = ?", (existing.sequence,))
        self.storage.keep_high_water()
        charge = self.container.charges.create(len(existing.body), parse_object(existing.body))
        return Outcome(204, charge=charge)

    def delete_partition(self, partition: str) -> Outcome:
        self.storage.next_sequence()
        self._execute(f"DELETE FROM {self.container.table} WHERE partition = ?", (partition,))
        self.storage.keep_high_water()
        return Outcome(200)

    def purge_expired(self) -> bool:
        """Delete some of the documents whose time is over; says whether there may be more."""
        purged = self._execute(self._purge, (int(time.time()),)).rowcount
        if purged:
            self.storage.keep_high_water()
        return purged == _PURGED_AT_ONCE

    def version(self, partition: str, identity: str) -> Version:
        """The document as stored; raises `NotFound` if there is none or its time is over."""
        found = self._find(partition, identity)
        if found is None:
            raise NotFound
        return found

    def write_over(self, existing: Version, partition: str, document: dict[str, Any], raw: bytes) -> Outcome:
        """Store `raw`, the JSON of `document`, as the next version."""
        self._check_partition(partition, document)
        sequence, timestamp = self.storage.next_sequence(), int(time.time())
        body = stamped(self.container, raw, document, created=existing.created, sequence=sequence, timestamp=timestamp)
        expires = self.container.expiry_of(document, timestamp)
        values = (sequence, timestamp, expires, body, existing.sequence)
        self._unless_taken(partition, timestamp, lambda: self._execute(self._update, values))
        old = parse_object(existing.body)
        charge = self.container.charges.replace(len(existing.body), old, len(body), document)
        return Outcome(200, body, etag_of(sequence), charge)

    def _create(self, partition: str, document: dict[str, Any], raw: bytes) -> Outcome:
        self._check_partition(partition, document)
        sequence, timestamp = self.storage.next_sequence(), int(time.time())
        body = stamped(self.container, raw, document, created=sequence, sequence=sequence, timestamp=timestamp)
        expires = self.container.expiry_of(document, timestamp)
        values = (sequence, partition, document["id"], sequence, timestamp, expires, body)
        self._unless_taken(partition, timestamp, lambda: self._execute(self._insert, values))
        return Outcome(201, body, etag_of(sequence), self.container.charges.create(len(body), document))

    def _find(self, partition: str, identity: str) -> Version | None:
        row = self._execute(self._select, (partition, identity, int(time.time()))).fetchone()
        return None if row is None else Version(*row)

    def _check_partition(self, partition: str, document: dict[str, Any]) -> None:
        if self.container.partition_of(document) != partition:
            raise BadRequest(
                "PartitionKey extracted from document doesn't match the one specified in the header.", 1001
            )

    def _unless_taken(self, partition: str, now: int, write: Callable[[], object]) -> None:
        """Write; a document that only seems to be there, as its time is over, gives way."""
        try:
            write()
        except sqlite3.IntegrityError as fault:
            expired = f"DELETE FROM {self.container.table} WHERE partition = ? AND expires < ?"
            if not self._execute(expired, (partition, now)).rowcount:
                raise _conflict(fault) from fault
            self._unless_taken(partition, now, write)


def _conflict(fault: sqlite3.IntegrityError) -> Conflict:
    """SQLite names the columns of a plain index, and for one with expressions the index itself."""
    if "_unique_" in str(fault):
        return Conflict("Unique index constraint violation.")
    return Conflict()
