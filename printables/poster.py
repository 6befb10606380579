"""A3 posters: one question to read from across the street, one code to join.

Guarantees: PDF/UA-1; the title is as large as its length allows; the notice is printed verbatim.
Refuses texts that run into each other.
"""

from pathlib import Path
from typing import Final

from printables.boxes import Rendered
from printables.engine import render
from printables.strings import html_language
from printables.types import DocumentError, PosterDocument

_TITLE_PT: Final = (126, 108, 92, 76, 62)
_CLEAR_MM: Final = 6.0
_RIGHT_MM: Final = 22.0  # the margin no word may enter
_JOIN_MM: Final = 116.0  # the part below the line: code, ways, notice


def print_poster(document: PosterDocument, *, font_dir: Path | None = None) -> bytes:
    """Return the poster as a tagged PDF.

    Raises:
        DocumentError: title, lead and steps do not fit even in the smallest size.
    """
    for title_pt in _TITLE_PT:
        values = {"doc": document, "lang": html_language(document.language), "title_pt": title_pt}
        rendered = render("poster.html", values, font_dir=font_dir, tagged=True)
        if _fits(rendered):
            return rendered.pdf
    raise DocumentError("the poster's texts do not fit on A3")


def _fits(rendered: Rendered) -> bool:
    anchors = rendered.anchors[0]
    below = anchors["spur"].top_mm if "spur" in anchors else rendered.size_mm[1] - _JOIN_MM
    widest = max((box.right_mm for name, box in anchors.items() if name.startswith("word-")), default=0.0)
    if widest > rendered.size_mm[0] - _RIGHT_MM:
        return False
    return len(rendered.anchors) == 1 and anchors["lead"].bottom_mm + _CLEAR_MM <= below
