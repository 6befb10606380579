"""Commitments, tracking codes, openings and receipts of ballots."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from backend.transparency.ballots import (
    BATCH_COMMITMENTS,
    InvalidOpenings,
    Opening,
    ballot_commitment,
    batch_bodies,
    is_tracked_by,
    openings_file,
    parse_openings,
    sealed_totals,
    tracking_code,
)
from backend.transparency.canonical import NotCanonical, encode
from backend.transparency.commitment import commit
from backend.transparency.receipts import (
    InvalidReceipt,
    Receipt,
    blinded_leaf,
    issue,
    verify_receipt,
)

NONCE = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def test_commitment_follows_the_written_formula() -> None:
    preimage = b"mach-mit/ballot/v1\x00poll-A1\x00" + NONCE + b'["b"]'
    commitment = ballot_commitment("poll-A1", NONCE, ["b"])
    assert commitment == sha256(preimage).digest()
    assert commitment.hex() == "cbe65ac44d81e42f5fd1ad0b65e7471224ba225fd124a2f0da9b56e7e4a3ae95"
    assert tracking_code(commitment) == "SFK5-NH2D-G7J2"


def test_payload_commitment_follows_the_written_formula() -> None:
    preimage = b"mach-mit/commit/v1\x00input.received\x00" + NONCE + b'\x00{"text":"Bank"}'
    assert commit("input.received", NONCE, {"text": "Bank"}) == sha256(preimage).digest()
    with pytest.raises(ValueError, match="32 bytes"):
        commit("input.received", b"short", {"text": "Bank"})


def test_commitment_depends_on_poll_nonce_and_choices() -> None:
    different = {
        ballot_commitment("poll-A1", NONCE, ["b"]),
        ballot_commitment("poll-A2", NONCE, ["b"]),
        ballot_commitment("poll-A1", NONCE[::-1], ["b"]),
        ballot_commitment("poll-A1", NONCE, ["a"]),
        ballot_commitment("poll-A1", NONCE, {"invalid": True}),
    }
    assert len(different) == 5


def test_commitment_with_a_short_nonce_is_refused() -> None:
    with pytest.raises(ValueError, match="nonce of 32 bytes"):
        ballot_commitment("poll-A1", b"short", ["b"])


def test_tracking_code_is_recognised_as_people_type_it() -> None:
    commitment = bytes.fromhex("00443214c74254b635cf84653a56d7c675be77df000000000000000000000000")
    assert tracking_code(commitment) == "0123-4567-89AB"
    assert is_tracked_by(commitment, " o1 23-4567 89ab")
    assert is_tracked_by(commitment, "oi23456789ab")
    assert not is_tracked_by(commitment, "0123-4567-89AC")


@given(st.lists(st.tuples(st.binary(min_size=32, max_size=32), st.sampled_from("abc")), max_size=9))
def test_openings_read_back_sorted_by_commitment(ballots: list[tuple[bytes, str]]) -> None:
    unique = {nonce: Opening(nonce, [choice]) for nonce, choice in ballots}
    file = openings_file("poll-A1", unique.values())
    parsed = list(parse_openings("poll-A1", file))
    assert [commitment for commitment, _ in parsed] == sorted(
        ballot_commitment("poll-A1", opening.nonce, opening.choices) for opening in unique.values()
    )
    assert {opening.nonce for _, opening in parsed} == set(unique)


def line(nonce: str, **more: str) -> bytes:
    return encode({"nonce": nonce, "choices": ["a"], **more}, bytes_max=1000) + b"\n"


@pytest.mark.parametrize(
    "file",
    [
        line(NONCE.hex())[:-1],
        line(NONCE.hex()) * 2,
        line(NONCE.hex().upper()),
        line("00"),
        line("zz"),
        line(NONCE.hex(), channel="phone"),
        b'{"nonce":1,"choices":[]}\n',
        b'{"choices":[], "nonce":"00"}\n',
        b"\n",
    ],
)
def test_openings_with_another_spelling_are_refused(file: bytes) -> None:
    with pytest.raises(InvalidOpenings):
        list(parse_openings("poll-A1", file))


def test_openings_out_of_order_are_refused() -> None:
    file = openings_file("poll-A1", [Opening(bytes([n]) * 32, ["a"]) for n in range(5)])
    swapped = b"\n".join([*reversed(file.splitlines()), b""])
    with pytest.raises(InvalidOpenings, match="line 2: expected ascending"):
        list(parse_openings("poll-A1", swapped))


def test_batches_hold_every_commitment_sorted_and_fit_an_entry() -> None:
    commitments = [sha256(bytes([n % 256, n // 256])).digest() for n in range(1000)]
    bodies = batch_bodies("poll-A1", commitments)
    together = [each for body in bodies for each in body["commitments"]]  # type: ignore[union-attr]
    assert together == sorted(commitment.hex() for commitment in commitments)
    assert [(body["n"], body["part"], body["parts"]) for body in bodies] == [
        (1000, 1, 2),
        (1000, 2, 2),
    ]
    assert len(encode(bodies[0], bytes_max=60 * 1024)) > BATCH_COMMITMENTS * 67


def test_batch_of_no_ballots_is_one_empty_entry() -> None:
    assert batch_bodies("poll-A1", []) == [{"poll": "poll-A1", "n": 0, "part": 1, "parts": 1, "commitments": []}]


def test_totals_that_fit_no_entry_are_left_out_whole() -> None:
    assert sealed_totals({"yes": 3, "B>A=C": 1, "s1:4": 0}) == {"yes": 3, "B>A=C": 1, "s1:4": 0}
    assert sealed_totals({"Bänke": 3, "yes": 1}) == {}
    assert sealed_totals({f"o{n}": 1 for n in range(501)}) == {}


def ballots(count: int) -> list[tuple[str, bytes, bytes]]:
    return [(f"poll-{n % 2}", sha256(bytes([n])).digest(), sha256(b"r" + bytes([n])).digest()) for n in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 5, 64])
def test_every_receipt_of_a_batch_verifies_after_a_round_trip(count: int) -> None:
    receipts = issue(ballots(count), KEY.sign)
    assert len(receipts) == count
    assert len({receipt.signature for receipt in receipts}) <= 1
    for (poll, commitment, blind), receipt in zip(ballots(count), receipts, strict=True):
        read = Receipt.from_json(receipt.to_json())
        assert read.blind == blind
        verify_receipt(read, poll=poll, commitment=commitment, key=KEY.public_key())


@pytest.mark.parametrize(
    "change",
    [
        {"r": "00" * 32},
        {"index": 1},
        {"size": 6},
        {"path": []},
        {"signature": "00" * 64},
    ],
)
def test_receipt_that_was_changed_is_refused(change: dict[str, object]) -> None:
    poll, commitment, _ = ballots(5)[0]
    fields = {**issue(ballots(5), KEY.sign)[0].to_json(), **change}
    with pytest.raises(InvalidReceipt):
        verify_receipt(
            Receipt.from_json(fields),  # type: ignore[arg-type]
            poll=poll,
            commitment=commitment,
            key=KEY.public_key(),
        )


def test_receipt_for_another_ballot_is_refused() -> None:
    receipt = issue(ballots(5), KEY.sign)[0]
    with pytest.raises(InvalidReceipt):
        verify_receipt(receipt, poll="poll-0", commitment=ballots(5)[1][1], key=KEY.public_key())


@pytest.mark.parametrize("change", [{"r": 1}, {"r": "zz"}, {"path": ["zz"]}, {"index": "0"}])
def test_malformed_receipt_is_refused(change: dict[str, object]) -> None:
    fields = {**issue(ballots(1), KEY.sign)[0].to_json(), **change}
    with pytest.raises(InvalidReceipt):
        Receipt.from_json(fields)  # type: ignore[arg-type]


def test_blind_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        blinded_leaf("poll-A1", NONCE, b"short")


def test_choices_outside_the_profile_are_refused() -> None:
    with pytest.raises(NotCanonical):
        ballot_commitment("poll-A1", NONCE, [0.5])  # type: ignore[list-item]
