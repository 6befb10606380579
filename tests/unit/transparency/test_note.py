"""Signed notes, beside the vectors of Go's golang.org/x/mod/sumdb/note."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.transparency.note import (
    NOTE_BYTES_MAX,
    Algorithm,
    InvalidNote,
    Note,
    NoteSigner,
    Signature,
    VerifierKey,
    check_signatures,
    cosigned_message,
    sign,
)

GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

TEXT = "mitmachen.example/log/2027\n3\nAAAA\n"


def signer(name: str = "mitmachen.example/log/2027", seed: int = 7) -> NoteSigner:
    return NoteSigner(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def test_note_of_another_implementation_verifies() -> None:
    key = VerifierKey.parse(GO_VKEY)
    note = Note.decode(GO_NOTE)
    assert key.vkey == GO_VKEY
    assert check_signatures(note, [key]) == [key]
    assert note.encode() == GO_NOTE


def test_signed_note_verifies_after_a_round_trip() -> None:
    note = Note.decode(sign(TEXT, [signer()]).encode())
    assert note.text == TEXT
    assert check_signatures(note, [signer().key]) == [signer().key]
    assert VerifierKey.parse(signer().key.vkey) == signer().key


def test_note_signed_by_strangers_only_is_refused() -> None:
    note = sign(TEXT, [signer("stranger", 8)])
    with pytest.raises(InvalidNote, match="got stranger"):
        check_signatures(note, [signer().key])
    with pytest.raises(InvalidNote, match="got nobody"):
        check_signatures(Note(TEXT), [signer().key])


def test_note_under_our_name_by_another_key_is_a_stranger() -> None:
    note = sign(TEXT, [signer(seed=8)])
    with pytest.raises(InvalidNote, match="trusted key"):
        check_signatures(note, [signer().key])


def test_note_with_a_wrong_signature_of_a_known_key_is_refused() -> None:
    line = sign("other\n", [signer()]).signatures[0]
    stranger = signer("stranger", 8).sign(TEXT)
    with pytest.raises(InvalidNote, match="expected a signature by"):
        check_signatures(Note(TEXT, (stranger, line)), [signer().key])


def test_cosignature_verifies_over_its_time() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    key = VerifierKey("library", private.public_key().public_bytes_raw(), Algorithm.COSIGNATURE_V1)
    stamp = (1_800_000_000).to_bytes(8, "big")
    blob = private.sign(cosigned_message(TEXT, 1_800_000_000))
    note = Note(TEXT, (signer().sign(TEXT), Signature("library", key.key_id, stamp + blob)))
    assert check_signatures(note, [signer().key, key]) == [signer().key, key]
    earlier = Note(TEXT, (Signature("library", key.key_id, bytes(8) + blob),))
    with pytest.raises(InvalidNote):
        check_signatures(earlier, [key])


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAAA",
        b"text\n\n\xe2\x80\x94 name AAAAAAAA\n\n",
        b"te\x00xt\n\n\xe2\x80\x94 name AAAAAAAA\n",
        b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAAA\n",
        b"text\n\n- name AAAAAAAA\n",
        b"text\n\n\xe2\x80\x94 name\n",
        b"text\n\n\xe2\x80\x94 name AAAAA\n",
        b"text\n\n\xe2\x80\x94 name AAAAAA==\n",
        b"text\n\n" + b"\xe2\x80\x94 name AAAAAAAA\n" * 65,
        b"x" * NOTE_BYTES_MAX + b"\n",
    ],
)
def test_malformed_file_is_refused(file: bytes) -> None:
    with pytest.raises(InvalidNote):
        Note.decode(file)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000+" + base64.b64encode(b"\x01" + bytes(32)).decode(),
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY[:-4],
        GO_VKEY.replace("+ARpc", "+!Rpc"),
        "name+00000000+",
        "name+00000000+" + base64.b64encode(b"\x63" + bytes(32)).decode(),
        "a name" + GO_VKEY.removeprefix("PeterNeumann"),
    ],
)
def test_malformed_key_is_refused(vkey: str) -> None:
    with pytest.raises(InvalidNote):
        VerifierKey.parse(vkey)
