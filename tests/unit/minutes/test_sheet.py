"""Printed minutes: PDF/UA, every word, the log's note as a code, the same bytes again."""

from __future__ import annotations

import base64
from dataclasses import replace
from types import SimpleNamespace

import pytest

from backend.minutes.generate import generate
from backend.minutes.queries import Signature, Version
from backend.minutes.sheet import minutes_sheet
from backend.minutes.types import SignerRole, TextBlock
from backend.web.crests import crest_of
from printables.report import Crest, print_report
from tests.unit.minutes.evening import EVENING, at
from tests.unit.printables.reading import embedded_everywhere, is_accessible, page_count, qr_texts, tags, words

ORIGIN = "machmit.auenfurt.example/log/2027"
NOTE = f"{ORIGIN}\n412\n{base64.b64encode(bytes(range(32))).decode()}\n\n— {ORIGIN} {'A' * 92}\n"
AUENFURT = SimpleNamespace(
    slug="auenfurt", name="Stadt Auenfurt", short_name="Auenfurt", imprint={"crest": "img/wappen-auenfurt.svg"}
)
DRAFT = Version(
    meeting_id="m1",
    number=2,
    texts=(TextBlock("leitung", "Es leitete die Erste Bürgermeisterin."),),
    parts=generate(EVENING),
    checkpoint=NOTE,
    sha256="ab" * 32,
    written_by="u1",
    written_at=at(22),
    signatures=(),
    publication=None,
)
SIGNED = replace(
    DRAFT,
    signatures=(
        Signature(SignerRole.CHAIR, "u1", "Maria Weber", at(22)),
        Signature(SignerRole.SECRETARY, "u2", "Jonas Klein", at(22, 5)),
    ),
)


def crest() -> Crest:
    """The coat of arms of the demo's town."""
    found = crest_of(AUENFURT)
    assert found is not None
    return found


def printed(version: Version) -> bytes:
    """Print a version."""
    return print_report(minutes_sheet(version, title="Bürgerversammlung", org_name="Stadt Auenfurt", crest=crest()))


@pytest.mark.needs("pango")
def test_printed_minutes_are_accessible_and_the_same_again() -> None:
    pdf = printed(SIGNED)
    assert is_accessible(pdf, "de")
    found = tags(pdf)
    sections = [part for part in DRAFT.sections if part.part.level == 1]
    assert found["/H2"] == len(sections) + 1  # and the signatures
    assert found["/H3"] == len(DRAFT.sections) - len(sections)
    assert (found["/Table"], found["/Figure"]) == (2, 2)
    assert found["/TH"] == 5 + 4 + 2 + 4  # columns and options of both results
    assert embedded_everywhere(pdf)
    assert printed(SIGNED) == pdf


@pytest.mark.needs("pango")
def test_printed_minutes_say_everything_in_order() -> None:
    pdf = printed(SIGNED)
    text = " ".join(words(pdf, page) for page in range(page_count(pdf)))
    parts = (
        "Stadt Auenfurt",
        "Niederschrift: Bürgerversammlung",
        "Ort und Zeit",
        "Es leitete die Erste Bürgermeisterin.",
        "131",
        "19:03 Uhr bis 19:12 Uhr: behandelt.",
        "Was kostet es?",
        "A · Keine 20 4 5 29",
        "Wiederholt als Frage 3.",
        "Das WLAN war zwei Minuten weg.",
        "7K2M 9QTD 4VXR HW6B",
        "Maria Weber, unterschrieben am 11. März 2027 um 22:00 Uhr",
        "Jonas Klein",
        "ab" * 32,
    )
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


@pytest.mark.needs("pango")
def test_code_carries_the_signed_note_itself() -> None:
    pdf = printed(SIGNED)
    found = [code for page in range(page_count(pdf)) for code in qr_texts(pdf, page)]
    assert found == [NOTE]


def test_draft_has_a_line_for_each_missing_signature() -> None:
    sheet = minutes_sheet(DRAFT, title="Bürgerversammlung", org_name="Stadt Auenfurt")
    assert sheet.signers == ("Versammlungsleitung", "Schriftführung")
    assert (sheet.status, sheet.signed) == ("Entwurf, Fassung 2", ())
    assert minutes_sheet(SIGNED, title="x", org_name="y").signers == ()


@pytest.mark.parametrize(
    "named", [None, "/uploads/crest.png", "img/../../../../etc/passwd", "img/nothing.svg", "js/page.js"]
)
def test_crest_that_is_no_picture_of_ours_is_left_out(named: str | None) -> None:
    assert crest_of(SimpleNamespace(**{**vars(AUENFURT), "imprint": {"crest": named}})) is None
