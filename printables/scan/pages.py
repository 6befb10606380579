"""Files into grey page images, within limits.

Guarantees: embedded scans are taken out of a PDF as they are, everything else is rendered at 200 dpi; pages come
one at a time; files are recognised by their content, never by their name. Run this in a worker process.
Refuses (`ScanRefused`, with a stable reason): too many bytes, pages or pixels, encrypted or damaged files and
formats other than PDF, TIFF, PNG and JPEG. One-bit images are flagged, not refused here: the page has a place in
the batch's count.
"""

import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import numpy as np
import pypdfium2
from PIL import Image, ImageFile, UnidentifiedImageError
from pypdfium2 import raw as pdfium

from printables.images import Grey, darkest

RENDER_DPI: Final = 200
_COVERS: Final = 0.8  # share of the page an embedded image must fill to be the scan itself
_LAYER: Final = 0.3  # share from which a one-bit layer (mixed raster content) may swallow pencil
_MAX_SIDE_PT: Final = 1300  # a little over A3
_FORMATS: Final = ("TIFF", "PNG", "JPEG")
_SAMPLE_ROWS: Final = 4  # every fourth row tells enough
_JUMP: Final = 150  # grey levels from one pixel to the next
_MIDDLE: Final = (70, 185)  # neither ink nor paper
_MIDDLE_SHARE: Final = 0.15  # pixels in between per jump: grey scans show 0.37 and more, thresholded ones 0.06
_JUMPS_MIN: Final = 100


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """Brakes for one file: 64 MB and 400 pages are a full sorter tray at 300 dpi; 40 megapixels are A3 at 400 dpi."""

    max_bytes: int = 64_000_000
    max_pages: int = 400
    max_pixels: int = 40_000_000


