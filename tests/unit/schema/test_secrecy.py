"""The schema of everything that knows a card, a sheet or a ballot: no time, no order, no link, nothing unexpected.

A column that is missing here makes these tests fail until somebody has thought about what it tells beside the
others. The same is asked of the declared tables and of what the migrations really made, on both databases.
Source: docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    inspect,
    text,
)
from sqlalchemy.types import JSON, TypeEngine

from backend.kit.db import Base, Database, UtcDateTime
from backend.tables import ALL_TABLES

BALLOT_TABLES = {
    "participation": {"poll_id", "voter_hash", "kind", "channel"},
    "ballot": {"poll_id", "ballot_id", "sealed"},
    "cast_request": {"poll_id", "request_mac", "sealed"},
    "sealed_ballot": {"poll_id", "commitment", "nonce", "choices"},
    "refusal": {"poll_id", "duplicates"},
}
"""What the box holds, to the column."""

VOTER_TABLES = {
    "card": {"voter_hash", "pack_id", "meeting_id", "kind", "is_void"},
    "register_entry": {"poll_id", "voter_hash"},
    "question_vote": {"question_id", "voter_hash"},
    "sheet": {"poll_id", "serial_hash", "state"},
    "sheet_seen": {"poll_id", "serial_hash", "batch_id", "image_sha256"},
}
"""What else knows a card or a sheet."""

SCANNED = {
    "scan_sheet": {
        "batch_id",
        "position",
        "poll_id",
        "serial_hash",
        "image_sha256",
        "status",
        "reason",
        "decided_by",
        "content",
        "evidence",
    },
}
"""A stack of paper in the order it lies in; what a sheet says is sealed there and forgotten once it is in the box."""

COUNTERS = {"refusal"}
"""One number per poll: its rowid is the order of polls, not of ballots."""

INDEXED = {"card": {"pack_id", "meeting_id"}, "sheet_seen": {"batch_id"}}
"""Indexes that find what a person asks for: the cards of a pack, of a meeting, the sheets of a stack."""

VOTER_COLUMNS = {"voter_hash", "serial_hash", "request_mac"}
BALLOT_COLUMNS = {"ballot_id", "sealed", "commitment", "nonce", "choices"}
MINED = {**BALLOT_TABLES, **VOTER_TABLES}
TIME_TYPES = (DateTime, UtcDateTime)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


@pytest.mark.parametrize(("name", "columns"), sorted({**MINED, **SCANNED}.items()))
def test_table_has_exactly_the_columns_somebody_thought_about(name: str, columns: set[str]) -> None:
    assert {column.name for column in _table(name).columns} == columns


def test_no_other_table_knows_a_voter_or_a_ballot() -> None:
    assert ALL_TABLES
    knows = {
        table.name
        for table in Base.metadata.sorted_tables
        if {column.name for column in table.columns} & (VOTER_COLUMNS | {"ballot_id", "commitment", "nonce", "choices"})
    }
    assert knows == set(MINED) - COUNTERS | set(SCANNED)


def test_every_table_of_the_box_is_listed() -> None:
    own = {
        mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.__module__.endswith("._box")
    }
    assert own == set(BALLOT_TABLES)


@pytest.mark.parametrize("name", sorted(MINED))
def test_table_tells_no_time_and_no_order(name: str) -> None:
    for column in _table(name).columns:
        assert not isinstance(column.type, TIME_TYPES), column
        assert not re.search(r"(_at|_on|time|seq|order|position|number|rank)$", column.name), column
        assert not isinstance(column.type, Uuid), column  # version 7 is a time
        if isinstance(column.type, Integer) and not isinstance(column.type, Boolean):
            assert name in COUNTERS, column
        assert not isinstance(column.default, Identity), column
        assert column.server_default is None, column
        assert column.autoincrement is not True, column
        assert column.default is None or column.default.is_scalar, column  # no sequence, no clock, no generator


@pytest.mark.parametrize("name", sorted(BALLOT_TABLES))
def test_table_of_the_box_points_at_its_poll_alone(name: str) -> None:
    keys = _table(name).foreign_keys
    assert {(key.parent.name, key.target_fullname) for key in keys} == {("poll_id", "poll.id")}


@pytest.mark.parametrize("name", sorted(BALLOT_TABLES))
def test_no_row_of_the_box_has_both_voter_and_ballot(name: str) -> None:
    columns = {column.name for column in _table(name).columns}
    if name == "cast_request":  # readable with the request key its device drew, and with nothing else
        columns -= {"sealed"}
    assert not (columns & VOTER_COLUMNS and columns & BALLOT_COLUMNS)


@pytest.mark.parametrize("name", sorted(MINED))
def test_declared_indexes_are_the_expected_ones(name: str) -> None:
    indexed = {column.name for index in _table(name).indexes for column in index.columns}
    assert indexed == INDEXED.get(name, set())
    assert not [each for each in _table(name).constraints if type(each).__name__ == "UniqueConstraint"]


def _widths(types: Iterator[TypeEngine[object]]) -> Iterator[bool]:
    for each in types:
        yield isinstance(each, String | LargeBinary | Boolean | Integer | JSON)


def _migrated(connection: Connection) -> dict[str, dict[str, object]]:
    """Read what the database itself says of the tables."""
    schema = inspect(connection)
    return {
        name: {
            "columns": {column["name"] for column in schema.get_columns(name)},
            "typed": all(_widths(column["type"] for column in schema.get_columns(name))),
            "defaults": [column["default"] for column in schema.get_columns(name) if column.get("default")],
            "generated": [column["name"] for column in schema.get_columns(name) if column.get("identity")],
            "key": schema.get_pk_constraint(name)["constrained_columns"],
            "indexed": {column for index in schema.get_indexes(name) for column in index["column_names"]},
            "unique": schema.get_unique_constraints(name),
            "foreign": {(*key["constrained_columns"], key["referred_table"]) for key in schema.get_foreign_keys(name)},
        }
        for name in {**MINED, **SCANNED}
    }


@pytest.mark.both_databases
async def test_migrated_tables_are_the_declared_ones(db: Database) -> None:
    async with db.reader.connect() as connection:
        found = await connection.run_sync(_migrated)
    for name, columns in MINED.items():
        assert found[name]["columns"] == columns, name
        assert found[name]["typed"], name
        assert (found[name]["defaults"], found[name]["generated"], found[name]["unique"]) == ([], [], []), name
        assert found[name]["key"] == [column.name for column in _table(name).primary_key], name
        assert found[name]["indexed"] == INDEXED.get(name, set()), name
        if name in BALLOT_TABLES:
            assert found[name]["foreign"] == {("poll_id", "poll")}, name
    assert found["scan_sheet"]["columns"] == SCANNED["scan_sheet"]


async def test_migrated_sqlite_tables_have_no_rowid(db: Database) -> None:
    async with db.reader.connect() as connection:
        rows = await connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        made = {row.name: row.sql for row in rows}
        sequences = await connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'"))
        assert sequences.scalar_one() == 0  # nothing counts up
    for name in set(MINED) - COUNTERS:
        assert re.search(r"\)\s*WITHOUT ROWID\s*$", made[name]), name


@pytest.mark.both_databases
async def test_migrated_database_has_no_trigger_or_sequence_on_the_box(db: Database, dialect: str) -> None:
    questions = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT event_object_table FROM information_schema.triggers",
    }
    async with db.reader.connect() as connection:
        triggered = set(await connection.scalars(text(questions[dialect])))
        if dialect == "postgresql":
            owned = await connection.scalars(
                text(
                    "SELECT d.refobjid::regclass::text FROM pg_depend d JOIN pg_class c ON c.oid = d.objid "
                    "WHERE c.relkind = 'S' AND d.deptype IN ('a', 'i')"
                )
            )
            assert not set(owned) & set(MINED)
    assert not triggered & set(MINED)


def test_metrics_have_no_label_that_tells_a_vote() -> None:
    telling = re.compile(r"option|choice|channel|card|voter|ballot|poll|receipt|nonce|source|address")
    labels = {label for metric in REGISTRY.collect() for sample in metric.samples for label in sample.labels}
    assert not {label for label in labels if telling.search(label)}
