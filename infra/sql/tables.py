"""The tables. Migrations make them; a test holds the two against each other.

Text that people type has twice the length the contract allows: SQL Server counts UTF-16 units, and an emoji is two.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Unicode,
    UnicodeText,
    UniqueConstraint,
    Uuid,
    true,
)

from infra.sql.column_types import SequentialGuid, UtcTime

EMAIL_KEY = Unicode(762)
"""An e-mail address of 254 characters, casefolded: one may become three."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

registration_processes = Table(
    "registration_processes",
    metadata,
    Column("id", SequentialGuid, primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", UnicodeText, nullable=False),
    UniqueConstraint("order_id"),
    sqlite_with_rowid=False,
)
"""One row per order, for ever: a second process for the same order cannot exist."""

inbox = Table(
    "inbox",
    metadata,
    Column("consumer", String(50), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("received_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("consumer", "message_id", mssql_clustered=False),
    Index(None, "received_at", mssql_clustered=True),
    sqlite_with_rowid=False,
)
"""Messages handled. Clustered by time: message ids come in no order, and housekeeping deletes the oldest."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", SequentialGuid, primary_key=True),
    Column("cause_id", String(200), nullable=False, index=True),
    Column("command", UnicodeText, nullable=False),
    Column("not_before", UtcTime),
    Column("not_after", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
"""Commands to be sent, in the order of their ids. Nearly always empty."""

conferences = Table(
    "conferences",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("last_event", Integer, nullable=False),
    Column("code", String(64), nullable=False),
    Column("code_key", String(64), nullable=False),
    Column("name", Unicode(400), nullable=False),
    Column("description", UnicodeText, nullable=False),
    Column("location", Unicode(400), nullable=False),
    Column("tagline", Unicode(400)),
    Column("twitter_search", Unicode(400)),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("owner_name", Unicode(400), nullable=False),
    Column("owner_email", Unicode(508), nullable=False),
    Column("owner_email_key", EMAIL_KEY, nullable=False, index=True),
    Column("access_code_hash", String(64), nullable=False),
    Column("is_published", Boolean, nullable=False),
    Column("was_ever_published", Boolean, nullable=False),
    UniqueConstraint("code_key"),
)
"""`version` counts changes; `last_event` is the number of the last event, as not every change tells one."""

seat_types = Table(
    "seat_types",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conference_id", Uuid, ForeignKey("conferences.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("name", Unicode(140), nullable=False),
    Column("description", Unicode(500), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", Integer, nullable=False),
)
"""`price` in cents."""

conference_events = Table(
    "conference_events",
    metadata,
    Column("conference_id", Uuid, ForeignKey("conferences.id"), nullable=False),
    Column("version", Integer, nullable=False, autoincrement=False),
    Column("event", UnicodeText, nullable=False),
    Column("cause", UnicodeText),
    Column("occurred_at", UtcTime, nullable=False),
    Column("is_unpublished", Boolean, nullable=False),
    PrimaryKeyConstraint("conference_id", "version"),
)
"""Kept for ever. `cause`, the command, stands beside the first event of its commit."""

Index(
    "ix_conference_events_unpublished",
    conference_events.c.occurred_at,
    mssql_where=conference_events.c.is_unpublished == true(),
    sqlite_where=conference_events.c.is_unpublished == true(),
)

organizer_tokens = Table(
    "organizer_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("conference_id", Uuid, ForeignKey("conferences.id"), nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

wrong_tries = Table(
    "wrong_tries",
    metadata,
    Column("id", SequentialGuid, primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("guesser", String(64), nullable=False),
    Column("tried_at", UtcTime, nullable=False, index=True),
    Index("ix_wrong_tries_purpose", "purpose", "guesser", "tried_at"),
)
"""`guesser` is a keyed hash, of the e-mail address that is guessed at or of the client's address."""

open_orders = Table(
    "open_orders",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("client", String(64), primary_key=True),
    Column("open_until", UtcTime, nullable=False, index=True),
    Index("ix_open_orders_client", "client", "open_until"),
)
"""Orders that may hold seats unpaid, where their number per client is limited, by who sent them: a keyed hash."""

personal_data_keys = Table(
    "personal_data_keys",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("key_text", String(88)),
    Column("destroyed_at", UtcTime),
)
"""64 bytes in Base64. Without a key once it was destroyed, which is for ever."""
