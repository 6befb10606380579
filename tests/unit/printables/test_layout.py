"""Layout maps as they are stored and bound to polls."""

import json
from dataclasses import replace

import pytest

from printables import layout as layout_map
from printables.layout import LayoutError, bind, from_json, to_json
from printables.types import BallotRule, BallotType
from tests.unit.printables.documents import RESERVE, SINGLE, template

pytestmark = pytest.mark.needs("pango")


def test_json_form_read_back_is_the_same() -> None:
    layout = template(SINGLE).layout
    assert from_json(json.loads(json.dumps(to_json(layout)))) == layout


def test_json_form_names_page_and_circles_in_millimetres() -> None:
    document = to_json(template(SINGLE).layout)
    assert document["page"] == {"width_mm": 148.0, "height_mm": 210.0}
    assert set(document["options"][0]) == {"id", "level", "x_mm", "y_mm", "diameter_mm"}
    assert document["options"][0]["id"] == "a"


def test_changed_map_is_refused() -> None:
    document = to_json(template(SINGLE).layout)
    document["options"][0]["y_mm"] += 10
    with pytest.raises(LayoutError, match="SHA-256"):
        from_json(document)


@pytest.mark.parametrize("missing", ["page", "fiducials", "options", "rule", "sha256"])
def test_incomplete_map_is_refused(missing: str) -> None:
    document = to_json(template(SINGLE).layout)
    del document[missing]
    with pytest.raises(LayoutError):
        from_json(document)


def test_map_without_circles_cannot_be_built() -> None:
    layout = template(SINGLE).layout
    with pytest.raises(LayoutError):
        layout_map.build((148, 210), layout.fiducials, layout.code, [], layout.rule)


def test_reserve_sheet_bound_to_a_poll_keeps_its_number_and_geometry() -> None:
    printed = template(RESERVE).layout
    rule = BallotRule(BallotType.SINGLE, ("ja", "nein", "abst"), exclusive=frozenset({"abst"}))
    bound = bind(printed, rule, {"A": "ja", "B": "nein"})
    assert bound.number == printed.number
    assert bound.sha256 != printed.sha256
    assert [circle.choice for circle in bound.circles] == ["ja", "nein", "C", "D", "E", "F", "abst"]
    assert from_json(to_json(bound)) == bound


def test_reserve_sheet_with_too_few_circles_is_refused() -> None:
    rule = BallotRule(BallotType.SINGLE, ("x", "y"))
    with pytest.raises(LayoutError, match="'y'"):
        bind(template(RESERVE).layout, rule, {"A": "x"})


def test_hash_covers_the_rule() -> None:
    layout = template(SINGLE).layout
    other = replace(layout, rule=replace(layout.rule, max_choices=2))
    with pytest.raises(LayoutError):
        from_json(to_json(other))
