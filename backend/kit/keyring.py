"""Keys of an installation, derived from its secrets. They never enter database, logs or backups.

Each purpose has a key of its own (HKDF-like expansion with HMAC-SHA256, RFC 5869 step 2 with one block).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.kit.settings import Settings


def derive(secret: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose."""
    return hmac.digest(secret, purpose.encode() + b"\x01", "sha256")


@dataclass(frozen=True, slots=True)
class Keyring:
    """The installation's long-lived keys."""

    session: bytes
    cards: bytes
    sheets: bytes
    payloads: bytes
    throttle: bytes
    contacts: bytes
    log_seed: bytes
    receipt_seed: bytes

    @classmethod
    def from_settings(cls, settings: Settings) -> Keyring:
        """Derive every key from the three secrets."""
        secret = settings.secret_key.get_secret_value().encode()
        card = settings.card_key.get_secret_value().encode()
        log = settings.log_signing_key.get_secret_value().encode()
        return cls(
            session=derive(secret, "session"),
            cards=derive(card, "cards"),
            sheets=derive(card, "sheets"),
            payloads=derive(secret, "payloads"),
            throttle=derive(secret, "throttle"),
            contacts=derive(secret, "contacts"),
            log_seed=derive(log, "log"),
            receipt_seed=derive(log, "receipt"),
        )

    def log_key(self) -> Ed25519PrivateKey:
        """Return the key that signs checkpoints."""
        return Ed25519PrivateKey.from_private_bytes(self.log_seed)

    def receipt_key(self) -> Ed25519PrivateKey:
        """Return the key that signs ballot receipts."""
        return Ed25519PrivateKey.from_private_bytes(self.receipt_seed)

    def speaker_mac(self, meeting_id: str, voter_hash: bytes) -> bytes:
        """Return what a list of speakers keeps of a card; without this key it leads to no card and no other list."""
        return hmac.digest(self.cards, b"speaker\x00" + meeting_id.encode() + b"\x00" + voter_hash, "sha256")

    def card_hash(self, code: str) -> bytes:
        """Return what the database may know of a card code (canonical form, without separators)."""
        return hmac.digest(self.cards, code.encode(), "sha256")

    def sheet_hash(self, serial: bytes) -> bytes:
        """Return what the database may know of a sheet's serial."""
        return hmac.digest(self.sheets, serial, "sha256")
