"""What an operator must mend is named by its code, and nothing else of an error is."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.kit.causes import cause_of, is_away, is_no_room


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "ENOSPC"), (errno.EIO, "EIO"), (errno.ENOENT, None), (errno.ECONNREFUSED, None)]
)
def test_cause_of_system_error_is_named_when_somebody_must_mend_it(number: int, code: str | None) -> None:
    assert cause_of(OSError(number, "words that are not told")) == code


def test_cause_of_full_database_is_found_inside_what_sqlalchemy_raises(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'small.db'}")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        connection.execute(text("PRAGMA max_page_count = 2"))
        with pytest.raises(OperationalError) as raised:
            connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))
    engine.dispose()
    assert cause_of(raised.value) == "SQLITE_FULL"


@pytest.mark.parametrize("statement", ["SELECT nothing", "INSERT INTO sqlite_master VALUES (1)"])
def test_cause_of_wrong_statement_is_nobodys_to_mend(statement: str) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as raised:
        connection.execute(text(statement))
    engine.dispose()
    assert cause_of(raised.value) is None
    assert cause_of(sqlite3.Error("no code at all")) is None


@pytest.mark.parametrize(
    ("code", "is_full"), [("SQLITE_FULL", True), ("ENOSPC", True), ("53100", True), ("53200", False), ("EIO", False)]
)
def test_no_room_is_told_from_other_causes(code: str, is_full: bool) -> None:
    assert is_no_room(code) is is_full


class Refused(Exception):
    """What a driver raises, with the code of the server."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("words that are not told")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (ConnectionRefusedError(), True),
        (PoolTimeout("no connection to spare"), True),
        (DBAPIError("SELECT 1", {}, Refused("57P03")), True),
        (DBAPIError("SELECT 1", {}, Refused("08006")), True),
        (OperationalError("SELECT 1", {}, Refused("55P03")), True),
        (DBAPIError("SELECT 1", {}, Refused("22001")), False),
        (DBAPIError("SELECT 1", {}, Refused("42P01"), connection_invalidated=True), True),
        (ValueError(), False),
    ],
)
def test_away_is_what_may_succeed_soon(error: Exception, away: bool) -> None:
    assert is_away(error) is away
