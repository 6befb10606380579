"""The scripts of the cases: what must come out is counted from what goes in, for crowds of any size."""

from __future__ import annotations

import json

import pytest

from backend.polls.types import Channel
from backend.rehearsal.script import CASES, load_script

CASE_IDS = ["case-marktplatz", "case-radweg"]


@pytest.mark.parametrize("case_id", CASE_IDS)
def test_expected_of_a_case_equals_its_published_numbers(case_id: str) -> None:
    cases = {case["id"]: case for case in json.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    script = load_script(case_id)
    for question, published in zip(script.questions, cases[case_id]["meeting"]["polls"], strict=True):
        expected = question.expected
        assert expected["valid"] == published["expected_valid_ballots"]
        assert expected["invalid"] == sum(published["invalid"].values())
        assert expected["rejected_duplicates"] == published["rejected_duplicates"]
        for channel, tally in (published.get("tally") or published["rankings"]).items():
            counted = expected["by_channel"][channel]
            assert {key: n for key, n in counted.items() if n} == {key: n for key, n in tally.items() if n}
        assert {key: n for key, n in expected["totals"].items() if n} == {
            key: n for key, n in published["expected_total"].items() if n
        }


@pytest.mark.parametrize("case_id", CASE_IDS)
def test_tenfold_crowd_multiplies_every_number_of_its_phones(case_id: str) -> None:
    small = load_script(case_id)
    large = load_script(case_id, phones=10 * small.first_use[Channel.PHONE])
    for one, ten in zip(small.questions, large.questions, strict=True):
        before, after = one.expected, ten.expected
        assert after["ballots"] == before["ballots"] | {"phone": 10 * before["ballots"]["phone"]}
        assert after["by_channel"]["phone"] == {key: 10 * n for key, n in before["by_channel"]["phone"].items()}
        assert after["by_channel"]["paper"] == before["by_channel"]["paper"]


@pytest.mark.parametrize("phones", [1, 5, 78, 79, 80, 5_000])
def test_crowd_of_any_size_has_as_many_cards_as_people(phones: int) -> None:
    script = load_script(phones=phones)
    assert script.first_use[Channel.PHONE] == phones
    assert script.cards == phones + 14 + 33
    for question in script.questions:
        assert len(question.ballots[Channel.PHONE]) == phones
        assert question.expected["ballots"]["phone"] <= phones


def test_script_without_paper_expects_no_sheet() -> None:
    script = load_script(with_paper=False)
    assert script.cards == 79 + 14
    assert [question.expected["ballots"]["paper"] for question in script.questions] == [0, 0, 0, 0]


def test_unknown_case_is_refused() -> None:
    with pytest.raises(LookupError):
        load_script("case-nirgendwo")
