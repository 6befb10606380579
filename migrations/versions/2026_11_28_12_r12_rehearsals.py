"""Rehearsals from the office, and the mark of a sandbox organisation.

Why: a town rehearses in its own installation; what happens there must never look like a real result, and there is one
rehearsal at a time (`slot` is unique and empty once it ended).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r12_rehearsals"
down_revision = "r11_stage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark, create the table."""
    op.add_column("organisation", sa.Column("practice_of", sa.String(length=40), nullable=True))
    op.create_table(
        "rehearsal_run",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("phones", sa.Integer(), nullable=False),
        sa.Column("with_chaos", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_ok", sa.Boolean(), nullable=True),
        sa.Column("problem", sa.String(length=32), nullable=True),
        sa.Column("sandbox_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_rehearsal_run_org_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_rehearsal_run_meeting_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_user.id"], name=op.f("fk_rehearsal_run_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_run")),
        sa.UniqueConstraint("slot", name=op.f("uq_rehearsal_run_slot")),
    )
    op.create_index(op.f("ix_rehearsal_run_meeting_id"), "rehearsal_run", ["meeting_id"], unique=False)


def downgrade() -> None:
    """Drop the table and the mark."""
    op.drop_index(op.f("ix_rehearsal_run_meeting_id"), table_name="rehearsal_run")
    op.drop_table("rehearsal_run")
    op.drop_column("organisation", "practice_of")
