"""The code on a sheet: making the key it is signed with, reading what a scanner at the desk sends."""

from __future__ import annotations

from backend.kit.keyring import Keyring, derive
from backend.paper.errors import NotASheet
from printables.sheet_code import SheetCode, SheetCodeError, SheetFlag, SignedCode, decode, verify

MAX_CODE_CHARS = 100


def sheet_key(keyring: Keyring, poll_id: str) -> bytes:
    """Return the key that signs the codes of one poll's sheets."""
    return derive(keyring.sheets, f"poll:{poll_id}")


def read_code(text: str) -> SignedCode:
    """Read a code as a hand scanner types it. Raises: NotASheet."""
    try:
        signed = decode(text.strip().upper()[:MAX_CODE_CHARS])
    except SheetCodeError as error:
        raise NotASheet("Bitte scannen Sie das Muster unten auf dem Stimmzettel.") from error
    if signed.code.flags & (SheetFlag.SEPARATOR | SheetFlag.TEST):
        raise NotASheet("Das ist ein Trennblatt oder ein Muster, kein Stimmzettel.")
    return signed


def verified(signed: SignedCode, keyring: Keyring, poll_id: str) -> SheetCode:
    """Return the code if it was made for this poll here. Raises: NotASheet."""
    try:
        return verify(signed, sheet_key(keyring, poll_id))
    except SheetCodeError as error:
        raise NotASheet from error


def voter_hash_without_serial(keyring: Keyring, batch_id: str, position: int) -> bytes:
    """Return the voter key of a sheet without a readable number: its place in its batch."""
    return keyring.sheet_hash(f"unnumbered:{batch_id}:{position}".encode())
