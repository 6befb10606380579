"""Choices per type: what is accepted, in which form, and what is refused by which name."""

import json

import pytest

from backend.ballots.committer import BATCH_LIMIT
from backend.polls.choices import (
    PAD_STEP_BYTES,
    WORD_LENGTH_MAX,
    ChoiceFault,
    Choices,
    InvalidChoices,
    canonical,
    canonical_sheet,
    invalid,
    is_invalid,
    pad_size,
)
from backend.polls.types import (
    OPTIONS_MAX,
    RANKING_OPTIONS_MAX,
    STATEMENTS_MAX,
    InvalidDefinition,
    PollDefinition,
    PollType,
)
from tests.unit.tally.builders import define, statements

YESNO = define(PollType.YESNO, "yes no", abstain=True)
SINGLE = define(PollType.SINGLE, "a b c", abstain=True)
MULTI = define(PollType.MULTI, "a b c", max=2, abstain=True)
SCALE = define(PollType.SCALE)
SCALES = define(PollType.SCALE, "1 2 3", statements=statements("s1", "s2"))
RANKING = define(PollType.RANKING, "a b c d", max=3)
SCORE = define(PollType.SCORE, "a b c", max=5)
CUMULATIVE = define(PollType.CUMULATIVE, "a b c", max=10)
BUDGET = define(PollType.BUDGET, "p1 p2 p3", costs=(40, 50, 60), budget=100)
WORDS = define(PollType.WORDS, abstain=True)
EVERY_TYPE = [
    YESNO,
    SINGLE,
    MULTI,
    SCALE,
    SCALES,
    RANKING,
    SCORE,
    CUMULATIVE,
    BUDGET,
    WORDS,
]


@pytest.mark.parametrize(
    ("definition", "raw", "expected"),
    [
        (YESNO, ["yes"], ["yes"]),
        (YESNO, ["abst"], ["abst"]),
        (SINGLE, ["c"], ["c"]),
        (MULTI, ["a"], ["a"]),
        (MULTI, ["c", "a"], ["a", "c"]),
        (MULTI, ["abst"], ["abst"]),
        (SCALE, [4], [4]),
        (SCALE, [None], []),
        (SCALES, [3, 1], [3, 1]),
        (SCALES, [None, 2], [None, 2]),
        (RANKING, ["b", "a", "c"], ["b", "a", "c"]),
        (RANKING, [["b"], ["c", "a"]], ["b", ["a", "c"]]),
        (RANKING, ["d"], ["d"]),
        (SCORE, {"c": 0, "a": 5}, {"a": 5, "c": 0}),
        (SCORE, {}, []),
        (CUMULATIVE, {"b": 3, "a": 7, "c": 0}, {"a": 7, "b": 3}),
        (CUMULATIVE, {"c": 0}, []),
        (BUDGET, ["p2", "p1"], ["p1", "p2"]),
        (WORDS, ["Wald", " mehr   Grün ", "Bänke"], ["Bänke", "Wald", "mehr Grün"]),
        (WORDS, ["u\u0308ber"], ["\u00fcber"]),
        (WORDS, ["abst"], ["abst"]),
    ],
)
def test_canonical_allowed_choices_take_one_form(definition: PollDefinition, raw: object, expected: Choices) -> None:
    result = canonical(definition, raw)
    assert json.dumps(result) == json.dumps(expected)
    assert canonical(definition, result) == result


@pytest.mark.parametrize("definition", EVERY_TYPE, ids=lambda each: each.type)
def test_canonical_empty_list_is_blank_for_every_type(definition: PollDefinition) -> None:
    assert canonical(definition, []) == []


