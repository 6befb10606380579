"""Printed ballots: geometry measured on the paper, not on the plan."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp

from printables.ballot import BallotTooLong, print_ballots
from printables.layout import LayoutMap
from printables.sheet_code import SheetFlag, decode, poll_code_of, verify
from printables.types import BallotDocument, BallotOption, BallotType, DocumentError, Language, PageSize
from tests.unit.printables.documents import (
    ABSTAIN,
    BY_NAME,
    KEY,
    NOTICE,
    RANKING,
    RESERVE,
    SINGLE,
    serial,
    sheets,
    template,
)
from tests.unit.printables.reading import words

DPI = 400
MM = DPI / 25.4


def picture(pdf: bytes, page: int = 0) -> np.ndarray:
    with pypdfium2.PdfDocument(pdf) as document:
        return np.array(document[page].render(scale=DPI / 72, grayscale=True).to_numpy()).reshape(
            -1, round(document[page].get_width() * DPI / 72 + 0.499)
        )


@pytest.fixture(params=sorted(BY_NAME))
def document(request: pytest.FixtureRequest) -> BallotDocument:
    return BY_NAME[request.param]


@pytest.mark.needs("pango")
def test_layout_map_points_at_the_ink(document: BallotDocument) -> None:
    layout, image = template(document).layout, picture(sheets(document))
    for circle in layout.circles:
        x, y, half = circle.x_mm * MM, circle.y_mm * MM, 3.3 * MM
        patch = image[round(y - half) : round(y + half), round(x - half) : round(x + half)]
        rows, columns = np.nonzero(patch < 128)
        centre = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
        offset = np.hypot(centre[0] - (x - round(x - half)), centre[1] - (y - round(y - half))) / MM
        assert offset < 0.1
        assert (columns.max() + 1 - columns.min()) / MM == pytest.approx(5.6, abs=0.15)
        assert circle.diameter_mm == pytest.approx(5.6, abs=0.001)
    for square in layout.fiducials:
        (left, top), _, (right, bottom), _ = square.corners()
        inside = image[round(top * MM) + 1 : round(bottom * MM) - 1, round(left * MM) + 1 : round(right * MM) - 1]
        assert inside.max() < 20


@pytest.mark.needs("pango")
def test_geometry_follows_the_rules_of_the_sheet(document: BallotDocument) -> None:
    layout = template(document).layout
    positions = np.array([(circle.x_mm, circle.y_mm) for circle in layout.circles])
    distances = np.hypot(*(positions[:, None] - positions[None, :]).transpose(2, 0, 1))
    assert distances[distances > 0].min() >= 9.999
    top_left, top_right, bottom_left, bottom_right = layout.fiducials
    assert {square.side_mm for square in layout.fiducials} == {6.0}
    for square in (top_left, bottom_left, bottom_right):
        edge = min(square.x_mm, square.y_mm, layout.width_mm - square.x_mm, layout.height_mm - square.y_mm)
        assert edge - 3 >= 7
    assert layout.width_mm - top_right.x_mm - 3 >= 16
    assert top_right.y_mm - 3 >= 16
    assert layout.code.side_mm == 24
    assert layout.code.x_mm > layout.width_mm / 2
    assert layout.code.y_mm > layout.height_mm / 2


@pytest.mark.needs("pango")
def test_circles_have_white_around_them(document: BallotDocument) -> None:
    image = picture(template(document).pdf)
    yy, xx = np.ogrid[: image.shape[0], : image.shape[1]]
    for circle in template(document).layout.circles:
        distance = np.hypot(xx - circle.x_mm * MM, yy - circle.y_mm * MM) / MM
        halo = image[(distance > 3.0) & (distance < 2.8 + 2.8)]
        assert halo.min() > 150, circle


@pytest.mark.needs("pango")
def test_top_right_corner_is_free(document: BallotDocument) -> None:
    image = picture(template(document).pdf)
    corner = image[: round(15.8 * MM), -round(15.8 * MM) :]
    assert (corner < 140).mean() < 0.001


@pytest.mark.needs("pango")
def test_sheets_carry_their_own_code_and_no_readable_serial() -> None:
    pdf = sheets(SINGLE, count=3)
    for index in range(3):
        (found,) = zxingcpp.read_barcodes(picture(pdf, index))
        code = verify(decode(found.text), KEY)
        assert (code.poll_code, code.serial) == (poll_code_of("poll"), serial(index))
        assert (code.layout, code.page, code.pages) == (template(SINGLE).layout.number, 1, 1)
        text = words(pdf, index)
        assert serial(index).hex() not in text.lower()
        assert found.text not in text
    assert words(pdf, 0) == words(pdf, 2)


@pytest.mark.needs("pango")
def test_sheet_says_what_it_must_in_words() -> None:
    text = words(sheets(SINGLE))
    for part in (
        SINGLE.meeting_title, SINGLE.question, "Sie haben 1 Stimme.", "Machen Sie ein Kreuz in den Kreis.",
        "Frage 1 von 4", "Seite 1/1", NOTICE, *(option.text for option in SINGLE.options),
    ):  # fmt: skip
        assert part in text
    assert "MUSTER" not in text


@pytest.mark.needs("pango")
def test_test_sheet_is_marked_in_words_and_in_the_code() -> None:
    pdf, _ = print_ballots(replace(SINGLE, test=True), poll_code=poll_code_of("p"), key=KEY, serials=[serial(1)])
    (found,) = zxingcpp.read_barcodes(picture(pdf))
    assert decode(found.text).code.flags == SheetFlag.TEST
    assert "MUSTER" in words(pdf).replace(" ", "")


@pytest.mark.needs("pango")
def test_unnumbered_sheets_are_all_the_same() -> None:
    pdf, _ = print_ballots(SINGLE, poll_code=poll_code_of("p"), key=KEY, serials=3)
    texts = {zxingcpp.read_barcodes(picture(pdf, index))[0].text for index in range(3)}
    (text,) = texts
    code = decode(text).code
    assert code.serial is None
    assert code.flags == SheetFlag.UNNUMBERED
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len({page.resources.XObject["/X1"].objgen for page in opened.pages}) == 1, "stored once"


@pytest.mark.needs("pango")
def test_print_run_is_byte_identical_in_another_process() -> None:
    script = (
        "import hashlib, sys; from tests.unit.printables.documents import SINGLE, sheets;"
        "sys.stdout.write(hashlib.sha256(sheets(SINGLE, count=2)).hexdigest())"
    )
    digests = {
        subprocess.run(  # noqa: S603 – our own interpreter, a fixed script
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.needs("pango")
def test_fonts_are_embedded() -> None:
    with pikepdf.open(BytesIO(sheets(SINGLE))) as opened:
        descriptors = [
            item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and item.get("/FontName")
        ]
        assert descriptors
        assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)


@pytest.mark.needs("pango")
def test_same_geometry_same_number_other_geometry_other_number() -> None:
    assert template(SINGLE).layout == template(replace(SINGLE)).layout
    translated = template(replace(SINGLE, language=Language.EN)).layout
    assert translated.number == template(SINGLE).layout.number, "the code does not tell the language"
    german = [template(each).layout.number for name, each in BY_NAME.items() if name != "english"]
    assert len(set(german)) == len(german)


def layout_order(layout: LayoutMap) -> list[tuple[str, int | None]]:
    return [(circle.choice, circle.level) for circle in layout.circles]


@pytest.mark.needs("pango")
def test_grid_has_a_circle_per_option_and_level_and_one_for_abstention() -> None:
    order = layout_order(template(RANKING).layout)
    assert order[:6] == [("sitz", 1), ("sitz", 2), ("sitz", 3), ("sitz", 4), ("sitz", 5), ("wc", 1)]
    assert order[-1] == ("abst", None)
    assert len(order) == 26


@pytest.mark.needs("pango")
def test_reserve_sheet_prints_lines_to_write_on() -> None:
    text = words(sheets(RESERVE))
    assert "Stapel R4" in text
    assert "Frage" not in text


@pytest.mark.needs("pango")
def test_too_many_options_are_refused_on_a5_and_printed_on_a4() -> None:
    options = (*(BallotOption(f"o{index}", str(index), "Ein Vorschlag") for index in range(11)), ABSTAIN)
    long = replace(SINGLE, options=options)
    with pytest.raises(BallotTooLong):
        template(long)
    assert len(template(replace(long, size=PageSize.A4_LARGE)).layout.circles) == 12


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(BallotTooLong):
        template(replace(RANKING, levels=tuple(range(1, 11))))


@pytest.mark.parametrize(
    "change",
    [
        {"levels": (1, 2)},
        {"type": BallotType.RANKING},
        {"type": BallotType.RANKING, "levels": (2, 1)},
        {"options": ()},
        {"options": (ABSTAIN, ABSTAIN)},
        {"max_choices": 0},
    ],
)
def test_contradictory_document_cannot_exist(change: dict[str, object]) -> None:
    with pytest.raises(DocumentError):
        replace(SINGLE, **change)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.needs("pango")
def test_low_ink_is_not_needed_to_read_the_outline() -> None:
    """The outline survives a 150 dpi scan: a third of a millimetre is two pixels."""
    image = picture(sheets(SINGLE))
    small = cv2.resize(image, None, fx=150 / DPI, fy=150 / DPI, interpolation=cv2.INTER_AREA)
    circle = template(SINGLE).layout.circles[0]
    x, y, radius = (value * 150 / 25.4 for value in (circle.x_mm, circle.y_mm, 2.65))
    ring = [small[round(y + radius * np.sin(a)), round(x + radius * np.cos(a))] for a in np.linspace(0, 6.2, 40)]
    assert np.median(ring) < 110
