"""What outlives the process, in SQLite: messages, session states, duplicate history, sequence numbers, rules.

Changes gather in memory and are written by `commit`, one transaction per turn of the event loop; the broker calls it
before anything is sent. A message that comes and goes within one turn is never written.

Locks are not stored: a broker that starts anew has none, and what was locked is delivered again.

`synchronous=NORMAL` in WAL mode: a commit has handed its pages to the operating system, so it survives `kill -9` of
this process. Only a power failure can take the last commits, and no local Azure is asked to survive that; FULL
would cost an fsync, some milliseconds, per turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from local.servicebus.message import Message, State
from local.servicebus.payload import Payload
from local.servicebus.room import Room
from local.servicebus.schema import create_tables


class EntityRecord(NamedTuple):
    """What is stored of an entity itself."""

    id: int
    last_sequence: int


class Store:
    """Opened on `path`; raises sqlite3.Error if that is no database of this kind or cannot be written.

    `most_bytes` limits its size (0: the disk does); `room` says whether there is any left. `failed` is called with
    what made a commit fail, once: none succeeds after that.
    """

    def __init__(
        self, path: Path, most_bytes: int = 0, failed: Callable[[Exception], None] = lambda fault: None
    ) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        # One process owns the file: no lock is taken per transaction, and a second broker is refused at once.
        self._database.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        create_tables(self._database)
        self.room = Room(self._database, path, most_bytes)
        self._last_payload: int = self._database.execute("SELECT coalesce(max(id), 0) FROM payload").fetchone()[0]
        self._failed = failed
        self._fault: Exception | None = None
        self._is_dirty = False
        self._sequences: dict[int, int] = {}
        self._payloads: dict[int, Payload] = {}
        self._messages: dict[tuple[int, int], Message] = {}
        self._dead_messages: list[tuple[int, int]] = []
        self._dead_payloads: list[tuple[int]] = []
        self._states: dict[tuple[int, str], tuple[bytes | None, int]] = {}
        self._seen: dict[tuple[int, str], int | None] = {}
        self._rules: dict[tuple[int, str], bytes | None] = {}

    # Reading, at the start

    def entity(self, path: str) -> EntityRecord:
        """The record of the entity at `path`, made if there is none."""
        self._database.execute("INSERT OR IGNORE INTO entity (path, last_sequence) VALUES (?, 0)", (path,))
        row = self._database.execute("SELECT id, last_sequence FROM entity WHERE path = ?", (path,)).fetchone()
        return EntityRecord(*row)

    def messages(self, entities: set[int]) -> Iterator[tuple[int, Message]]:
        """The stored messages of `entities` in order, each with its entity's id; copies share their payload."""
        payloads: dict[int, Payload] = {}
        for row in self._database.execute(
            "SELECT entity, sequence, payload, state, delivery_count, enqueued_at, expires_at, enqueued_sequence,"
            " dead_letter_source, raw FROM message JOIN payload ON payload.id = message.payload"
            " ORDER BY entity, sequence"
        ):
            entity, sequence, payload_id, state, delivery_count, enqueued_at, *rest, raw = row
            payload = payloads.get(payload_id)
            if payload is None:
                payload = payloads[payload_id] = Payload(raw)
                payload.stored_id = payload_id
            payload.references += 1
            if entity not in entities:
                continue  # not in the configuration now; it is kept, with its payload, for the day it returns
            message = Message(payload, sequence, enqueued_at)
            message.expires_at, message.enqueued_sequence, message.dead_letter_source = rest
            message.state, message.delivery_count, message.is_stored = State(state), delivery_count, True
            yield entity, message

    def session_states(self, entity: int) -> list[tuple[str, bytes, int]]:
        """The session ids of `entity` that have a state, with it and when it was set."""
        rows = self._database.execute(
            "SELECT session, state, updated_at FROM session_state WHERE entity = ?", (entity,)
        )
        return rows.fetchall()

    def seen_messages(self, entity: int) -> list[tuple[str, int]]:
        """The duplicate history of `entity`, oldest first."""
        rows = self._database.execute(
            "SELECT message, seen_at FROM seen_message WHERE entity = ? ORDER BY seen_at", (entity,)
        )
        return rows.fetchall()

    def rule_changes(self, entity: int) -> list[tuple[str, bytes | None]]:
        """What clients changed in the rules of `entity`: the description of one added, None for one removed."""
        rows = self._database.execute("SELECT name, description FROM rule_change WHERE entity = ?", (entity,))
        return rows.fetchall()

    # Changes, written by the next commit

    def set_last_sequence(self, entity: int, sequence: int) -> None:
        self._sequences[entity] = sequence
        self._is_dirty = True

    def save(self, entity: int, message: Message) -> None:
        """Store a new message, or what changed in one."""
        key = (entity, message.sequence)
        self._is_dirty = True
        if not message.is_stored and key not in self._messages:
            payload = message.payload
            payload.references += 1
            if not payload.stored_id:
                self._last_payload += 1
                payload.stored_id = self._last_payload
                self._payloads[payload.stored_id] = payload
        self._messages[key] = message

    def delete(self, entity: int, message: Message) -> None:
        key = (entity, message.sequence)
        self._is_dirty = True
        self._messages.pop(key, None)
        if message.is_stored:
            self._dead_messages.append(key)
        payload = message.payload
        payload.references -= 1
        if payload.references == 0:
            if self._payloads.pop(payload.stored_id, None) is None:
                self._dead_payloads.append((payload.stored_id,))
            payload.stored_id = 0  # saved again, it is stored anew

    def set_payload(self, entity: int, message: Message, payload: Payload) -> None:
        """Give a message another payload."""
        self.delete(entity, message)
        message.payload, message.is_stored = payload, False
        self.save(entity, message)

    def set_rule(self, entity: int, name: str, description: bytes | None) -> None:
        """Remember that a rule was added, or (None) removed."""
        self._rules.pop((entity, name), None)  # names ignore the case: the last change has to be written last
        self._rules[entity, name] = description
        self._is_dirty = True

    def set_session_state(self, entity: int, session: str, state: bytes | None, updated_at: int) -> None:
        self._states[entity, session] = (state, updated_at)
        self._is_dirty = True

    def set_seen(self, entity: int, message_id: str, seen_at: int | None) -> None:
        """Remember when a message id was seen, or forget it (None)."""
        self._seen[entity, message_id] = seen_at
        self._is_dirty = True

    def commit(self) -> None:
        """Write all changes in one transaction. If that fails, in whatever way, it raises that ever after.

        Some changes are forgotten then, and the transaction is still open.
        """
        if self._fault is not None:
            raise self._fault
        if not self._is_dirty:
            return
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._write_messages()
            self._write_the_rest()
            self._database.execute("COMMIT")
        except Exception as fault:
            self._fault = fault
            self._failed(fault)
            raise
        self._is_dirty = False

    def close(self) -> None:
        """Commit what is left and close. Raises what `commit` does."""
        try:
            self.commit()
        finally:
            self._database.close()

    def _write_messages(self) -> None:
        run = self._database.executemany
        if self._dead_messages:  # first: a message that got another payload is deleted and stored anew
            run("DELETE FROM message WHERE entity = ? AND sequence = ?", self._dead_messages)
            self._dead_messages.clear()
        if self._dead_payloads:
            run("DELETE FROM payload WHERE id = ?", self._dead_payloads)
            self._dead_payloads.clear()
        if self._payloads:
            rows: list[tuple[object, ...]] = [(key, each.encode()) for key, each in self._payloads.items()]
            run("INSERT INTO payload VALUES (?, ?)", rows)
            self._payloads.clear()
        if self._messages:
            rows = [_row(entity, message) for (entity, _), message in self._messages.items()]
            run("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            for message in self._messages.values():
                message.is_stored = True
            self._messages.clear()

    def _write_the_rest(self) -> None:
        run = self._database.executemany
        if self._sequences:
            rows = [(sequence, entity) for entity, sequence in self._sequences.items()]
            run("UPDATE entity SET last_sequence = ? WHERE id = ?", rows)
            self._sequences.clear()
        for (entity, session), (state, updated_at) in self._states.items():
            if state is None:
                self._database.execute("DELETE FROM session_state WHERE entity = ? AND session = ?", (entity, session))
            else:
                row = (entity, session, state, updated_at)
                self._database.execute("INSERT OR REPLACE INTO session_state VALUES (?, ?, ?, ?)", row)
        self._states.clear()
        if self._seen:
            new = [(*key, seen_at) for key, seen_at in self._seen.items() if seen_at is not None]
            gone = [key for key, seen_at in self._seen.items() if seen_at is None]
            run("INSERT OR REPLACE INTO seen_message VALUES (?, ?, ?)", new)
            run("DELETE FROM seen_message WHERE entity = ? AND message = ?", gone)
            self._seen.clear()
        if self._rules:
            changes = [(*key, description) for key, description in self._rules.items()]
            run("INSERT OR REPLACE INTO rule_change VALUES (?, ?, ?)", changes)
            self._rules.clear()


def _row(entity: int, message: Message) -> tuple[int | str | None, ...]:
    return (
        entity,
        message.sequence,
        message.payload.stored_id,
        message.state,
        message.delivery_count,
        message.enqueued_at,
        message.expires_at,
        message.enqueued_sequence,
        message.dead_letter_source,
    )