@pytest.mark.parametrize(
    ("definition", "raw", "fault"),
    [
        (YESNO, "yes", ChoiceFault.NOT_A_LIST),
        (YESNO, {}, ChoiceFault.NOT_A_LIST),
        (YESNO, None, ChoiceFault.NOT_A_LIST),
        (YESNO, ("yes",), ChoiceFault.NOT_A_LIST),
        (YESNO, ["maybe"], ChoiceFault.UNKNOWN_OPTION),
        (YESNO, [["yes"]], ChoiceFault.UNKNOWN_OPTION),
        (YESNO, [{"yes": 1}], ChoiceFault.UNKNOWN_OPTION),
        (YESNO, [True], ChoiceFault.UNKNOWN_OPTION),
        (YESNO, ["yes", "no"], ChoiceFault.TOO_MANY),
        (YESNO, ["yes", "abst"], ChoiceFault.ABSTENTION_NOT_ALONE),
        (YESNO, {"invalid": True}, ChoiceFault.NOT_A_LIST),
        (SINGLE, ["a", "b"], ChoiceFault.TOO_MANY),
        (SINGLE, ["\ud800"], ChoiceFault.UNKNOWN_OPTION),
        (MULTI, ["a", "b", "c"], ChoiceFault.TOO_MANY),
        (MULTI, ["a", "a"], ChoiceFault.REPEATED),
        (MULTI, ["a"] * 10_000, ChoiceFault.TOO_MANY),
        (SCALE, [6], ChoiceFault.OUT_OF_RANGE),
        (SCALE, ["4"], ChoiceFault.NOT_A_NUMBER),
        (SCALE, [4.0], ChoiceFault.NOT_A_NUMBER),
        (SCALE, [True], ChoiceFault.NOT_A_NUMBER),
        (SCALE, [4, 4], ChoiceFault.TOO_MANY),
        (SCALES, [1], ChoiceFault.WRONG_LENGTH),
        (RANKING, ["a", "a"], ChoiceFault.REPEATED),
        (RANKING, ["a", ["a", "b"]], ChoiceFault.REPEATED),
        (RANKING, ["a", []], ChoiceFault.EMPTY_TIE),
        (RANKING, [["a", ["b"]]], ChoiceFault.UNKNOWN_OPTION),
        (RANKING, ["a", "b", "c", "d"], ChoiceFault.TOO_MANY),
        (RANKING, [[]] * 10_000, ChoiceFault.TOO_MANY),
        (SCORE, ["a"], ChoiceFault.NOT_AN_OBJECT),
        (SCORE, {"z": 1}, ChoiceFault.UNKNOWN_OPTION),
        (SCORE, {"a": 6}, ChoiceFault.OUT_OF_RANGE),
        (SCORE, {"a": -1}, ChoiceFault.OUT_OF_RANGE),
        (SCORE, {"a": None}, ChoiceFault.NOT_A_NUMBER),
        (SCORE, {str(each): 1 for each in range(1000)}, ChoiceFault.TOO_MANY),
        (CUMULATIVE, {"a": 6, "b": 5}, ChoiceFault.TOO_MANY),
        (BUDGET, ["p2", "p3"], ChoiceFault.OVER_BUDGET),
        (WORDS, ["a", "b", "c", "d"], ChoiceFault.TOO_MANY),
        (WORDS, ["Wald", "wald"], ChoiceFault.REPEATED),
        (WORDS, [3], ChoiceFault.NOT_A_WORD),
        (WORDS, [" "], ChoiceFault.NOT_A_WORD),
        (WORDS, ["<b>"], ChoiceFault.NOT_A_WORD),
        (WORDS, ["\u202eabc"], ChoiceFault.NOT_A_WORD),
        (WORDS, ["\ud800"], ChoiceFault.NOT_A_WORD),
        (WORDS, ["x" * (WORD_LENGTH_MAX + 1)], ChoiceFault.NOT_A_WORD),
        (WORDS, ["x" * 100_000], ChoiceFault.NOT_A_WORD),
    ],
)
def test_canonical_other_choices_are_refused_by_name(
    definition: PollDefinition, raw: object, fault: ChoiceFault
) -> None:
    with pytest.raises(InvalidChoices) as caught:
        canonical(definition, raw)
    assert caught.value.fault is fault
    assert is_invalid(canonical_sheet(definition, raw))


def test_canonical_sheet_allowed_choices_stay() -> None:
    assert canonical_sheet(YESNO, ["no"]) == ["no"]


def test_is_invalid_tells_the_sheet_from_points() -> None:
    assert is_invalid(invalid())
    assert not is_invalid({"invalid": 1})
    assert not is_invalid({"a": 1})
    assert not is_invalid([])


