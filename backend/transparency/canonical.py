"""Canonical JSON: one value, one spelling, so that a hash over it means something.

For:        log entries, committed payloads, the choices of a ballot.
Guarantees: `encode` gives the RFC 8785 bytes; `decode` accepts exactly the bytes `encode` gives.
Refuses:    floats, integers beyond 2^53 - 1, text that is not NFC, keys that are no identifiers,
            nesting beyond `DEPTH_MAX`, documents beyond the caller's limit (`NotCanonical`).
Source:     RFC 8785 (JCS), restricted to the profile in docs/algorithms/log.md.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NoReturn, TypeAlias

JsonValue: TypeAlias = "str | int | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""What may be encoded; `bool` is an `int` to Python."""
JsonObject: TypeAlias = Mapping[str, JsonValue]

INTEGER_MAX: Final = 2**53 - 1
"""Largest integer every JSON reader keeps exactly (I-JSON, RFC 7493 section 2.2)."""
DEPTH_MAX: Final = 6
"""Objects and lists inside each other; deeper documents are nobody's honest entry."""
KEY_PATTERN: Final = re.compile(r"[A-Za-z0-9_.:>=-]{1,240}")
"""ASCII keeps the order of keys equal in UTF-8, UTF-16 and Python; option ids occur as keys."""

_spell: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class NotCanonical(ValueError):
    """The value has no canonical spelling, or the bytes are not it."""


def encode(value: JsonValue, *, bytes_max: int) -> bytes:
    """Spell a value canonically.

    Raises:
        NotCanonical: the value leaves the profile or needs more than `bytes_max` bytes.
    """
    _check(value, DEPTH_MAX)
    encoded = _spell(value).encode()
    if len(encoded) > bytes_max:
        raise NotCanonical(f"expected at most {bytes_max} bytes, got {len(encoded)}")
    return encoded


def decode(document: bytes, *, bytes_max: int) -> JsonValue:
    """Read a canonical document.

    Raises:
        NotCanonical: it is too long, no JSON, outside the profile, or spelt another way.
    """
    if len(document) > bytes_max:
        raise NotCanonical(f"expected at most {bytes_max} bytes, got {len(document)}")
    try:
        value: JsonValue = json.loads(document, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"expected JSON of the profile, got {type(error).__name__}") from error
    # Duplicate keys, other orders, blanks and escapes all vanish here and show as a difference.
    if encode(value, bytes_max=bytes_max) != document:
        raise NotCanonical("expected the canonical spelling, got another one of the same value")
    return value


def decode_object(document: bytes, *, bytes_max: int) -> JsonObject:
    """Read a canonical document that is an object.

    Raises:
        NotCanonical: as `decode`, or the value is something else.
    """
    value = decode(document, bytes_max=bytes_max)
    if not isinstance(value, Mapping):
        raise NotCanonical(f"expected an object, got {type(value).__name__}")
    return value


def _check(value: object, depth: int) -> None:
    match value:
        case None | bool():
            return
        case str():
            _check_text(value)
        case int():
            if abs(value) > INTEGER_MAX:
                raise NotCanonical(f"expected an integer below 2^53, got {value}")
        case Mapping():
            _check_keys(value)
            _check_each(value.values(), depth)
        case list() | tuple():
            _check_each(value, depth)
        case _:
            raise NotCanonical(f"expected a JSON value of the profile, got {type(value).__name__}")


def _check_each(values: Iterable[object], depth: int) -> None:
    if depth == 0:
        raise NotCanonical(f"expected at most {DEPTH_MAX} levels of objects and lists")
    for each in values:
        _check(each, depth - 1)


def _check_text(text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("expected text without lone surrogates") from error
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonical(f"expected NFC text, got {text!r}")


def _check_keys(value: Mapping[object, object]) -> None:
    for key in value:
        if not isinstance(key, str) or not KEY_PATTERN.fullmatch(key):
            raise NotCanonical(f"expected a key matching {KEY_PATTERN.pattern}, got {key!r}")


def _refuse(number: str) -> NoReturn:
    raise NotCanonical(f"expected an integer, got {number}")
