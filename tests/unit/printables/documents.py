"""Ballots and codes used by the tests: the questions of a real evening, one per ballot type."""

import hashlib
from dataclasses import replace
from functools import cache
from typing import Final

from printables.ballot import BallotTemplate, print_sheets, render_template, sheet_codes
from printables.sheet_code import poll_code_of
from printables.types import BallotDocument, BallotOption, BallotType, Language, PageSize

KEY: Final = b"sheet key of the poll, 32 bytes!"
NOTICE: Final = (
    "Die Abstimmungen heute sind Empfehlungen. Sie binden den Stadtrat nicht. "
    "Der Stadtrat muss sich innerhalb von drei Monaten mit den Empfehlungen befassen."
)
ABSTAIN: Final = BallotOption("abst", "–", "Enthaltung", abstain=True)
_POINTS: Final = (
    BallotOption("sitz", "A", "Bänke mit Lehnen"),
    BallotOption("wc", "B", "Öffentliche Toilette, auch abends"),
    BallotOption("wasser", "C", "Trinkbrunnen und Wasserspiel"),
    BallotOption("rad", "D", "Überdachte Radständer"),
    BallotOption("leit", "E", "Leitsystem und glatter Gehstreifen"),
)

SINGLE: Final = BallotDocument(
    meeting_title="Bürgerversammlung Innenstadt",
    org_name="Stadt Auenfurt",
    date_text="11. März 2027",
    question="Wie viele Stellplätze sollen auf dem Marktplatz bleiben?",
    type=BallotType.SINGLE,
    options=(
        BallotOption("a", "A", "Keine, außer 2 Behinderten-Stellplätzen"),
        BallotOption("b", "B", "8 Kurzzeit-Stellplätze und 2 Behinderten-Stellplätze"),
        BallotOption("c", "C", "Alle 24 wie bisher"),
        ABSTAIN,
    ),
    notice=NOTICE,
    question_count=4,
)
YESNO: Final = replace(
    SINGLE,
    question="Soll die Stadt mindestens acht Großbäume pflanzen?",
    type=BallotType.YESNO,
    options=(BallotOption("yes", "", "Ja"), BallotOption("no", "", "Nein"), ABSTAIN),
)
MULTI: Final = replace(
    SINGLE, question="Was ist Ihnen am wichtigsten?", type=BallotType.MULTI, max_choices=2, options=_POINTS
)
SCALE: Final = replace(
    SINGLE,
    question="Wie gut fühlen Sie sich informiert?",
    type=BallotType.SCALE,
    options=(BallotOption("1", "", ""),),
    levels=(1, 2, 3, 4, 5),
    level_words=("gar nicht", "sehr gut"),
)
STATEMENTS: Final = replace(
    SCALE,
    options=(
        BallotOption("s1", "1", "Ich fühle mich informiert."),
        BallotOption("s2", "2", "Ich konnte meine Meinung sagen."),
        BallotOption("s3", "3", "Der Stadtrat nimmt uns ernst."),
    ),
)
RANKING: Final = replace(
    SINGLE,
    question="Was soll zuerst gebaut werden?",
    type=BallotType.RANKING,
    options=(*_POINTS, ABSTAIN),
    levels=(1, 2, 3, 4, 5),
)
SCORE: Final = replace(RANKING, type=BallotType.SCORE, levels=(0, 1, 2, 3), options=_POINTS)
CUMULATIVE: Final = replace(RANKING, type=BallotType.CUMULATIVE, levels=(1, 2, 3), max_choices=4, options=_POINTS)
LARGE: Final = replace(SINGLE, size=PageSize.A4_LARGE)
ENGLISH: Final = replace(SINGLE, language=Language.EN, question="How many parking spaces should remain?")
RESERVE: Final = replace(
    SINGLE,
    question="",
    stack="R4",
    options=(*(BallotOption(letter, letter, "") for letter in "ABCDEF"), ABSTAIN),
)
BY_NAME: Final = {
    "single": SINGLE,
    "yesno": YESNO,
    "multi": MULTI,
    "scale": SCALE,
    "statements": STATEMENTS,
    "ranking": RANKING,
    "score": SCORE,
    "cumulative": CUMULATIVE,
    "large": LARGE,
    "english": ENGLISH,
    "reserve": RESERVE,
}


def serial(number: int) -> bytes:
    """Return a made-up serial, always the same for the same number."""
    return hashlib.sha256(number.to_bytes(4, "big")).digest()[:8]


@cache
def template(document: BallotDocument) -> BallotTemplate:
    """Return the rendered template; rendering is the slow part."""
    return render_template(document)


@cache
def sheets(document: BallotDocument, count: int = 1, poll: str = "poll") -> bytes:
    """Return a PDF of numbered sheets for `poll`."""
    rendered = template(document)
    codes = list(sheet_codes(rendered, poll_code_of(poll), [serial(index) for index in range(count)]))
    return print_sheets(rendered, codes, KEY)
