"""Core tables: accounts, cards, polls, ballot box, meetings, outbox.

Why: first schema. Ballot tables have no rowid, time or order.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r01_core"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.String(length=40), nullable=True),
        sa.Column("ars", sa.String(length=12), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("n_min", sa.Integer(), nullable=False),
        sa.Column("imprint", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_dedup_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["done_at", "due_at"], unique=False)
    op.create_table(
        "request_key",
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_request_key")),
    )
    op.create_table(
        "staff_user",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_user_name")),
    )
    op.create_table(
        "stream_event",
        sa.Column("stream_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "seq", name=op.f("pk_stream_event")),
    )
    op.create_table(
        "stream_head",
        sa.Column("stream_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_stream_head")),
    )
    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_api_token_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_token")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"], unique=False)
    op.create_table(
        "body",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("classification", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_body_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
    )
    op.create_index(op.f("ix_body_org_id"), "body", ["org_id"], unique=False)
    op.create_table(
        "card_pack",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_card_pack_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_pack")),
    )
    op.create_index(op.f("ix_card_pack_meeting_id"), "card_pack", ["meeting_id"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("opening_hours", sa.String(length=200), nullable=True),
        sa.Column("mentor_hours", sa.JSON(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("induction_loop", sa.Boolean(), nullable=False),
        sa.Column("mobile_coverage", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_place_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index(op.f("ix_place_org_id"), "place", ["org_id"], unique=False)
    op.create_table(
        "poll",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("agenda_item_id", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("max_choices", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("change_until_close", sa.Boolean(), nullable=False),
        sa.Column("show_interim", sa.Boolean(), nullable=False),
        sa.Column("n_min", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sheet_code", sa.LargeBinary(length=8), nullable=False),
        sa.Column("pad_bytes", sa.Integer(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("register_salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("register_root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("last_call_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grace_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supersedes_id", sa.String(length=40), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_poll_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("sheet_code", name=op.f("uq_poll_sheet_code")),
    )
    op.create_index("ix_poll_meeting", "poll", ["meeting_id", "position"], unique=False)
    op.create_index(op.f("ix_poll_org_id"), "poll", ["org_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_role_grant_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_role_grant_user_id")),
        sa.PrimaryKeyConstraint("user_id", "org_id", "role", name=op.f("pk_role_grant")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_staff_session_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_user_id"), "staff_session", ["user_id"], unique=False)
    op.create_table(
        "ballot",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("ballot_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "ballot_id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "card",
        sa.Column("voter_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pack_id", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["card_pack.id"], name=op.f("fk_card_pack_id")),
        sa.PrimaryKeyConstraint("voter_hash", name=op.f("pk_card")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_card_meeting_id"), "card", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_card_pack_id"), "card", ["pack_id"], unique=False)
    op.create_table(
        "cast_request",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("request_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_cast_request_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "request_mac", name=op.f("pk_cast_request")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "count_record",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("is_balanced", sa.Boolean(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_count_record_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_count_record")),
    )
    op.create_table(
        "count_signature",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_count_signature_poll_id")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_count_signature_user_id")),
        sa.PrimaryKeyConstraint("poll_id", "user_id", name=op.f("pk_count_signature")),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("assembly_type", sa.String(length=32), nullable=False),
        sa.Column("place_id", sa.String(length=40), nullable=True),
        sa.Column("consultation_id", sa.String(length=40), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("treat_by", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("people_counted", sa.Integer(), nullable=True),
        sa.Column("active_item_id", sa.String(length=40), nullable=True),
        sa.Column("screen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_meeting_org_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_meeting_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("org_id", "slug", name=op.f("uq_meeting_org_id_slug")),
    )
    op.create_index(op.f("ix_meeting_org_id"), "meeting", ["org_id"], unique=False)
    op.create_table(
        "participation",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("voter_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_participation_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "voter_hash", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refusal",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_refusal_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_refusal")),
    )
    op.create_table(
        "register_entry",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("voter_hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_register_entry_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "voter_hash", name=op.f("pk_register_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_ballot",
        sa.Column("poll_id", sa.String(length=40), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=32), nullable=False),
        sa.Column("choices", sa.String(length=4000), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_sealed_ballot_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "commitment", name=op.f("pk_sealed_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index("ix_agenda_item_meeting", "agenda_item", ["meeting_id", "position"], unique=False)
    op.create_table(
        "hall_question",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_hall_question_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_question")),
    )
    op.create_index(op.f("ix_hall_question_meeting_id"), "hall_question", ["meeting_id"], unique=False)
    op.create_table(
        "question_vote",
        sa.Column("question_id", sa.String(length=40), nullable=False),
        sa.Column("voter_hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["hall_question.id"], name=op.f("fk_question_vote_question_id")),
        sa.PrimaryKeyConstraint("question_id", "voter_hash", name=op.f("pk_question_vote")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("question_vote")
    op.drop_index(op.f("ix_hall_question_meeting_id"), table_name="hall_question")
    op.drop_table("hall_question")
    op.drop_index("ix_agenda_item_meeting", table_name="agenda_item")
    op.drop_table("agenda_item")
    op.drop_table("sealed_ballot")
    op.drop_table("register_entry")
    op.drop_table("refusal")
    op.drop_table("participation")
    op.drop_index(op.f("ix_meeting_org_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_table("count_signature")
    op.drop_table("count_record")
    op.drop_table("cast_request")
    op.drop_index(op.f("ix_card_pack_id"), table_name="card")
    op.drop_index(op.f("ix_card_meeting_id"), table_name="card")
    op.drop_table("card")
    op.drop_table("ballot")
    op.drop_index(op.f("ix_staff_session_user_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix_poll_org_id"), table_name="poll")
    op.drop_index("ix_poll_meeting", table_name="poll")
    op.drop_table("poll")
    op.drop_index(op.f("ix_place_org_id"), table_name="place")
    op.drop_table("place")
    op.drop_index(op.f("ix_card_pack_meeting_id"), table_name="card_pack")
    op.drop_table("card_pack")
    op.drop_index(op.f("ix_body_org_id"), table_name="body")
    op.drop_table("body")
    op.drop_index(op.f("ix_api_token_user_id"), table_name="api_token")
    op.drop_table("api_token")
    op.drop_table("stream_head")
    op.drop_table("stream_event")
    op.drop_table("staff_user")
    op.drop_table("request_key")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("organisation")
