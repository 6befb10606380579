"""Preparing a meeting: its series, notes, plan and checklist; what happened to agenda items; practice questions.

Why: one person prepares an evening over several days; whoever looks later sees which point was postponed when.
New columns are nullable or have a default, so the previous release keeps working. Steps of the agenda are never
altered once written; triggers hold that on both dialects.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r07_preparation"
down_revision = "r09_floor"
branch_labels = None
depends_on = None

COLUMNS = (
    ("meeting", sa.Column("series_id", sa.String(length=40), nullable=True)),
    ("meeting", sa.Column("pause_note", sa.String(length=300), nullable=True)),
    ("meeting", sa.Column("attendance_note", sa.String(length=600), nullable=True)),
    ("meeting", sa.Column("plan", sa.JSON(), nullable=False, server_default="{}")),
    ("poll", sa.Column("is_practice", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("poll", sa.Column("reserve_no", sa.Integer(), nullable=True)),
)


def upgrade() -> None:
    """Add the columns and create the tables."""
    for table, column in COLUMNS:
        op.add_column(table, column)
    op.create_table(
        "meeting_series",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_meeting_series_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_series")),
    )
    op.create_index(op.f("ix_meeting_series_org_id"), "meeting_series", ["org_id"], unique=False)
    op.create_table(
        "agenda_step",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_agenda_step_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_step")),
    )
    op.create_index(op.f("ix_agenda_step_item_id"), "agenda_step", ["item_id"], unique=False)
    op.create_table(
        "checklist_tick",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_checklist_tick_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "task", name=op.f("pk_checklist_tick")),
    )
    _refuse_updates("agenda_step")


def downgrade() -> None:
    """Drop the tables and the columns; on PostgreSQL also the function behind the trigger."""
    for table in ("checklist_tick", "agenda_step", "meeting_series"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_update_agenda_step()")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)


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
