"""Tables of the transparency log.

Why: entries and the roots of full tiles are append-only, and the database itself refuses to change
them; keys of payloads stand in a table of their own, so that long-term backups can leave it out.
"""

import sqlalchemy as sa
from alembic import op

revision = "r02_log"
down_revision = "r01_core"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log_leaf", "log_node", "log_erasure")

_counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_intent",
        sa.Column("id", _counter, nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("idx", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_intent")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_log_intent_dedup_key")),
    )
    op.create_index(
        "ix_log_intent_pending",
        "log_intent",
        ["id"],
        unique=False,
        sqlite_where=sa.text("idx IS NULL"),
        postgresql_where=sa.text("idx IS NULL"),
    )
    op.create_index("ix_log_intent_year_idx", "log_intent", ["year", "idx"], unique=False)
    op.create_table(
        "log_leaf",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("year", "idx", name=op.f("pk_log_leaf")),
    )
    op.create_table(
        "log_node",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("year", "level", "idx", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_head",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("signed_size", sa.BigInteger(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_log_head")),
        sa.UniqueConstraint("origin", name=op.f("uq_log_head_origin")),
    )
    op.create_table(
        "log_payload",
        sa.Column("intent_id", _counter, autoincrement=False, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["log_intent.id"], name=op.f("fk_log_payload_intent_id")),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("pk_log_payload")),
    )
    op.create_table(
        "log_payload_key",
        sa.Column("intent_id", _counter, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["log_intent.id"], name=op.f("fk_log_payload_key_intent_id")),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("pk_log_payload_key")),
    )
    op.create_table(
        "log_erasure",
        sa.Column("intent_id", _counter, autoincrement=False, nullable=False),
        sa.Column("tombstone_id", _counter, nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["log_intent.id"], name=op.f("fk_log_erasure_intent_id")),
        sa.ForeignKeyConstraint(["tombstone_id"], ["log_intent.id"], name=op.f("fk_log_erasure_tombstone_id")),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("pk_log_erasure")),
    )
    op.create_index(op.f("ix_log_erasure_tombstone_id"), "log_erasure", ["tombstone_id"], unique=False)
    _forbid_changes()


def downgrade() -> None:
    for table in (
        "log_erasure",
        "log_payload_key",
        "log_payload",
        "log_head",
        "log_node",
        "log_leaf",
        "log_intent",
    ):
        op.drop_table(table)  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION log_refuse_change()")


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
            """
        )
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
                f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change()"
            )
        return
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
