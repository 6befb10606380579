"""The pure pieces of the ballot box: envelope, refusals, wire form, count record, and what they keep to themselves."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.ballots.cast import Prepared, refusal
from backend.ballots.envelope import (
    GCM_NONCE_BYTES,
    LENGTH_BYTES,
    OVERHEAD_BYTES,
    changeable_id,
    request_keys,
    seal,
    unseal,
)
from backend.ballots.errors import AlreadyVoted, CorruptBox
from backend.ballots.record import CountInputs, CountRecord, OutsideFacts, equation_json, make_record
from backend.ballots.types import (
    Acknowledgement,
    BallotContent,
    CastBallot,
    FrozenPoll,
    OpenedBallot,
    Turnout,
    VoterKey,
)
from backend.ballots.wire import acknowledgement_view, padded
from backend.cards.errors import CardVoid
from backend.kit.entropy import SystemEntropy
from backend.polls.choices import Choices, invalid
from backend.polls.errors import PollNotOpen
from backend.polls.types import Channel, PollState, PollType, VoterKind
from backend.tally.equations import Equation, EquationName, Term, paper_equation
from backend.transparency.receipts import Receipt
from tests.unit.tally.builders import define, times

KEY = bytes(range(32))
GCM_TAG_BYTES = 16
VOTER = sha256(b"a card").digest()
PHONE, KIOSK, PAPER = Channel


def test_envelope_opens_with_key_and_poll_only() -> None:
    sealed = seal(KEY, "poll", b"yes", size=32, entropy=SystemEntropy())
    assert unseal(KEY, "poll", sealed) == b"yes"
    spoilt = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, poll, content in ((KEY[::-1], "poll", sealed), (KEY, "other", sealed), (KEY, "poll", spoilt)):
        with pytest.raises(CorruptBox):
            unseal(key, poll, content)


@pytest.mark.parametrize("length", [0, 1, 27, 28])
def test_envelope_length_tells_nothing(length: int) -> None:
    sealed = seal(KEY, "poll", b"x" * length, size=32, entropy=SystemEntropy())
    assert len(sealed) == GCM_NONCE_BYTES + 32 + GCM_TAG_BYTES
    assert unseal(KEY, "poll", sealed) == b"x" * length


def test_envelope_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 28 bytes, got 29"):
        seal(KEY, "poll", b"x" * 29, size=28 + LENGTH_BYTES, entropy=SystemEntropy())


def test_envelope_same_content_twice_looks_different() -> None:
    once, again = (seal(KEY, "poll", b"yes", size=32, entropy=SystemEntropy()) for _ in range(2))
    assert once != again


def test_request_names_and_keys_follow_poll_voter_and_request() -> None:
    made = {
        each
        for key in (KEY, KEY[::-1])
        for voter in (VOTER, VOTER[::-1])
        for request in ("a", "b")
        for each in request_keys(key, voter, request)
    }
    assert len(made) == 16
    assert {len(each) for each in made} == {32}


def test_request_names_and_keys_follow_the_written_formula() -> None:
    both = hmac.digest(KEY, b"request\0" + VOTER + b"a", "sha512")
    assert request_keys(KEY, VOTER, "a") == (both[:32], both[32:])
    assert changeable_id(KEY, VOTER) == hmac.digest(KEY, b"ballot\0" + VOTER, "sha256")[:16]


def test_envelope_is_nonce_and_gcm_over_length_and_content() -> None:
    sealed = seal(KEY, "poll", b"yes", size=32, entropy=SystemEntropy())
    assert AESGCM(KEY).decrypt(sealed[:12], sealed[12:], b"poll") == b"\0\0\0\x03yes".ljust(32, b"\0")
    assert len(sealed) == 32 + OVERHEAD_BYTES


def test_changeable_id_is_the_same_for_a_voter_and_tells_no_hash() -> None:
    name = changeable_id(KEY, VOTER)
    assert name == changeable_id(KEY, VOTER)
    assert len(name) == 16
    assert name not in {changeable_id(KEY, VOTER[::-1]), changeable_id(KEY[::-1], VOTER), VOTER[:16]}


def prepared(channel: Channel, *, may_change: bool) -> Prepared:
    definition = define(PollType.YESNO, "yes no", change_until_close=may_change)
    poll = FrozenPoll("poll", "meeting", "org", definition, pad_bytes=512, choices_bytes=64)
    command = CastBallot("poll", VoterKey(VoterKind.CARD, VOTER), ["yes"], bytes(32), channel, "key")
    return Prepared(command=command, poll=poll, spelt=b'["yes"]', commitment=bytes(32))


@pytest.mark.parametrize(
    ("cast", "state", "first", "is_void", "expected"),
    [
        (prepared(PHONE, may_change=False), PollState.OPEN, None, False, None),
        (prepared(PHONE, may_change=False), PollState.CLOSING, None, False, None),
        (prepared(PHONE, may_change=False), PollState.CLOSED, None, False, PollNotOpen),
        (prepared(PAPER, may_change=False), PollState.CLOSED, None, False, None),
        (prepared(PAPER, may_change=False), PollState.SEALED, None, False, PollNotOpen),
        (prepared(PHONE, may_change=False), None, None, False, PollNotOpen),
        (prepared(PHONE, may_change=False), PollState.OPEN, None, True, CardVoid),
        (prepared(PHONE, may_change=False), PollState.OPEN, PHONE, False, AlreadyVoted),
        (prepared(PHONE, may_change=False), PollState.OPEN, PHONE, True, AlreadyVoted),
        (prepared(PHONE, may_change=True), PollState.OPEN, PHONE, False, None),
        (prepared(PHONE, may_change=True), PollState.OPEN, KIOSK, False, None),
        (prepared(PHONE, may_change=True), PollState.OPEN, PHONE, True, CardVoid),
        (prepared(PHONE, may_change=True), PollState.OPEN, PAPER, False, AlreadyVoted),
        (prepared(PAPER, may_change=True), PollState.OPEN, PHONE, False, AlreadyVoted),
        (prepared(PHONE, may_change=True), PollState.CLOSED, PHONE, False, AlreadyVoted),
        (prepared(PHONE, may_change=True), None, PHONE, False, AlreadyVoted),
    ],
)
def test_refusal_follows_state_first_channel_and_card(
    cast: Prepared, state: PollState | None, first: Channel | None, is_void: bool, expected: type | None
) -> None:
    why = refusal(cast, state, first, is_void=is_void)
    assert (None if why is None else type(why)) is expected
    if isinstance(why, AlreadyVoted):
        assert why.channel is first


@pytest.mark.parametrize(
    ("channel", "words"), [(PHONE, "mit dem Handy"), (KIOSK, "am Kiosk"), (PAPER, "auf Papier")], ids=str
)
def test_already_voted_says_where(channel: Channel, words: str) -> None:
    assert AlreadyVoted(channel).detail == f"Mit dieser Karte wurde {words} abgestimmt."
    assert AlreadyVoted(channel).extra == {"channel": channel.value}


@pytest.mark.parametrize("length", range(40))
def test_padded_is_a_multiple_of_the_size_and_the_smallest_one(length: int) -> None:
    body: dict[str, object] = {"t": "a" * length}
    frame = padded(body, 21)
    read = msgspec.json.decode(frame)
    assert read == {**body, "pad": "." * len(read["pad"])}
    assert len(frame) % 21 == 0
    assert len(read["pad"]) < 21


def test_acknowledgement_view_is_what_the_device_needs() -> None:
    receipt = Receipt(bytes(32), 0, 1, (), bytes(64))
    answer = Acknowledgement(b"\xab" * 32, "AAAA-BBBB-CCCC", receipt, KIOSK)
    assert acknowledgement_view(answer) == {
        "ballot": {"commitment": "ab" * 32, "tracking_code": "AAAA-BBBB-CCCC", "receipt": receipt.to_json()},
        "channel": "kiosk",
    }


def test_nothing_of_a_vote_shows_in_a_representation() -> None:
    cast = prepared(PHONE, may_change=False)
    shown = [
        repr(each)
        for each in (
            cast,
            cast.command,
            cast.command.voter,
            BallotContent(bytes(32), bytes(32), b'["yes"]', PHONE),
            OpenedBallot(bytes(32), bytes(32), ["yes"], PHONE),
        )
    ]
    assert not [each for each in shown if "yes" in each or "key" in each]
    assert shown[3] == "BallotContent(…)"


# --- the count record ---------------------------------------------------------------------------------------------


def opened(channel: Channel, *choices: Choices) -> list[OpenedBallot]:
    return [OpenedBallot(bytes(32), bytes(32), each, channel) for each in choices]


def record(facts: OutsideFacts = OutsideFacts(), **changed: Any) -> CountRecord:  # noqa: ANN401, B008 - passed on
    ballots = [
        *opened(PHONE, *times(6, "yes"), *times(5, "no")),
        *opened(PAPER, *times(4, "yes"), *times(6, "no"), invalid()),
    ]
    inputs: dict[str, Any] = {
        "definition": define(PollType.YESNO, "yes no", channels=frozenset({PHONE, PAPER})),
        "ballots": ballots,
        "turnout": Turnout({PHONE: 11, PAPER: 12}, sheets_scanned=11),
        "entitled": 30,
        "rejected_duplicates": 2,
        "n_min": 10,
        "facts": facts,
        **changed,
    }
    return make_record(CountInputs(**inputs))


def test_record_counts_all_ballots_and_every_allowed_channel() -> None:
    made = record()
    content = made.content
    assert (content["ballots"], content["entitled"], content["used"]) == (22, 30, 23)
    assert (content["rejected_duplicates"], content["n_min"]) == (2, 10)
    assert content["cards"] == {"phone": 11, "paper": 12}
    assert content["totals"] == {"yes": 10, "no": 11}
    assert {channel: each.totals for channel, each in made.by_channel.items()} == {
        PHONE: {"yes": 6, "no": 5},
        PAPER: {"yes": 4, "no": 6},
    }
    by_channel: Any = content["by_channel"]
    assert {channel: each["invalid"] for channel, each in by_channel.items()} == {"phone": 0, "paper": 1}
    assert (content["public_channels"], content["withheld"]) == (["phone", "paper"], None)


def test_record_withholds_channels_by_name_of_the_reason() -> None:
    content = record(n_min=12).content
    assert (content["public_channels"], content["withheld"]) == (None, "too_few")


def test_record_equations_compare_cards_and_sheets_with_ballots() -> None:
    made = record()
    assert made.is_balanced
    assert [(each.name, each.about, each.difference) for each in made.equations] == [
        (EquationName.CHANNEL, "phone", 0),
        (EquationName.CHANNEL, "paper", 0),
        (EquationName.TOTAL, "", 0),
    ]
    missing = record(turnout=Turnout({}, sheets_scanned=10))
    assert not missing.is_balanced
    assert [each.difference for each in missing.equations] == [-11, -1, 0]


def test_record_takes_over_people_and_paper_from_outside() -> None:
    paper = paper_equation(12, issued=14, exchanged=1, returned=0)
    made = record(OutsideFacts(paper_equations=(paper,), people_counted=22))
    assert [each.name for each in made.equations][3:] == [EquationName.ATTENDANCE, EquationName.PAPER]
    assert not made.is_balanced
    equations: Any = made.content["equations"]
    assert equations[-1] == {
        "name": "paper",
        "about": "paper",
        "left": [{"name": "redeemed", "n": 12}],
        "right": [
            {"name": "sheets_issued", "n": 14},
            {"name": "sheets_exchanged", "n": -1},
            {"name": "sheets_returned", "n": 0},
        ],
        "relation": "=",
        "holds": False,
    }
    assert equations[-2]["relation"] == "<="


def test_equation_json_shows_subtracted_terms_on_both_sides() -> None:
    terms = (Term("a", 3), Term("b", 1, is_subtracted=True))
    shown = [{"name": "a", "n": 3}, {"name": "b", "n": -1}]
    written = equation_json(Equation(EquationName.PAPER, terms, terms))
    assert (written["left"], written["right"], written["holds"]) == (shown, shown, True)


def test_turnout_counts_cards_and_sheets_apart() -> None:
    turnout = Turnout({PHONE: 2, PAPER: 3}, sheets_scanned=1)
    assert (turnout.used, turnout.sheets_out) == (5, 3)
    assert Turnout({}, sheets_scanned=0).sheets_out == 0
