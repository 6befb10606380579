"""Tables of decisions: weighings, papers, deliberations, decisions, effects, milestones, answers.

Why: people learn what became of their input, step by step. Versions of milestones and retractions are never
altered once written; triggers hold that on both dialects.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r06_decisions"
down_revision = "r05_consultations"
branch_labels = None
depends_on = None

APPEND_ONLY = ("milestone_version", "retraction")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "weighing",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("topic_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("reason_code", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("forwarded_to", sa.String(length=200), nullable=True),
        sa.Column("forwarded_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("plain_language_due", sa.Date(), nullable=True),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["staff_user.id"], name=op.f("fk_weighing_approved_by")),
        sa.ForeignKeyConstraint(["submitted_by"], ["staff_user.id"], name=op.f("fk_weighing_submitted_by")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_weighing_topic_id")),
        sa.ForeignKeyConstraint(["written_by"], ["staff_user.id"], name=op.f("fk_weighing_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighing")),
        sa.UniqueConstraint("topic_id", "version", name=op.f("uq_weighing_topic_id_version")),
    )
    op.create_index(op.f("ix_weighing_topic_id"), "weighing", ["topic_id"], unique=False)
    op.create_table(
        "paper",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("consultation_id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("paper_type", sa.String(length=80), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=True),
        sa.Column("linked_by", sa.String(length=40), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_paper_consultation_id")),
        sa.ForeignKeyConstraint(["linked_by"], ["staff_user.id"], name=op.f("fk_paper_linked_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_paper_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("org_id", "reference", name=op.f("uq_paper_org_id_reference")),
    )
    op.create_index(op.f("ix_paper_consultation_id"), "paper", ["consultation_id"], unique=False)
    op.create_table(
        "paper_topic",
        sa.Column("paper_id", sa.String(length=40), nullable=False),
        sa.Column("topic_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_topic_paper_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_paper_topic_topic_id")),
        sa.PrimaryKeyConstraint("paper_id", "topic_id", name=op.f("pk_paper_topic")),
    )
    op.create_index(op.f("ix_paper_topic_topic_id"), "paper_topic", ["topic_id"], unique=False)
    op.create_table(
        "deliberation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("paper_id", sa.String(length=40), nullable=False),
        sa.Column("body_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("authoritative", sa.Boolean(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("agenda_no", sa.String(length=20), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("votes_yes", sa.Integer(), nullable=True),
        sa.Column("votes_no", sa.Integer(), nullable=True),
        sa.Column("votes_abstain", sa.Integer(), nullable=True),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("departures", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_deliberation_body_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_deliberation_paper_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff_user.id"], name=op.f("fk_deliberation_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliberation")),
        sa.UniqueConstraint("paper_id", "position", name=op.f("uq_deliberation_paper_id_position")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("paper_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("resolution", sa.JSON(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("treat_by", sa.Date(), nullable=True),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["staff_user.id"], name=op.f("fk_decision_approved_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_decision_org_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_decision_paper_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["staff_user.id"], name=op.f("fk_decision_submitted_by")),
        sa.ForeignKeyConstraint(["written_by"], ["staff_user.id"], name=op.f("fk_decision_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_decision_paper_id")),
    )
    op.create_index(op.f("ix_decision_org_id"), "decision", ["org_id"], unique=False)
    op.create_table(
        "effect",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("topic_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(length=32), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("deviates", sa.Boolean(), nullable=False),
        sa.Column("deviation_reason", sa.JSON(), nullable=True),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_effect_decision_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff_user.id"], name=op.f("fk_effect_recorded_by")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_effect_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
        sa.UniqueConstraint("decision_id", "topic_id", "version", name=op.f("uq_effect_decision_id_topic_id_version")),
    )
    op.create_index(op.f("ix_effect_topic_id"), "effect", ["topic_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("topic_id", sa.String(length=40), nullable=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_milestone_decision_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_milestone_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index("ix_milestone_decision", "milestone", ["decision_id", "due"], unique=False)
    op.create_table(
        "milestone_version",
        sa.Column("milestone_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["staff_user.id"], name=op.f("fk_milestone_version_changed_by")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_version_milestone_id")),
        sa.PrimaryKeyConstraint("milestone_id", "version", name=op.f("pk_milestone_version")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=True),
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("sent_by", sa.String(length=40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_feedback_contribution_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_feedback_decision_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["staff_user.id"], name=op.f("fk_feedback_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("contribution_id", "decision_id", name=op.f("uq_feedback_contribution_id_decision_id")),
    )
    op.create_index(op.f("ix_feedback_decision_id"), "feedback", ["decision_id"], unique=False)
    op.create_table(
        "retraction",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("consultation_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retracted_by", sa.String(length=40), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_retraction_consultation_id")),
        sa.ForeignKeyConstraint(["retracted_by"], ["staff_user.id"], name=op.f("fk_retraction_retracted_by")),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_retraction")),
    )
    op.create_index(op.f("ix_retraction_consultation_id"), "retraction", ["consultation_id"], unique=False)
    for table in APPEND_ONLY:
        _refuse_updates(table)


def downgrade() -> None:
    """Drop the tables; on PostgreSQL also the function behind the triggers."""
    for table in (
        "retraction",
        "feedback",
        "milestone_version",
        "milestone",
        "effect",
        "decision",
        "deliberation",
        "paper_topic",
        "paper",
        "weighing",
    ):
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
