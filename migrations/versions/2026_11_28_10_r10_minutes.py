"""Tables of minutes: what happened in a meeting, versions of its minutes, signatures, publications.

Why: minutes are written from what really happened, and every version, signature and publication stays as it was;
triggers hold that on both dialects. New tables only, so the previous release goes on working.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r10_minutes"
down_revision = "r08_poll_types"
branch_labels = None
depends_on = None

APPEND_ONLY = ("meeting_happening", "minutes_version", "minutes_signature", "minutes_publication")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "meeting_happening",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_happening_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "position", name=op.f("pk_meeting_happening")),
    )
    op.create_table(
        "minutes_version",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_version_meeting_id")),
        sa.ForeignKeyConstraint(["written_by"], ["staff_user.id"], name=op.f("fk_minutes_version_written_by")),
        sa.PrimaryKeyConstraint("meeting_id", "version", name=op.f("pk_minutes_version")),
    )
    op.create_table(
        "minutes_signature",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_signature_meeting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_minutes_signature_user_id")),
        sa.PrimaryKeyConstraint("meeting_id", "version", "role", name=op.f("pk_minutes_signature")),
        sa.UniqueConstraint(
            "meeting_id", "version", "user_id", name=op.f("uq_minutes_signature_meeting_id_version_user_id")
        ),
    )
    op.create_table(
        "minutes_publication",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("published_by", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_publication_meeting_id")),
        sa.ForeignKeyConstraint(["published_by"], ["staff_user.id"], name=op.f("fk_minutes_publication_published_by")),
        sa.PrimaryKeyConstraint("meeting_id", "version", name=op.f("pk_minutes_publication")),
    )
    for table in APPEND_ONLY:
        _refuse_updates(table)


def downgrade() -> None:
    """Drop the tables; on PostgreSQL also the functions behind the triggers."""
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION refuse_update_{table}()")


def _refuse_updates(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION refuse_update_{table}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_update_{table}()"
    )
