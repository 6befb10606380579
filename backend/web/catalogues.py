"""Keep the translation files in step with the sources: `python -m backend.web.catalogues [--check]`.

Collects every sentence from templates (`_`, `{% trans %}`), code (`_`, `_n`, `marked`) and errors people may see (the
`title` of a `DomainError`, the sentence it is raised with), and merges them into
`locales/<language>/LC_MESSAGES/machmit.po` without losing a translation. `--check` changes nothing and ends with
status 1 when a file is out of step.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator, Sequence
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from backend.kit.i18n import DOMAIN
from backend.web.assets import ROOT
from backend.web.languages import GERMAN, LANGUAGES
from backend.web.rendering import LOCALES

PACKAGES = ("backend", "kiosk", "moderation", "printables")
KEYWORDS = {
    "_": None,
    "_n": None,
    "marked": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
TEMPLATE_OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",
    "extensions": "jinja2.ext.i18n,jinja2.ext.do",
    "encoding": "utf-8",
}
WIDTH = 110
HEADER = """# Translations of Mach mit, EUPL-1.2
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
DRAFTS = {  # by CLDR locale; German itself has no file, so its locale is that of Leichte Sprache
    "de_DE": "# A draft in Leichte Sprache: no review group has read it yet.\n",
    "tr_TR": "# A draft: nobody whose first language it is has read it yet.\n",
    "uk_UA": "# A draft: nobody whose first language it is has read it yet.\n",
    "ar_EG": "# A draft: nobody whose first language it is has read it yet.\n",
}
Message = tuple[str | tuple[str, ...], str | None]


def main() -> int:
    """Update or check every language's file."""
    parser = argparse.ArgumentParser(prog="python -m backend.web.catalogues", description="Update translations.")
    parser.add_argument("--check", action="store_true", help="only say whether the files are in step")
    options = parser.parse_args()
    messages = sorted(set(collect()), key=lambda message: (str(message[0]), message[1] or ""))
    stale = 0
    for language in LANGUAGES.values():
        if language is GERMAN:
            continue
        path = LOCALES / language.catalogue / "LC_MESSAGES" / f"{DOMAIN}.po"
        merged = merge(path, messages, language.locale)
        total, done = len(merged), sum(1 for entry in merged if entry.id and _is_translated(entry))
        is_current = path.is_file() and path.read_bytes() == _written(merged)
        stale += not is_current
        note = "" if is_current else ", out of step"
        sys.stdout.write(f"{language.catalogue:10} {done:5} of {total} translated{note}\n")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_written(merged))
    return int(options.check and stale > 0)


def collect(root: Path = ROOT) -> Iterator[Message]:
    """Yield every sentence of the sources with its context."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix == ".html":
                yield from _extracted("jinja2", path, TEMPLATE_OPTIONS)
            elif path.suffix == ".py":
                yield from _extracted("python", path, {"encoding": "utf-8"})
                yield from _errors(path)


def merge(path: Path, messages: list[Message], locale: str) -> Catalog:
    """Return a file's catalogue with exactly these messages, keeping what was translated."""
    known = Catalog(locale=locale)
    if path.is_file():
        with path.open("rb") as file:
            known = read_po(file, locale=locale)
    merged = Catalog(locale=locale, project="Mach mit", charset="utf-8", fuzzy=False)
    for identifier, context in messages:
        old = known.get(identifier, context) if identifier in known or context else None
        text = _reshaped(old.string or "", identifier, merged) if old else None
        merged.add(identifier, text, context=context, flags=old.flags if old else ())
    return merged


def _reshaped(text: str | Sequence[str], identifier: str | tuple[str, ...], catalog: Catalog) -> str | tuple[str, ...]:
    """Return a translation in the forms its sentence has now; a form nobody translated yet stays empty."""
    one = c2py(catalog.plural_expr)(1)
    if isinstance(identifier, str):
        return text if isinstance(text, str) else text[one]
    if not isinstance(text, str):
        return tuple(text)
    return tuple(text if form == one else "" for form in range(catalog.num_plurals))


def _extracted(method: str, path: Path, options: dict[str, str]) -> Iterator[Message]:
    with path.open("rb") as file:
        for _, message, _, context in extract(method, file, KEYWORDS, (), options):
            if message:
                yield message, context


def _errors(path: Path) -> Iterator[Message]:
    """Yield titles of error classes and the literal sentences errors are raised with."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            fields = dict(pair for item in node.body for pair in _assigned(item))
            if {"code", "title"} <= set(fields):
                yield from _text(fields["title"])
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            yield from _text(node.exc.args[0])


def _assigned(item: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(item, ast.Assign):
        yield from ((target.id, item.value) for target in item.targets if isinstance(target, ast.Name))
    elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value is not None:
        yield item.target.id, item.value


def _text(node: ast.expr) -> Iterator[Message]:
    """Yield a literal sentence or title; words for programmers begin with a small letter."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:1].isupper():
        yield node.value, None


def _is_translated(entry: Entry) -> bool:
    """Say whether every form of an entry has a translation somebody stands behind."""
    forms = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
    return not entry.fuzzy and all(forms)


def _written(catalog: Catalog) -> bytes:
    """Return the file's bytes; the header has no dates and names, so the same content is the same file."""
    target = io.BytesIO()
    write_po(target, catalog, width=WIDTH, omit_header=True, no_location=True)
    header = HEADER.format(language=catalog.locale_identifier, plurals=catalog.plural_forms)
    return DRAFTS.get(str(catalog.locale_identifier), "").encode() + header.encode() + target.getvalue()


if __name__ == "__main__":
    sys.exit(main())
