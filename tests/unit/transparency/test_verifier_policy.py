"""Trust files and witnesses."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.transparency.note import (
    Algorithm,
    Note,
    NoteSigner,
    Signature,
    VerifierKey,
    cosigned_message,
)
from backend.transparency.policy import InvalidPolicy, Policy
from backend.transparency.verifier import Code, verify_directory
from tests.unit.transparency.published import put, signer, town

TIME_S = 1_800_000_000


def witness(number: int) -> NoteSigner:
    return NoteSigner(f"witness-{number}", Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def witness_key(number: int) -> VerifierKey:
    return VerifierKey(witness(number).name, witness(number).key.public, Algorithm.COSIGNATURE_V1)


def cosigned(note: Note, number: int) -> Note:
    blob = TIME_S.to_bytes(8, "big") + witness(number).private.sign(cosigned_message(note.text, TIME_S))
    line = Signature(witness(number).name, witness_key(number).key_id, blob)
    return Note(note.text, (*note.signatures, line))


POLICY = "\n".join(
    [
        "# whom the library trusts",
        f"log {signer().key.vkey} https://mitmachen.example/log/2027",
        f"witness landkreis {witness_key(1).vkey} https://witness.example  # next door",
        f"witness zeitung {witness_key(2).vkey}",
        f"witness schule {witness_key(3).vkey}",
        "",
        "group presse any zeitung schule",
        "group alle all landkreis presse",
        "group zwei 2 landkreis zeitung schule",
    ]
)


@pytest.mark.parametrize(
    ("quorum", "signed", "is_met"),
    [
        ("none", [], True),
        ("landkreis", [], False),
        ("landkreis", [1], True),
        ("presse", [1], False),
        ("presse", [3], True),
        ("alle", [1], False),
        ("alle", [1, 2], True),
        ("zwei", [3], False),
        ("zwei", [2, 3], True),
    ],
)
def test_quorum_of_witnesses_is_required(tmp_path: Path, quorum: str, signed: list[int], is_met: bool) -> None:
    log = town()
    note = Note.decode(log.checkpoint())
    for number in signed:
        note = cosigned(note, number)
    put(log.write(tmp_path) / "checkpoint", note.encode())
    report = verify_directory(tmp_path, policy=f"{POLICY}\nquorum {quorum}\n")
    assert [each.code for each in report.findings] == ([] if is_met else [Code.QUORUM_MISSED])


def test_wrong_cosignature_does_not_count(tmp_path: Path) -> None:
    log = town()
    note = cosigned(Note("something else\n", ()), 1)
    forged = Note(
        Note.decode(log.checkpoint()).text, (signer().sign(Note.decode(log.checkpoint()).text), *note.signatures)
    )
    put(log.write(tmp_path) / "checkpoint", forged.encode())
    report = verify_directory(tmp_path, policy=f"{POLICY}\nquorum landkreis")
    assert [each.code for each in report.findings] == [Code.QUORUM_MISSED]


@pytest.mark.parametrize(
    "line",
    [
        "log",
        "log nokey",
        "witness only-a-name",
        "witness none " + witness_key(4).vkey,
        "witness landkreis " + witness_key(4).vkey,
        "group presse any schule",
        "group neu any nobody",
        "group neu 3 zeitung schule",
        "group neu 0 zeitung schule",
        "group neu some zeitung schule",
        "group neu all",
        "quorum nobody",
        "quorum",
        "trust me",
    ],
)
def test_policy_that_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(InvalidPolicy, match="line 10"):
        Policy.parse(f"{POLICY}\n{line}")
