"""Third-party web assets: the allow-list of what is served, made small, with its licences.

KERN UX (EUPL-1.2) is purged to the classes and tokens our templates use, once for all pages and once for the
phone ballot alone; Fira Sans (OFL-1.1) is subset to Latin and Turkish; the zxing reader (MIT) serves the kiosk.
Guarantees: nothing in it names another host. Class names must be written in full in templates and scripts.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset

from backend.web.node import node_command

FONT_WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
FONT_CHARACTERS = (
    "U+0020-007E,U+00A0-017F,U+0218-021B,U+2002-200A,U+2010-2026,U+202F-203A,"
    "U+20AC,U+2116,U+2122,U+2190-2193,U+2212,U+2248,U+2260,U+2264,U+2265"
)
FONT_FEATURES = ["calt", "case", "ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "tnum"]
FONT_LICENCE = """Fira Sans (fonts/), © 2012-2015 The Mozilla Foundation and Telefonica S.A.
Licence: SIL Open Font License 1.1; subset to Latin and Turkish
"""
KERN = Path("@kern-ux") / "native"
ZXING = Path("zxing-wasm")
ZXING_FILES = ("es/share.js", "es/reader/index.js", "reader/zxing_reader.wasm")
PURGE_TIMEOUT_S = 120

_CDN = re.compile(r"`https://[^`]*/dist/(\$\{n\[1\]\}/\$\{e\})`")
_LAYERS = ":is(body,.kern-light,.kern-dark,[data-kern-theme=light],[data-kern-theme=dark]):not([class*=kern-level-])"
_TOKEN = re.compile(r"""(--kern-[\w-]+)\s*:(?:"[^"]*"|'[^']*'|[^;}"'])*;?""")
_USED = re.compile(r"var\(\s*(--kern-[\w-]+)")
_NAMED = re.compile(r"--kern-[\w-]+")


class ForeignAddress(RuntimeError):
    """A third-party file changed and names another host in a new way."""


class ChangedLayers(RuntimeError):
    """KERN hands its colours to components in a new way."""


@dataclass(frozen=True, slots=True)
class Page:
    """A set of sources that shares one purged style sheet."""

    name: str
    content: Sequence[Path]  # templates and scripts: which classes are used
    styles: Sequence[Path]  # our style sheets: which tokens are used


def purge_kern(modules: Path, page: Page, target: Path) -> None:
    """Write KERN's style sheet with only the rules and tokens this page uses."""
    package = modules / KERN
    content = "\n".join(path.read_text(encoding="utf-8") for path in page.content)
    purge(modules, _plain_layers(package / "dist" / "kern.min.css"), content, target)
    named = set(_NAMED.findall(content))
    for path in page.styles:
        named.update(_NAMED.findall(path.read_text(encoding="utf-8")))
    css = target.read_text(encoding="utf-8").removeprefix('@charset "UTF-8";').lstrip("\ufeff")
    notice = f"/*! KERN UX-Standard {_version(package)}, EUPL-1.2; unused rules removed */\n"
    target.write_text('@charset "UTF-8";\n' + notice + _drop_tokens(css, named), encoding="utf-8")


def purge(modules: Path, styles: str, content: str, target: Path) -> None:
    """Write those rules of a style sheet whose classes the content names in full."""
    written, source = target.with_suffix(".content.html"), target.with_suffix(".source.css")
    written.write_text(f"<html><body>{content}</body></html>", encoding="utf-8")
    source.write_text(styles, encoding="utf-8")
    words = [*node_command(), str(modules / "purgecss" / "bin" / "purgecss.js")]
    words += ["--css", str(source), "--content", str(written)]
    words += ["--output", str(target), "--keyframes"]
    subprocess.run(words, check=True, capture_output=True, timeout=PURGE_TIMEOUT_S)
    written.unlink()
    source.unlink()


def subset_fonts(modules: Path, folder: Path) -> None:
    """Write the font files and `fonts.css` for them."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # the fonts' old table version is no news
    for weight in FONT_WEIGHTS:
        source = modules / KERN / "dist" / "fonts" / "fira-sans" / f"FiraSans-{weight}.woff2"
        options = subset.Options(flavor="woff2", hinting=False, layout_features=FONT_FEATURES)
        font = subset.load_font(str(source), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(FONT_CHARACTERS))
        subsetter.subset(font)
        subset.save_font(font, str(folder / source.name), options)
    faces = (
        f'@font-face{{font-family:"Fira Sans";font-weight:{number};font-style:normal;font-display:swap;'
        f'src:url("FiraSans-{weight}.woff2") format("woff2")}}\n'
        for weight, number in FONT_WEIGHTS.items()
    )
    (folder / "fonts.css").write_text("".join(faces), encoding="utf-8")


def copy_zxing(modules: Path, folder: Path) -> None:
    """Copy the barcode reader; its module finds the WebAssembly beside itself instead of at a CDN."""
    for name in ZXING_FILES:
        source = modules / ZXING / "dist" / name
        target = folder / name.removeprefix("es/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix != ".js":
            target.write_bytes(source.read_bytes())
            continue
        script = _CDN.sub(r"new URL(`./\1`, import.meta.url).href", source.read_text(encoding="utf-8"))
        if "://" in script:
            raise ForeignAddress(f"{source} names another host")
        target.write_text("// @ts-nocheck\n" + script, encoding="utf-8")


def write_licences(modules: Path, target: Path) -> None:
    """Write which third-party files are served, in which version, under which licence."""
    parts = [
        _licence(modules / KERN, "style sheets", "LICENSE.md"),
        FONT_LICENCE,
        _licence(modules / ZXING, "zxing/, barcode reader of the kiosk", "LICENSE"),
    ]
    target.write_text(("\n" + "─" * 72 + "\n\n").join(parts), encoding="utf-8")


def _plain_layers(sheet: Path) -> str:
    """Return KERN's sheet with its base layer on `body`; purgecss would drop the rule's `:is(…)` and every colour."""
    text = sheet.read_text(encoding="utf-8")
    if _LAYERS not in text:
        raise ChangedLayers(sheet)
    return text.replace(_LAYERS, "body")


def _licence(package: Path, what: str, file: str) -> str:
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    head = f"{about['name']} {about['version']} ({what})\nLicence: {about['license']}\n"
    text = package / file
    return head + ("\n" + text.read_text(encoding="utf-8") if text.is_file() else "")


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])


def _drop_tokens(css: str, named: Iterable[str]) -> str:
    """Remove custom properties nobody reads; a removed one may have been another's only reader."""
    used = set(named) | set(_USED.findall(css))
    smaller = _TOKEN.sub(lambda match: match.group() if match.group(1) in used else "", css)
    return css if smaller == css else _drop_tokens(smaller, named)