@pytest.mark.parametrize("definition", EVERY_TYPE, ids=lambda each: each.type)
def test_pad_size_is_a_multiple_that_fits_the_acknowledgement(definition: PollDefinition) -> None:
    last = BATCH_LIMIT - 1
    receipt = {"r": "0" * 64, "index": last, "size": BATCH_LIMIT, "signature": "0" * 128}
    receipt["path"] = ["0" * 64] * last.bit_length()
    ballot = {"commitment": "0" * 64, "tracking_code": "0000-0000-0000", "receipt": receipt}
    ack = {"t": "ack", "id": "k" * 64, "ballot": ballot, "channel": "phone", "pad": ""}
    assert pad_size(definition) % PAD_STEP_BYTES == 0
    assert len(json.dumps(ack)) <= pad_size(definition)


@pytest.mark.parametrize(
    ("definition", "choices"),
    [
        (define(PollType.MULTI, _ids := " ".join("x" * 38 + f"{n:02}" for n in range(40))), []),
        (define(PollType.CUMULATIVE, _ids, max=100), dict.fromkeys(_ids.split(), 100)),
        (WORDS, ["\U0001d400" * WORD_LENGTH_MAX] * 3),
    ],
    ids=["long ids", "points", "escaped words"],
)
def test_pad_size_fits_the_longest_cast(definition: PollDefinition, choices: Choices) -> None:
    longest = choices or [str(option.id) for option in definition.options]
    cast = {
        "t": "cast",
        "id": "k" * 64,
        "poll": "p" * 40,
        "card": "K7Q2-9WDM-X4TR-5",
        "choices": longest,
        "nonce": "0" * 64,
        "pad": "",
    }
    assert len(json.dumps(cast)) <= pad_size(definition) <= 4096


@pytest.mark.parametrize(
    ("poll_type", "more"),
    [
        (PollType.YESNO, {"ids": "yes"}),
        (PollType.YESNO, {"ids": "ja nein"}),
        (PollType.SINGLE, {"ids": ""}),
        (PollType.SINGLE, {"ids": "a a"}),
        (PollType.SINGLE, {"ids": "a ä"}),
        (PollType.SCORE, {"ids": "invalid"}),
        (PollType.SINGLE, {"ids": " ".join(map(str, range(OPTIONS_MAX + 1)))}),
        (PollType.SINGLE, {"ids": "abst", "abstain": True}),
        (PollType.SCALE, {"ids": "1 zwei"}),
        (PollType.SCALE, {"statements": statements(*map(str, range(STATEMENTS_MAX + 1)))}),
        (PollType.RANKING, {"ids": " ".join(map(str, range(RANKING_OPTIONS_MAX + 1)))}),
        (PollType.BUDGET, {"ids": "a", "budget": 10}),
        (PollType.BUDGET, {"ids": "a", "costs": (5,)}),
        (PollType.BUDGET, {"ids": "a", "costs": (0,), "budget": 10}),
        (PollType.BUDGET, {"ids": "a", "costs": (5,), "budget": -1}),
        (PollType.WORDS, {"ids": "a"}),
        (PollType.WORDS, {"max": 4}),
        (PollType.MULTI, {"ids": "a", "max": 0}),
        (PollType.CUMULATIVE, {"ids": "a", "max": 101}),
    ],
)
def test_definition_nobody_could_vote_on_is_refused(poll_type: PollType, more: dict[str, object]) -> None:
    with pytest.raises(InvalidDefinition, match="expected"):
        define(poll_type, **more)  # type: ignore[arg-type]


def test_definition_two_abstentions_are_refused() -> None:
    abstain = YESNO.options[-1]
    with pytest.raises(InvalidDefinition, match="abstention"):
        PollDefinition(
            YESNO.id,
            PollType.SINGLE,
            (*SINGLE.options, type(abstain)(statements("x")[0].id, {"de": "x"}, abstain=True)),
        )


@pytest.mark.parametrize(
    ("definition", "limit"),
    [
        (define(PollType.YESNO, "yes no", max=3), 1),
        (define(PollType.MULTI, "a b c", abstain=True), 3),
        (define(PollType.RANKING, "a b c"), 3),
        (define(PollType.SCORE, "a"), 5),
        (define(PollType.CUMULATIVE, "a"), 10),
        (WORDS, 3),
        (MULTI, 2),
    ],
)
def test_limit_without_max_follows_the_type(definition: PollDefinition, limit: int) -> None:
    assert definition.limit == limit


def test_scale_values_follow_the_options() -> None:
    assert SCALE.scale == (1, 2, 3, 4, 5)
    assert define(PollType.SCALE, "10 9 0").scale == (0, 9, 10)
