"""The phone's own arithmetic and the server's agree: the script's tests quote what the server computes."""

from __future__ import annotations

from backend.cards.codes import generate, grouped
from backend.transparency.ballots import ballot_commitment, tracking_code
from backend.web.assets import ROOT

SCRIPT_TESTS = ROOT / "tests" / "js" / "ballot" / "codes.test.mjs"


def test_commitment_and_card_in_the_scripts_tests_are_the_servers() -> None:
    quoted = SCRIPT_TESTS.read_text(encoding="utf-8")
    commitment = ballot_commitment("poll-a1", bytes(range(32)), ["b", "a"])
    assert commitment.hex() in quoted
    assert tracking_code(commitment) in quoted
    card = generate(bytes.fromhex("123456789abcdef1"))
    assert grouped(card) in quoted
