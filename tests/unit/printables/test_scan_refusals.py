"""Sheets that are never counted as they are, each with its reason."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from printables.ballot import print_sheets
from printables.images import Grey
from printables.scan import DecodedSheet, PageImage, Reason, SheetKeys, Status, decode_page
from printables.sheet_code import SheetCode, SheetFlag, poll_code_of
from printables.simulate import render_page
from tests.unit.printables.documents import KEY, RESERVE, SINGLE, YESNO, serial, sheets, template

pytestmark = pytest.mark.needs("pango")
POLL = poll_code_of("poll")


@cache
def expected() -> dict[bytes, SheetKeys]:
    layout = template(SINGLE).layout
    return {POLL: SheetKeys(KEY, {layout.number: layout})}


def good() -> SheetCode:
    return SheetCode(POLL, template(SINGLE).layout.number, serial(0))


def of_another_poll(code: SheetCode) -> SheetCode:
    return replace(code, poll_code=poll_code_of("other"))


def of_a_test(code: SheetCode) -> SheetCode:
    return replace(code, flags=SheetFlag.TEST)


def of_another_layout(code: SheetCode) -> SheetCode:
    return replace(code, layout=code.layout ^ 1)


def between_batches(code: SheetCode) -> SheetCode:
    return replace(code, flags=SheetFlag.SEPARATOR)


def scan(image: Grey, **page: object) -> DecodedSheet:
    return decode_page(PageImage(image, **page), expected())  # type: ignore[arg-type]  # flags of the page


def printed(code: SheetCode, key: bytes = KEY) -> Grey:
    return render_page(print_sheets(template(SINGLE), [code], key))


def test_good_sheet_is_accepted_as_the_baseline() -> None:
    sheet = scan(printed(good()))
    assert (sheet.status, sheet.reason, sheet.choices, sheet.code) == (Status.ACCEPTED, None, [], good())
    assert sheet.crop is None


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (of_another_poll, KEY, Reason.OTHER_POLL),
        (replace, b"a stranger's key", Reason.FORGED),
        (of_a_test, KEY, Reason.TEST_SHEET),
        (of_another_layout, KEY, Reason.OLD_LAYOUT),
        (between_batches, KEY, Reason.SEPARATOR),
    ],
)
def test_wrong_code_is_rejected_with_its_name(
    change: Callable[[SheetCode], SheetCode], key: bytes, reason: Reason
) -> None:
    code = change(good())
    sheet = scan(printed(code, key))
    assert (sheet.status, sheet.reason, sheet.choices, sheet.marks) == (Status.REJECTED, reason, None, ())
    assert sheet.code == code


def test_one_bit_page_is_rejected_before_it_is_read() -> None:
    assert scan(printed(good()), one_bit=True).reason is Reason.ONE_BIT


def test_low_resolution_is_rejected() -> None:
    image = render_page(sheets(SINGLE), dpi=100)
    sheet = scan(image)
    assert (sheet.status, sheet.reason) == (Status.REJECTED, Reason.LOW_RESOLUTION)


def with_code(text: str) -> Grey:
    image = printed(good())
    barcode = cv2.QRCodeEncoder.create().encode(text)
    symbol = cv2.resize(barcode, (250, 250), interpolation=cv2.INTER_NEAREST)
    image[-330:, -420:] = 255
    image[-290:-40, -380:-130] = symbol
    return image


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://machmit.example/s#K7Q29WDMX4TR5", Reason.FOREIGN_CODE),
        ("MM" + "A" * 47, Reason.UNKNOWN_VERSION),
        ("MMAEAA", Reason.MALFORMED_CODE),
    ],
)
def test_strange_code_is_rejected(text: str, reason: Reason) -> None:
    sheet = scan(with_code(text))
    assert (sheet.status, sheet.reason, sheet.code) == (Status.REJECTED, reason, None)


def test_empty_page_is_rejected_and_noise_goes_to_people() -> None:
    rng = np.random.default_rng(1)
    white = np.clip(rng.normal(246, 2, (1600, 1150)), 0, 255).astype(np.uint8)
    assert scan(white).reason is Reason.EMPTY_PAGE
    garbage = rng.integers(0, 255, (1600, 1150)).astype(np.uint8)
    assert (scan(garbage).status, scan(garbage).reason) == (Status.REVIEW, Reason.NO_CODE)


def test_covered_code_goes_to_people_with_the_whole_page() -> None:
    image = printed(good())
    image[-330:-40, -420:-130] = 200
    sheet = scan(image)
    assert (sheet.status, sheet.reason) == (Status.REVIEW, Reason.NO_CODE)
    assert sheet.crop is not None


def test_two_sheets_in_one_image_go_to_people() -> None:
    both = np.hstack([printed(good()), printed(replace(good(), serial=serial(1)))])
    assert scan(both).reason is Reason.SEVERAL_CODES


def test_a5_sheet_on_an_a4_bed_is_read() -> None:
    image = printed(good())
    bed = np.full((2339, 1654), 252, dtype=np.uint8)
    bed[300 : 300 + image.shape[0], 200 : 200 + image.shape[1]] = image
    assert scan(bed).status is Status.ACCEPTED


def test_hardly_any_contrast_goes_to_people() -> None:
    pale = (200 + printed(good()).astype(np.float32) * (45 / 255)).astype(np.uint8)
    assert scan(pale).status is Status.REVIEW


def test_600_dpi_is_read() -> None:
    assert scan(render_page(sheets(SINGLE), dpi=600)).status is Status.ACCEPTED


def test_mixed_stack_is_sorted_by_its_codes() -> None:
    other = template(YESNO).layout
    keys = {**expected(), poll_code_of("q2"): SheetKeys(b"another key", {other.number: other})}
    image = render_page(
        print_sheets(template(YESNO), [SheetCode(poll_code_of("q2"), other.number, serial(2))], b"another key")
    )
    sheet = decode_page(PageImage(image), keys)
    assert sheet.code is not None
    assert sheet.code.poll_code == poll_code_of("q2")


def test_layout_of_another_poll_with_a_forged_mix_is_rejected() -> None:
    reserve = template(RESERVE).layout
    sheet = scan(printed(replace(good(), layout=reserve.number)))
    assert sheet.reason is Reason.OLD_LAYOUT
