"""Tables of paper.

Why: sheets have neither order nor time and no link to a card, so `sheet` and `sheet_seen` keep no rowid. What a
scanned sheet says is ciphertext under a key derived from the poll's, until its batch is confirmed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r03_paper"
down_revision = "r02_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "door_count",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("handed_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", "kind", name=op.f("pk_door_count")),
    )
    op.create_table(
        "scan_batch",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hand_count", sa.Integer(), nullable=True),
        sa.Column("valid", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("discard_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_scan_batch_poll_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["staff_user.id"], name=op.f("fk_scan_batch_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_batch")),
        sa.UniqueConstraint("poll_id", "number", name=op.f("uq_scan_batch_poll_id_number")),
    )
    op.create_table(
        "sheet",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("serial_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_sheet_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "serial_hash", name=op.f("pk_sheet")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sheet_layout",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variant", sa.String(length=32), nullable=False),
        sa.Column("map", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_sheet_layout_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "number", name=op.f("pk_sheet_layout")),
    )
    op.create_table(
        "sheet_ledger",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("spoilt", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_sheet_ledger_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_sheet_ledger")),
    )
    op.create_table(
        "batch_confirmation",
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("hand_count", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["scan_batch.id"], name=op.f("fk_batch_confirmation_batch_id")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_batch_confirmation_user_id")),
        sa.PrimaryKeyConstraint("batch_id", "user_id", name=op.f("pk_batch_confirmation")),
    )
    op.create_table(
        "scan_file",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["scan_batch.id"], name=op.f("fk_scan_file_batch_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_scan_file_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "sha256", name=op.f("pk_scan_file")),
    )
    op.create_index(op.f("ix_scan_file_batch_id"), "scan_file", ["batch_id"], unique=False)
    op.create_table(
        "scan_sheet",
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("serial_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("image_sha256", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.String(length=8), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["scan_batch.id"], name=op.f("fk_scan_sheet_batch_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_scan_sheet_poll_id")),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_scan_sheet")),
    )
    op.create_index("ix_scan_sheet_serial", "scan_sheet", ["poll_id", "serial_hash"], unique=False)
    op.create_table(
        "sheet_seen",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("serial_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("image_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["scan_batch.id"], name=op.f("fk_sheet_seen_batch_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_sheet_seen_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "serial_hash", name=op.f("pk_sheet_seen")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sheet_seen_batch_id"), "sheet_seen", ["batch_id"], unique=False)
    op.create_table(
        "adjudication",
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("together_with", sa.String(length=40), nullable=True),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id", "position"],
            ["scan_sheet.batch_id", "scan_sheet.position"],
            name=op.f("fk_adjudication_batch_id_position"),
        ),
        sa.ForeignKeyConstraint(["together_with"], ["staff_user.id"], name=op.f("fk_adjudication_together_with")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_adjudication_user_id")),
        sa.PrimaryKeyConstraint("batch_id", "position", "rank", name=op.f("pk_adjudication")),
    )


def downgrade() -> None:
    op.drop_table("adjudication")
    op.drop_index(op.f("ix_sheet_seen_batch_id"), table_name="sheet_seen")
    op.drop_table("sheet_seen")
    op.drop_index("ix_scan_sheet_serial", table_name="scan_sheet")
    op.drop_table("scan_sheet")
    op.drop_index(op.f("ix_scan_file_batch_id"), table_name="scan_file")
    op.drop_table("scan_file")
    op.drop_table("batch_confirmation")
    op.drop_table("sheet_ledger")
    op.drop_table("sheet_layout")
    op.drop_table("sheet")
    op.drop_table("scan_batch")
    op.drop_table("door_count")
