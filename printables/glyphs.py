"""Text in overlays: the embedded font of a rendered page, used again for thousands of different codes.

Guarantees: codes are real, selectable text in an embedded font, set in the same face as the page around them.
Refuses characters that the rendered sample did not contain.
"""

import re
from io import BytesIO
from pathlib import Path
from typing import Final

import pikepdf

from printables.engine import render
from printables.overlay import Stamp
from printables.types import DocumentError

CODE_CHARACTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"
_BFCHAR: Final = re.compile(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>")
_UNITS: Final = 1000  # glyph widths are given in thousandths of the size
_DESCENT: Final = 0.3  # of the size, below the baseline
_HEIGHT: Final = 1.3


class CodeFont:
    """The semi-bold face with every character of a printed code."""

    def __init__(self, font_dir: Path | None = None) -> None:
        """Render the sample once and take its font."""
        sample = render("glyphs.html", {"characters": CODE_CHARACTERS}, font_dir=font_dir)
        self._source = pikepdf.Pdf.open(BytesIO(sample.pdf))
        fonts = self._source.pages[0].resources.Font
        self._fonts = [self._source.make_indirect(font) for _, font in sorted(fonts.items())]
        self._glyphs = {
            character: (index, glyph)
            for index, font in enumerate(self._fonts)
            for character, glyph in _characters(font).items()
        }
        self._widths = [_widths(font) for font in self._fonts]

    def width_pt(self, text: str, size_pt: float, tracking_pt: float = 0.0) -> float:
        """Return how wide `text` will be set."""
        advances = [self._widths[index].get(glyph, _UNITS) for index, glyph in self._looked_up(text)]
        return sum(advances) * size_pt / _UNITS + tracking_pt * max(0, len(text) - 1)

    def stamp(self, text: str, size_pt: float, tracking_pt: float = 0.0) -> Stamp:
        """Return `text` as a stamp; its baseline lies 0.3 of the size above the stamp's bottom edge."""
        looked_up = self._looked_up(text)
        faces = {index for index, _ in looked_up}
        if len(faces) != 1:
            raise DocumentError(f"{text!r} needs characters of {len(faces)} fonts")
        codes = "".join(f"{glyph:04x}" for _, glyph in looked_up)
        operators = f"BT /F {size_pt:.3f} Tf {tracking_pt:.3f} Tc 0 {_DESCENT * size_pt:.3f} Td <{codes}> Tj ET"
        size = (self.width_pt(text, size_pt, tracking_pt), _HEIGHT * size_pt)
        return Stamp(operators.encode(), size, font=self._fonts[faces.pop()])

    def top_above_baseline_pt(self, size_pt: float) -> float:
        """Return the distance from the stamp's top edge to its baseline."""
        return (_HEIGHT - _DESCENT) * size_pt

    def _looked_up(self, text: str) -> list[tuple[int, int]]:
        missing = sorted(set(text) - set(self._glyphs))
        if missing:
            raise DocumentError(f"no glyph for {missing} in a code")
        return [self._glyphs[character] for character in text]


def _characters(font: pikepdf.Object) -> dict[str, int]:
    """Return the glyph of every character, read from the font's ToUnicode map."""
    table = bytes(font["/ToUnicode"].read_bytes()).decode("ascii", "replace")
    return {chr(int(code, 16)): int(glyph, 16) for glyph, code in _BFCHAR.findall(table)}


def _widths(font: pikepdf.Object) -> dict[int, float]:
    """Return glyph widths from the font's W array: `first [w …]` runs."""
    entries = list(font["/DescendantFonts"][0]["/W"])
    return {
        int(first) + offset: float(width)
        for first, run in zip(entries[::2], entries[1::2], strict=True)
        for offset, width in enumerate(run)
    }