class ScanRefused(ValueError):
    """A file that is not read at all; `reason` is stable and machine-readable."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep the reason beside the sentence."""
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as the scanner saw it. `dpi` is what the file claims, None if it claims nothing."""

    grey: Grey
    one_bit: bool = False
    dpi: float | None = None


def read_pages(data: bytes, limits: ScanLimits | None = None) -> Iterator[PageImage]:
    """Yield the pages of a PDF, TIFF, PNG or JPEG file in order.

    Raises:
        ScanRefused: too_large, too_many_pages, too_many_pixels, encrypted, damaged or unknown_format.
    """
    limits = limits or ScanLimits()
    if len(data) > limits.max_bytes:
        raise ScanRefused("too_large", f"the file has {len(data)} bytes, at most {limits.max_bytes} are read")
    if data[:1024].lstrip().startswith(b"%PDF"):
        yield from _pdf_pages(data, limits)
    else:
        yield from _image_pages(data, limits)


def _pdf_pages(data: bytes, limits: ScanLimits) -> Iterator[PageImage]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "encrypted" if "assword" in str(error) else "damaged"
        raise ScanRefused(reason, f"the PDF cannot be opened: {error}") from error
    with closing(document):
        if len(document) > limits.max_pages:
            raise ScanRefused("too_many_pages", f"the file has {len(document)} pages, at most {limits.max_pages}")
        for index in range(len(document)):
            try:
                with closing(document[index]) as page:
                    yield _pdf_page(page, limits)
            except pypdfium2.PdfiumError as error:
                raise ScanRefused("damaged", f"page {index + 1} cannot be read: {error}") from error


def _pdf_page(page: Any, limits: ScanLimits) -> PageImage:  # noqa: ANN401 – pypdfium2 ships no types
    width, height = page.get_size()
    images = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    shares = [_share(image, width * height) for image in images]
    bits = [image.get_metadata().bits_per_pixel for image in images]
    one_bit = any(depth == 1 and share > _LAYER for depth, share in zip(bits, shares, strict=True))
    large = [image for image, share in zip(images, shares, strict=True) if share > _COVERS]
    if len(large) == 1 and len(images) == 1 and _is_upright(large[0]):
        return _embedded(large[0], width, limits, one_bit=one_bit)
    if max(width, height) > _MAX_SIDE_PT:
        raise ScanRefused("too_many_pixels", f"a page of {width:.0f} × {height:.0f} pt is no ballot")
    bitmap = page.render(scale=RENDER_DPI / 72, grayscale=True)
    return PageImage(_grey(bitmap), one_bit=one_bit, dpi=RENDER_DPI)


def _embedded(image: Any, page_width_pt: float, limits: ScanLimits, *, one_bit: bool) -> PageImage:  # noqa: ANN401
    width, height = image.get_px_size()
    _check_pixels(width, height, limits)
    grey = _grey(image.get_bitmap())
    return PageImage(grey, one_bit=one_bit or _is_thresholded(grey), dpi=width / (page_width_pt / 72))


def _share(image: Any, page_area: float) -> float:  # noqa: ANN401
    left, bottom, right, top = image.get_bounds()
    return float((right - left) * (top - bottom) / page_area) if page_area else 0.0


def _is_upright(image: Any) -> bool:  # noqa: ANN401
    """Tell whether the pixels can be taken as they are: scaled, not mirrored or turned."""
    matrix = image.get_matrix()
    return bool(matrix.a > 0 and matrix.d > 0 and abs(matrix.b) < 1 and abs(matrix.c) < 1)


def _grey(bitmap: Any) -> Grey:  # noqa: ANN401
    return darkest(np.array(bitmap.to_numpy(), copy=True)).reshape(bitmap.height, bitmap.width)


def _image_pages(data: bytes, limits: ScanLimits) -> Iterator[PageImage]:
    with _refusing():
        file = Image.open(BytesIO(data), formats=_FORMATS)
        count = int(getattr(file, "n_frames", 1))
    with file:
        if count > limits.max_pages:
            raise ScanRefused("too_many_pages", f"the file has {count} pages, at most {limits.max_pages} are read")
        for index in range(count):
            with _refusing():
                file.seek(index)
                _check_pixels(*file.size, limits)
                page = _frame(file)
            yield page


@contextmanager
def _refusing() -> Iterator[None]:
    """Name what Pillow refuses, half files included: importing WeasyPrint allows those for the whole process."""
    allowed, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except ScanRefused:
        raise
    except UnidentifiedImageError as error:
        raise ScanRefused("unknown_format", "the file is no PDF, TIFF, PNG or JPEG") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ScanRefused("too_many_pixels", str(error)) from error
    except (OSError, SyntaxError, EOFError, ValueError) as error:
        raise ScanRefused("damaged", f"the image cannot be read: {error}") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = allowed


def _frame(frame: Image.Image) -> PageImage:
    claimed = frame.info.get("dpi", (0, 0))
    dpi = float(claimed[0]) if claimed and float(claimed[0]) > 1 else None
    one_bit = frame.mode == "1"
    plain = frame.convert("L") if frame.mode in {"1", "L", "I", "I;16", "F"} else frame.convert("RGB")
    grey = darkest(np.asarray(plain, dtype=np.uint8))
    return PageImage(grey, one_bit=one_bit or _is_thresholded(grey), dpi=dpi)


def _is_thresholded(grey: Grey) -> bool:
    """Tell a black-and-white scan that was saved with eight bits, even as JPEG: its edges have no grey between."""
    rows = grey[::_SAMPLE_ROWS].astype(np.int16)
    jumps = int((np.abs(np.diff(rows, axis=1)) > _JUMP).sum())
    middle = int(((rows > _MIDDLE[0]) & (rows < _MIDDLE[1])).sum())
    return jumps > _JUMPS_MIN and middle < _MIDDLE_SHARE * jumps


def _check_pixels(width: int, height: int, limits: ScanLimits) -> None:
    if width * height > limits.max_pixels:
        raise ScanRefused("too_many_pixels", f"{width} × {height} pixels, at most {limits.max_pixels} are read")
