"""The tables of the store."""

from __future__ import annotations

import sqlite3

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entity (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, last_sequence INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS payload (id INTEGER PRIMARY KEY, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    entity INTEGER NOT NULL, sequence INTEGER NOT NULL, payload INTEGER NOT NULL, state INTEGER NOT NULL,
    delivery_count INTEGER NOT NULL, enqueued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    enqueued_sequence INTEGER NOT NULL, dead_letter_source TEXT,
    PRIMARY KEY (entity, sequence)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session_state (
    entity INTEGER NOT NULL, session TEXT NOT NULL, state BLOB NOT NULL, updated_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (entity, session)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen_message (
    entity INTEGER NOT NULL, message TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (entity, message)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rule_change (
    entity INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE, description BLOB, PRIMARY KEY (entity, name)
) WITHOUT ROWID;
"""


def create_tables(database: sqlite3.Connection) -> None:
    """Create what is not there, and add what a file of an earlier version lacks. Raises sqlite3.Error."""
    database.executescript(_SCHEMA)
    columns = {row[1] for row in database.execute("PRAGMA table_info(session_state)")}
    if "updated_at" not in columns:
        database.execute("ALTER TABLE session_state ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0")
