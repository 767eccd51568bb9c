"""First tables.

WARNING: a migration that was released is never edited. Write the next one.
"""

import sqlalchemy as sa
from alembic import op

from infra.sql.column_types import SequentialGuid, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _process_managers()
    _conferences()
    _organizers()


def _process_managers() -> None:
    op.create_table(
        "registration_processes",
        sa.Column("id", SequentialGuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.UnicodeText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registration_processes"),
        sa.UniqueConstraint("order_id", name="uq_registration_processes_order_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(50), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "message_id", name="pk_inbox", mssql_clustered=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], mssql_clustered=True)
    op.create_table(
        "outbox",
        sa.Column("id", SequentialGuid(), nullable=False),
        sa.Column("cause_id", sa.String(200), nullable=False),
        sa.Column("command", sa.UnicodeText(), nullable=False),
        sa.Column("not_before", UtcTime()),
        sa.Column("not_after", UtcTime()),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_cause_id", "outbox", ["cause_id"])


def _conferences() -> None:
    op.create_table(
        "conferences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("code_key", sa.String(64), nullable=False),
        sa.Column("name", sa.Unicode(400), nullable=False),
        sa.Column("description", sa.UnicodeText(), nullable=False),
        sa.Column("location", sa.Unicode(400), nullable=False),
        sa.Column("tagline", sa.Unicode(400)),
        sa.Column("twitter_search", sa.Unicode(400)),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("owner_name", sa.Unicode(400), nullable=False),
        sa.Column("owner_email", sa.Unicode(508), nullable=False),
        sa.Column("owner_email_key", sa.Unicode(762), nullable=False),
        sa.Column("access_code_hash", sa.String(64), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("was_ever_published", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conferences"),
        sa.UniqueConstraint("code_key", name="uq_conferences_code_key"),
    )
    op.create_index("ix_conferences_owner_email_key", "conferences", ["owner_email_key"])
    op.create_table(
        "seat_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conference_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Unicode(140), nullable=False),
        sa.Column("description", sa.Unicode(500), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seat_types"),
        sa.ForeignKeyConstraint(["conference_id"], ["conferences.id"], name="fk_seat_types_conference_id"),
    )
    op.create_index("ix_seat_types_conference_id", "seat_types", ["conference_id"])
    op.create_table(
        "conference_events",
        sa.Column("conference_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("event", sa.UnicodeText(), nullable=False),
        sa.Column("cause", sa.UnicodeText()),
        sa.Column("occurred_at", UtcTime(), nullable=False),
        sa.Column("is_unpublished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conference_id", "version", name="pk_conference_events"),
        sa.ForeignKeyConstraint(["conference_id"], ["conferences.id"], name="fk_conference_events_conference_id"),
    )
    unpublished = sa.text("is_unpublished = 1")
    op.create_index(
        "ix_conference_events_unpublished",
        "conference_events",
        ["occurred_at"],
        mssql_where=unpublished,
        sqlite_where=unpublished,
    )


def _organizers() -> None:
    op.create_table(
        "organizer_tokens",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("conference_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_organizer_tokens"),
        sa.ForeignKeyConstraint(["conference_id"], ["conferences.id"], name="fk_organizer_tokens_conference_id"),
    )
    op.create_index("ix_organizer_tokens_expires_at", "organizer_tokens", ["expires_at"])
    op.create_table(
        "failed_attempts",
        sa.Column("id", SequentialGuid(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("email_key", sa.Unicode(762), nullable=False),
        sa.Column("failed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_attempts"),
    )
    op.create_index("ix_failed_attempts_failed_at", "failed_attempts", ["failed_at"])
    op.create_index("ix_failed_attempts_purpose", "failed_attempts", ["purpose", "email_key", "failed_at"])


def downgrade() -> None:
    for table in (
        "failed_attempts",
        "organizer_tokens",
        "conference_events",
        "seat_types",
        "conferences",
        "outbox",
        "inbox",
        "registration_processes",
    ):
        op.drop_table(table)
