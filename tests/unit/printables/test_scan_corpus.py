"""The scanner's bar: no wrong automatic decision, whatever happened to the sheet."""

from collections import Counter
from functools import cache

import numpy as np
import pytest

from printables.images import Grey
from printables.scan import DecodedSheet, PageImage, Reason, SheetKeys, Status, decode_page
from printables.scan.types import Choices
from printables.sheet_code import poll_code_of
from printables.simulate import Pen, circles_for, draw_marks, render_page, scan_look
from printables.types import BallotDocument
from tests.unit.printables.damage import HARMFUL, HARMLESS, Damage, torn_corner
from tests.unit.printables.documents import KEY, RANKING, SCALE, SINGLE, sheets, template
from tests.unit.printables.hands import REVIEWED, Hand

DPIS = (150, 200, 300)
PENS = (Pen.CROSS, Pen.TICK, Pen.FILL, Pen.PENCIL)
BALLOTS: dict[str, tuple[BallotDocument, list[Choices]]] = {
    "single": (SINGLE, [["b"], [], ["abst"], {"invalid": True}, ["a"], ["c"]]),
    "ranking": (RANKING, [["leit", "wc", ["sitz", "rad"], "wasser"], ["wc", "sitz"], ["abst"], []]),
    "scale": (SCALE, [[5], [1], [], [3]]),
}
pytestmark = [pytest.mark.needs("pango"), pytest.mark.slow]  # some thousand scanned pages


@cache
def expected() -> dict[bytes, SheetKeys]:
    layouts = {poll_code_of(name): template(document).layout for name, (document, _) in BALLOTS.items()}
    return {code: SheetKeys(KEY, {layout.number: layout}) for code, layout in layouts.items()}


@cache
def page(name: str, dpi: int) -> Grey:
    return render_page(sheets(BALLOTS[name][0], poll=name), dpi=dpi)


def scanned(damage: Damage, name: str, dpi: int, round_no: int) -> tuple[Choices, DecodedSheet]:
    document, intents = BALLOTS[name]
    layout, choices = template(document).layout, intents[round_no % len(intents)]
    rng = np.random.default_rng([round_no, dpi, len(name)])
    marked = draw_marks(page(name, dpi), circles_for(layout, choices), rng=rng, dpi=dpi, pen=PENS[round_no % 4])
    return choices, decode_page(PageImage(damage(marked, dpi, layout, rng)), expected())


def outcomes(damage: Damage, rounds: int) -> Counter[str]:
    """Return how sheets end: `right`, `wrong`, or the reason they go to people."""
    found: Counter[str] = Counter()
    for dpi in DPIS:
        for name in BALLOTS:
            for round_no in range(rounds):
                choices, sheet = scanned(damage, name, dpi, round_no)
                if sheet.status is Status.ACCEPTED:
                    found["right" if sheet.choices == choices else "wrong"] += 1
                else:
                    found[str(sheet.reason)] += 1
    return found


@pytest.mark.parametrize("damage", HARMLESS.values(), ids=list(HARMLESS))
def test_harmless_damage_is_read_and_never_misread(damage: Damage) -> None:
    found = outcomes(damage, rounds=2)
    assert found["wrong"] == 0
    assert found["right"] >= 0.9 * found.total(), found


@pytest.mark.parametrize("damage", HARMFUL.values(), ids=list(HARMFUL))
def test_harmful_damage_is_never_misread(damage: Damage) -> None:
    assert outcomes(damage, rounds=2)["wrong"] == 0


def test_torn_corner_always_goes_to_people() -> None:
    found = outcomes(torn_corner, rounds=2)
    assert found == {Reason.SQUARE_MISSING: found.total()}


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("hand", REVIEWED.values(), ids=list(REVIEWED))
def test_unclear_hand_always_goes_to_people(hand: Hand, dpi: int) -> None:
    circles = template(SINGLE).layout.circles
    for seed in range(4):
        rng = np.random.default_rng([seed, dpi])
        marked = hand(page("single", dpi), circles[seed], circles[(seed + 1) % 4], dpi, rng)
        sheet = decode_page(PageImage(scan_look(marked, rng=rng)), expected())
        assert sheet.status is Status.REVIEW, sheet.marks
        assert sheet.choices is None
        assert sheet.crop is not None
        assert sheet.crop.startswith(b"\x89PNG")


def test_office_scans_rarely_go_to_people() -> None:
    found = Counter(scanned(HARMLESS["office"], "single", 200, round_no)[1].status for round_no in range(60))
    assert found[Status.REVIEW] + found[Status.REJECTED] <= 1


def test_same_image_gives_the_same_sheet() -> None:
    first, second = (scanned(HARMLESS["everything"], "ranking", 200, 0)[1] for _ in range(2))
    assert first == second


def test_other_image_of_the_same_sheet_has_the_same_serial_and_another_fingerprint() -> None:
    one = scanned(HARMLESS["clean"], "single", 200, 0)[1]
    two = scanned(HARMLESS["office"], "single", 200, 0)[1]
    assert one.code is not None
    assert two.code is not None
    assert one.code.serial == two.code.serial
    assert one.image_sha256 != two.image_sha256
