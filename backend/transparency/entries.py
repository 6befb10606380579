"""Entries: the public statements whose hashes are the leaves of the tree.

For:        recording and reading entries.
Guarantees: pure; an entry has one spelling, holds no free text, and its time is cut to the minute.
Refuses:    unknown types, missing fields, words and sentences, entries that are too long
            (`InvalidEntry`).
Source:     docs/algorithms/log.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from backend.transparency.canonical import (
    JsonObject,
    JsonValue,
    NotCanonical,
    decode_object,
    encode,
)
from backend.transparency.merkle import HASH_SIZE
from backend.transparency.types import REQUIRED_FIELDS, LogType

ENTRY_BYTES_MAX: Final = 4 * 1024
LONG_ENTRY_BYTES_MAX: Final = 60 * 1024
"""Commitments and totals by the thousand; a bundle's length field ends at 65,535."""
LONG_TYPES: Final = frozenset({LogType.BALLOT_BATCH, LogType.POLL_SEALED})

_FIELDS: Final = frozenset({"at", "public", "type"})
_MINUTE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")
_TOKEN: Final = re.compile(r"[A-Za-z0-9._:/+=@~-]{0,256}")
"""Ids, enums, times, hex, base64, origins, keys: no blank, hence no sentence."""


class InvalidEntry(ValueError):
    """The entry is not one of this log's."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One statement; `commitment` binds to a payload that is kept elsewhere."""

    type: LogType
    at: datetime
    public: JsonObject
    commitment: bytes | None = None

    def encode(self) -> bytes:
        """Spell the entry. Raises: InvalidEntry when it breaks a rule of the log."""
        _check_public(self.type, self.public)
        fields: dict[str, JsonValue] = {
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
            "public": self.public,
            "type": self.type.value,
        }
        if self.commitment is not None:
            fields["commitment"] = self.commitment.hex()
        try:
            return encode(fields, bytes_max=_bytes_max(self.type))
        except NotCanonical as error:
            raise InvalidEntry(str(error)) from error

    @classmethod
    def decode(cls, content: bytes) -> "LogEntry":
        """Read an entry. Raises: InvalidEntry unless `encode` could have written it."""
        try:
            fields = decode_object(content, bytes_max=LONG_ENTRY_BYTES_MAX)
            entry = _from_fields(fields)
        except NotCanonical as error:
            raise InvalidEntry(str(error)) from error
        if len(content) > _bytes_max(entry.type):
            raise InvalidEntry(f"expected at most {_bytes_max(entry.type)} bytes")
        return entry


def _bytes_max(type_: LogType) -> int:
    return LONG_ENTRY_BYTES_MAX if type_ in LONG_TYPES else ENTRY_BYTES_MAX


def _from_fields(fields: JsonObject) -> LogEntry:
    match fields:
        case {"at": str(at), "public": Mapping() as public, "type": str(type_)}:
            pass
        case _:
            raise InvalidEntry(f"expected at, public and type, got {sorted(fields)}")
    strange = fields.keys() - _FIELDS - {"commitment"}
    if strange:
        raise InvalidEntry(f"expected no other fields, got {sorted(strange)}")
    if not _MINUTE.fullmatch(at):
        raise InvalidEntry(f"expected a minute in UTC, got {at[:80]!r}")
    try:
        known = LogType(type_)
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise InvalidEntry(f"expected a known type and a minute, got {type_} {at}") from error
    _check_public(known, public)
    return LogEntry(known, moment, public, _commitment(fields))


def _commitment(fields: JsonObject) -> bytes | None:
    if "commitment" not in fields:
        return None
    spelt = fields["commitment"]
    try:
        commitment = bytes.fromhex(str(spelt))
    except ValueError as error:
        raise InvalidEntry("expected a commitment in hex") from error
    if len(commitment) != HASH_SIZE or commitment.hex() != spelt:
        raise InvalidEntry(f"expected a commitment of {HASH_SIZE} bytes in lower-case hex")
    return commitment


def _check_public(type_: LogType, public: JsonObject) -> None:
    missing = REQUIRED_FIELDS.get(type_, frozenset()) - public.keys()
    if missing:
        raise InvalidEntry(f"expected {', '.join(sorted(missing))} in {type_}")
    _check_tokens(public)


def _check_tokens(value: JsonValue) -> None:
    if isinstance(value, str):
        if not _TOKEN.fullmatch(value):
            raise InvalidEntry(f"expected an id, enum, time or hash, got {value[:80]!r}")
    elif isinstance(value, Mapping):
        for each in value.values():
            _check_tokens(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check_tokens(each)
