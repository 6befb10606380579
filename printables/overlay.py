"""Overlays: one rendered page, thousands of copies, each with its own marks.

Guarantees: rendered pages become Form XObjects that every copy refers to, so size and memory grow only with what
differs; identical stamps are stored once; the same input gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

_PT_PER_MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Ground:
    """A page of a rendered PDF, drawn whole."""

    pdf: bytes
    page: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """PDF operators drawn in a box of the given size in points, origin bottom left; `font` is its `/F`."""

    operators: bytes
    size_pt: tuple[float, float]
    font: pikepdf.Object | None = field(default=None, compare=False)


Drawing: TypeAlias = Ground | Stamp


@dataclass(frozen=True, slots=True)
class Placement:
    """A drawing with its top left corner at a position in millimetres from the page's top left corner."""

    drawing: Drawing
    left_mm: float = 0.0
    top_mm: float = 0.0


class Canvas:
    """A PDF in the making: pages of one size, filled with placements."""

    def __init__(self, width_mm: float, height_mm: float, *, title: str, language: str) -> None:
        """Start an empty file; title and language go into its metadata."""
        self._size = (width_mm * _PT_PER_MM, height_mm * _PT_PER_MM)
        self._target = Pdf.new()
        self._target.docinfo["/Title"] = title
        self._target.Root["/Lang"] = language
        self._target.Root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
        self._forms: dict[Drawing, tuple[pikepdf.Object, float]] = {}

    def add_page(self, placements: Sequence[Placement]) -> None:
        """Add one page; later placements lie on top of earlier ones."""
        forms: dict[str, pikepdf.Object] = {}
        operators = []
        for index, placement in enumerate(placements):
            form, height = self._form(placement.drawing)
            forms[f"/X{index}"] = form
            left = placement.left_mm * _PT_PER_MM
            bottom = self._size[1] - placement.top_mm * _PT_PER_MM - height
            operators.append(f"q 1 0 0 1 {left:.4f} {bottom:.4f} cm /X{index} Do Q")
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *(round(side, 4) for side in self._size)]),
            Resources=Dictionary(XObject=Dictionary(forms)),
            Contents=self._target.make_indirect(Stream(self._target, "\n".join(operators).encode())),
        )
        self._target.pages.append(pikepdf.Page(self._target.make_indirect(page)))

    def finish(self) -> bytes:
        """Return the file; its identifier depends on the content only. The canvas is closed."""
        buffer = BytesIO()
        with self._target as target:
            target.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return buffer.getvalue()

    def _form(self, drawing: Drawing) -> tuple[pikepdf.Object, float]:
        known = self._forms.get(drawing)
        if known is None:
            made = self._page_form(drawing) if isinstance(drawing, Ground) else self._stamp_form(drawing)
            known = self._forms[drawing] = made
        return known

    def _page_form(self, ground: Ground) -> tuple[pikepdf.Object, float]:
        with Pdf.open(BytesIO(ground.pdf)) as source:
            page = source.pages[ground.page]
            height = float(list(page.mediabox)[3])
            return self._target.copy_foreign(page.as_form_xobject()), height

    def _stamp_form(self, stamp: Stamp) -> tuple[pikepdf.Object, float]:
        width, height = stamp.size_pt
        form = Stream(self._target, stamp.operators)
        form["/Type"], form["/Subtype"] = Name.XObject, Name.Form
        form["/BBox"] = Array([0, 0, round(width, 4), round(height, 4)])
        if stamp.font is not None:
            form["/Resources"] = Dictionary(Font=Dictionary(F=self._target.copy_foreign(stamp.font)))
        return self._target.make_indirect(form), height
