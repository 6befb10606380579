"""From template to PDF: the one place that talks to Jinja and asks for the typesetter.

Guarantees: the same template, values and fonts give the same bytes; a machine without the typesetter's libraries
imports this module all the same, since they are loaded when the first sheet is rendered.
Refuses (`NoTypesetter`) to render there.
"""

import base64
import contextlib
import io
import re
import threading
import warnings
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol

import jinja2
from markupsafe import Markup

from printables import qr
from printables.boxes import Rendered
from printables.fonts import font_directory
from printables.icons import ACCENT, CHANNEL_COLOURS, icon
from printables.types import NoTypesetter

_TOGETHER: Final = re.compile(r"(\d+ \w[\w-]*|\w[\w-]*-[\w-]*\w)")
_TOGETHER_MAX: Final = 26  # characters; longer words may need the break
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_LOADING: Final = threading.Lock()  # the two contexts below change what all threads share


class _LayOut(Protocol):
    def __call__(self, html: str, *, fonts: Path | None, tagged: bool) -> Rendered: ...


def render(template: str, values: Mapping[str, Any], *, font_dir: Path | None = None, tagged: bool = False) -> Rendered:
    """Fill `template` (from printables/templates) and lay it out.

    `font_dir` holds Fira Sans files; without it those of the web build, else the system's sans-serif are embedded.
    `tagged` writes PDF/UA-1.

    Raises:
        NoTypesetter: this machine lacks a library that lays out text.
    """
    lay_out = _typesetter()
    html = _environment().get_template(template).render(**values)
    return lay_out(html, fonts=font_directory(font_dir), tagged=tagged)


@cache
def _typesetter() -> _LayOut:
    """Load WeasyPrint and with it Pango, until that works once; its complaint on the terminal is ours to make."""
    with _LOADING, contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        # It would go on without HarfBuzz-Subset, but the bytes of a sheet would then change from run to run.
        warnings.filterwarnings("error", "HarfBuzz-Subset", DeprecationWarning)
        try:
            from printables.typesetter import lay_out  # noqa: PLC0415 - the libraries are looked for here
        except (OSError, DeprecationWarning) as lacking:
            raise NoTypesetter(str(lacking)) from lacking
    return lay_out


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
