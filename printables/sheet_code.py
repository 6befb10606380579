"""The code on a paper ballot: what the QR in the corner of a sheet says.

Guarantees: the code carries the poll, the layout, the page, a flag byte and – in serial mode – eight random
bytes, authenticated with HMAC-SHA256. It never carries a name, a time, an order, a choice or a language.
Refuses: unknown versions, odd lengths, contradictory flags and codes whose MAC does not match the poll's key.
A MAC stops invented sheets; it cannot stop photocopies – those are found by their repeated serial.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

PREFIX: Final = "MM"
VERSION: Final = 1
POLL_CODE_BYTES: Final = 8
SERIAL_BYTES: Final = 8
MAC_BYTES: Final = 8
MAX_PAGES: Final = 15  # a nibble
MAX_LAYOUT: Final = 0xFFFF
_HEAD_BYTES: Final = 1 + POLL_CODE_BYTES + 2 + 1 + 1
_MAC_CONTEXT: Final = b"mach-mit/sheet/v1\x00"
_POLL_CONTEXT: Final = b"mach-mit/sheet-poll/v1\x00"


class SheetCodeError(ValueError):
    """A text that is not a usable sheet code; `reason` is stable and machine-readable."""

    reason = "malformed"


class NotASheetCode(SheetCodeError):
    """The text does not begin like a sheet code at all (a card, a poster, a stranger's QR)."""

    reason = "not_a_sheet_code"


class MalformedCode(SheetCodeError):
    """It begins like a sheet code but its length, alphabet or fields are impossible."""


class UnknownVersion(SheetCodeError):
    """A sheet printed by another generation of the software."""

    reason = "unknown_version"


class ForgedCode(SheetCodeError):
    """The MAC does not belong to this poll's key."""

    reason = "forged"


class SheetFlag(IntFlag):
    """What kind of sheet this is."""

    NONE = 0
    TEST = 1  # printed MUSTER across the sheet; never counted
    UNNUMBERED = 2  # no serial: duplicates are controlled by counting only
    SEPARATOR = 4  # first page of a batch; `poll_code` names the batch


@dataclass(frozen=True, slots=True)
class SheetCode:
    """The meaning of a printed code. `serial` is None exactly for unnumbered sheets."""

    poll_code: bytes
    layout: int
    serial: bytes | None
    flags: SheetFlag = SheetFlag.NONE
    page: int = 1
    pages: int = 1

    def __post_init__(self) -> None:
        """Refuse fields that could not be printed."""
        if len(self.poll_code) != POLL_CODE_BYTES:
            msg = f"expected a poll code of {POLL_CODE_BYTES} bytes, got {len(self.poll_code)}"
            raise MalformedCode(msg)
        if not 0 <= self.layout <= MAX_LAYOUT:
            msg = f"expected a layout between 0 and {MAX_LAYOUT}, got {self.layout}"
            raise MalformedCode(msg)
        if not 1 <= self.page <= self.pages <= MAX_PAGES:
            msg = f"expected 1 ≤ page ≤ pages ≤ {MAX_PAGES}, got {self.page}/{self.pages}"
            raise MalformedCode(msg)
        if (self.serial is None) != bool(self.flags & SheetFlag.UNNUMBERED):
            msg = "a sheet has a serial or the unnumbered flag, never both or neither"
            raise MalformedCode(msg)
        if self.serial is not None and len(self.serial) != SERIAL_BYTES:
            msg = f"expected a serial of {SERIAL_BYTES} bytes, got {len(self.serial)}"
            raise MalformedCode(msg)


@dataclass(frozen=True, slots=True)
class SignedCode:
    """A decoded code whose MAC has not been checked yet."""

    code: SheetCode
    mac: bytes


def poll_code_of(identifier: str) -> bytes:
    """Return the eight bytes that stand for a poll, a reserve stack or a batch on its sheets."""
    return hashlib.sha256(_POLL_CONTEXT + identifier.encode()).digest()[:POLL_CODE_BYTES]


def encode(code: SheetCode, key: bytes) -> str:
    """Return the text for the QR: `MM` and unpadded base32, 49 characters with a serial and 36 without."""
    body = _body(code)
    return PREFIX + base64.b32encode(body + _mac(body, key)).decode().rstrip("=")


def decode(text: str) -> SignedCode:
    """Read a code without checking its MAC, so that the caller can find the key by the poll.

    Raises:
        NotASheetCode, UnknownVersion, MalformedCode.
    """
    raw = _unpack(text)
    if raw[0] != VERSION:
        msg = f"expected version {VERSION}, got {raw[0]}"
        raise UnknownVersion(msg)
    flags = raw[12]
    numbered = not flags & SheetFlag.UNNUMBERED
    expected = _HEAD_BYTES + (SERIAL_BYTES if numbered else 0) + MAC_BYTES
    if len(raw) != expected or flags > max(SheetFlag) * 2 - 1:
        msg = f"expected {expected} bytes with known flags, got {len(raw)} bytes and flags {flags:#04x}"
        raise MalformedCode(msg)
    code = SheetCode(
        poll_code=raw[1:9],
        layout=int.from_bytes(raw[9:11], "big"),
        page=raw[11] >> 4,
        pages=raw[11] & 0x0F,
        flags=SheetFlag(flags),
        serial=raw[_HEAD_BYTES : _HEAD_BYTES + SERIAL_BYTES] if numbered else None,
    )
    return SignedCode(code=code, mac=raw[-MAC_BYTES:])


def verify(signed: SignedCode, key: bytes) -> SheetCode:
    """Return the code if its MAC was made with `key`, in constant time.

    Raises:
        ForgedCode.
    """
    if not hmac.compare_digest(_mac(_body(signed.code), key), signed.mac):
        msg = "the sheet's MAC does not match the poll's key"
        raise ForgedCode(msg)
    return signed.code


def _unpack(text: str) -> bytes:
    if not text.startswith(PREFIX):
        msg = f"expected a code that begins with {PREFIX!r}"
        raise NotASheetCode(msg)
    payload = text[len(PREFIX) :]
    try:
        raw = base64.b32decode(payload + "=" * (-len(payload) % 8))
    except binascii.Error:
        msg = "expected unpadded base32 after the prefix"
        raise MalformedCode(msg) from None
    if len(raw) < _HEAD_BYTES + MAC_BYTES or base64.b32encode(raw).decode().rstrip("=") != payload:
        msg = f"expected at least {_HEAD_BYTES + MAC_BYTES} bytes in canonical base32, got {len(raw)}"
        raise MalformedCode(msg)
    return raw


def _body(code: SheetCode) -> bytes:
    head = bytes([VERSION]) + code.poll_code + code.layout.to_bytes(2, "big")
    return head + bytes([code.page << 4 | code.pages, code.flags]) + (code.serial or b"")


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _MAC_CONTEXT + body, "sha256")[:MAC_BYTES]
