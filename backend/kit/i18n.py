"""Translations: gettext catalogues read from `.po` files when the process starts.

The source strings are German, so `de` needs no catalogue. A string without a translation falls back along
the chain given by the caller and ends at the source string; nothing is ever shown empty. Fuzzy entries are
treated as missing. No compiled `.mo` files: what is reviewed is what runs.
"""

from __future__ import annotations

import gettext as _stdlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from babel.messages.pofile import read_po

DOMAIN = "machmit"
FILES_KEPT: Final = 16  # more than there are languages


class Translator(Protocol):
    """What templates and German sentences in code ask for."""

    def gettext(self, message: str) -> str:
        """Return the translation of `message`."""

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the translation that fits the number `n`."""

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of `message` in a context."""

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """Return the translation in a context that fits the number `n`."""


Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's translations and, behind them, the next language's."""

    messages: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    plural_index: Callable[[int], int] = lambda n: int(n != 1)
    fallback: Translator | None = None

    def gettext(self, message: str) -> str:
        """Return the translation of `message`."""
        forms = self.messages.get((None, message))
        if forms:
            return forms[0]
        return self.fallback.gettext(message) if self.fallback else message

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the translation that fits the number `n`."""
        form = self._form((None, singular), n)
        if form is not None:
            return form
        if self.fallback:
            return self.fallback.ngettext(singular, plural, n)
        return singular if n == 1 else plural

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of `message` in a context."""
        forms = self.messages.get((context, message))
        if forms:
            return forms[0]
        return self.fallback.pgettext(context, message) if self.fallback else message

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """Return the translation in a context that fits the number `n`."""
        form = self._form((context, singular), n)
        if form is not None:
            return form
        if self.fallback:
            return self.fallback.npgettext(context, singular, plural, n)
        return singular if n == 1 else plural

    def _form(self, key: Key, n: int) -> str | None:
        forms = self.messages.get(key)
        if not forms:
            return None
        return forms[min(self.plural_index(n), len(forms) - 1)]


SOURCE = Catalogue()


@dataclass(frozen=True, slots=True)
class Catalogs:
    """All catalogues of the installation."""

    by_language: Mapping[str, Translator] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, chains: Mapping[str, tuple[str, ...]]) -> Catalogs:
        """Read `<folder>/<language>/LC_MESSAGES/machmit.po` for each language of `chains`.

        `chains` names, per language, the languages asked after it; a missing file is an empty catalogue.
        """
        return cls({language: _chained(folder, (language, *rest)) for language, rest in chains.items()})

    def translator(self, language: str) -> Translator:
        """Return the translator of a language; the source strings for an unknown one."""
        return self.by_language.get(language, SOURCE)


def _chained(folder: Path, languages: tuple[str, ...]) -> Translator:
    translator: Translator = SOURCE
    for language in reversed(languages):
        path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        if path.is_file():
            translator = _read(path, translator)
    return translator


def _read(path: Path, fallback: Translator) -> Catalogue:
    messages, plural_index = _parsed(path, path.stat().st_mtime_ns)
    return Catalogue(messages, plural_index, fallback)


@lru_cache(maxsize=FILES_KEPT)
def _parsed(path: Path, _changed_at_ns: int) -> tuple[Mapping[Key, tuple[str, ...]], Callable[[int], int]]:
    """Read a file once for all applications of a process; reading takes longer than everything else they start."""
    with path.open("rb") as file:
        catalog = read_po(file)
    messages: dict[Key, tuple[str, ...]] = {}
    for entry in catalog:
        strings = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
        forms = tuple(form for form in strings if form)
        if not entry.id or entry.fuzzy or len(forms) != len(strings):
            continue
        singular = entry.id[0] if isinstance(entry.id, list | tuple) else entry.id
        messages[(entry.context, singular)] = forms
    return MappingProxyType(messages), _stdlib.c2py(catalog.plural_expr)


def marked(sentence: str) -> str:
    """Return the sentence as it is, and let the catalogues collect it; whoever shows it translates it."""
    return sentence
