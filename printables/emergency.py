"""The script for going on by paper: one page that lies beside the host from the beginning of the evening.

Guarantees: PDF/UA-1, one A4 page, readable at arm's length; needs nothing that may have failed.
Refuses (`DocumentError`) more questions than fit on the page.
"""

from pathlib import Path

from printables.engine import render
from printables.office_strings import EMERGENCY
from printables.strings import html_language
from printables.types import DocumentError, EmergencyDocument


def print_emergency_script(document: EmergencyDocument, *, font_dir: Path | None = None) -> bytes:
    """Return the script as a tagged PDF of one page.

    Raises:
        DocumentError: title and questions need a second page.
    """
    values = {"doc": document, "lang": html_language(document.language), "words": EMERGENCY[document.language]}
    rendered = render("emergency.html", values, font_dir=font_dir, tagged=True)
    if len(rendered.anchors) != 1:
        raise DocumentError("the script does not fit on one page")
    return rendered.pdf
