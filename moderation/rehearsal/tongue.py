"""Sentences and numbers of a report in one language: its catalogue, its separators, its seconds. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale

from backend.kit.i18n import Translator
from backend.web.dates import Formats
from backend.web.languages import Language

TENTH_MS = 100


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a report is written with."""

    catalogue: Translator
    formats: Formats

    @classmethod
    def of(cls, language: Language, catalogue: Translator) -> Tongue:
        """Return the tongue of a language."""
        return cls(catalogue, Formats(Locale.parse(language.locale)))

    def gettext(self, message: str) -> str:
        """Return the translation of a sentence."""
        return self.catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the translation that fits a number."""
        return self.catalogue.ngettext(singular, plural, n)

    def number(self, value: float) -> str:
        """Write a number with the language's separators."""
        return self.formats.number(value)

    def seconds(self, milliseconds: float) -> str:
        """Write a wait in seconds as people say it; short ones with one digit more."""
        return self.number(round(milliseconds / 1_000, 1 if milliseconds >= TENTH_MS else 2))
