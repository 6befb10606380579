"""Checkpoints and offline proofs."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.transparency.checkpoint import Checkpoint, open_checkpoint, read_aloud
from backend.transparency.merkle import InvalidProof, Tree, inclusion_proof, leaf_hash
from backend.transparency.note import InvalidNote, NoteSigner
from backend.transparency.proof import HEADER, TlogProof

ORIGIN = "mitmachen.example/log/2027"
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ENTRIES = [b"first", b"second", b"third"]
TREE = Tree([leaf_hash(entry) for entry in ENTRIES])
CHECKPOINT = Checkpoint(ORIGIN, 3, TREE.root())
FILE = CHECKPOINT.signed(SIGNER).encode()
ROOT_LINE = base64.b64encode(TREE.root()).decode()


def proof(index: int = 1) -> TlogProof:
    return TlogProof(index, tuple(inclusion_proof(index, 3, TREE.node)), FILE)


def test_checkpoint_opens_with_the_logs_key() -> None:
    assert open_checkpoint(FILE, origin=ORIGIN, keys=[SIGNER.key]) == (CHECKPOINT, [SIGNER.key])


def test_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(InvalidNote, match="expected the log"):
        open_checkpoint(FILE, origin="other.example/log/2027", keys=[SIGNER.key])


def test_checkpoint_fits_the_printed_code() -> None:
    assert len(FILE) < 300


def test_read_aloud_gives_the_first_80_bits_in_four_groups() -> None:
    assert read_aloud(b"\x00" * 10 + b"\xff" * 22) == "0000 0000 0000 0000"
    assert read_aloud(b"\xff" * 9 + b"\xe0" + bytes(22)) == "ZZZZ ZZZZ ZZZZ ZZZ0"
    assert CHECKPOINT.read_aloud == read_aloud(CHECKPOINT.root)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n3\n{ROOT_LINE}",
        f"{ORIGIN}\n3\n{ROOT_LINE}\nextension\n",
        f"\n3\n{ROOT_LINE}\n",
        f"{ORIGIN}\n03\n{ROOT_LINE}\n",
        f"{ORIGIN}\n-3\n{ROOT_LINE}\n",
        f"{ORIGIN}\n٣\n{ROOT_LINE}\n",
        f"{ORIGIN}\n3\n{ROOT_LINE[:-1]}\n",
        f"{ORIGIN}\n3\nAAAA\n",
        f"{ORIGIN}\n3\n{ROOT_LINE[:-2]}9=\n",
    ],
)
def test_checkpoint_with_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(InvalidNote):
        Checkpoint.parse(text)


def test_proof_verifies_after_a_round_trip() -> None:
    read = TlogProof.decode(proof().encode())
    assert read == proof()
    assert read.check(b"second", origin=ORIGIN, keys=[SIGNER.key]) == CHECKPOINT


def test_proof_with_an_opaque_extra_line_verifies() -> None:
    file = proof().encode().replace(b"\nindex", b"\nextra AAAA\nindex", 1)
    assert TlogProof.decode(file) == proof()


def test_proof_of_another_entry_is_refused() -> None:
    with pytest.raises(InvalidProof):
        proof().check(b"third", origin=ORIGIN, keys=[SIGNER.key])


@pytest.mark.parametrize(
    "file",
    [
        b"",
        HEADER.encode() + b"\n\n" + FILE,
        b"c2sp.org/tlog-proof@v2\nindex 0\n\n" + FILE,
        HEADER.encode() + b"\nindex 01\n\n" + FILE,
        HEADER.encode() + b"\nindex 1\nAAAA\n\n" + FILE,
        HEADER.encode() + b"\nindex 1\n!\n\n" + FILE,
        HEADER.encode() + b"\nindex 1\nA\n\n" + FILE,
        HEADER.encode() + b"\nindex 1\n\xff\n\n" + FILE,
        HEADER.encode() + b"\nindex 1\n" + b"A" * 43 + b"=\n" + b"AAAA\n" * 64 + b"\n" + FILE,
    ],
)
def test_malformed_proof_is_refused(file: bytes) -> None:
    with pytest.raises(InvalidProof):
        TlogProof.decode(file)
