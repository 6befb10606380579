"""From template to PDF: the one place that talks to Jinja and WeasyPrint.

Guarantees: fonts are embedded; nothing is fetched from a network; the same template, values and fonts give the
same bytes; boxes with an id come back as exact positions. PDF/UA-1 on request (tagged, titled, language set).
Refuses: every address a template might try to load except its own data URIs and the given fonts.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import jinja2
import weasyprint
from markupsafe import Markup
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from printables import qr
from printables.fonts import font_directory, font_faces
from printables.icons import ACCENT, CHANNEL_COLOURS, icon

MM_PER_CSS_PX: Final = 25.4 / 96
_TOGETHER: Final = re.compile(r"(\d+ \w[\w-]*|\w[\w-]*-[\w-]*\w)")
_TOGETHER_MAX: Final = 26  # characters; longer words may need the break
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, millimetres from the top left corner."""

    left_mm: float
    top_mm: float
    right_mm: float
    bottom_mm: float

    @property
    def centre_mm(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.left_mm + self.right_mm) / 2, (self.top_mm + self.bottom_mm) / 2

    @property
    def width_mm(self) -> float:
        """Left to right."""
        return self.right_mm - self.left_mm


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF and, page by page, where every element with an id came to lie."""

    pdf: bytes
    anchors: tuple[Mapping[str, Box], ...]
    size_mm: tuple[float, float]


def render(template: str, values: Mapping[str, Any], *, font_dir: Path | None = None, tagged: bool = False) -> Rendered:
    """Fill `template` (from printables/templates) and lay it out.

    `font_dir` holds Fira Sans files; without it those of the web build, else the system's sans-serif are embedded.
    `tagged` writes PDF/UA-1.
    """
    html = _environment().get_template(template).render(**values)
    fonts, directory = FontConfiguration(), font_directory(font_dir)
    faces = weasyprint.CSS(string=font_faces(directory), font_config=fonts, url_fetcher=_Fetcher(directory))
    source = weasyprint.HTML(string=html, url_fetcher=_Fetcher(directory))
    laid_out = source.render(stylesheets=[faces], font_config=fonts, pdf_variant="pdf/ua-1" if tagged else None)
    pages = laid_out.pages
    first = pages[0]
    return Rendered(
        pdf=laid_out.write_pdf(pdf_variant="pdf/ua-1" if tagged else None, full_fonts=False),
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


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template_source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"icon": icon, "accent": ACCENT, "channel_colours": CHANNEL_COLOURS}
    environment.filters["qr_image"] = _qr_image
    environment.filters["css_string"] = _css_string
    environment.filters["lead_sentence"] = _lead_sentence
    environment.filters["sentence_lines"] = _sentence_lines
    environment.filters["stress"] = _stress
    environment.filters["unbroken"] = _unbroken
    return environment


def _template_source(name: str) -> str:
    return files("printables").joinpath("templates", name).read_text(encoding="utf-8")


def _css_string(text: str) -> Markup:
    """Quote a text for a CSS `content` property; every character is written as its code point."""
    return Markup('"{}"').format("".join(f"\\{ord(character):06x}" for character in text))


def _lead_sentence(text: str) -> Markup:
    """Set the first sentence in bold; not a letter is changed."""
    first, *rest = _SENTENCE_END.split(text, maxsplit=1)
    space = text[len(first) : len(text) - len(rest[0])] if rest else ""
    return Markup("<strong>{}</strong>{}{}").format(first, space, "".join(rest))


def _sentence_lines(text: str) -> Markup:
    """Start every sentence on a line of its own."""
    return Markup("<br>").join(_SENTENCE_END.split(text))


def _stress(text: str) -> Markup:
    """Set what stands between asterisks in bold."""
    parts = text.split("*")
    return Markup("").join(Markup("<b>{}</b>").format(part) if i % 2 else part for i, part in enumerate(parts))


def _unbroken(text: str) -> Markup:
    """Keep "Behinderten-Stellplätze" and "2 Bänke" on one line; long compounds may still break at the hyphen."""
    parts = _TOGETHER.split(text)
    return Markup("").join(
        Markup('<span class="nb">{}</span>').format(part) if i % 2 and len(part) <= _TOGETHER_MAX else part
        for i, part in enumerate(parts)
    )


def _qr_image(text: str) -> str:
    """Return the symbol as a data URI for an `img`, so that PDF/UA gets a figure with its alternative text."""
    return "data:image/svg+xml;base64," + base64.b64encode(qr.svg(text).encode()).decode()
