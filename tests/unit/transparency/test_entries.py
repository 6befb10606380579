"""What an entry may say."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from backend.transparency.canonical import JsonObject, encode
from backend.transparency.entries import ENTRY_BYTES_MAX, InvalidEntry, LogEntry
from backend.transparency.types import REQUIRED_FIELDS, LogType, Position

AT = datetime(2027, 3, 11, 18, 30, 59, tzinfo=UTC)
PUBLIC: JsonObject = {"input": "MP27-017", "consultation": "c1", "channel": "paper_card"}


def received(public: JsonObject = PUBLIC, commitment: bytes | None = None) -> LogEntry:
    return LogEntry(LogType.INPUT_RECEIVED, AT, public, commitment)


def test_entry_reads_back_with_its_time_cut_to_the_minute() -> None:
    content = received(commitment=bytes(32)).encode()
    entry = LogEntry.decode(content)
    assert entry.at == datetime(2027, 3, 11, 18, 30, tzinfo=UTC)
    assert entry.commitment == bytes(32)
    assert entry.encode() == content
    assert content.startswith(b'{"at":"2027-03-11T18:30Z","commitment":"00')


def test_entry_speaks_utc() -> None:
    local = LogEntry(LogType.LOG_CLOSED, AT.astimezone(timezone(timedelta(hours=2))), {})
    assert LogEntry.decode(local.encode()).at.hour == 18


@pytest.mark.parametrize(
    "public",
    [
        {**PUBLIC, "text": "Mehr Bänke"},
        {**PUBLIC, "text": "two words"},
        {**PUBLIC, "list": [{"deep": "two words"}]},
        {**PUBLIC, "long": "a" * 257},
        {**PUBLIC, "share": 0.5},
        {"input": "MP27-017", "consultation": "c1"},
        {**PUBLIC, "many": ["a" * 200] * 21},
    ],
)
def test_entry_with_free_text_or_missing_fields_is_refused(public: JsonObject) -> None:
    with pytest.raises(InvalidEntry):
        received(public).encode()


def test_long_entries_are_for_commitments_and_totals_only() -> None:
    many: JsonObject = {"poll": "p", "n": 900, "part": 1, "parts": 1, "commitments": ["0" * 64] * 900}
    content = LogEntry(LogType.BALLOT_BATCH, AT, many).encode()
    assert len(content) > ENTRY_BYTES_MAX
    assert LogEntry.decode(content).public["n"] == 900
    disguised = content.replace(b'"ballot.batch"', b'"meeting.closed"')
    with pytest.raises(InvalidEntry, match="at most"):
        LogEntry.decode(disguised)


FIELDS: JsonObject = {"at": "2027-03-11T18:30Z", "public": {}, "type": "log.closed"}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {**FIELDS, "note": "x"},
        {**FIELDS, "type": "log.rewritten"},
        {**FIELDS, "at": "2027-03-11T18:30:00Z"},
        {**FIELDS, "at": "2027-13-11T18:30Z"},
        {**FIELDS, "public": []},
        {**FIELDS, "public": {"a": "b c"}},
        {**FIELDS, "commitment": None},
        {**FIELDS, "commitment": "zz"},
        {**FIELDS, "commitment": "00"},
        {**FIELDS, "commitment": "AA" * 32},
    ],
)
def test_decode_of_what_the_log_never_wrote_is_refused(fields: JsonObject) -> None:
    with pytest.raises(InvalidEntry):
        LogEntry.decode(encode(fields, bytes_max=ENTRY_BYTES_MAX))


def test_decode_of_another_spelling_is_refused() -> None:
    with pytest.raises(InvalidEntry):
        LogEntry.decode(b" " + encode(FIELDS, bytes_max=ENTRY_BYTES_MAX))


def test_required_fields_belong_to_known_types() -> None:
    assert all(isinstance(type_, LogType) for type_ in REQUIRED_FIELDS)


def test_position_reads_back() -> None:
    assert Position.parse(str(Position(2027, 12))) == Position(2027, 12)


@pytest.mark.parametrize("text", ["", "2027", "2027/", "2027/01", " 2027/1", "a/b"])
def test_position_with_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|invalid"):
        Position.parse(text)
