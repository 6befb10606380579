"""The rehearsal's stand-in for pens and scanners, over every ballot type."""

import numpy as np
import pytest

from printables.layout import bind
from printables.scan import SheetKeys, decode_file
from printables.scan.types import Choices
from printables.sheet_code import poll_code_of
from printables.simulate import circles_for, fill_in, scan_file
from printables.types import BallotRule, BallotType
from tests.unit.printables.documents import BY_NAME, KEY, RESERVE, SINGLE, sheets, template

INTENTS: dict[str, list[Choices]] = {
    "single": [["a"], ["abst"], [], {"invalid": True}],
    "yesno": [["yes"], ["no"], {"invalid": True}],
    "multi": [["sitz", "leit"], ["wc"], {"invalid": True}],
    "scale": [[4], [], {"invalid": True}],
    "statements": [[1, None, 5], [2, 2, 2]],
    "ranking": [["wc", ["sitz", "leit"]], ["abst"], {"invalid": True}],
    "score": [{"sitz": 3, "leit": 0}],
    "cumulative": [{"wc": 3, "rad": 1}],
    "large": [["c"]],
    "english": [["b"]],
    "reserve": [["C"]],
}


@pytest.mark.needs("pango")
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_choices_filled_in_by_hand_come_back_from_the_scan(name: str) -> None:
    document, intents = BY_NAME[name], INTENTS[name]
    pdf, layout = sheets(document, count=len(intents)), template(document).layout
    rng = np.random.default_rng(7)
    images = [fill_in(pdf, layout, choices, rng=rng, page=index) for index, choices in enumerate(intents)]
    decoded = decode_file(scan_file(images), {poll_code_of("poll"): SheetKeys(KEY, {layout.number: layout})})
    assert [sheet.choices for sheet in decoded] == intents


@pytest.mark.needs("pango")
def test_reserve_sheet_bound_to_a_poll_gives_the_polls_choices() -> None:
    rule = BallotRule(BallotType.SINGLE, ("ja", "nein", "abst"), exclusive=frozenset({"abst"}))
    printed = template(RESERVE).layout
    bound = bind(printed, rule, {"A": "ja", "B": "nein"})
    expected = {poll_code_of("poll"): SheetKeys(KEY, {bound.number: bound})}
    pdf, rng = sheets(RESERVE, count=2), np.random.default_rng(5)
    crossed: list[Choices] = [["B"], ["F"]]
    images = [fill_in(pdf, printed, choices, rng=rng, page=index) for index, choices in enumerate(crossed)]
    assert [sheet.choices for sheet in decode_file(scan_file(images), expected)] == [["nein"], {"invalid": True}]


@pytest.mark.needs("pango")
def test_same_generator_gives_the_same_image() -> None:
    pdf, layout = sheets(SINGLE), template(SINGLE).layout
    one, two, other = (fill_in(pdf, layout, ["a"], rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


@pytest.mark.needs("pango")
def test_choice_without_a_circle_is_refused() -> None:
    with pytest.raises(KeyError):
        circles_for(template(SINGLE).layout, ["z"])


def test_scan_of_no_pages_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        scan_file([])
