"""What the hall says: whole questions, speakers, live text, the standing announcement.

Why: a question can be merged, queued, refused with a reason or answered in writing; people speak in an order with a
clock; what is said can be read along. New columns are empty for what was asked before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r09_floor"
down_revision = "r12_rehearsals"
branch_labels = None
depends_on = None

QUESTION_COLUMNS = (
    ("nickname", sa.String(length=40)),
    ("receipt_hash", sa.LargeBinary(length=32)),
    ("queued_at", sa.DateTime(timezone=True)),
    ("merged_into", sa.String(length=40)),
    ("reject_reason", sa.String(length=32)),
    ("reject_note", sa.String(length=300)),
    ("due_on", sa.Date()),
    ("owner", sa.String(length=120)),
    ("answer", sa.String(length=4_000)),
    ("answered_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Add the columns and create the tables."""
    for name, kind in QUESTION_COLUMNS:
        op.add_column("hall_question", sa.Column(name, kind, nullable=True))
    op.create_index("uq_hall_question_receipt_hash", "hall_question", ["receipt_hash"], unique=True)
    _create_floor()
    _create_speakers()
    op.create_table(
        "caption_line",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_caption_line_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "number", name=op.f("pk_caption_line")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables and the columns."""
    op.drop_table("caption_line")
    op.drop_index(op.f("ix_speaker_meeting_id"), table_name="speaker")
    op.drop_table("speaker")
    op.drop_table("meeting_floor")
    op.drop_index("uq_hall_question_receipt_hash", table_name="hall_question")
    with op.batch_alter_table("hall_question") as table:
        for name, _ in reversed(QUESTION_COLUMNS):
            table.drop_column(name)


def _create_floor() -> None:
    op.create_table(
        "meeting_floor",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("question_display", sa.String(length=32), nullable=False),
        sa.Column("takes_speakers", sa.Boolean(), nullable=False),
        sa.Column("admits_by_hand", sa.Boolean(), nullable=False),
        sa.Column("order_rule", sa.String(length=32), nullable=False),
        sa.Column("limit_s", sa.Integer(), nullable=False),
        sa.Column("speaker_groups", sa.JSON(), nullable=False),
        sa.Column("captions_on", sa.Boolean(), nullable=False),
        sa.Column("captions_kept", sa.Boolean(), nullable=False),
        sa.Column("notice_text", sa.String(length=300), nullable=True),
        sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stream_url", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_floor_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_floor")),
    )


def _create_speakers() -> None:
    op.create_table(
        "speaker",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("asker_mac", sa.LargeBinary(length=32), nullable=True),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_s", sa.Integer(), nullable=False),
        sa.Column("used_ms", sa.Integer(), nullable=False),
        sa.Column("runs_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_speaker_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_speaker_meeting_id")),
    )
    op.create_index(op.f("ix_speaker_meeting_id"), "speaker", ["meeting_id"], unique=False)
