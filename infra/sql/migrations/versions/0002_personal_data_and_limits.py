"""Keys of personal data, and what is limited per client."""

import sqlalchemy as sa
from alembic import op

from infra.sql.column_types import SequentialGuid, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "personal_data_keys",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("key_text", sa.String(88)),
        sa.Column("destroyed_at", UtcTime()),
        sa.PrimaryKeyConstraint("order_id", name="pk_personal_data_keys"),
    )
    op.create_table(
        "open_orders",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("open_until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "client", name="pk_open_orders"),
    )
    op.create_index("ix_open_orders_open_until", "open_orders", ["open_until"])
    op.create_index("ix_open_orders_client", "open_orders", ["client", "open_until"])
    op.create_table(
        "wrong_tries",
        sa.Column("id", SequentialGuid(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("guesser", sa.String(64), nullable=False),
        sa.Column("tried_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_tries"),
    )
    op.create_index("ix_wrong_tries_tried_at", "wrong_tries", ["tried_at"])
    op.create_index("ix_wrong_tries_purpose", "wrong_tries", ["purpose", "guesser", "tried_at"])
    op.drop_table("failed_attempts")


def downgrade() -> None:
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
    for table in ("wrong_tries", "open_orders", "personal_data_keys"):
        op.drop_table(table)
