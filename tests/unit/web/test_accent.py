"""An organisation's colour is used only if everybody can read it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.web.accent import (
    NIGHT,
    WHITE,
    AccentTooPale,
    accent_stylesheet,
    check_accent,
    contrast,
)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == pytest.approx(1)


def test_pale_colour_is_refused_with_its_contrast() -> None:
    with pytest.raises(AccentTooPale) as refused:
        check_accent("ffcc00")
    assert refused.value.contrast < 2


@pytest.mark.parametrize("value", ["", "#006b55", "006B55", "006b5", "gggggg", "006b55;}"])
def test_anything_but_six_hex_digits_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="six lowercase hex digits"):
        check_accent(value)
    assert accent_stylesheet(value) is None


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_accepted_colour_reads_on_light_and_dark(colour: tuple[int, int, int]) -> None:
    sheet = accent_stylesheet("".join(f"{part:02x}" for part in colour))
    if sheet is None:
        return
    accents = [tuple(bytes.fromhex(value)) for value in re.findall(r"--mm-accent:#([0-9a-f]{6})", sheet)]
    assert contrast(accents[0], WHITE) >= 4.5  # type: ignore[arg-type]
    assert contrast(accents[1], NIGHT) >= 4.5  # type: ignore[arg-type]
    assert accents[1] == accents[2]
