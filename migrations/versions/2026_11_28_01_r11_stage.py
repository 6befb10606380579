"""The stage: counts shown before sealing, votes that go on by paper, projectors that can be locked out.

Why: a provisional count is shown once and stays what it was; a poll whose phones were given up still hands out
sheets; addresses of projectors end when the host says so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r11_stage"
down_revision = "r10_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, add the columns."""
    op.create_table(
        "provisional_count",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_provisional_count_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_provisional_count")),
    )
    op.add_column("poll", sa.Column("on_paper_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("on_paper_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("projector_series", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Drop the columns and the table."""
    op.drop_column("meeting", "projector_series")
    op.drop_column("meeting", "on_paper_since")
    op.drop_column("poll", "on_paper_since")
    op.drop_table("provisional_count")
