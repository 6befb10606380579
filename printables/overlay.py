"""Overlays: one rendered page, thousands of copies, each with its own marks.

Guarantees: the template becomes a single Form XObject that every page refers to, so size and memory grow only
with what differs; identical stamps are stored once; the same input gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

_PT_PER_MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Stamp:
    """PDF operators drawn in a box of the given size in points, origin bottom left. Compared by identity."""

    operators: bytes
    size_pt: tuple[float, float]
    fonts: pikepdf.Dictionary | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Placement:
    """A stamp with its top left corner at a position in millimetres from the page's top left corner."""

    stamp: Stamp
    left_mm: float
    top_mm: float


def stamp_pages(template_pdf: bytes, pages: Sequence[Sequence[Placement]]) -> bytes:
    """Return a PDF with one copy of the template's first page per entry, each with its placements on top."""
    with Pdf.open(BytesIO(template_pdf)) as template, Pdf.new() as target:
        sheet = template.pages[0]
        width, height = (float(value) for value in list(sheet.mediabox)[2:])
        ground = target.copy_foreign(sheet.as_form_xobject())
        stored: dict[Stamp, pikepdf.Object] = {}
        for placements in pages:
            resources, operators = {"/T": ground}, [b"/T Do"]
            for index, placement in enumerate(placements):
                form = stored.get(placement.stamp)
                if form is None:
                    form = stored[placement.stamp] = _form(target, placement.stamp)
                resources[f"/S{index}"] = form
                left = placement.left_mm * _PT_PER_MM
                bottom = height - placement.top_mm * _PT_PER_MM - placement.stamp.size_pt[1]
                operators.append(f"q 1 0 0 1 {left:.4f} {bottom:.4f} cm /S{index} Do Q".encode())
            _add_page(target, (width, height), resources, b"\n".join(operators))
        _copy_title(template, target)
        return save(target)


def save(pdf: Pdf) -> bytes:
    """Return the file with an identifier that depends on its content only."""
    buffer = BytesIO()
    pdf.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def _form(target: Pdf, stamp: Stamp) -> pikepdf.Object:
    width, height = stamp.size_pt
    form = Stream(target, stamp.operators)
    form.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, round(width, 4), round(height, 4)])))
    if stamp.fonts is not None:
        form["/Resources"] = Dictionary(Font=stamp.fonts)
    return target.make_indirect(form)


def _add_page(target: Pdf, size: tuple[float, float], resources: dict[str, pikepdf.Object], content: bytes) -> None:
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *size]),
        Resources=Dictionary(XObject=Dictionary(resources)),
        Contents=target.make_indirect(Stream(target, content)),
    )
    target.pages.append(pikepdf.Page(target.make_indirect(page)))


def _copy_title(template: Pdf, target: Pdf) -> None:
    title = template.docinfo.get("/Title")
    if title is not None:
        target.docinfo["/Title"] = title
    language = template.Root.get("/Lang")
    if language is not None:
        target.Root["/Lang"] = str(language)
