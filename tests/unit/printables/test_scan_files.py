"""Files as scanners and people deliver them."""

import pickle
from collections.abc import Callable
from functools import cache
from io import BytesIO

import numpy as np
import pikepdf
import pytest
from PIL import Image

from printables.images import Grey, darkest
from printables.scan import Reason, ScanLimits, ScanRefused, SheetKeys, Status, decode_file, read_pages
from printables.scan.types import Choices
from printables.sheet_code import poll_code_of
from printables.simulate import circles_for, draw_marks, fill_in, render_page, scan_file
from tests.unit.printables.documents import KEY, SINGLE, sheets, template

pytestmark = pytest.mark.needs("pango")
CHOICES: list[Choices] = [["a"], ["b"], [], ["abst"]]


@cache
def expected() -> dict[bytes, SheetKeys]:
    layout = template(SINGLE).layout
    return {poll_code_of("poll"): SheetKeys(KEY, {layout.number: layout})}


@pytest.fixture(scope="module")
def pages() -> list[Grey]:
    pdf = sheets(SINGLE, count=4)
    return [
        fill_in(pdf, template(SINGLE).layout, choices, rng=np.random.default_rng(index), page=index)
        for index, choices in enumerate(CHOICES)
    ]


def saved(pages: list[Grey], kind: str, **options: object) -> bytes:
    first, *rest = (Image.fromarray(page) for page in pages)
    buffer = BytesIO()
    if rest:
        options |= {"save_all": True, "append_images": rest}
    first.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "write",
    [
        scan_file,
        lambda pages: saved(pages, "TIFF", compression="tiff_lzw"),
        lambda pages: saved(pages, "TIFF", dpi=(200, 200)),
    ],
    ids=["pdf", "tiff-lzw", "tiff"],
)
def test_several_pages_are_decoded_in_order(pages: list[Grey], write: Callable[[list[Grey]], bytes]) -> None:
    decoded = decode_file(write(pages), expected())
    assert [sheet.choices for sheet in decoded] == CHOICES
    assert [sheet.page for sheet in decoded] == [1, 2, 3, 4]
    assert pickle.loads(pickle.dumps(decoded)) == decoded  # noqa: S301 – the way between our own processes


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_single_images_are_decoded(pages: list[Grey], kind: str) -> None:
    assert [sheet.choices for sheet in decode_file(saved(pages[:1], kind), expected())] == [["a"]]


def test_printed_pdf_itself_is_rendered_and_read() -> None:
    assert [sheet.choices for sheet in decode_file(sheets(SINGLE, count=2), expected())] == [[], []]


def test_embedded_scan_is_taken_as_it_is(pages: list[Grey]) -> None:
    (page,) = read_pages(scan_file(pages[:1]))
    assert page.grey.shape == pages[0].shape
    assert page.dpi == pytest.approx(200, abs=1)


def test_turned_page_is_read(pages: list[Grey]) -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(scan_file(pages[:1]))) as pdf:
        pdf.pages[0].rotate(90, relative=False)
        pdf.save(buffer)
    assert decode_file(buffer.getvalue(), expected())[0].choices == ["a"]


@pytest.mark.parametrize("mode", ["1", "L"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PDF", "JPEG"])
def test_black_and_white_scan_is_rejected_even_with_eight_bits(pages: list[Grey], kind: str, mode: str) -> None:
    image = Image.fromarray(pages[0]).point(lambda value: 255 if value > 128 else 0).convert(mode)
    buffer = BytesIO()
    image.save(buffer, kind, **({"resolution": 200} if kind == "PDF" else {}))
    (sheet,) = decode_file(buffer.getvalue(), expected())
    assert (sheet.status, sheet.reason) == (Status.REJECTED, Reason.ONE_BIT)


def test_coloured_pen_is_ink() -> None:
    white = render_page(sheets(SINGLE))
    marked = draw_marks(white, circles_for(template(SINGLE).layout, ["b"]), rng=np.random.default_rng(3))
    ink = (marked < 200) & (white > 200)
    colour = np.repeat(white[:, :, None], 3, axis=2)
    colour[ink] = (255, 150, 90)
    buffer = BytesIO()
    Image.fromarray(colour).save(buffer, "PNG")
    assert decode_file(buffer.getvalue(), expected())[0].choices == ["b"]
    assert darkest(colour)[ink].max() == 90


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (b"no image at all", ScanLimits(), "unknown_format"),
        (b"", ScanLimits(), "unknown_format"),
        (b"%PDF-1.7\nbroken", ScanLimits(), "damaged"),
        (b"GIF89a" + bytes(100), ScanLimits(), "unknown_format"),
        (bytes(11), ScanLimits(max_bytes=10), "too_large"),
    ],
)
def test_unreadable_file_is_refused_by_name(data: bytes, limits: ScanLimits, reason: str) -> None:
    with pytest.raises(ScanRefused) as caught:
        list(read_pages(data, limits))
    assert caught.value.reason == reason


@pytest.mark.parametrize("write", [scan_file, lambda pages: saved(pages, "TIFF")], ids=["pdf", "tiff"])
def test_limits_on_pages_and_pixels_hold(pages: list[Grey], write: Callable[[list[Grey]], bytes]) -> None:
    with pytest.raises(ScanRefused) as pages_caught:
        list(read_pages(write(pages), ScanLimits(max_pages=3)))
    assert pages_caught.value.reason == "too_many_pages"
    with pytest.raises(ScanRefused) as pixels_caught:
        list(read_pages(write(pages), ScanLimits(max_pixels=1000)))
    assert pixels_caught.value.reason == "too_many_pixels"


def test_truncated_image_is_refused(pages: list[Grey]) -> None:
    with pytest.raises(ScanRefused) as caught:
        list(read_pages(saved(pages[:1], "PNG")[:5000]))
    assert caught.value.reason == "damaged"


def test_decompression_bomb_is_refused() -> None:
    buffer = BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    with pytest.raises(ScanRefused) as caught:
        list(read_pages(buffer.getvalue()))
    assert caught.value.reason == "too_many_pixels"


def test_encrypted_pdf_is_refused(pages: list[Grey]) -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(scan_file(pages[:1]))) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(ScanRefused) as caught:
        list(read_pages(buffer.getvalue()))
    assert caught.value.reason == "encrypted"


def test_gigantic_pdf_page_is_refused() -> None:
    buffer = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_000, 14_000))
        pdf.save(buffer)
    with pytest.raises(ScanRefused) as caught:
        list(read_pages(buffer.getvalue()))
    assert caught.value.reason == "too_many_pixels"
