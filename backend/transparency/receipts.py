"""Receipts: a signed acknowledgement per ballot, at the cost of one signature per batch.

For:        the committer that acknowledges ballots, and the voter whose ballot went missing.
Guarantees: pure; whoever holds the receipt, the poll and the commitment can prove that the server
            took the ballot; the siblings in its path are blinded, so they tell nobody which
            commitments came in at the same moment.
Refuses:    receipts that do not lead to the signature (`InvalidReceipt`).
Source:     RFC 9162 section 2.1.3.2 over the blinded leaves of one batch; docs/algorithms/log.md.
Precondition: the batch is in random order before `issue` sees it; an index must not tell arrival.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backend.transparency.canonical import JsonObject
from backend.transparency.merkle import (
    InvalidProof,
    all_inclusion_proofs,
    implied_root,
    leaf_hash,
)

BLIND_SIZE: Final = 32

_LEAF_DOMAIN: Final = b"mach-mit/receipt/v1\x00"
_BATCH_DOMAIN: Final = b"mach-mit/receipt-batch/v1\x00"
_COUNT_BYTES: Final = 8


class InvalidReceipt(ValueError):
    """The receipt does not prove that the server took this ballot."""


class Receipt(NamedTuple):
    """One ballot's part of a signed batch; `blind` is the `r` of the wire format, `position` its `index`."""

    blind: bytes
    position: int
    size: int
    path: tuple[bytes, ...]
    signature: bytes

    def to_json(self) -> JsonObject:
        """Return the wire form; byte strings in hex."""
        return {
            "r": self.blind.hex(),
            "index": self.position,
            "size": self.size,
            "path": [each.hex() for each in self.path],
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_json(cls, fields: JsonObject) -> "Receipt":
        """Read the wire form. Raises: InvalidReceipt when a field is missing or malformed."""
        match fields:
            case {
                "r": str(blind),
                "index": int(index),
                "size": int(size),
                "path": list(path),
                "signature": str(signature),
            }:
                pass
            case _:
                raise InvalidReceipt("expected r, index, size, path and signature")
        try:
            hashes = tuple(bytes.fromhex(str(each)) for each in path)
            return cls(bytes.fromhex(blind), index, size, hashes, bytes.fromhex(signature))
        except ValueError as error:
            raise InvalidReceipt("expected hex in r, path and signature") from error


def blinded_leaf(poll: str, commitment: bytes, blind: bytes) -> bytes:
    """Return the leaf H(poll, c, r) of a ballot; `blind` is fresh randomness of `BLIND_SIZE`."""
    if len(blind) != BLIND_SIZE:
        raise ValueError(f"expected {BLIND_SIZE} random bytes, got {len(blind)}")
    return leaf_hash(_LEAF_DOMAIN + poll.encode() + b"\x00" + commitment + blind)


def signed_payload(size: int, root: bytes) -> bytes:
    """Return the bytes signed for a batch."""
    return _BATCH_DOMAIN + size.to_bytes(_COUNT_BYTES, "big") + root


def issue(ballots: Sequence[tuple[str, bytes, bytes]], sign: Callable[[bytes], bytes]) -> list[Receipt]:
    """Sign a committed batch of (poll, commitment, blind) and return a receipt for each, in order."""
    if not ballots:
        return []
    size = len(ballots)
    root, proofs = all_inclusion_proofs([blinded_leaf(*ballot) for ballot in ballots])
    signature = sign(signed_payload(size, root))
    return [
        Receipt(blind=blind, position=position, size=size, path=proof, signature=signature)
        for position, ((_, _, blind), proof) in enumerate(zip(ballots, proofs, strict=True))
    ]


def verify_receipt(receipt: Receipt, *, poll: str, commitment: bytes, key: Ed25519PublicKey) -> None:
    """Check that the holder of `key` acknowledged this ballot.

    Raises:
        InvalidReceipt: it did not.
    """
    leaf = blinded_leaf(poll, commitment, receipt.blind)
    try:
        root = implied_root(leaf, index=receipt.position, size=receipt.size, proof=receipt.path)
        key.verify(receipt.signature, signed_payload(receipt.size, root))
    except (InvalidProof, InvalidSignature) as error:
        raise InvalidReceipt("expected a path to a signed batch") from error
