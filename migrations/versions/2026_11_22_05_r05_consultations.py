"""Tables of consultations: procedures, contributions, moderation, topics.

Why: people take part in writing, on every channel, and get an answer. Addresses (`contact`) and hashes of
supporters stand apart from what people said.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r05_consultations"
down_revision = "r04_kiosk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "input_rate",
        sa.Column("bucket", sa.String(length=100), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_input_rate")),
    )
    op.create_table(
        "reference_counter",
        sa.Column("series", sa.String(length=8), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_reference_counter")),
    )
    op.create_table(
        "participation_rule",
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_participation_rule_org_id")),
        sa.PrimaryKeyConstraint("org_id", "number", name=op.f("pk_participation_rule")),
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("easy_read_is_checked", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(length=32), nullable=False),
        sa.Column("legal_note", sa.JSON(), nullable=False),
        sa.Column("fixed", sa.JSON(), nullable=False),
        sa.Column("open", sa.JSON(), nullable=False),
        sa.Column("deciding_body_id", sa.String(length=40), nullable=True),
        sa.Column("promised_feedback_by", sa.Date(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("no_analogue_reason", sa.Text(), nullable=True),
        sa.Column("next_steps", sa.JSON(), nullable=False),
        sa.Column("geo", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deciding_body_id"], ["body.id"], name=op.f("fk_consultation_deciding_body_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_consultation_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("org_id", "slug", name=op.f("uq_consultation_org_id_slug")),
    )
    op.create_index(op.f("ix_consultation_org_id"), "consultation", ["org_id"], unique=False)
    op.create_table(
        "consultation_phase",
        sa.Column("consultation_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("rights", sa.String(length=32), nullable=False),
        sa.Column("moderation", sa.String(length=32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_phase_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "position", name=op.f("pk_consultation_phase")),
    )
    op.create_table(
        "contribution",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("consultation_id", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=True),
        sa.Column("transcription", sa.String(length=32), nullable=True),
        sa.Column("checked_by", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=160), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_published", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("translation", sa.Text(), nullable=True),
        sa.Column("author_group", sa.String(length=32), nullable=False),
        sa.Column("nickname", sa.String(length=60), nullable=True),
        sa.Column("organisation", sa.String(length=120), nullable=True),
        sa.Column("office", sa.String(length=120), nullable=True),
        sa.Column("place_id", sa.String(length=40), nullable=True),
        sa.Column("in_reply_to", sa.String(length=40), nullable=True),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("receipt_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("duplicate_of", sa.String(length=40), nullable=True),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("assigned_to", sa.String(length=40), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shuffle_key", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assigned_to"], ["staff_user.id"], name=op.f("fk_contribution_assigned_to")),
        sa.ForeignKeyConstraint(["checked_by"], ["staff_user.id"], name=op.f("fk_contribution_checked_by")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_contribution_consultation_id")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["contribution.id"], name=op.f("fk_contribution_duplicate_of")),
        sa.ForeignKeyConstraint(["in_reply_to"], ["contribution.id"], name=op.f("fk_contribution_in_reply_to")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_contribution_org_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_contribution_place_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff_user.id"], name=op.f("fk_contribution_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_contribution_receipt_hash")),
        sa.UniqueConstraint("ref", name=op.f("uq_contribution_ref")),
    )
    op.create_index(op.f("ix_contribution_in_reply_to"), "contribution", ["in_reply_to"], unique=False)
    op.create_index("ix_contribution_queue", "contribution", ["org_id", "state", "recorded_at"], unique=False)
    op.create_index("ix_contribution_thread", "contribution", ["consultation_id", "state", "in_reply_to"], unique=False)
    op.create_table(
        "topic",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("consultation_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_topic_consultation_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_topic_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_index("ix_topic_consultation", "topic", ["consultation_id", "position"], unique=False)
    op.create_table(
        "contact",
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_contact_contribution_id")),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_contact")),
    )
    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("rule_number", sa.Integer(), nullable=True),
        sa.Column("rule_title", sa.String(length=120), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("is_automated", sa.Boolean(), nullable=False),
        sa.Column("was_flagged", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waited_minutes", sa.Integer(), nullable=False),
        sa.Column("complaint_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_moderation_decision_contribution_id")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_user.id"], name=op.f("fk_moderation_decision_decided_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_moderation_decision_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
    )
    op.create_index(
        "ix_moderation_decision_contribution", "moderation_decision", ["contribution_id", "decided_at"], unique=False
    )
    op.create_index(op.f("ix_moderation_decision_org_id"), "moderation_decision", ["org_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("receipt_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_notice_contribution_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_user.id"], name=op.f("fk_notice_decided_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_notice_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_notice_receipt_hash")),
    )
    op.create_index(op.f("ix_notice_contribution_id"), "notice", ["contribution_id"], unique=False)
    op.create_index("ix_notice_queue", "notice", ["org_id", "state", "received_at"], unique=False)
    op.create_table(
        "original_view",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_original_view_contribution_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_original_view_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original_view")),
    )
    op.create_index(op.f("ix_original_view_contribution_id"), "original_view", ["contribution_id"], unique=False)
    op.create_table(
        "support",
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.Column("supporter_hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_support_contribution_id")),
        sa.PrimaryKeyConstraint("contribution_id", "supporter_hash", name=op.f("pk_support")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "topic_change",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("topic_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("contribution_id", sa.String(length=40), nullable=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["staff_user.id"], name=op.f("fk_topic_change_changed_by")),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_topic_change_contribution_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_change_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_change")),
    )
    op.create_index("ix_topic_change_topic", "topic_change", ["topic_id", "at"], unique=False)
    op.create_table(
        "topic_input",
        sa.Column("topic_id", sa.String(length=40), nullable=False),
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_topic_input_contribution_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_input_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "contribution_id", name=op.f("pk_topic_input")),
    )
    op.create_index(op.f("ix_topic_input_contribution_id"), "topic_input", ["contribution_id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("contribution_id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_by", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_complaint_contribution_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_user.id"], name=op.f("fk_complaint_decided_by")),
        sa.ForeignKeyConstraint(["decision_id"], ["moderation_decision.id"], name=op.f("fk_complaint_decision_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_complaint_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_complaint_decision_id")),
    )
    op.create_index(op.f("ix_complaint_contribution_id"), "complaint", ["contribution_id"], unique=False)
    op.create_index("ix_complaint_queue", "complaint", ["org_id", "state", "received_at"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_complaint_queue", table_name="complaint")
    op.drop_index(op.f("ix_complaint_contribution_id"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_index(op.f("ix_topic_input_contribution_id"), table_name="topic_input")
    op.drop_table("topic_input")
    op.drop_index("ix_topic_change_topic", table_name="topic_change")
    op.drop_table("topic_change")
    op.drop_table("support")
    op.drop_index(op.f("ix_original_view_contribution_id"), table_name="original_view")
    op.drop_table("original_view")
    op.drop_index("ix_notice_queue", table_name="notice")
    op.drop_index(op.f("ix_notice_contribution_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_moderation_decision_org_id"), table_name="moderation_decision")
    op.drop_index("ix_moderation_decision_contribution", table_name="moderation_decision")
    op.drop_table("moderation_decision")
    op.drop_table("contact")
    op.drop_index("ix_topic_consultation", table_name="topic")
    op.drop_table("topic")
    op.drop_index("ix_contribution_thread", table_name="contribution")
    op.drop_index("ix_contribution_queue", table_name="contribution")
    op.drop_index(op.f("ix_contribution_in_reply_to"), table_name="contribution")
    op.drop_table("contribution")
    op.drop_table("consultation_phase")
    op.drop_index(op.f("ix_consultation_org_id"), table_name="consultation")
    op.drop_table("consultation")
    op.drop_table("participation_rule")
    op.drop_table("reference_counter")
    op.drop_table("input_rate")
