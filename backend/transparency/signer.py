"""Who signs the log: one key, one name per year.

For:        the sequencer (it names the key in the first entry) and the publisher.
Guarantees: pure apart from signing.
Source:     C2SP tlog-checkpoint: the key name of the log's own signature is its origin.
"""

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.transparency.note import NoteSigner


@dataclass(frozen=True, slots=True)
class LogSigner:
    """The log's key, and the key that signs ballot receipts."""

    host: str
    private: Ed25519PrivateKey
    receipt_key: Ed25519PublicKey

    @classmethod
    def at(cls, public_url: str, private: Ed25519PrivateKey, receipt_key: Ed25519PublicKey) -> "LogSigner":
        """Return the signer of the installation at that address."""
        return cls(urlsplit(public_url).netloc, private, receipt_key)

    def origin(self, year: int) -> str:
        """Return the name of a year's log."""
        return f"{self.host}/log/{year}"

    def for_year(self, year: int) -> NoteSigner:
        """Return what signs the checkpoints of a year."""
        return NoteSigner(self.origin(year), self.private)

    @property
    def receipt_key_base64(self) -> str:
        """The key that checks ballot receipts, as the log's first entry names it."""
        return base64.b64encode(self.receipt_key.public_bytes_raw()).decode()
