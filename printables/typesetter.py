"""Lay out a page with WeasyPrint. Importing this module loads Pango, so only the engine does, and late.

Guarantees: fonts are embedded; nothing is fetched from a network; boxes with an id come back as exact positions.
PDF/UA-1 on request (tagged, titled, language set).
Refuses: every address a template might try to load except its own data URIs and the given fonts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from printables.boxes import Box, Rendered
from printables.fonts import font_faces

MM_PER_CSS_PX: Final = 25.4 / 96


def lay_out(html: str, *, fonts: Path | None, tagged: bool) -> Rendered:
    """Return the document as a PDF. `fonts` is the directory its files come from, `tagged` writes PDF/UA-1."""
    configuration, variant = FontConfiguration(), "pdf/ua-1" if tagged else None
    faces = weasyprint.CSS(string=font_faces(fonts), font_config=configuration, url_fetcher=_Fetcher(fonts))
    source = weasyprint.HTML(string=html, url_fetcher=_Fetcher(fonts))
    laid_out = source.render(stylesheets=[faces], font_config=configuration, pdf_variant=variant)
    pages = laid_out.pages
    first = pages[0]
    return Rendered(
        pdf=laid_out.write_pdf(pdf_variant=variant, full_fonts=False),
        anchors=tuple({name: _box(corners) for name, corners in page.anchors.items()} for page in pages),
        size_mm=(first.width * MM_PER_CSS_PX, first.height * MM_PER_CSS_PX),
    )


def _box(corners: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = (value * MM_PER_CSS_PX for value in corners)
    return Box(left, top, right, bottom)


class _Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Lets data URIs and the given font directory through, nothing else."""

    def __init__(self, fonts: Path | None) -> None:
        super().__init__(allowed_protocols=("data", "file"))
        self._root = fonts

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 – WeasyPrint's response
        if url.startswith("file:") and (self._root is None or not url.startswith(self._root.as_uri())):
            raise FatalURLFetchingError(f"a template may not load {url}")
        return super().fetch(url, headers)
