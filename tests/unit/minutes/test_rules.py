"""What may be written into minutes, and what a version is made of."""

from __future__ import annotations

import json

import pytest

from backend.kit.errors import Invalid
from backend.minutes.generate import generate
from backend.minutes.rules import (
    clean_texts,
    content_of,
    next_own_key,
    paragraphs_of,
    plain,
    restored,
    sections_of,
    sha256_of,
    state_of,
)
from backend.minutes.types import MAX_TEXT_CHARS, MAX_TEXTS, MinutesState, Part, TextBlock
from tests.unit.minutes.evening import EVENING

PARTS = generate(EVENING)


def test_written_blocks_keep_the_order_of_the_parts() -> None:
    blocks = [
        TextBlock("eigener-001", "Danke.", "Schluss"),
        TextBlock("punkt-i1", "Es war voll."),
        TextBlock("fragen", " "),
    ]
    assert [each.key for each in clean_texts(blocks, PARTS)] == ["punkt-i1", "eigener-001"]


@pytest.mark.parametrize(
    "blocks",
    [
        [TextBlock("punkt-xx", "Diesen Punkt gab es nicht.")],
        [TextBlock("eigener-001", "Ohne Überschrift.")],
        [TextBlock("fragen", "x" * (MAX_TEXT_CHARS + 1))],
        [TextBlock("fragen", "eins"), TextBlock("fragen", "zwei")],
        [TextBlock("fragen", "ein\x00Zeichen")],
        [TextBlock(f"eigener-{n:03}", "x", "y") for n in range(MAX_TEXTS + 1)],
    ],
)
def test_texts_that_belong_to_nothing_or_are_too_much_are_refused(blocks: list[TextBlock]) -> None:
    with pytest.raises(Invalid):
        clean_texts(blocks, PARTS)


def test_own_sections_stand_before_the_checkpoint_and_empty_parts_are_left_out() -> None:
    texts = clean_texts([TextBlock("eigener-001", "Danke.", "Schluss")], PARTS)
    headings = [section.part.heading for section in sections_of(PARTS, texts)]
    assert headings[-2:] == ["Schluss", "Prüfsumme des öffentlichen Protokolls"]
    assert "Leitung und Schriftführung" not in headings


def test_writing_never_touches_what_was_generated() -> None:
    texts = clean_texts([TextBlock("abstimmung-p1", "Es waren 999 Stimmen.")], PARTS)
    (section,) = (each for each in sections_of(PARTS, texts) if each.part.key == "abstimmung-p1")
    assert section.part == next(part for part in PARTS if part.key == "abstimmung-p1")
    assert section.written == ("Es waren 999 Stimmen.",)


def test_empty_line_ends_a_paragraph() -> None:
    assert paragraphs_of("eins\nzwei\n\n\n drei ") == ("eins zwei", "drei")


def test_content_is_canonical_and_tells_versions_apart() -> None:
    sections = sections_of(PARTS, ())
    content = content_of("m1", 1, "Bürgerversammlung", sections)
    assert json.loads(content)["sections"][0]["heading"] == "Ort und Zeit"
    assert content == content_of("m1", 1, "Bu\u0308rgerversammlung", sections)
    assert sha256_of(content) != sha256_of(content_of("m1", 2, "Bürgerversammlung", sections))


def test_parts_survive_being_stored() -> None:
    assert restored(json.loads(json.dumps(plain(PARTS))), tuple[Part, ...]) == PARTS


def test_keys_of_own_sections_count_on() -> None:
    assert next_own_key([]) == "eigener-001"
    assert next_own_key([TextBlock("eigener-007", "x"), TextBlock("fragen", "x")]) == "eigener-008"


@pytest.mark.parametrize(
    ("signatures", "is_published", "state"),
    [
        (0, False, MinutesState.DRAFT),
        (1, False, MinutesState.DRAFT),
        (2, False, MinutesState.SIGNED),
        (2, True, MinutesState.PUBLISHED),
    ],
)
def test_state_follows_signatures_and_publication(signatures: int, is_published: bool, state: MinutesState) -> None:
    assert state_of(signatures, is_published=is_published) is state
